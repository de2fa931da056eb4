"""What is in a bundle, written as files and read back strictly. Nothing here imports torch or unpickles anything."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from genlab import __version__
from genlab.runs.arrays import Arrays, Malformed, pack, unpack
from genlab.runs.bundle.archive import BundleError
from genlab.runs.bundle.framefile import read_frames, write_frames
from genlab.runs.store.record import Point

FORMAT = 1
REQUIRED = ("run.json", "history.csv", "weights.safetensors", "frames.npz")
# A plan has 600 points; no run that people train comes near this, and pages draw them all.
POINTS_AT_MOST = 50_000
LONGEST_STEP = 9
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LARGEST_NUMBER = 1e300
LONGEST_TIME = 1e9


@dataclass(frozen=True)
class Bundle:
    """A run as it travels: its record, curve, frames and weights.

    points: (step, terms); frames: (step, arrays by name); probe: the examples that all frames show; weights: the
    model's tensors by name; checkpoint: all that training on needs, or None; nets: for a browser, by name; versions:
    what it was made with; metrics: what the ruler said of it.
    """

    family: str
    data: str
    config: dict[str, Any]
    seed: int
    step: int
    seconds: float
    name: str = ""
    preset: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    frames: list[tuple[int, Arrays]] = field(default_factory=list)
    probe: Arrays = field(default_factory=dict)
    weights: Arrays = field(default_factory=dict)
    checkpoint: bytes | None = None
    nets: dict[str, bytes] = field(default_factory=dict)


FACTS: dict[str, type | tuple[type, ...]] = {
    "family": str,
    "data": str,
    "config": dict,
    "seed": int,
    "step": int,
    "seconds": (int, float),
    "name": str,
    "preset": (str, type(None)),
    "versions": dict,
    "metrics": dict,
}


def to_files(bundle: Bundle) -> dict[str, bytes]:
    """A bundle's files by name."""
    facts = {"format": FORMAT} | {key: getattr(bundle, key) for key in FACTS}
    files = {
        "run.json": (json.dumps(facts, indent=2, allow_nan=False) + "\n").encode(),
        "history.csv": _write_history(bundle.points),
        "weights.safetensors": pack(bundle.weights),
        "frames.npz": write_frames(bundle.frames, bundle.probe),
    }
    if bundle.checkpoint is not None:
        files["checkpoint.safetensors"] = bundle.checkpoint
    return files | {f"nets/{name}.safetensors": blob for name, blob in bundle.nets.items()}


def from_files(files: Mapping[str, bytes]) -> Bundle:
    """The bundle in these files. Raises BundleError naming the file that is not as it should be.

    Whether the weights fit the settings is for weights.check to say.
    """
    for name in REQUIRED:
        if name not in files:
            raise BundleError(f"{name}: is missing")
    facts = _read_facts(files["run.json"])
    frames, probe = read_frames(files["frames.npz"])
    return Bundle(
        **facts,
        points=_read_history(files["history.csv"]),
        frames=frames,
        probe=probe,
        weights=widened(read_tensors("weights.safetensors", files["weights.safetensors"])),
        checkpoint=files.get("checkpoint.safetensors"),
        nets={
            name.removeprefix("nets/").removesuffix(".safetensors"): blob
            for name, blob in files.items()
            if name.startswith("nets/")
        },
    )


def read_tensors(name: str, blob: bytes) -> Arrays:
    """The arrays of the safetensors file `name`; raises BundleError."""
    try:
        return unpack(blob)
    except Malformed as error:
        raise BundleError(f"{name}: {error}") from None


def widened(arrays: Arrays) -> Arrays:
    """The arrays with what travels in half precision in single precision, in which models are."""
    return {name: array.astype("<f4") if array.dtype == "<f2" else array for name, array in arrays.items()}


def is_number(value: Any) -> bool:
    """Whether JSON gave a finite number (and no whole number too large to be a float)."""
    return type(value) in (int, float) and abs(value) < LARGEST_NUMBER


def present_versions() -> dict[str, str]:
    """What this bundle is being made with."""
    packages = {name: version(name) for name in ("torch", "numpy")}
    return {"genlab": __version__, "python": platform.python_version()} | packages


def _read_facts(blob: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(blob)
    except (ValueError, RecursionError):
        raise BundleError("run.json: is not JSON") from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        got = facts.get("format") if isinstance(facts, dict) else None
        raise BundleError(f"run.json: format: got {str(got)[:20]!r}, allowed: {FORMAT}")
    if unknown := sorted(facts.keys() - FACTS.keys() - {"format"}):
        raise BundleError(f"run.json: {unknown[0][:40]!r} is not known, allowed: {', '.join(FACTS)}")
    for key, kind in FACTS.items():
        if key not in facts or not isinstance(facts[key], kind) or isinstance(facts[key], bool):
            raise BundleError(f"run.json: {key} is missing or of the wrong type")
    if not 0 <= facts["step"] < 10**LONGEST_STEP:
        raise BundleError(f"run.json: step: got {facts['step']}, allowed: 0 to {10**LONGEST_STEP - 1}")
    if not 0 <= facts["seconds"] < LONGEST_TIME:
        raise BundleError(f"run.json: seconds: allowed: numbers from 0 to {LONGEST_TIME:g}")
    if not facts["name"].isprintable() or not KEY.fullmatch(facts["preset"] or "none"):
        raise BundleError("run.json: name or preset: allowed: a text of one line")
    if not all(isinstance(text, str) for text in facts["versions"].values()):
        raise BundleError("run.json: versions: allowed: texts")
    for name, value in facts["metrics"].items():
        if not is_number(value):
            raise BundleError(f"run.json: metrics: {name[:40]!r} is not a finite number")
    return {key: facts[key] for key in FACTS}


def _text(blob: bytes) -> str:
    """A table's text: ASCII as it is written here, or what other programs save behind a byte order mark."""
    if blob.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return blob.decode("utf-16")
    return blob.removeprefix(codecs.BOM_UTF8).decode("ascii")


def _write_history(points: list[Point]) -> bytes:
    keys = sorted({key for _, terms in points for key in terms})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", *keys])
    writer.writerows([step, *(terms.get(key, "") for key in keys)] for step, terms in points)
    return text.getvalue().encode()


def _read_history(blob: bytes) -> list[Point]:
    if max(blob.count(b"\n"), blob.count(b"\r")) > POINTS_AT_MOST + 1:
        raise BundleError(f"history.csv: has more than {POINTS_AT_MOST} points, which is the most allowed")
    points: list[Point] = []
    try:
        rows = csv.reader(io.StringIO(_text(blob), newline=""), strict=True)
        head = next(rows, [])
        keys = head[1:]
        if head[:1] != ["step"] or len(set(keys)) < len(keys) or not all(map(KEY.fullmatch, keys)):
            raise BundleError("history.csv: its first line is not: step and the terms' names")
        for row in filter(None, rows):  # a table that was saved again may end in empty lines
            step = int(row[0])
            terms = {key: float(cell) for key, cell in zip(keys, row[1:], strict=True) if cell}
            if not (points[-1][0] if points else -1) < step < 10**LONGEST_STEP:
                raise BundleError(f"history.csv: step {step} is out of order")
            if not all(math.isfinite(value) for value in terms.values()):
                raise BundleError(f"history.csv: step {step} has values that are not finite")
            points.append((step, terms))
    except (ValueError, IndexError, csv.Error) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError("history.csv: is not a table of numbers") from None
    return points
