"""Components that run in the visitor's browser: each is a folder of ES modules in static/, fetched once and cached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from genlab.live.told import TOLD
from genlab.live.web.answers import base_address
from genlab.live.web.modules import STATIC, modules
from genlab.locale import LANGUAGES, SOURCE, translate
from genlab.runs.trouble import SENTENCES, STANDSTILL

# The page's script only fetches the module and hands over: the modules stay files, cached by the browser.
LOADER = (Path(__file__).parent / "loader.js").read_text()

# Between a term's name and what is said of it, where it is no colon and a space.
COLONS = {"zh": "："}

Mount = Callable[..., Any]


def with_words(data: dict[str, Any]) -> dict[str, Any]:
    """The data, with labels that any component may need: of what may be wrong with the server's store and with training
    (see core/lab.js), and of what its figures say of themselves (shared/told/told.js)."""
    language = data.get("language", SOURCE)
    words = {f"trouble_{kind}": translate(text, language) for kind, text in SENTENCES.items()}
    words |= {f"standstill_{kind}": translate(text, language) for kind, text in STANDSTILL.items()}
    words |= {f"told_{key}": translate(text, language) for key, text in TOLD.items()}
    words["told_colon"] = COLONS.get(language, ": ")
    return data | {"labels": words | data.get("labels", {})}


def browser_component(instrument: str, *styles: str) -> Mount:
    """mount(data=..., key=..., **callbacks) of the component in static/INSTRUMENT/index.js, styled by
    static/core/palette.css, these static/shared/STYLE.css and index.css beside it, where there is one.

    The module exports mount({data, parentElement, setStateValue, setTriggerValue}); it is called again whenever
    `data` changes, with the same parentElement. data["base"] is the path below which the app is served, as the
    browser sees it. Callbacks are Streamlit's: on_NAME_change for each value NAME that the module sets.
    """
    mounted = component(
        f"genlab_{instrument}",
        html="<div></div>",
        css=style_of(instrument, *styles),
        js=LOADER,
        isolate_styles=False,
    )

    def mount(data: dict[str, Any], key: str, **callbacks: Any) -> Any:
        return mounted(key=key, data=with_words(data) | for_the_loader(f"{instrument}/index.js"), **callbacks)

    return mount


def style_of(instrument: str, *styles: str) -> str:
    """The style sheets of a component, one after the other; one that is all shared has none of its own."""
    sheets = [STATIC / f"{name}.css" for name in ("core/palette", *(f"shared/{style}" for style in styles))]
    own = STATIC / instrument / "index.css"
    return "\n".join(sheet.read_text() for sheet in (*sheets, *([own] if own.exists() else [])))


def for_the_loader(module: str) -> dict[str, Any]:
    """What loader.js has to know: where the modules are, all that this one needs, and what to say without them."""

    def _(text: str) -> str:
        asked = st.query_params.get("lang")
        return translate(text, asked if asked in LANGUAGES else SOURCE)

    here = modules()
    return {
        "base": base_address(),
        "module": module,
        "version": here.version,
        "needs": here.needed(module),
        "absent": _(
            "This part of the page has not arrived: the server cannot be reached, or something on the way keeps it "
            "back. The page keeps trying; if nothing comes, reload it."
        ),
    }
