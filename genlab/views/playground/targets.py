"""The choice of the points that are to be learned: a small picture of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import streamlit as st

from genlab.data import available, describe
from genlab.live.widgets.playground import target
from genlab.live.widgets.run_view import COLORS
from genlab.views.bench.own_data import own_names
from genlab.views.frame.pictures import source
from genlab.views.frame.session import translator
from genlab.views.playground.actions import DRAW, TARGETS, is_drawn

SIDE = 40
POINTS = 110
REACH = 1.35
PENCIL = "M10 30l2-7 15-15 5 5-15 15zM24 11l5 5"
# Streamlit draws a picture in a label as an icon; here the pictures are the choice. The circle of a radio button goes,
# its ring stays for who comes by keyboard.
LOOK = """<style>
.st-key-data { width: 100%; }
.st-key-data [role=radiogroup] { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: .2rem; }
.st-key-data [role=radiogroup] label { display: block; margin: 0; padding: 0; aspect-ratio: 1; overflow: hidden;
  border: 1px solid light-dark(#d5d6dc, #45475a); border-radius: .4rem; cursor: pointer; }
.st-key-data [role=radiogroup] label > div { display: block; }
.st-key-data [role=radiogroup] label > div > div:first-child { display: none; }
.st-key-data [role=radiogroup] img { display: block; width: 100%; height: auto; max-height: none; margin: 0; }
.st-key-data [role=radiogroup] label:hover { border-color: currentColor; }
.st-key-data [role=radiogroup] label:has(:checked) { outline: 2px solid currentColor; outline-offset: -1px; }
.st-key-data [role=radiogroup] label:has(:focus-visible) { outline: 3px solid currentColor; outline-offset: 1px; }
</style>"""


def choose_target(on_change: Callable[[], None]) -> None:
    """A group of radio buttons with the key "data": each listed data set, one's own ones, and one's own drawing."""
    _ = translator()
    data = st.session_state["data"]
    names = [*TARGETS, *own_names({"points"}), data if is_drawn(data) else DRAW, data]

    def title(name: str) -> str:
        return _("Draw your own") if name == DRAW or is_drawn(name) else _(describe(name).title)

    st.html(LOOK)
    st.radio(
        _("Data: {name}").replace("{name}", title(data)),
        list(dict.fromkeys(names)),
        format_func=lambda name: picture(title(name), thumbnail(name)),
        key="data",
        horizontal=True,
        on_change=on_change,
    )


def picture(name: str, address: str) -> str:
    """A picture in Markdown, by its name; a name that somebody gave means nothing there."""
    plain = re.sub(r"[\[\]\"\\<>]", "", name)
    return f'![{plain}]({address} "{plain}")'


def thumbnail(name: str) -> str:
    """A small picture of a point data set, see `known_thumbnail`; blank of one that is not on this machine."""
    return known_thumbnail(name) if name == DRAW or available(name) else svg("")


@lru_cache(maxsize=64)
def known_thumbnail(name: str) -> str:
    """Samples in the plane, the density on a line, a pencil where nothing is drawn yet."""
    if name == DRAW:
        path = f'<path d="{PENCIL}" fill="none" stroke="#8A8D98" stroke-width="2" stroke-linejoin="round"/>'
    else:
        path = density(name) if target(name)["dimensions"] == 1 else cloud(name)
    return svg(path)


def svg(path: str) -> str:
    """The address of an SVG that holds itself."""
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">{path}</svg>'
    return source(picture, "svg+xml")


def cloud(name: str) -> str:
    """Samples as dots."""
    examples = target(name)["examples"][: 2 * POINTS]
    half, scale = SIDE / 2, SIDE / 2 / REACH
    places = zip(examples[::2], examples[1::2], strict=True)
    dots = "".join(f"M{half + scale * x:.1f} {half - scale * y:.1f}h0" for x, y in places)
    return f'<path d="{dots}" stroke="{COLORS["data"]}" stroke-width="2.2" stroke-linecap="round"/>'


def density(name: str) -> str:
    """A density as a hill."""
    heights = target(name)["density"]
    top, wide = max(heights), SIDE / (len(heights) - 1)
    hill = " ".join(f"{wide * k:.1f},{SIDE - 8 - 26 * h / top:.1f}" for k, h in enumerate(heights) if k % 3 == 0)
    colour = COLORS["data"]
    return f'<polyline points="{hill}" fill="{colour}" fill-opacity=".3" stroke="{colour}" stroke-width="2"/>'
