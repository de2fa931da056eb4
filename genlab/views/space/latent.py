"""The latent page: a run is chosen once, and looked at in one of three ways."""

from __future__ import annotations

import streamlit as st

from genlab.runs.store.record import Run
from genlab.views.bench.asked_run import another_run, with_run
from genlab.views.bench.chooser import chosen_of, first_shown, offered
from genlab.views.frame.address import just_arrived, rewrite
from genlab.views.frame.session import N_, header, translator
from genlab.views.frame.switch import switch

VIEWS = {"explore": N_("Explore"), "draw": N_("Draw"), "walks": N_("Walks")}
USUAL = "explore"
LEAD = N_("Every z stands for an x. Move z, and your browser decodes it at every move of your hand.")
TOO_MANY = N_("z has {n} numbers here, more than a hand can hold.")
# What the address says of one run and means nothing for another.
OF_ONE_RUN = ("z", "across", "up")
CHOSEN = "latent_run"
# The view was changed by a click, and may want another run.
ANEW = "latent_view_changed"


def latent_page() -> None:
    """Words first (they are painted before torch is there), then the run and its view."""
    _ = translator()
    header(_("Latent space"))
    st.markdown(_(LEAD))
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="medium")
    with right:
        view = switch(VIEWS, USUAL, look_for_fitting)
    with left:
        run = choose_run(view)
    none = _("No runs yet. Train one on the Autoencoder, VAE or GAN page, then come back to hold it.")
    with_run(run, none, lambda run: seen(run, view))


def seen(run: Run, view: str) -> None:
    """The run in one of the ways."""
    from genlab.views.bench.shown import shown_bar  # late: it needs torch, and the words above it need not wait

    shown_bar(run)
    if view != "draw" and not fits(view, run):
        not_held(run, view)
    elif view == "draw":
        from genlab.views.space.draw import draw_view

        draw_view(run)
    elif view == "walks":
        from genlab.views.space.walks import walks_view

        walks_view(run)
    else:
        from genlab.views.explore import explore_view

        explore_view(run)


def not_held(run: Run, view: str) -> None:
    """Why z cannot be moved by hand, and the page where there is something to move."""
    from genlab.models import FAMILIES, latents_of
    from genlab.views.bench.shown import page_of

    _ = translator()
    family = FAMILIES[run.family]
    where = "explore" if view == "explore" or not family.labelled else view
    st.info(_(family.refusals.get(where, TOO_MANY)).format(n=latents_of(run)), icon=":material/open_with:")
    st.page_link(page_of(family), label=_(family.title), icon=":material/arrow_forward:", query_params={"run": run.id})


def look_for_fitting() -> None:
    """A view begins with a run that fits it."""
    st.session_state[ANEW] = True


def choose_run(view: str) -> Run | None:
    """The visitor's runs, the shipped ones, and the one that the address names, whosever it is."""
    arrived = just_arrived(CHOSEN)
    runs, shipped, named = offered(lambda run: True, arrived)
    if not runs:
        return None
    chosen = st.session_state.get(CHOSEN)
    anew = st.session_state.pop(ANEW, False)
    if named is not None and (arrived or chosen not in runs):
        chosen = named.id
    elif arrived or chosen not in runs or (anew and not fits(view, runs[chosen])):
        mine = [run for run in runs.values() if run.id not in {one.id for one in shipped}]
        chosen = begun_with(view, mine, shipped)
    # Said at every run: a run that comes to its end changes its line, and a list of other lines forgets its choice.
    st.session_state[CHOSEN] = chosen
    run_id = chosen_of(runs, CHOSEN, describe, forget_place)
    if run_id is None:
        return None
    rewrite(run=run_id)
    return runs[run_id]


def fits(view: str, run: Run) -> bool:
    """Whether a view has something to show of a run."""
    from genlab.live.draw import can_encode
    from genlab.live.widgets.walks import can_be_held, can_be_walked

    if view == "draw":
        return can_encode(run)
    return can_be_walked(run) if view == "walks" else can_be_held(run)


def begun_with(view: str, mine: list[Run], shipped: list[Run]) -> str:
    """The run that a view begins with: one's newest that fits it, else the shipped one."""
    best = [first_shown(shipped), *(run.id for run in shipped if fits(view, run))] if shipped else []
    return next(iter([run.id for run in mine if fits(view, run)] + best + [run.id for run in mine]))


def forget_place() -> None:
    """Drops from the address what belonged to the run shown before."""
    another_run()
    rewrite(**dict.fromkeys(OF_ONE_RUN))


def describe(run: Run) -> str:
    """A run in a line: whose, name, family, data, latents, state."""
    from genlab.data import describe as describe_data
    from genlab.models import FAMILIES, latents_of
    from genlab.views.bench.shown import whose

    _ = translator()
    data = _(describe_data(run.data).title)
    name = run.name or run.id[:6]
    parts = [name, _(FAMILIES[run.family].title), data, f"{_('latent size')} {latents_of(run)}"]
    return " · ".join([*parts, _(run.state), whose(run)])
