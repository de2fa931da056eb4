"""The table: a row a model, its samples beside its numbers, and what it cannot be asked left open."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PIL import Image

from genlab.runs.taken.table import MARK
from genlab.side_by_side.names import ASKED
from genlab.views.compare.words import COLUMNS, MEANINGS, title_of
from genlab.views.frame.pictures import source

if TYPE_CHECKING:
    from genlab.runs.work.rows import MadeRow
    from genlab.views.frame.session import Translate

NONE = "–"
STYLE = """<style>
.gl-table { overflow-x: auto; }
.gl-table table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.gl-table :is(th, td) { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid
  light-dark(#D5D7DE, #3A3D46); vertical-align: middle; }
.gl-table th { font-weight: 600; }
.gl-table :is(th, td):first-child { text-align: left; }
.gl-table th small { display: block; font-weight: 400; }
.gl-table img { display: block; width: 168px; height: 84px; image-rendering: auto; }
.gl-table tr.gl-real td, .gl-table tr.gl-real th { font-style: italic; }
</style>"""


def table(rows: Sequence[MadeRow], kind: str, _: Translate) -> str:
    """The rows as HTML."""
    asked = asked_of(rows, kind)
    heads = [head(name, _) for name in asked]
    body = "".join(line(row, asked, _) for row in rows)
    label = escape(_("Side by side"))
    plain = [_("Model"), _("samples"), _("steps"), _("seconds")]
    first, second, *last = (f"<th scope=col>{escape(title)}</th>" for title in plain)
    return (
        f'{STYLE}<div class="gl-table" tabindex="0" role="region" aria-label="{label}"><table><thead>'
        f"<tr>{first}{second}{''.join(heads)}{''.join(last)}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def asked_of(rows: Sequence[MadeRow], kind: str) -> list[str]:
    """The measures that at least one row has."""
    return [name for name in ASKED[kind] if any(name in row.metrics for row in rows)]


def head(name: str, _: Translate) -> str:
    """A column's head: title, arrow towards better, unit."""
    column = COLUMNS[name]
    unit = f"<small>{escape(_(column.unit))}</small>" if column.unit else ""
    return f"<th scope=col>{escape(_(column.title))} {column.better}{unit}</th>"


def line(row: MadeRow, asked: Sequence[str], _: Translate) -> str:
    """A row."""
    title = escape(title_of(row.model, row.rule, _))
    picture = f'<img src="{source(row.sheet, "png")}" alt="{title}">'
    cells = "".join(f"<td>{written(row, name)}</td>" for name in asked)
    steps, seconds = (f"{row.steps:,}", f"{row.seconds:.1f}") if row.steps else (NONE, NONE)
    shade = "" if row.steps else ' class="gl-real"'
    return f"<tr{shade}><th scope=row>{title}</th><td>{picture}</td>{cells}<td>{steps}</td><td>{seconds}</td></tr>"


def written(row: MadeRow, name: str) -> str:
    """A number in its column's form; a dash where the model cannot be asked."""
    value = row.metrics.get(name)
    return NONE if value is None else format(value, COLUMNS[name].form).replace("-", "−")


def meanings(names: Sequence[str], _: Translate) -> str:
    """What the columns mean, as a list in Markdown."""
    return "\n".join(f"- **{_(COLUMNS[name].title)}**: {_(MEANINGS[name])}" for name in names)


def as_csv(rows: Sequence[MadeRow], kind: str, _: Translate) -> bytes:
    """The table with all its digits, its columns by the names that the command line has, for any spreadsheet."""
    asked = asked_of(rows, kind)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["model", *asked, "steps", "seconds"])
    for row in rows:
        writer.writerow([title_of(row.model, row.rule, _), *(row.metrics.get(name, "") for name in asked), row.steps,
                         f"{row.seconds:.2f}"])  # fmt: skip
    return (MARK + file.getvalue()).encode()


def as_png(rows: Sequence[MadeRow]) -> bytes:
    """The rows' samples below each other."""
    sheets = [Image.open(io.BytesIO(row.sheet)) for row in rows]
    width, height = sheets[0].size
    picture = Image.new("L", (width, len(sheets) * (height + 4)), 128)
    for place, sheet in enumerate(sheets):
        picture.paste(sheet, (0, place * (height + 4)))
    file = io.BytesIO()
    picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
