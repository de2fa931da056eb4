"""Files as people bring them: pictures, arrays, idx files, tables and zips of them, made small."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

RNG = np.random.default_rng(0)


def digit(place: int, side: int = 28, ground: int = 0, ink: int = 255, mode: str = "L") -> Image.Image:
    """A stroke on an even ground, another one at each place."""
    picture = Image.new("L", (side, side), ground)
    bend = 0.3 + 0.05 * (place % 9)
    ends = [(0.35, 0.2), (bend, 0.5), (0.6, 0.8)]
    ImageDraw.Draw(picture).line([(x * side, y * side) for x, y in ends], fill=ink, width=max(2, side // 9))
    return picture.convert(mode)


def encoded(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture's file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def zipped(files: Mapping[str, bytes], **options: Any) -> bytes:
    """A zip of files by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def npy(array: Any, pickled: bool = False) -> bytes:
    """An .npy file."""
    out = io.BytesIO()
    np.save(out, array, allow_pickle=pickled)
    return out.getvalue()


def npz(**arrays: Any) -> bytes:
    """An .npz file."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    """An idx file."""
    sides = b"".join(int(side).to_bytes(4, "big") for side in array.shape)
    return bytes([0, 0, kind, array.ndim]) + sides + array.tobytes()


def pixels(count: int = 12, side: int = 28) -> np.ndarray:
    """Pictures uint8 [count, side, side]."""
    return np.stack([np.asarray(digit(place, side)) for place in range(count)])


def labels(count: int = 12, classes: int = 3) -> np.ndarray:
    """Labels uint8 [count]."""
    return (np.arange(count) % classes).astype(np.uint8)


def points(count: int = 30, dimensions: int = 2) -> np.ndarray:
    """Points float64 [count, dimensions]."""
    return np.random.default_rng(1).normal(size=(count, dimensions)) * 3 + 10


def table(rows: Any, header: str = "", between: str = ",", decimal: str = ".", end: str = "\n") -> bytes:
    """A table of numbers and texts as text."""
    lines = [between.join(str(cell).replace(".", decimal) for cell in row) for row in rows]
    return (end.join([header, *lines] if header else lines) + end).encode()


def rows_of_pixels(count: int = 12, last: bool = False) -> list[list[int]]:
    """Rows of a label and 784 pixels, or the label last."""
    flat, marks = pixels(count).reshape(count, -1).tolist(), labels(count).tolist()
    return [[*row, mark] if last else [mark, *row] for row, mark in zip(flat, marks, strict=True)]


def pictures(count: int = 12, kind: str = "PNG", folder: str = "", **drawn: Any) -> dict[str, bytes]:
    """Picture files by name."""
    return {f"{folder}{place}.{kind.lower()}": encoded(digit(place, **drawn), kind) for place in range(count)}


def in_folders(classes: int = 3, count: int = 6, top: str = "", **drawn: Any) -> dict[str, bytes]:
    """Picture files in a folder a class."""
    return {
        name: content
        for label in range(classes)
        for name, content in pictures(count, folder=f"{top}class {label}/", **drawn).items()
    }


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder of files on the disk."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def mnist_folder() -> dict[str, bytes]:
    """The four files as MNIST's are named, packed."""
    return {
        "train-images-idx3-ubyte.gz": gzip.compress(idx(pixels(12))),
        "train-labels-idx1-ubyte.gz": gzip.compress(idx(labels(12))),
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(pixels(6))),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(labels(6))),
    }
