"""Components that run in the visitor's browser: each is one ES module in static/, fetched once and cached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from genlab.locale import SOURCE, translate
from genlab.runs.trouble import SENTENCES, STANDSTILL

STATIC = Path(__file__).parent / "static"

# The page's script only fetches the module and hands over: the modules stay files, cached by the browser.
LOADER = """
export default function (component) {
  const base = location.origin + component.data.base;
  import(`${base}/lab/static/MODULE.js`).then((module) => module.mount(component));
}
"""

Mount = Callable[..., Any]


def base_address() -> str:
    """The path under which the app is served, without a slash at its end; empty at the root."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def with_trouble(data: dict[str, Any]) -> dict[str, Any]:
    """The data, with labels for what may be wrong with the server's store and with training (see trouble.js)."""
    language = data.get("language", SOURCE)
    words = {f"trouble_{kind}": translate(text, language) for kind, text in SENTENCES.items()}
    words |= {f"standstill_{kind}": translate(text, language) for kind, text in STANDSTILL.items()}
    return data | {"labels": words | data.get("labels", {})}


def browser_component(module: str) -> Mount:
    """mount(data=..., key=..., **callbacks) of the component whose module is static/MODULE.js, styled by
    static/MODULE.css.

    The module exports mount({data, parentElement, setStateValue, setTriggerValue}); it is called again whenever
    `data` changes, with the same parentElement. data["base"] is the app's address. Callbacks are Streamlit's:
    on_NAME_change for each value NAME that the module sets.
    """
    mounted = component(
        f"genlab_{module}",
        html="<div></div>",
        css=(STATIC / f"{module}.css").read_text(),
        js=LOADER.replace("MODULE", module),
        isolate_styles=False,
    )

    def mount(data: dict[str, Any], key: str, **callbacks: Any) -> Any:
        return mounted(key=key, data=with_trouble(data) | {"base": base_address()}, **callbacks)

    return mount
