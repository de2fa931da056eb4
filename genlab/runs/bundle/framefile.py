"""frames.npz: a run's frames and the examples behind them, as arrays in NumPy's format that are never unpickled."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genlab.data import Description
from genlab.runs.arrays import Arrays, Malformed, check_finite
from genlab.runs.bundle.archive import BundleError, read_zip, write_zip

FILE = "frames.npz"
FRAMES_AT_MOST = 400
# "<step>/<name>.npy" and "probe/<name>.npy".
MEMBER = re.compile(r"(?:0|[1-9]\d{0,8}|probe)/[a-z][a-z0-9_]{0,39}\.npy")
MAGIC = b"\x93NUMPY\x01\x00"
# NumPy's own reader evaluates the header as Python; what NumPy writes is this and nothing else.
HEADER = re.compile(
    rb"\{'descr': '(\|u1|<f4|<i8)', 'fortran_order': False, 'shape': \(((?:\d{1,9}, ?)*(?:\d{1,9})?)\), \} *\n"
)


def write_frames(frames: Iterable[tuple[int, Arrays]], probe: Arrays) -> bytes:
    """The file of these frames, (step, arrays by name), and of the examples behind them."""
    arrays = {f"{step}/{name}": array for step, pictures in frames for name, array in pictures.items()}
    arrays |= {f"probe/{name}": array for name, array in probe.items()}
    return write_zip({f"{name}.npy": _write_array(array) for name, array in arrays.items()})


def read_frames(blob: bytes) -> tuple[list[tuple[int, Arrays]], Arrays]:
    """The frames in the order of their steps, and the examples. Raises BundleError, naming the array at fault."""
    frames: dict[int, Arrays] = {}
    probe: Arrays = {}
    for member, content in read_zip(blob, MEMBER, FILE).items():
        where, name = member.removesuffix(".npy").split("/")
        try:
            array = check_finite("it", _read_array(content))
        except Malformed as error:
            raise BundleError(f"{FILE}: {member}: {error}") from None
        into = probe if where == "probe" else frames.setdefault(int(where), {})
        into[name] = array
    if len(frames) > FRAMES_AT_MOST:
        raise BundleError(f"{FILE}: has {len(frames)} frames, allowed: at most {FRAMES_AT_MOST}")
    return sorted(frames.items()), probe


def check_pictures(arrays: Arrays, where: str, data: Description) -> None:
    """Raises BundleError where an array that pages draw is not of the type and shape that they expect.

    -1 in a shape below stands for any size; names that are not there are for families to come.
    """
    example = ("|u1", (-1, 28, 28)) if data.kind == "images" else ("<f4", (-1, *data.shape))
    expected = {
        "samples": example,
        "reconstructions": example,
        "originals": example,
        "examples": example,
        "labels": ("|u1", (-1,)),
        "latent": ("<f4", (-1, 2)),
        "kl_per_latent": ("<f4", (-1,)),
        "field": ("|u1", (-1, -1)),
        "best": ("|u1", (-1, -1)),
        "gradient": example,
        "grid": example,
        "shares": ("<f4", (-1,)),
        "noise": ("<f4", (-1, -1)),
    }
    for name in arrays.keys() & expected.keys():
        dtype, shape = expected[name]
        got = arrays[name]
        fits = len(shape) == got.ndim and all(a in (-1, b) for a, b in zip(shape, got.shape, strict=True))
        if not fits or got.dtype.str != dtype:
            raise BundleError(
                f"{FILE}: {where}/{name}: got {got.dtype} {list(got.shape)}, "
                f"allowed: {np.dtype(dtype)} {list(shape)} (-1: any size)"
            )


def _write_array(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _read_array(content: bytes) -> NDArray[Any]:
    start = 10 + int.from_bytes(content[8:10], "little")
    header = HEADER.fullmatch(content[10:start])
    if content[:8] != MAGIC or header is None:
        raise Malformed("is not in NumPy's format 1.0 with uint8, int64 or float32")
    dtype = np.dtype(header[1].decode())
    shape = tuple(int(size) for size in header[2].replace(b",", b" ").split())
    if len(shape) > 4 or math.prod(shape) * dtype.itemsize != len(content) - start:
        raise Malformed(f"declares the shape {list(shape)[:5]} but has {len(content) - start} bytes")
    return np.frombuffer(content, dtype, math.prod(shape), start).reshape(shape)
