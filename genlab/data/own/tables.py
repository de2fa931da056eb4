"""Tables as people write them: with or without a header, a label or an index column, commas or semicolons, a BOM."""

from __future__ import annotations

import csv
import io
import math
from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from genlab.data.own.layouts import PIXELS, of_arrays
from genlab.data.own.parts import Found
from genlab.data.own.refused import refused, shown
from genlab.locale import N_, Message

MOST_ROWS = 1_000_000
# 784 pixels, an index and a label; what is wider is refused before it is parsed.
MOST_COLUMNS = 800
LONGEST_LINE = 100_000
LABEL_NAMES = frozenset({"label", "labels", "class", "target", "y", "digit", "category", "species"})
INDEX_NAMES = frozenset({"", "id", "index", "unnamed: 0", "idx", "row"})
FORMULA = ("=", "@")
# A column of so few different whole numbers, beside others that are no whole numbers, is one of labels.
FEW_LABELS = 100
# Programs' words for a number that is none.
NO_NUMBERS = frozenset({"nan", "na", "n/a", "null", "none", "#n/a", "inf", "-inf", "+inf", "infinity", "-infinity"})
COLUMNS = N_("784 pixels, or 1 or 2 coordinates, and besides at most a column of labels")


class Table(NamedTuple):
    """Column names (none without a header), numbers [rows, columns], and the column of texts where there is one."""

    names: list[str]
    numbers: np.ndarray
    texts: list[str] | None


def read_table(file: str, blob: bytes) -> Found:
    """Pictures or points, with their labels, from a table's bytes. Raises Refused."""
    names, numbers, labels = parsed(file, text_of(file, blob))
    if names and names[0] in INDEX_NAMES and numbers.shape[1] > 1 and (np.diff(numbers[:, 0]) == 1).all():
        names, numbers = names[1:], numbers[:, 1:]
    if labels is None and (place := label_column(names, numbers)) is not None:
        labels, numbers = numbers[:, place], np.delete(numbers, place, axis=1)
    if numbers.shape[1] not in (1, 2, PIXELS):
        raise refused(file, Message(N_("{count} columns of numbers"), count=numbers.shape[1]), Message(COLUMNS))
    return of_arrays({file: numbers} if labels is None else {file: numbers, "label": np.asarray(labels)}, file)


def label_column(names: Sequence[str], numbers: np.ndarray) -> int | None:
    """Which column of numbers is one of labels: by its name, else the first or last of one too many that looks so."""
    wide = numbers.shape[1]
    named = [place for place, name in enumerate(names) if name in LABEL_NAMES]
    if len(named) == 1 and wide - 1 in (1, 2, PIXELS) and not (wide == 2 and "x" in names):
        return named[0]
    if len(named) == 1 and wide == 2 and names[named[0]] != "y":
        return named[0]
    ends = [place for place in (0, wide - 1) if looks_like_labels(numbers[:, place])]
    if wide == PIXELS + 1:
        # A digit's corner is empty: a column of the same number throughout is one of pixels.
        varied = [place for place in ends if len(np.unique(numbers[:, place])) > 1]
        return (varied or ends or [None])[0]
    if wide == 3 and len(ends) == 1 and not looks_like_labels(numbers[:, 1]):
        return ends[0]
    return None


def looks_like_labels(column: np.ndarray) -> bool:
    """Whether a column has few different whole numbers."""
    return bool((column == np.rint(column)).all()) and len(np.unique(column)) <= FEW_LABELS


def text_of(file: str, blob: bytes) -> str:
    """A text in UTF-8 or UTF-16, a byte order mark or not, or else in Latin-1."""
    wide = blob.startswith((b"\xff\xfe", b"\xfe\xff"))
    no_text = refused(file, Message(N_("bytes that are no text")), Message(N_("a table as text")))
    if b"\0" in blob and not wide:
        raise no_text
    try:
        return blob.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        if wide:
            raise no_text from None
        return blob.decode("latin-1")


def parsed(file: str, text: str) -> Table:
    """The rows as numbers; one column may be of texts: labels."""
    delimiter = delimiter_of(text[:100_000])
    comma = delimiter != ","
    rows = filled(file, text, delimiter)
    first, second = next(rows, None), next(rows, None)
    names: list[str] = []
    if first is not None and second is not None and is_header(first[1], second[1], comma):
        names, first = [cell.lower() for cell in first[1]], None
    begun = [row for row in (first, second) if row is not None]
    if not begun:
        raise refused(file, Message(N_("a table without rows")), Message(COLUMNS))
    line, cells = begun[0]
    wide = len(names) or len(cells)
    texts_at = [place for place, cell in enumerate(cells) if is_text(cell, comma)]
    if len(texts_at) > 1 or wide == len(texts_at):
        raise refused(file, Message(N_("texts instead of numbers in row {row}"), row=line), Message(COLUMNS))
    at = texts_at[0] if texts_at else None
    numbers, labels = array("d" if wide < PIXELS else "f"), []
    for count, (line, cells) in enumerate(chain(begun, rows), 1):
        if len(cells) != wide:
            got = Message(N_("{count} columns in row {row}"), count=len(cells), row=line)
            raise refused(file, got, Message(N_("{count}, as in the first row"), count=wide))
        if count > MOST_ROWS:
            got, most = Message(N_("more rows")), Message(N_("{most} rows at most"), most=f"{MOST_ROWS:,}")
            raise refused(file, got, most)
        if at is not None:
            labels.append(label(file, line, cells.pop(at)))
        numbers.extend(values(file, line, cells, comma))
    if at is not None and names:
        del names[at]
    shape = (-1, wide - (at is not None))
    return Table(names, np.frombuffer(numbers, numbers.typecode).reshape(shape), labels or None)


def delimiter_of(begin: str) -> str:
    """What stands between cells: a semicolon or a tab where there is one, for then commas are decimal; else a comma,
    or a space."""
    return next((mark for mark in ";\t," if mark in begin), " ")


def filled(file: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row that has something in it."""
    reader = csv.reader(lines(file, text), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                got = Message(N_("more than {most} columns"), most=MOST_COLUMNS)
                raise refused(file, got, Message(COLUMNS))
            stripped = [cell.strip() for cell in cells]
            if delimiter == " ":
                stripped = [cell for cell in stripped if cell]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error:
        got = Message(N_("a row that cannot be read after row {row}"), row=reader.line_num)
        raise refused(file, got, Message(N_("cells of numbers"))) from None


def lines(file: str, text: str) -> Iterator[str]:
    """The lines of a text, as long as each is one that a table has: cells are counted only once they are split."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise refused(file, Message(N_("more than {most} columns"), most=MOST_COLUMNS), Message(COLUMNS))
        yield line


def is_header(first: Sequence[str], second: Sequence[str], comma: bool) -> bool:
    """Whether the first row names the columns: it has a text where the second has a number, or it counts them."""
    if len(first) >= PIXELS and first[:PIXELS] == [str(place) for place in range(PIXELS)]:
        return True
    pairs = zip(first, second, strict=False)
    return any((is_text(one, comma) or not one) and number(other, comma) is not None for one, other in pairs)


def number(cell: str, comma: bool) -> float | None:
    """The number in a cell, where it is one; comma: whether a decimal comma is one."""
    if comma and "," in cell and "." not in cell:
        cell = cell.replace(",", ".", 1)
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None


def is_text(cell: str, comma: bool) -> bool:
    """Whether a cell has words: digits with marks that are no number are a mistake, and no label."""
    return any(map(str.isalpha, cell)) and number(cell, comma) is None and cell.lower() not in NO_NUMBERS


def values(file: str, line: int, cells: Sequence[str], comma: bool) -> list[float]:
    """A row's numbers; the first cell that is none is named."""
    if not comma:
        try:
            found = [float(cell) for cell in cells]
        except ValueError:
            found = []
        if found and math.isfinite(sum(found)) and not any("_" in cell for cell in cells):
            return found
    row = []
    for column, cell in enumerate(cells, 1):
        value = number(cell, comma)
        if value is None or not math.isfinite(value):
            got = Message(N_("“{cell}” in row {row}, column {column}"), cell=shown(cell), row=line, column=column)
            raise refused(file, got, Message(N_("finite numbers, no formulas and no empty cells")))
        row.append(value)
    return row


def label(file: str, line: int, cell: str) -> str:
    """A label's text: no formula, which a spreadsheet would run."""
    if cell.startswith(FORMULA) or not cell:
        got = Message(N_("“{cell}” as the label in row {row}"), cell=shown(cell), row=line)
        raise refused(file, got, Message(N_("texts that are no formulas")))
    return cell
