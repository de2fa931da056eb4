"""What a page shows, in a sentence, whose it is, and what pressing Start would train instead: said in one way wherever
a run is shown, with a link to copy and a copy to go on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from genlab.data import DATASETS, describe
from genlab.live.lab import SHIPPED, lab
from genlab.live.widgets.shown import shown
from genlab.locale import N_
from genlab.models import FAMILIES, Config, Family
from genlab.models.base import flag
from genlab.runs.store.record import Run, RunError
from genlab.views.bench.actions import PRESETS
from genlab.views.bench.refusals import refusal
from genlab.views.bench.take_away import menu, menu_words
from genlab.views.bench.told_apart import settings, words
from genlab.views.frame.session import Translate, last_run_key, listed, owner, translator

# Where a family is trained that has no page of its own.
BENCH = "pages/learn/model.py"
# More changed knobs than these are counted.
TOLD = 3
IN_SHORT = N_(
    "Of a large net Adam's memory is kept in short here: what goes on from this moment is trained a little otherwise "
    "than this run was, above all in its first dozens of steps."
)
BEGAN_IN_SHORT = N_("It began with Adam's memory in short.")


def whose(run: Run) -> str:
    """Whose run it is, in a word or two."""
    _ = translator()
    if run.owner == owner():
        return _("mine")
    return _("shipped") if run.owner == SHIPPED else _("somebody else's run")


def sentence(run: Run) -> str:
    """What a run is: its data, its telling settings, its steps."""
    _ = translator()
    family = FAMILIES[run.family]
    config = family.config.parse(run.config)
    said = [_(describe(run.data).title), *settings(config, lab().store.events(run.id))]
    if run.state == "finished" and run.step < config.steps:
        steps = _("{n} of {plan} steps").format(n=f"{run.step:,}", plan=f"{config.steps:,}")
    else:
        steps = _("{n} steps").format(n=f"{config.steps:,}")
    return listed([*said, steps])


def changes(run: Run, data: str, values: Mapping[str, Any]) -> str:
    """In what the knobs differ from a run: "β 1 → 5, N 20 → 2"; empty where they do not."""
    _ = translator()
    config = FAMILIES[run.family].config.parse(run.config)
    found = [] if run.data == data else [f"{_(describe(run.data).title)} → {_(describe(data).title)}"]
    fields = type(config).model_fields
    for name in sorted(fields, key=lambda name: flag(fields[name], "more")):
        before, now = getattr(config, name), values.get(name, getattr(config, name))
        if before != now:
            found.append(f"{_(fields[name].title or name)} {words(before)} → {words(now)}")
    if len(found) > TOLD + 1:
        found = [*found[:TOLD], _("{n} more").format(n=len(found) - TOLD)]
    return listed(found)


def shown_data(
    run: Run, asked: str = "", behind: Run | None = None, trains: bool = False, forks: bool = True
) -> dict[str, Any]:
    """What the browser needs to say all this. asked: `changes` of the knobs; behind: the run whose curves stand grey
    behind; trains: whether the page has a Start; forks: whether a copy is taken here."""
    _ = translator()
    mine, what = run.owner == owner(), sentence(run)
    return {
        "run": run.id,
        "forks": forks,
        "what": what,
        "whose": whose(run),
        "mine": mine,
        "changed": bool(asked),
        "says": says(_, run, asked, behind) if trains else "",
        # Where no moment is looked at, what there is of the run is known now.
        "takes": menu(run, what) if forks or run.saved_step else [],
        "words": shown_words(_, mine),
    }


def untrained_data(family: Family, config: Config, data: str) -> dict[str, Any]:
    """The same before there is a run: what Start would begin with."""
    _ = translator()
    steps = _("{n} steps").format(n=f"{config.steps:,}")
    return {
        "run": None,
        "forks": False,
        "what": listed([_(describe(data).title), *settings(config), steps]),
        "whose": _("untrained"),
        "mine": True,
        "changed": False,
        "says": "",
        "takes": [],
        "words": shown_words(_, True),
    }


def says(_: Translate, run: Run, asked: str, behind: Run | None) -> str:
    """What Start would do now, or what stands behind the curves."""
    if asked:
        return _("{changes}: Start trains it.").format(changes=asked)
    if behind is not None:
        grey = _("Grey: {run}.").format(run=sentence(behind))
        return f"{grey} {_(BEGAN_IN_SHORT)}" if began_in_short(run) else grey
    if run.owner == owner():
        return ""
    if run.owner == SHIPPED:
        return _("Drag the time slider, or press Start to train your own.")
    return _("Watch it, take a copy to go on with it, or press Start to train your own.")


def began_in_short(run: Run) -> bool:
    """Whether it is a fork that began with Adam's memory in short."""
    events = lab().store.events(run.id) if run.parent_id is not None else []
    return any(event.kind == "fork" and event.details.get("short") for event in events)


def shown_words(_: Translate, mine: bool) -> dict[str, str]:
    """The words around a run that is shown."""
    return menu_words(_) | {
        "shown": _("Shown:"),
        "copy": _("Copy link"),
        "copied": _("Copied"),
        "byHand": _("The browser did not allow it. Copy the link by hand:"),
        "fork": _("Fork") if mine else _("Take a copy"),
        "forkAt": _("Fork from step {step}") if mine else _("Take a copy from step {step}"),
        "forkHelp": _(
            "A new run of your own from the newest kept moment at or before this one. Change a knob and press Resume: "
            "its curves stand before this run's, which stays as it is."
        ),
        "forkShort": _(IN_SHORT),
        "forkNone": _("No moment of this run is kept yet."),
    }


def shown_bar(run: Run) -> None:
    """The sentence and its two buttons, above an instrument that does not train: a copy opens where it can be trained
    on."""
    shown(shown_data(run), "shown", lambda: take_copy(run.id))
    if problem := st.session_state.pop("copy_problem", None):
        st.error(problem, icon=":material/error:")
    if taken := st.session_state.pop("copied_run", None):
        open_run(taken)


def take_copy(run_id: str) -> None:
    """A fork of the newest kept moment, in this visitor's name."""
    store = lab().store
    try:
        kept = store.checkpoint_steps(run_id)
        if not kept:
            raise RunError(translator()("No moment of this run is kept yet."))
        # a copy of a run that is done is there to be trained on: as far again
        done = store.get(run_id).config["steps"] <= kept[-1]
        longer = {"steps": 2 * kept[-1]} if done else {}
        st.session_state["copied_run"] = store.fork(run_id, kept[-1], owner(), longer)
    except RunError as error:
        st.session_state["copy_problem"] = refusal(error)


def open_run(run: Run) -> None:
    """Goes to the page of the run's family with this run on it."""
    st.session_state[last_run_key(run.family)] = run.id
    st.switch_page(page_of(FAMILIES[run.family]), query_params={"run": run.id})


def page_of(family: Family) -> str:
    """The page where a family is trained."""
    return family.page or BENCH


def most_usual(family: Family, runs: Iterable[Run]) -> Run | None:
    """Of these runs the family's that is most like what Start would train at first: on such data, with its usual
    size of z."""
    kind = next(data.kind for data in DATASETS.values() if data.kind in family.kinds)
    usual = family.preset(PRESETS[0], kind).model_dump()

    def unlike(run: Run) -> tuple[bool, int]:
        differ = sum(run.config.get(name) != value for name, value in usual.items())
        return describe(run.data).kind != kind, differ

    return min((run for run in runs if run.family == family.name), key=unlike, default=None)
