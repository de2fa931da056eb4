"""How a link may have a page shown: in presenter mode (?present=1), without some controls (?hide=beta,latents), with
some that stay as they are (?fix=steps)."""

from __future__ import annotations

import re

import streamlit as st
from streamlit.components.v2 import component

from genlab.views.frame.address import just_arrived, rewrite
from genlab.views.frame.session import translator

PRESENT, HIDE, FIX = "present", "hide", "fix"
# The key of a widget or of a group of them: a knob's is its field's name.
KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MOST_NAMED = 40

# Streamlit measures in rem, instruments in pixels of their own: both grow. Pictures have the whole width.
LARGE = """<style>
html { font-size: 150% !important; }
[data-testid="stHeader"], .st-key-language_control, .st-key-lab, .st-key-class_controls,
.gl-shown-acts, .st-key-class_collect { display: none !important; }
.stMainBlockContainer { padding: 1rem 1.5rem 4rem !important; max-width: none !important; }
.stMainBlockContainer :is(.gl-lesson, .gl-class, .gl-parade) { font-size: 1.2rem !important; }
.gl-lesson :is(button, p, li, label, output, summary) { font-size: 1.1rem !important; }
.gl-shown { grid-template-columns: minmax(0, 1fr) !important; }
.st-key-actions .stColumn { min-width: 100%; }
.st-key-present_end { position: fixed; right: 1rem; bottom: 1rem; width: auto !important; z-index: 1000; }
.st-key-present_end button { font-size: .7rem; min-height: 1.6rem; padding: 0 .6rem; }
</style>"""

# What is inert can neither be clicked nor reached by the keyboard; it is found again whenever the page changes.
FIXER = """
let names = [];
const watch = new MutationObserver(fix);
function fix() {
  const wanted = new Set(names.flatMap((name) => [...document.querySelectorAll(`.st-key-${name}`)]));
  for (const one of document.querySelectorAll("[data-gl-fixed]"))
    if (!wanted.has(one)) { one.inert = false; delete one.dataset.glFixed; }
  for (const one of wanted) if (!one.inert) { one.inert = true; one.dataset.glFixed = ""; }
}

export default function ({ data }) {
  names = data.names;
  fix();
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    names = [];
    watch.disconnect();
    fix();
  };
}
"""

_fix = component("genlab_fix", js=FIXER)


def as_asked() -> None:
    """Shows the page as its address asks. Presenter mode goes with the person from page to page until they leave it;
    what is hidden is so at this address alone."""
    state = st.session_state
    if just_arrived(PRESENT) and st.query_params.get(PRESENT) in ("0", "1"):
        state[PRESENT] = st.query_params[PRESENT] == "1"
    rewrite(present="1" if state.get(PRESENT) else None)
    if state.get(PRESENT):
        st.html(LARGE)
        _ = translator()
        st.button(_("Leave presenter mode"), key="present_end", on_click=present, args=(False,))
    if names := named(st.query_params.get(HIDE, "")):
        st.html(f"<style>{', '.join(f'.st-key-{name}' for name in names)} {{ display: none !important; }}</style>")
    if names := named(st.query_params.get(FIX, "")):
        st.html(f"<style>{', '.join(f'.st-key-{name}' for name in names)} {{ opacity: .6; }}</style>")
        _fix(key="fix", data={"names": names})


def named(asked: str) -> list[str]:
    """The controls that an address names; nonsense is ignored."""
    return [name for name in asked.split(",")[:MOST_NAMED] if KEY.fullmatch(name)]


def present(on: bool) -> None:
    """Begins or ends presenter mode."""
    st.session_state[PRESENT] = on
