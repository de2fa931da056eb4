"""Arrays in .npy and idx files, parsed from bytes by their headers alone: nothing is ever unpickled."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genlab.data.own.refused import refused
from genlab.locale import N_, Message

Array = NDArray[Any]
NPY = b"\x93NUMPY"
IDX = b"\x00\x00"
UNSIGNED_BYTE = 8
MOST_DIMENSIONS = 4
# Numbers (bool, unsigned, signed, floating) and, for labels, texts.
NUMBERS, TEXTS = "buif", "US"
LONGEST_TEXT = 400


def is_array(blob: bytes) -> bool:
    """Whether a file begins as an .npy or idx file does."""
    return blob.startswith(NPY) or (len(blob) > 4 and blob.startswith(IDX) and 1 <= blob[3] <= MOST_DIMENSIONS)


def read_array(name: str, blob: bytes) -> Array:
    """The array in an .npy or idx file. Raises Refused."""
    return read_npy(name, blob) if blob.startswith(NPY) else read_idx(name, blob)


def read_npy(name: str, blob: bytes) -> Array:
    """The array in an .npy file (NEP 1): its header says type, order and shape, and the rest must be just that long."""
    file = io.BytesIO(blob)
    try:
        version = np.lib.format.read_magic(file)
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, fortran, dtype = read(file)
    except (ValueError, KeyError, TypeError, OverflowError, MemoryError, RecursionError, SyntaxError, EOFError):
        raise refused(name, Message(N_("a damaged .npy header")), Message(N_("a whole one"))) from None
    numbers = Message(N_("numbers: bool, integers or floats"))
    if dtype.hasobject:
        raise refused(name, Message(N_("Python objects, which are never opened")), numbers)
    if dtype.kind not in NUMBERS + TEXTS or dtype.itemsize > LONGEST_TEXT or dtype.itemsize == 0:
        raise refused(name, str(dtype)[:40], numbers)
    if len(shape) > MOST_DIMENSIONS:
        most = Message(N_("{most} dimensions at most"), most=MOST_DIMENSIONS)
        raise refused(name, Message(N_("{count} dimensions"), count=len(shape)), most)
    there, said = len(blob) - file.tell(), math.prod(shape) * dtype.itemsize
    if there != said or any(side < 0 for side in shape):
        raise cut_short(name, there, said)
    flat = np.frombuffer(blob, dtype, offset=file.tell())
    return flat.reshape(shape, order="F" if fortran else "C")


def read_idx(name: str, blob: bytes) -> Array:
    """The array in an idx file of unsigned bytes; see genlab.data.images for the format."""
    kind, dimensions = blob[2], blob[3]
    if kind != UNSIGNED_BYTE:
        raise refused(name, Message(N_("idx values of type {kind}"), kind=kind), Message(N_("type 8, unsigned bytes")))
    begin = 4 + 4 * dimensions
    shape = tuple(int(side) for side in np.frombuffer(blob[4:begin].ljust(4 * dimensions, b"\0"), ">u4"))
    if len(blob) - begin != math.prod(shape):
        raise cut_short(name, len(blob) - begin, math.prod(shape))
    return np.frombuffer(blob, np.uint8, offset=begin).reshape(shape)


def cut_short(name: str, there: int, said: int) -> Exception:
    """The refusal of a file that is not as long as its header says."""
    allowed = Message(N_("{said} bytes, as its header says"), said=f"{max(said, 0):,}"[:30])
    return refused(name, Message(N_("{there} bytes of values"), there=f"{max(there, 0):,}"), allowed)
