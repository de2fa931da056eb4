"""Divergences of a run on images: JS from below by a critic, and for encoders what they make of the prior."""

from __future__ import annotations

from typing import Any

import streamlit as st

from genlab.data import at_hand, describe
from genlab.data.own.names import HELD_OUT
from genlab.formulas import mathml
from genlab.live.widgets.critic import critic
from genlab.runs.store.record import Run
from genlab.views.bench.asked_run import another_run, with_run
from genlab.views.bench.chooser import chosen_of, first_shown, offered
from genlab.views.frame.address import follow_address, just_arrived, to_address
from genlab.views.frame.session import N_, Translate, language, translator

CHOSEN = "images_run"
# The held-out pictures are quartered, and an error needs two.
LEAST_HELD_OUT = 8
FORMULA = (
    r"\mathrm{JS}(p_{\mathrm{data}}\,\|\,p_g) \ge "
    r"\tfrac12\left(\mathbb{E}_{\mathrm{data}}[\log D] + \mathbb{E}_{g}[\log(1-D)] + \log 4\right)"
)
NO_ENCODER = N_("**Only this bound:** without an encoder there is no q(z|x) that KL could measure.")


def image_divergences_view() -> None:
    """One sentence, the run, its critic, and what its latents say."""
    _ = translator()
    left, right = st.columns([1.25, 1], vertical_alignment="center", gap="medium")
    left.markdown(
        _(
            "Nobody knows p_data of images, but a **critic** that tells samples from data bounds JS from below. "
            "**Train one** and watch the bound rise: a poor critic's bound is true but loose."
        )
    )
    with right:
        run = choose_run()
    with_run(run, _("No runs on images yet. Train one, then come back."), measured)


def measured(run: Run) -> None:
    """A run's critic, and what its latents say."""
    _ = translator()
    data = at_hand(run.data)
    if data is None:
        title = _(describe(run.data).title)
        st.info(_("The data set {name} is not on this machine.").format(name=title), icon=":material/download:")
        return
    from genlab.models import FAMILIES  # late: it needs torch, and the words above need not wait
    from genlab.views.bench.shown import shown_bar

    shown_bar(run)
    if held_out_images(data) < LEAST_HELD_OUT:
        few = _("So few pictures are held out ({n}) that a critic could not be measured: bring {least} or more.")
        st.info(few.format(n=held_out_images(data), least=LEAST_HELD_OUT * HELD_OUT), icon=":material/help:")
        return
    critic(critic_data(run, data), "critic")
    family = FAMILIES[run.family]
    if family.likelihood(family.config.parse(run.config)) is not None:
        st.caption(_("Samples are decoder means, without the noise of p(x|z)."))
    if data != run.data:
        st.caption(
            _("{name} is not on this machine: digits of {other} stand in, of which the run may know some.").format(
                name=_(describe(run.data).title), other=_(describe(data).title)
            )
        )
    if not family.encodes:
        st.markdown(_(family.refusals.get("aggregate", NO_ENCODER)))
        return
    from genlab.views.measure.aggregate import aggregate

    aggregate(run)


def held_out_images(data: str) -> int:
    """How many pictures of a data set are held out; of what cannot be read none."""
    from genlab.data import DataUnavailable, ImageData, load

    try:
        found = load(data)
    except DataUnavailable:
        return 0
    return len(found.test_images) if isinstance(found, ImageData) else 0


def choose_run() -> Run | None:
    """The visitor's runs on images, the shipped ones, and the one that the address names, whosever it is."""
    runs, shipped, _named = offered(on_images, just_arrived("images_named"))
    if not runs:
        return None
    first = first_shown(shipped)
    usual = first or next(iter(runs))
    follow_address(CHOSEN, runs, usual, "run")
    if st.session_state[CHOSEN] not in runs:  # it was deleted meanwhile
        st.session_state[CHOSEN] = usual
    chosen = chosen_of(runs, CHOSEN, named_run, another_run)
    if chosen is None:
        return None
    # Only the shipped run need not be named: the first of somebody's own is another one for others
    to_address(CHOSEN, chosen, first, "run")
    return runs[chosen]


def on_images(run: Run) -> bool:
    """Whether a critic of images can look at the run."""
    return describe(run.data).kind == "images"


def named_run(run: Run) -> str:
    """A run in a line: name, family, data, whose."""
    _ = translator()
    from genlab.models import FAMILIES  # late: it needs torch, and the words above need not wait
    from genlab.views.bench.shown import whose

    data = _(describe(run.data).title)
    return " · ".join([run.name or run.id, _(FAMILIES[run.family].title), data, whose(run)])


def critic_data(run: Run, data: str) -> dict[str, Any]:
    """What the stage is handed; nothing in it changes while a run or a critic trains."""
    from genlab.critic import STEPS

    return {
        "run": run.id,
        "language": language(),
        "data": data,
        "steps": STEPS,
        "formula": mathml(FORMULA, language()),
        "labels": words(translator()),
    }


def words(_: Translate) -> dict[str, Any]:
    """What the stage says."""
    return {
        "start": _("Train a critic"),
        "learning": _("The critic learns …"),
        "again": _("Watch again"),
        "cancel": _("Cancel"),
        "cancelled": _("Cancelled; what the critic had found by then stays."),
        "data": _("Data, held out"),
        "samples": _("Samples of the run"),
        "nats": _("nats"),
        "none": _("It takes about half a minute."),
        "begins": _("The critic's process starts …"),
        "running": _("Step {step} of {steps}"),
        "waiting": _("Critics before this one: {n}. One is trained at a time."),
        "done": _("Critic of the run at step {step}; ± is one standard error."),
        "older": _("Critic of the run at step {step}; the run has gone on since."),
        "noCheckpoint": _("The run has not made a step yet."),
        "offline": _("The server does not answer; what is drawn stays."),
        "problems": {
            "gone": _("This run, or its checkpoint, no longer exists."),
            "not_finite": _("The run's weights are not numbers any more; fork an earlier moment of it."),
            "no_data": _("The data set of this run is not on this machine."),
            "killed": _("The critic's process ended before it was done (out of memory?); try again."),
            "too_many": _("Too many critics wait; try again in a few minutes."),
            "fault": _("A fault in the program; the server's log says more."),
        },
        "chart": {
            "ceiling": _("log 2: the most that JS can be"),
            "floor": _("data against data: noise"),
            "axis": _("steps of the critic"),
            "unit": _("nats"),
        },
        "meaning": {
            "before": _(
                "The critic is trained on half of the data and on the run's samples; the bound is measured on pictures "
                "of both that it has not seen."
            ),
            "learning": _(
                "Still rising? Then the critic still learns, and the bound so far says more of it than of JS."
            ),
            "noise": _(
                "No more than noise: data against data gives as much. This critic cannot tell the samples; a better "
                "one might."
            ),
            "below": _(
                "Now at {bound}, below the picture: the critic is sure of itself, and wrong on pictures that it has "
                "not seen. True all the same, as JS is never negative; its best moment counts."
            ),
            "disjoint": _(
                "At least {bound}, as far as {n} pictures a side can say: it tells nearly all of them. Near log 2 JS "
                "is flat, and cannot say whether samples are slightly blurred or all wrong."
            ),
            "between": _(
                "JS is at least this, but for the noise ±. A critic that learns longer may find more, up to log 2."
            ),
        },
    }
