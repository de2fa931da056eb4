"""The latent page: a run is chosen once, and looked at in one of three ways."""

from __future__ import annotations

import streamlit as st

from genlab.runs.record import Run, UnknownRun
from genlab.views.address import from_address, to_address
from genlab.views.session import N_, header, owner, translator

VIEWS = {"explore": N_("Explore"), "draw": N_("Draw"), "walks": N_("Walks")}
USUAL = "explore"
LEAD = N_("Every z stands for an x. Move z, and your browser decodes it at every move of your hand.")
# What the address says of one run and means nothing for another.
OF_ONE_RUN = ("z", "across", "up")
FIRST_SHOWN = "vae-20"


def latent_page() -> None:
    """Words first (they are painted before torch is there), then the run and its view."""
    _ = translator()
    header(_("Latent space"))
    st.markdown(_(LEAD))
    from_address("view", VIEWS, USUAL)
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="medium")
    with right:
        view = choose_view()
    with left:
        run = choose_run()
    if run is None:
        st.info(
            _("No runs yet. Train one on the Autoencoder, VAE or GAN page, then come back to hold it."),
            icon=":material/play_arrow:",
        )
        return
    if view == "draw":
        from genlab.views.draw import draw_view

        draw_view(run)
    elif view == "walks":
        from genlab.views.walks import walks_view

        walks_view(run)
    else:
        from genlab.views.explore import explore_view

        explore_view(run)


def choose_view() -> str | None:
    """Which of the three ways."""
    _ = translator()
    view = st.segmented_control(
        _("View"),
        list(VIEWS),
        format_func=lambda name: _(VIEWS[name]),
        key="view",
        required=True,
        label_visibility="collapsed",
    )
    to_address("view", view, USUAL)
    return view


def choose_run() -> Run | None:
    """The visitor's runs, the shipped ones, and the one that the address names, whosever it is."""
    _ = translator()
    from genlab.live.lab import lab, shipped_runs

    with st.spinner(_("Unpacking the runs that ship with the app …")):
        shipped = shipped_runs()
    runs = {run.id: run for run in [*lab().store.list(owner()), *shipped]}
    named = st.query_params.get("run")
    if named is not None and named not in runs:
        try:
            runs = {named: lab().store.get(named)} | runs
        except UnknownRun:
            st.caption(_("The run of this address is not here (any more); another one is shown."))
    if not runs:
        return None
    chosen = st.session_state.get("latent_run")
    if chosen not in runs:
        usual = FIRST_SHOWN if FIRST_SHOWN in runs and runs.keys() == {run.id for run in shipped} else next(iter(runs))
        chosen = named if named in runs else usual
    # Said at every run: a run that comes to its end changes its line, and a list of other lines forgets its choice.
    st.session_state["latent_run"] = chosen
    lines = {run.id: describe(run) for run in runs.values()}
    run_id = st.selectbox(
        _("Run"),
        list(runs),
        format_func=lines.__getitem__,
        key="latent_run",
        on_change=forget_place,
        label_visibility="collapsed",
    )
    if run_id is None:
        return None
    if named != run_id:
        st.query_params["run"] = run_id
    return runs[run_id]


def forget_place() -> None:
    """Drops from the address what belonged to the run shown before."""
    for key in OF_ONE_RUN:
        if key in st.query_params:
            del st.query_params[key]


def describe(run: Run) -> str:
    """A run in a line: whose, name, family, data, latents, state."""
    from genlab.data import describe as describe_data
    from genlab.live.lab import SHIPPED
    from genlab.models import FAMILIES

    _ = translator()
    whose = _("mine") if run.owner == owner() else _("shipped") if run.owner == SHIPPED else _("somebody else's")
    data = _(describe_data(run.data).title)
    name = run.name or run.id[:6]
    parts = [name, _(FAMILIES[run.family].title), data, f"{_('latent size')} {run.config['latents']}"]
    return " · ".join([*parts, _(run.state), whose])
