"""The one menu of what a person takes home of a run: its code, its curves, its film, its decoder, a line to cite."""

from __future__ import annotations

from datetime import UTC
from typing import Any, cast
from urllib.parse import quote

import streamlit as st

from genlab import __version__
from genlab.live.web.answers import base_address
from genlab.models import FAMILIES
from genlab.runs.store.record import Run
from genlab.runs.taken.table import SEPARATOR, Decimal
from genlab.views.frame.session import Translate, listed, translator


def menu(run: Run, what: str) -> list[dict[str, Any]]:
    """The menu's groups, each {"title", "note", "files": [{"name", "href", "testid"}], "charts": whether the page's
    chart is among them, "cite": a line}. what: the run in a sentence."""
    _, address = translator(), f"{base_address()}/lab/runs/{run.id}"

    def group(title: str, files: tuple[tuple[str, str, str], ...], note: str = "", **more: Any) -> dict[str, Any]:
        rows = [{"testid": f"take-{key}", "name": name, "href": f"{address}/{path}"} for key, name, path in files]
        return {"title": title, "note": note, "files": rows, "charts": False, "cite": ""} | more

    return [
        group(
            _("Code"),
            (("script", _("Python script"), "script?as=py"), ("notebook", _("Notebook"), "script?as=ipynb")),
            _("This run as one file that needs torch and torchvision alone, and ends at its own numbers."),
        ),
        group(
            _("Curves"),
            (
                ("csv", _("Table (CSV)"), f"taken?as=csv&decimal={quote(decimal())}"),
                ("tensorboard", _("For TensorBoard (zip)"), "taken?as=tensorboard"),
            ),
            spelled(_),
            charts=True,
        ),
        group(_("Film"), (("gif", _("What was recorded (GIF)"), "taken?as=gif"),)),
        group(
            _("Decoder"),
            (("safetensors", "safetensors", "taken?as=safetensors"), ("onnx", "ONNX", "taken?as=onnx")),
        ),
        group(_("To cite it"), (), cite=citation(run, what)),
    ]


def menu_words(_: Translate) -> dict[str, str]:
    """The words around the menu."""
    return {
        "take": _("Take away"),
        "chart": _("Chart ({format})"),
        "copyLine": _("Copy the line"),
    }


def decimal() -> Decimal:
    """What the browser's language writes in numbers: a comma, or else a point."""
    from babel import Locale, UnknownLocaleError  # late: no page's words wait for it
    from babel.numbers import get_decimal_symbol

    try:
        symbol = get_decimal_symbol(Locale.parse(st.context.locale or "en", sep="-"))
    except (UnknownLocaleError, ValueError):
        symbol = "."
    return cast(Decimal, symbol if symbol in SEPARATOR else ".")


def spelled(_: Translate) -> str:
    """How the table is written, and why so."""
    if decimal() == ",":
        return _("The table has decimal commas and semicolons between columns, as your browser's language has it.")
    return _("The table has decimal points and commas between columns, as your browser's language has it.")


def citation(run: Run, what: str) -> str:
    """A line that says what the run is and with what it was made."""
    _ = translator()
    said = listed([_(FAMILIES[run.family].title), what, f"{_('Seed')} {run.seed}"])
    return f"{said}. genlab {__version__}, {run.created.astimezone(UTC):%Y-%m-%d}, {run.id}."
