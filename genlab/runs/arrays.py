"""Arrays as safetensors, read strictly: a declared size is compared with the bytes there are before it is believed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

Arrays = dict[str, NDArray[Any]]
DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "U8": np.dtype("u1"), "I64": np.dtype("<i8")}


class Malformed(ValueError):
    """Bytes that are not the file they should be; the sentence goes on after the file's name."""


def pack(arrays: Mapping[str, NDArray[Any]], metadata: dict[str, str] | None = None) -> bytes:
    """Arrays by name as one safetensors file."""
    return save({name: np.asarray(array, order="C") for name, array in arrays.items()}, metadata)


def unpack(blob: bytes) -> Arrays:
    """The arrays of a safetensors file: float32, float16, uint8 or int64, floats finite. Raises Malformed."""
    header, start = _header(blob)
    arrays: Arrays = {}
    expected = start
    for name, entry in sorted(header.items(), key=lambda item: _begin(item[1])):
        dtype, shape, begin, end = _entry(name, entry)
        if start + begin != expected or math.prod(shape) * dtype.itemsize != end - begin or start + end > len(blob):
            raise Malformed(f"{name} does not lie where its header says")
        expected = start + end
        array = np.frombuffer(blob, dtype, math.prod(shape), start + begin).reshape(shape)
        arrays[name] = check_finite(name, array)
    if expected != len(blob):
        raise Malformed(f"has {len(blob)} bytes, but its header accounts for {expected}")
    return arrays


def read_metadata(blob: bytes) -> dict[str, str]:
    """The text beside the arrays of a safetensors file. Raises Malformed."""
    size = int.from_bytes(blob[:8], "little")
    try:
        metadata = json.loads(blob[8 : 8 + size])["__metadata__"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed("has no metadata") from None
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise Malformed("has no metadata")
    return metadata


def check_finite(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """The array itself; raises Malformed where it holds a NaN or an infinity."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise Malformed(f"{name} has values that are not finite")
    return array


def _header(blob: bytes) -> tuple[dict[str, Any], int]:
    size = int.from_bytes(blob[:8], "little")
    if len(blob) < 8 or size > len(blob) - 8:
        raise Malformed("is cut short or is not safetensors")
    try:
        header = json.loads(blob[8 : 8 + size])
    except (ValueError, RecursionError):
        raise Malformed("is not safetensors: its header is not JSON") from None
    if not isinstance(header, dict):
        raise Malformed("is not safetensors: its header is no object")
    header.pop("__metadata__", None)
    return header, 8 + size


def _begin(entry: Any) -> int:
    try:
        begin = entry["data_offsets"][0]
    except (KeyError, TypeError, IndexError):
        begin = None
    return begin if isinstance(begin, int) else 0


def _entry(name: str, entry: Any) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    try:
        kind, shape, (begin, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    except (KeyError, TypeError, ValueError):
        raise Malformed(f"{name} is not described as safetensors are") from None
    if not isinstance(kind, str) or kind not in DTYPES:
        raise Malformed(f"{name} has the type {kind!r}, allowed: {', '.join(DTYPES)}")
    if len(shape) > 8 or not all(_is_count(number) for number in (*shape, begin, end)) or end < begin:
        raise Malformed(f"{name} is not described as safetensors are")
    return DTYPES[kind], shape, begin, end


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40
