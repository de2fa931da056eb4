"""A run's curves as a table that spreadsheets open."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Literal

from genlab.runs.store.record import Point

Decimal = Literal[".", ","]
# A spreadsheet expects the other one of the two between fields where a comma is in the numbers (RFC 4180 knows only one
# of them, people's machines both).
SEPARATOR: dict[Decimal, str] = {".": ",", ",": ";"}
# By this mark spreadsheets know that text is UTF-8.
MARK = "\ufeff"


def curves_csv(points: Sequence[Point], decimal: Decimal = ".") -> bytes:
    """The points as CSV, UTF-8 with its mark: a row a step, a column a term, empty where a step has no such number.

    decimal: what stands in the numbers; fields are separated by a comma where it is a point, by a semicolon where it is
    a comma, as spreadsheets in such places have it.
    """
    keys = sorted({key for _, values in points for key in values})
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR[decimal])
    writer.writerow(["step", *keys])
    for step, values in points:
        writer.writerow([step, *(written(values[key], decimal) if key in values else "" for key in keys)])
    return (MARK + text.getvalue()).encode()


def written(value: float, decimal: Decimal) -> str:
    """A number in all its digits."""
    return repr(float(value)).replace(".", decimal)
