"""A visitor's runs and the shipped ones: compare their curves, open, fork, rename, export, import, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zlib import crc32

import streamlit as st

from genlab.data import describe
from genlab.live.lab import lab, shipped_runs
from genlab.live.web.failure import told
from genlab.runs.store.record import Run, RunError
from genlab.runs.trouble import StoreTrouble
from genlab.views.bench.refusals import refusal
from genlab.views.frame.address import just_arrived, rewrite
from genlab.views.frame.session import header, owner, translator
from genlab.views.frame.troubles import calm

MAX_COMPARED = 8
REFRESH_SECONDS = 2.0


def runs_page() -> None:
    """The table, and what can be done with the rows chosen in it."""
    _ = translator()
    header(_("Runs"))
    st.markdown(_("Every run is kept: yours are known by this browser. Choose one or more rows to compare them."))
    importer()
    runs = offered()
    if not runs:
        st.info(_("No runs yet. Train one on the Autoencoder, VAE or GAN page."), icon=":material/play_arrow:")
        return
    moving = any(run.state == "running" for run in runs)
    st.fragment(run_every=REFRESH_SECONDS if moving else None)(calm_table)()


def calm_table() -> None:
    """The table, or why it cannot be shown just now."""
    with calm():
        table()


def table() -> None:
    """The rows, fresh at each call, and below them the chosen ones. Which are chosen is in the address."""
    # late, for torch takes a second and the words above need not wait
    from genlab.models import FAMILIES
    from genlab.views.bench.shown import whose
    from genlab.views.bench.told_apart import all_settings

    _ = translator()
    runs = offered()
    rows = {
        _("Name"): [run.name or run.id for run in runs],
        _("Family"): [_(FAMILIES[run.family].title) for run in runs],
        _("Data"): [_(describe(run.data).title) for run in runs],
        _("Settings"): [all_settings(run) for run in runs],
        _("State"): [_(run.state) for run in runs],
        _("Steps"): [run.step for run in runs],
        _("Seconds"): [round(run.seconds, 1) for run in runs],
        _("Whose"): [whose(run) for run in runs],
        _("Begun"): [run.created for run in runs],
    }
    # Rows are chosen by their place: with other runs in them it is another table, lest a click delete the next run.
    places = crc32(" ".join(run.id for run in runs).encode())
    event: Any = st.dataframe(
        rows,
        key=f"runs_table_{places:x}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=asked_rows(places, runs),
        hide_index=True,
        height="content",
    )
    chosen = [runs[index] for index in event.selection.rows if index < len(runs)][:MAX_COMPARED]
    rewrite(compare=",".join(run.id for run in chosen) if len(chosen) > 1 else None)
    if not chosen:
        st.caption(_("Tick a row at its left; tick two or more to compare them."))
        if size := lab().store.megabytes(owner()):
            st.caption(_("Your runs take {size} MB here.").format(size=f"{size:.1f}"))
        return
    if len(chosen) == 1:
        actions(chosen[0])
    compared(chosen)


def offered() -> list[Run]:
    """One's own runs, the shipped ones, and those of the address: who has a run's id may look at it."""
    store = lab().store
    runs = [*store.list(owner()), *shipped_runs()]
    known = {run.id for run in runs}
    return [*runs, *store.several([run_id for run_id in asked_ids() if run_id not in known])]


def asked_ids() -> list[str]:
    """The runs that the address names, which they keep as long as one stays."""
    if just_arrived("compare"):
        named = dict.fromkeys(st.query_params.get("compare", "").split(","))
        st.session_state["compare_asked"] = [run_id for run_id in named if run_id][:MAX_COMPARED]
    return st.session_state.get("compare_asked", [])


def asked_rows(places: int, runs: list[Run]) -> Any:
    """The rows that a table begins with: those of the address. Decided once a table: another beginning would be another
    table."""
    kept = st.session_state.setdefault("compare_rows", {})
    if places not in kept:
        kept[places] = [place for place, run in enumerate(runs) if run.id in asked_ids()]
    return {"selection": {"rows": kept[places]}} if kept[places] else None


def compared(runs: list[Run]) -> None:
    """The curves of the chosen runs; of several also in what they differ and what they drew."""
    from genlab.views.compared.curves import overlay
    from genlab.views.compared.differences import differences, legend
    from genlab.views.compared.samples import samples

    _ = translator()
    if len(runs) == 1:
        overlay(runs, [runs[0].name or f"{runs[0].family} {runs[0].id}"])
        return
    names = legend(runs)
    overlay(runs, names)
    if apart := differences(runs):
        st.dataframe({_("Run"): [run.name or run.id for run in runs]} | apart, hide_index=True, key="compared_settings")
    else:
        st.caption(_("These runs do not differ in any setting."))
    samples(runs, names)


def actions(run: Run) -> None:
    """What one run allows: open, fork, export; for one's own also rename, keep, delete."""
    _ = translator()
    from genlab.live.widgets.shown import shown
    from genlab.views.bench.shown import open_run, shown_data

    mine = run.owner == owner()
    words = shown_data(run, forks=False)
    shown(words, "shown", lambda: None)
    cells = st.columns(4)
    if cells[0].button(_("Open"), key="open", icon=":material/open_in_full:", width="stretch"):
        open_run(run)
    with cells[1].popover(words["words"]["fork"], icon=":material/call_split:", width="stretch"):
        forker(run)
    cells[2].download_button(
        _("Export"),
        data=lambda: exported(run.id),
        file_name=f"{run.name or run.id}.zip",
        mime="application/zip",
        key="export",
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
        # What is exported is the newest checkpoint; the first is of the untrained model.
        disabled=not run.saved_step,
        help=None if run.saved_step else _("There is nothing trained to export yet."),
    )
    with cells[3].popover(_("Delete"), icon=":material/delete:", width="stretch", disabled=not mine):
        st.write(_("This run and its checkpoints go for good."))
        if st.button(_("Delete for good"), key="delete", type="primary"):
            attempt(lambda: lab().store.delete(run.id, owner=owner()))
    if mine:
        name = st.text_input(_("Name"), value=run.name, key=f"name_{run.id}", max_chars=80)
        if name != run.name:
            attempt(lambda: lab().store.rename(run.id, name, owner=owner()))
        words = _("Keep it: old runs that nobody has used for long are deleted, this one never.")
        pinned = st.checkbox(words, value=run.pinned, key=f"pin_{run.id}")
        if pinned != run.pinned:
            attempt(lambda: lab().store.pin(run.id, pinned, owner=owner()))
    if failure := told(run, _):
        st.error(failure, icon=":material/error:")


def attempt(action: Callable[[], object]) -> None:
    """Acts on the store and shows the table anew; what cannot be done (the run is another's, or was deleted in another
    tab) is said."""
    try:
        action()
    except (RunError, StoreTrouble) as error:
        st.error(refusal(error), icon=":material/error:")
    else:
        st.rerun()


def exported(run_id: str) -> bytes:
    """The run's zip, made when it is asked for."""
    from genlab.runs.bundle import export_run

    return export_run(lab().store, run_id)


def forker(run: Run) -> None:
    """A new run from one of the kept moments of this one."""
    _ = translator()
    steps = lab().store.checkpoint_steps(run.id)
    if not steps:
        st.write(_("No moment of this run is kept yet."))
        return
    step = st.select_slider(_("From step"), steps, value=steps[-1], key="fork_step") if len(steps) > 1 else steps[0]
    from genlab.views.bench.shown import IN_SHORT, open_run

    if step in lab().store.short_steps(run.id):
        st.caption(_(IN_SHORT))
    if st.button(_("Fork here"), key="fork", type="primary"):
        attempt(lambda: open_run(lab().store.fork(run.id, step, owner(), {})))


def importer() -> None:
    """A bundle from a file; what is wrong with it is said, and nothing is touched."""
    _ = translator()
    from genlab.runs.bundle import BundleError, import_bundle

    with st.popover(_("Import a run"), icon=":material/upload:"):
        given = st.file_uploader(_("A run's zip, exported here or elsewhere"), type="zip", key="import")
        if given is not None and st.button(_("Import"), key="do_import", type="primary"):
            try:
                run = import_bundle(lab().store, given.getvalue(), owner())
            except (BundleError, StoreTrouble) as error:
                st.error(refusal(error), icon=":material/error:")
            else:
                from genlab.views.bench.shown import open_run

                open_run(run)
