"""One visitor: the language, and a random key that says which runs are theirs, both kept in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.components.v2 import component

from genlab.live.web.keys import YEAR, kept_key, new_key
from genlab.live.web.modules import STATIC
from genlab.locale import LANGUAGES, SOURCE, translate
from genlab.locale import N_ as N_  # for pages, which have all their words from here

Translate = Callable[[str], str]

LANGUAGE_COOKIE = "genlab_language"
LANGUAGE_CONTROL = "language_control"
# What Markdown, or Streamlit's own kind of it, might read as more than a letter.
SIGNS = re.compile(r"[!-/:-@\[-`{-~]")

# Which language to speak is kept as a cookie, so that a reload, a new tab or a restart of the server still knows it. A
# browser that keeps no cookies here forgets whose runs they are (live/web/keys.py), and is told so.
# And the first stop of the Tab key on every page: the bar of pages has more than anybody passes.
# On a phone Streamlit lists the pages in a side bar: its section there is no item, and has items that are in no list.
KEEPER = """
const watch = new MutationObserver(listPages);
function listPages() {
  const sidebar = document.getElementById("stSidebar");
  if (sidebar) watch.observe(sidebar, { childList: true, subtree: true });
  for (const section of document.querySelectorAll("[data-testid=stSidebarNavItems] > div")) {
    section.setAttribute("role", "listitem");
    for (const page of section.querySelectorAll(":scope > li")) page.setAttribute("role", "none");
  }
}

// A sheet of paper as wide as the window: charts and what lies on them are printed as they stand.
const paper = document.head.appendChild(document.createElement("style"));
addEventListener("beforeprint", () => {
  paper.textContent = `@page { size: ${innerWidth}px ${Math.round(innerWidth * Math.SQRT2)}px; margin: 0; }`;
});

export default function ({ data }) {
  const shell = document.querySelector("[data-testid=stAppViewContainer]");
  if (shell) watch.observe(shell, { childList: true }); // the side bar comes and goes with the window's width
  listPages();
  const present = document.cookie.split("; ");
  const { age, skip, unkeptWithin, unkeptAlone, unkeptOpen, ...cookies } = data;
  for (const [name, value] of Object.entries(cookies))
    if (!present.includes(`${name}=${value}`))
      document.cookie = `${name}=${value}; path=/; max-age=${age}; SameSite=Lax`;
  let link = document.getElementById("gl-skip");
  if (!link) {
    link = document.createElement("a");
    Object.assign(link, { id: "gl-skip", href: "#" });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const places = ["start", "pause"].map((name) => `.st-key-${name} button:enabled`);
      places.push(".gl-lesson :is(.gl-lesson-option, input, .gl-lesson-run)", ".st-key-go_on a");
      places.push("[data-testid=stMain] :is(input, select, canvas[tabindex])");
      places.flatMap((place) => [...document.querySelectorAll(place)]).find((one) => one.checkVisibility())?.focus();
    });
    document.body.prepend(link);
  }
  link.textContent = skip;
  if (!unkeptAlone || document.getElementById("gl-unkept")) return;
  const note = Object.assign(document.createElement("div"), { id: "gl-unkept" });
  note.setAttribute("role", "status");
  const within = window.self !== window.top;
  note.append(within ? unkeptWithin : unkeptAlone);
  if (within) {
    const tab = document.createElement("a");
    Object.assign(tab, { href: location.href, target: "_blank", rel: "noopener", textContent: unkeptOpen });
    note.append(" ", tab);
  }
  document.body.append(note);
}
"""

_keep = component("genlab_key", js=KEEPER)


def begin() -> Translate:
    """Settles the visitor's language and key at the top of every script run; returns the translation function.

    The address that a tab is opened with decides the language, then what this browser was read in last; from then on
    the visitor does. No widget owns the choice: Streamlit forgets a widget's value with the page it stands on."""
    if "language" not in st.session_state:
        wishes = (st.query_params.get("lang"), st.context.cookies.get(LANGUAGE_COOKIE))
        st.session_state["language"] = next((wish for wish in wishes if wish in LANGUAGES), SOURCE)
    # Plain values only: for anything else Streamlit imports pandas, and the words wait for it.
    _ = translator()
    data = {LANGUAGE_COOKIE: language(), "age": YEAR, "skip": _("Skip to the first thing to do")} | unkept()
    _keep(key="keep_key", data=data)
    return _


def unkept() -> dict[str, str]:
    """What to say where the browser has kept no key though the page brought one; nothing where it has."""
    if kept_key(st.context.cookies):
        return {}
    _ = translator()
    return {
        "unkeptWithin": _(
            "Within another site's page your browser keeps nothing for this one: a reload loses your runs."
        ),
        "unkeptAlone": _("Your browser keeps no cookies for this page: a reload loses your runs."),
        "unkeptOpen": _("Open in a tab"),
    }


# The stage, not the margins: the first screen of a laptop must hold it.
TIGHT = """<style>
.stMainBlockContainer { padding: 3.6rem clamp(1rem, 3vw, 4rem) 2rem; }
.stMainBlockContainer h1 { font-size: 2rem; padding: 0; }
.st-key-go_on a { background: light-dark(#24262E, #E6E8EE); padding: .35rem .9rem; }
.st-key-go_on a * { color: light-dark(#FFF, #16171C); }
.st-key-contents a { padding: 0 .4rem; height: auto; min-height: 26px; }
.st-key-contents a p { line-height: 1.25; }
.st-key-contents .stElementContainer, .st-key-contents .stPageLink { height: auto; min-height: 28px; margin: 0; }
.st-key-home h3, .st-key-lab h3 { font-size: 1.25rem; padding: .2rem 0; }
.st-key-lab img { max-width: 6rem; }
.st-key-lab .stCaptionContainer p { font-size: .8rem; line-height: 1.25; }
.st-key-lab .stColumn .stVerticalBlock { gap: .15rem; }
.st-key-lab .stHorizontalBlock { flex-wrap: wrap; }
.st-key-lab .stColumn { min-width: 6.5rem; }
@media (max-width: 640px) { .st-key-lab .stHorizontalBlock .stColumn { min-width: 42%; flex: 1 1 42%; } }
/* Words of buttons break where letters are large, and are never dots; a row holds as many as have room. */
.stMain button [data-testid="stMarkdownContainer"], .stMain button [data-testid="stMarkdownContainer"] p,
.stMain [data-testid="stPageLink"] :is(a span, a p) { white-space: normal; overflow: visible; }
/* A choice of few in a row, which may take another row: each has a border of its own. Streamlit takes a side of it from
   the neighbours of what is chosen or pointed at, by rules that no plain one is above. */
.stApp [data-testid="stButtonGroup"] [role="radiogroup"] { flex-wrap: wrap; gap: .25rem; }
.stApp [data-testid="stButtonGroup"] button[role="radio"] { border-radius: .5rem; margin: 0;
  border-color: light-dark(#16171C40, #FAFAFA40) !important; }
.stApp [data-testid="stButtonGroup"] button[role="radio"][aria-checked="true"] {
  border-color: currentColor !important; }
.stApp .st-key-family [role="radiogroup"] { gap: .15rem; }
.stApp .st-key-family button[role="radio"] { padding: .25rem .32rem; min-width: 0; }
.stApp .st-key-family button[role="radio"] p { font-size: .82rem; }
/* Where letters are large the knobs keep room for their words. */
@media (min-width: 641px) {
  .st-key-bench .stHorizontalBlock:has(> .stColumn .st-key-settings) { flex-wrap: nowrap; }
  .stApp .st-key-bench .stHorizontalBlock > .stColumn:has(.st-key-settings) { min-width: 11.8rem; }
}
.stApp .st-key-actions .stHorizontalBlock { flex-wrap: wrap; }
.stApp .st-key-actions .stColumn { min-width: min(100%, 5.6rem); flex: 1 1 5.6rem; }
.st-key-chapters { gap: 0; width: auto; flex: 0 1 auto; }
.st-key-chapters a { padding: .2rem .5rem; min-width: 2rem; justify-content: center; }
/* What a knob is called is read while it rests, too: Streamlit pales the names of those that training locks. */
.stApp [data-testid="stWidgetLabel"] p { color: light-dark(#16171C, #FAFAFA); }
#gl-skip { position: absolute; left: -100vw; top: .4rem; z-index: 1000000; padding: .4rem 1rem; border-radius: .5rem;
  background: light-dark(#24262E, #E6E8EE); color: light-dark(#FFF, #16171C); font: 1rem system-ui, sans-serif; }
#gl-skip:focus { left: .6rem; }
#gl-unkept { position: fixed; inset: auto 0 0; z-index: 999999; padding: .5rem 1rem; font: .95rem system-ui, sans-serif;
  background: light-dark(#24262E, #E6E8EE); color: light-dark(#FFF, #16171C); }
#gl-unkept a { color: inherit; }
/* Above or below its button there is always half a window: a menu that is longer scrolls, and is never cut off. */
[data-testid="stPopoverBody"] { max-height: calc(50vh - 2.5rem); overflow-y: auto; }
/* The one button to press has the page's ink; Streamlit writes in white on it in either theme. */
.stApp button:is([kind="primary"], [kind="primaryFormSubmit"]):enabled { background-color: light-dark(#24262E, #E6E8EE);
  border-color: light-dark(#24262E, #E6E8EE); color: light-dark(#FFF, #16171C); }
/* One column: the buttons, then what they move, then the knobs; a chapter's question, then its stage. */
@media (max-width: 640px) {
  .st-key-chapter > .stHorizontalBlock, .st-key-chapter > div > .stHorizontalBlock { flex-direction: column-reverse; }
  .stHorizontalBlock:has(h1) { gap: .4rem; }
  .st-key-bench .stColumn:has(.st-key-settings), .st-key-bench .stColumn:has(.st-key-settings) > .stVerticalBlock {
    display: contents; }
  .st-key-bench div:has(> .st-key-actions), .st-key-bench div:has(> .st-key-settings) { width: 100%; }
  .st-key-bench div:has(> .st-key-settings) { order: 1; }
  .st-key-actions .stColumn { min-width: 0; flex: 1 1 45%; }
}
</style>"""
# What is said again where the system's few colours are forced on a page
FORCED = f"<style>{(STATIC / 'shared' / 'forced.css').read_text()}</style>"


def header(title: str, between: Callable[[], None] = lambda: None) -> None:
    """A page's title, and the choice of language at its right. between: draws what stands between the two."""
    st.html(TIGHT + FORCED)
    # A row that breaks where the window is narrow: the choice is never cut off.
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, width="content")
        between()
        st.session_state[LANGUAGE_CONTROL] = language()
        st.segmented_control(
            "Language / 语言",
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key=LANGUAGE_CONTROL,
            required=True,
            label_visibility="collapsed",
            on_change=speak,
        )


def speak() -> None:
    """The visitor chose a language."""
    st.session_state["language"] = st.session_state[LANGUAGE_CONTROL]


def language() -> str:
    """The visitor's language."""
    return st.session_state.get("language") or SOURCE


def translator() -> Translate:
    """The function that turns English text into the visitor's language."""
    chosen = language()
    return lambda text: translate(text, chosen)


def listed(parts: Iterable[str]) -> str:
    """Parts of one sentence, with the comma of the visitor's language between them."""
    return ("，" if language() == "zh" else ", ").join(parts)


def plain(text: str) -> str:
    """What a visitor has typed, for Markdown: as it stands, without links or signs of its own."""
    return SIGNS.sub(r"\\\g<0>", text)


def owner() -> str:
    """This browser's key: from its cookie, or made now."""
    state = st.session_state
    if "owner" not in state:
        state.owner = kept_key(st.context.cookies) or new_key()
    return state.owner


def last_run_key(family: str) -> str:
    """Where the session keeps the id of its present run of a family."""
    return f"run_{family}"
