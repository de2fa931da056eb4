"""Pictures and weights as the database keeps them: squeezed without loss.

A float32's bytes are kept apart by their place in the number: the highest, sign and exponent, are much alike and shrink
to a third, the lower ones are noise, which nobody tries to squeeze twice. What an older genlab has written is read as
it stands.
"""

from __future__ import annotations

import struct
import zlib

from sqlalchemy import Dialect, LargeBinary, TypeDecorator

from genlab.runs.trouble import StoreTrouble

# No file of tensors begins so: its first eight bytes are a small number, the lowest byte first.
MARK = b"\xffgenlab1"
HEAD = struct.Struct("<BQ")  # bytes of a number, bytes in all
PART = struct.Struct("<?Q")  # whether it is squeezed, how long it is
FLOATS, LEVEL = 4, 1
# By so many bytes of a part, from its middle, it is seen whether it shrinks at all.
TASTED, SHRINKS = 2**15, 0.9


def squeeze(blob: bytes) -> bytes:
    """A file of tensors for the database; anything else, and where nothing is won, as it is."""
    said = blob[8 : 8 + int.from_bytes(blob[:8], "little")]
    marked = blob.startswith(MARK)
    if not marked and not said.startswith(b"{"):
        return blob
    numbers = FLOATS if b'"F32"' in said else 1
    parts = [part(blob[place::numbers]) for place in range(numbers)]
    squeezed = b"".join([MARK, HEAD.pack(numbers, len(blob)), *parts])
    return squeezed if marked or len(squeezed) < len(blob) else blob


def unsqueeze(kept: bytes) -> bytes:
    """The file of tensors again. Raises StoreTrouble where what is kept is damaged."""
    if not kept.startswith(MARK):
        return kept
    try:
        numbers, size = HEAD.unpack_from(kept, at := len(MARK))
        at += HEAD.size
        blob = bytearray(size)
        for place in range(numbers):
            packed, length = PART.unpack_from(kept, at)
            at += PART.size
            found = kept[at : at + length]
            blob[place::numbers] = zlib.decompress(found) if packed else found
            at += length
    except (struct.error, zlib.error, ValueError, MemoryError, OverflowError) as error:
        raise StoreTrouble("foreign") from error
    return bytes(blob)


def part(found: bytes) -> bytes:
    """One part, with what it is before it."""
    middle = max(0, len(found) - TASTED) // 2
    taste = found[middle : middle + TASTED]
    packed = len(zlib.compress(taste, LEVEL)) < SHRINKS * len(taste)
    if packed:
        found = zlib.compress(found, LEVEL)
    return PART.pack(packed, len(found)) + found


class Squeezed(TypeDecorator[bytes]):
    """A column of such files, squeezed as they are written."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else squeeze(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else unsqueeze(bytes(value))
