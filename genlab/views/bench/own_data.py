"""Bringing one's own data: a file is read, shown as it would be learned from, and taken: one more data set."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from genlab.data import OWN, CannotWrite, describe
from genlab.data.own import shelf
from genlab.data.own.names import LONGEST_TITLE, plain
from genlab.locale import told
from genlab.runs.trouble import SENTENCES, of_disk
from genlab.views.bench.refusals import refusal
from genlab.views.frame.session import N_, Translate, owner, translator

if TYPE_CHECKING:
    from genlab.data.own.bring import Brought

READ = "own_read"
MOST_MB = 100
# Of one visitor: a class of thirty then fills no more than a disk has.
MOST_KEPT = 20
# What a hundred megabytes become in memory is some hundreds more: one file at a time, whoever asks.
_reading = threading.Lock()
SHAPES = {"auto": N_("As suits them"), "centred": N_("Cropped and centred"), "fitted": N_("Whole picture")}
POLARITIES = {"auto": N_("As suits them"), "keep": N_("As they are"), "invert": N_("Swapped")}
KINDS = {"images": N_("This page learns points: bring a table of one or two columns."),
         "points": N_("This page learns pictures: bring pictures, or a table of 784 pixels a row.")}  # fmt: skip


def own_names(kinds: Collection[str]) -> list[str]:
    """The own data of these kinds that the visitor may choose: theirs, then what others share."""
    return [name for name in shelf.names(owner()) if describe(name).kind in kinds]


def choosable(name: str, kinds: Collection[str]) -> bool:
    """Whether the visitor may choose this data set by its name, as in a link; raises ValueError for an unknown one."""
    here = not name.startswith(OWN) or (shelf.kept(name) is not None and shelf.may_choose(name, owner()))
    return here and describe(name).kind in kinds


def bring_own(kinds: Collection[str], taken: Callable[[str], None]) -> None:
    """The small button that opens it all; `taken(name)` is called, before the page is drawn, once data were taken."""
    _ = translator()
    with st.popover(_("Bring your own"), icon=":material/upload:", width="stretch", key="own"):
        # The server takes no more than its own setting, whatever a widget says.
        most = min(MOST_MB, int(st.get_option("server.maxUploadSize")))
        allowed = _("Pictures (a zip, .npy, .npz, idx) or a table of 784 pixels or of points a row (.csv); "
                    "up to {most} MB. Only you see it until you share it.").format(most=most)  # fmt: skip
        given = st.file_uploader(_("A file of your own"), key="own_file", max_upload_size=most, help=allowed)
        if given is None:
            st.caption(allowed)
            st.session_state.pop(READ, None)
        else:
            offer(given, kinds, taken, _)
        mine(kinds, _)


def offer(given: Any, kinds: Collection[str], taken: Callable[[str], None], _: Translate) -> None:
    """What the file would become, how it may be read otherwise, and the button that takes it."""
    from genlab.data.own.refused import Refused
    from genlab.views.bench.own_pictures import preview

    choices = {name: st.session_state.get(f"own_{name}") or "auto" for name in ("shape", "polarity")}
    try:
        with st.spinner(_("Reading the file …")):
            brought = read(given, choices["shape"], choices["polarity"])
    except Refused as error:
        st.error(refusal(error), icon=":material/error:")
        return
    if brought.kind not in kinds:
        st.error(_(KINDS[brought.kind]), icon=":material/error:")
        return
    # The button that takes it stands beside the picture: a laptop's window shows both.
    seen, asked = st.columns([1.2, 1], gap="small")
    images = brought.kind == "images"
    with seen:
        st.image(preview(brought), caption=_("As it would be learned from"), width="stretch" if images else "content")
    with asked:
        title = f"own_title_{given.file_id}"  # another file has another name
        st.text_input(_("Name"), value=brought.title, key=title, max_chars=LONGEST_TITLE)
        st.button(
            _("Use it"), key="own_take", type="primary", on_click=take, args=(brought, title, taken), width="stretch"
        )
        st.caption(" ".join(told(note, _) for note in brought.notes))
    if images:
        choose("shape", _("Form"), SHAPES, _)
        choose("polarity", _("Light and dark"), POLARITIES, _)
    if notice := st.session_state.pop("own_notice", None):
        st.error(notice, icon=":material/error:")


def choose(name: str, label: str, options: dict[str, str], _: Translate) -> None:
    """One of the choices of how pictures are read."""
    st.segmented_control(
        label, list(options), format_func=lambda option: _(options[option]), key=f"own_{name}", default="auto"
    )


def read(given: Any, shape: str, polarity: str) -> Brought:
    """The file, read once for each way to read it. Raises Refused."""
    from genlab.data.own.bring import bring

    wanted = (given.file_id, shape, polarity)
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != wanted:
        with _reading:
            brought = bring(
                given.getvalue(),
                given.name,
                shape=None if shape == "auto" else shape,  # type: ignore[arg-type]
                inverted=None if polarity == "auto" else polarity == "invert",
            )
        st.session_state[READ] = kept = (wanted, brought)
    return kept[1]


def take(brought: Brought, title: str, taken: Callable[[str], None]) -> None:
    """Keeps it under the name that stands in the field `title`, and lets the page choose it."""
    _ = translator()
    if sum(shelf.is_mine(name, owner()) for name in shelf.names(owner())) >= MOST_KEPT:
        full = _("You keep {n} data sets of your own, the most allowed: take one off first.")
        st.session_state["own_notice"] = full.format(n=MOST_KEPT)
        return
    named = replace(brought, title=plain(st.session_state[title], LONGEST_TITLE) or brought.title)
    try:
        name = shelf.keep(named, owner())
    except CannotWrite as error:
        st.session_state["own_notice"] = _(SENTENCES[of_disk(error.errno)])
        return
    st.session_state.pop(READ, None)
    taken(name)


def mine(kinds: Collection[str], _: Translate) -> None:
    """What the visitor has brought: shared or not, and taken off the list."""
    names = [name for name in own_names(kinds) if shelf.is_mine(name, owner())]
    if not names:
        return
    st.caption(_("Yours; what is shared everybody on this server may choose."))
    for name in names:
        about = describe(name)
        row = st.container(horizontal=True, vertical_alignment="center", gap="small")
        key = f"own_shared_{name}"
        st.session_state[key] = shelf.is_shared(name)
        row.toggle(
            _("{name}: shared").format(name=about.title),
            key=key,
            on_change=share,
            args=(name, key),
            help=_("A run's link shows what the run shows, shared or not."),
        )
        row.button("", key=f"own_forget_{name}", icon=":material/delete:", help=_("Take it off this server"),
                   on_click=shelf.forget, args=(name, owner()))  # fmt: skip


def share(name: str, key: str) -> None:
    """As the toggle says now."""
    shelf.share(name, owner(), st.session_state[key])
