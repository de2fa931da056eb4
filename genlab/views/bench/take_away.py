"""One place for all that a person takes home of a run: its curves, its film, its decoder, a line to cite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import NamedTuple, cast

import streamlit as st

from genlab import __version__
from genlab.live.lab import lab
from genlab.models import FAMILIES
from genlab.runs.store.record import Run
from genlab.runs.taken.table import SEPARATOR, Decimal
from genlab.views.bench.shown import sentence
from genlab.views.frame.session import listed, translator


class Thing(NamedTuple):
    """Something to take: its key, its label, its file's ending and kind, how it is made, whether there is any yet."""

    key: str
    label: str
    ending: str
    mime: str
    make: Callable[[], bytes]
    there: bool


def take_away(run: Run) -> None:
    """The menu; each file is made when it is asked for."""
    _ = translator()
    with st.popover(_("Take away"), icon=":material/download:", width="stretch", key="take_away"):
        for thing in things(run):
            st.download_button(
                thing.label,
                data=thing.make,
                file_name=f"{run.name or run.id}{thing.ending}",
                mime=thing.mime,
                key=f"take_{thing.key}",
                width="stretch",
                on_click="ignore",
                disabled=not thing.there,
                help=None if thing.there else _("There is nothing of it yet: train first."),
            )
            if thing.key == "csv":
                st.caption(spelled())
        st.caption(_("To cite it:"))
        st.code(citation(run), language=None, wrap_lines=True)


def things(run: Run) -> list[Thing]:
    """All that there is to take of a run."""
    from genlab.runs.taken.decoder import decoder_onnx, decoder_safetensors
    from genlab.runs.taken.events import events_zip
    from genlab.runs.taken.film import recording_gif
    from genlab.runs.taken.table import curves_csv

    _, store = translator(), lab().store
    trained = bool(run.saved_step)
    return [
        Thing(
            "csv", _("Curves as a table (CSV)"), ".csv", "text/csv",
            lambda: curves_csv(store.points(run.id), decimal()), run.step > 0,
        ),
        Thing(
            "tensorboard", _("Curves for TensorBoard (zip)"), "-tensorboard.zip", "application/zip",
            lambda: events_zip(store, run), run.step > 0,
        ),
        Thing(
            "gif", _("Film of what was recorded (GIF)"), ".gif", "image/gif",
            lambda: recording_gif(store, run), trained,
        ),
        Thing(
            "safetensors", _("Decoder (safetensors)"), "-decoder.safetensors", "application/octet-stream",
            lambda: decoder_safetensors(store, run), trained,
        ),
        Thing(
            "onnx", _("Decoder (ONNX)"), "-decoder.onnx", "application/octet-stream",
            lambda: decoder_onnx(store, run), trained,
        ),
    ]  # fmt: skip


def decimal() -> Decimal:
    """What the browser's language writes in numbers: a comma, or else a point."""
    from babel import Locale, UnknownLocaleError  # late: no page's words wait for it
    from babel.numbers import get_decimal_symbol

    try:
        symbol = get_decimal_symbol(Locale.parse(st.context.locale or "en", sep="-"))
    except (UnknownLocaleError, ValueError):
        symbol = "."
    return cast(Decimal, symbol if symbol in SEPARATOR else ".")


def spelled() -> str:
    """How the table is written, and why so."""
    _ = translator()
    if decimal() == ",":
        return _("Decimal commas, semicolons between columns: as your browser's language writes numbers.")
    return _("Decimal points, commas between columns: as your browser's language writes numbers.")


def citation(run: Run) -> str:
    """A line that says what the run is and with what it was made."""
    _ = translator()
    what = listed([_(FAMILIES[run.family].title), sentence(run), f"{_('Seed')} {run.seed}"])
    return f"{what}. genlab {__version__}, {run.created.astimezone(UTC):%Y-%m-%d}, {run.id}."
