"""Side by side: one press trains every family on the same data; any run can be put beside them; one ruler for all."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import streamlit as st

from genlab.data import DATASETS, available, describe
from genlab.live.lab import lab, shipped_runs
from genlab.locale import N_
from genlab.runs.store.record import Run, RunError
from genlab.views.bench.asked_run import found
from genlab.views.frame.address import just_arrived, rewrite
from genlab.views.frame.session import header, owner, translator
from genlab.views.frame.troubles import calm, careful

if TYPE_CHECKING:
    from genlab.live.queues.comparisons import Job
    from genlab.runs.work.rows import MadeRow

LEAD = N_(
    "The same data, the same seed, one ruler: what does each family rebuild, how likely does it call new examples, "
    "what does it draw?"
)
RUNS, DATA, BUDGET = "compare_runs", "compare_data", "compare_seconds"
# Seconds of training for each model; the ids of the runs that one press has begun, and whose plans are fitted to it.
BUDGETS = (10, 30, 90)
FITTED = "compare_fitted"
# Before that a run's speed says little.
SEEN_SECONDS = 1.5
MOST_RUNS = 8
LOOK_SECONDS = 1.0
PROBLEMS = {
    "gone": N_("This run has nothing trained to measure."),
    "not_finite": N_("This model has diverged: its numbers are not finite."),
    "no_data": N_("The data of this run are not on this machine."),
    "killed": N_("What measures was ended from outside; it is tried again when the page is."),
}


def compare_page() -> None:
    """Words first, then the choice, then the table as it fills."""
    _ = translator()
    header(_("Side by side"))
    st.markdown(_(LEAD))
    arrive()
    choice()
    from genlab.views.compare.guess import guess  # late: it needs torch, and the words above need not wait

    guess(describe(st.session_state[DATA]).kind)
    if runs := in_table():
        moving = unfinished(runs, jobs(runs))
        st.fragment(run_every=LOOK_SECONDS if moving else None)(results)(moving)


def arrive() -> None:
    """The address says which runs stand in the table, and on which data; nonsense is ignored."""
    if not just_arrived(RUNS) and RUNS in st.session_state:
        return
    asked = st.query_params.get("runs", "").split(",")[:MOST_RUNS]
    runs = [run for name in dict.fromkeys(asked) if (run := found(name or None, lambda run: True)) is not None]
    data = runs[0].data if runs else st.query_params.get("data")
    st.session_state[RUNS] = [run.id for run in runs if run.data == data]
    st.session_state[DATA] = data if data in choosable() or runs else next(iter(choosable()))


def choosable() -> list[str]:
    """The data sets that can be trained on at once, and one's own."""
    from genlab.views.bench.own_data import own_names

    return [name for name in DATASETS if available(name)] + own_names({"images", "points"})


def choice() -> None:
    """The data, the press, and what else is put in the table."""
    _ = translator()
    left, budget, middle, right = st.columns([1.7, 1.3, 1.2, 3], vertical_alignment="bottom", gap="medium")
    names = list(dict.fromkeys([*choosable(), st.session_state[DATA]]))
    left.selectbox(_("Data"), names, format_func=lambda name: _(describe(name).title), key=DATA, on_change=other_data)
    budget.segmented_control(
        _("Seconds of training each"), BUDGETS, default=BUDGETS[0], required=True, key=BUDGET, width="stretch"
    )
    middle.button(
        _("Train all"),
        icon=":material/play_arrow:",
        type="primary",
        key="train_all",
        width="stretch",
        on_click=train_all,
    )
    offered = {run.id: run for run in [*lab().store.list(owner()), *shipped_runs()] if fits(run)}
    offered |= {run.id: run for run in in_table()}
    st.session_state[RUNS] = [name for name in st.session_state[RUNS] if name in offered]
    right.multiselect(
        _("Runs in the table"),
        list(offered),
        format_func=lambda name: line(offered[name]),
        key=RUNS,
        max_selections=MOST_RUNS,
        placeholder=_("any runs on these data"),
    )
    rewrite(runs=",".join(st.session_state[RUNS]) or None, data=st.session_state[DATA])


def in_table() -> list[Run]:
    """The runs that are chosen, as they are now."""
    return [run for name in st.session_state[RUNS] if (run := found(name, fits)) is not None]


def fits(run: Run) -> bool:
    """Whether a run is on the chosen data."""
    return run.data == st.session_state[DATA]


def line(run: Run) -> str:
    """A run in a line."""
    from genlab.models import FAMILIES

    _ = translator()
    family = FAMILIES[run.family]
    return f"{_(family.short or family.title)} · {run.name or run.id[:6]} · {_('{n} steps').format(n=f'{run.step:,}')}"


def other_data() -> None:
    """Runs on other data say nothing here."""
    st.session_state[RUNS] = []


@careful
def train_all() -> None:
    """A new run of every family that learns these data, from one seed; they stand in the table from now on."""
    from genlab.side_by_side.trained import entrants

    data = st.session_state[DATA]
    kind = describe(data).kind
    settings = {family.name: family.preset("classroom", kind).model_dump() for family in entrants(kind)}
    made = [lab().store.create(owner(), name, data, config, state="running") for name, config in settings.items()]
    st.session_state[RUNS] = [run.id for run in made]
    st.session_state[FITTED] = dict.fromkeys(st.session_state[RUNS], float(st.session_state[BUDGET]))
    lab().scheduler.wake()


def jobs(runs: list[Run]) -> list[tuple[Run | None, Job]]:
    """What is measured: what needs no training, and each run that does not train any more."""
    from genlab.live.queues.comparisons import comparisons

    asked = comparisons()
    store = lab().store
    rested = [run for run in runs if run.state != "running" and run.saved_step]
    return [
        (None, asked.of_data(st.session_state[DATA])),
        *((run, asked.of_run(store.url, run.id, run.saved_step or 0)) for run in rested),
    ]


def unfinished(runs: list[Run], made: list[tuple[Run | None, Job]]) -> bool:
    """Whether a run trains, or a row is being measured."""
    from genlab.live.queues.one_worker import UNDER_WAY

    return any(run.state == "running" for run in runs) or any(job.state in UNDER_WAY for _run, job in made)


def results(moving: bool) -> None:
    """The table as far as it is there, and what is under way."""
    with calm():
        runs = in_table()
        fit(runs)
        made = jobs(runs)
        under_way(runs, made)
        if rows := [row for _run, job in made for row in job.rows]:
            show(rows)
        if moving and not unfinished(runs, made):
            st.rerun()


def fit(runs: list[Run]) -> None:
    """Lets the plans of the runs that one press has begun end when their time does."""
    from genlab.training.budget import fitting

    for run in runs:
        budget = st.session_state.get(FITTED, {}).get(run.id)
        if budget is None or run.state != "running" or run.seconds < SEEN_SECONDS:
            continue
        plan = fitting(run.step, run.seconds, run.config["steps"], budget)
        if plan != run.config["steps"]:
            with suppress(RunError):  # it has come to its end meanwhile
                lab().store.change(run.id, {"steps": plan}, owner=owner())


def under_way(runs: list[Run], made: list[tuple[Run | None, Job]]) -> None:
    """A line for each run that trains, waits to be measured or could not be."""
    from genlab.live.queues.one_worker import UNDER_WAY
    from genlab.models import FAMILIES

    _ = translator()
    for run in runs:
        title = _(FAMILIES[run.family].short or FAMILIES[run.family].title)
        if run.state == "running":
            done = min(1.0, run.step / max(1, run.config["steps"]))
            st.progress(
                done, _("{model}: step {n} of {plan}").format(model=title, n=run.step, plan=run.config["steps"])
            )
        elif not run.saved_step:
            st.caption(f"{title}: {_(PROBLEMS['gone'])}")
    for measured, job in made:
        title = _(FAMILIES[measured.family].short) if measured else "PCA"
        if job.state in UNDER_WAY:
            st.caption(_("{model}: is measured …").format(model=title))
        elif job.problem:
            st.caption(f"{title}: {_(PROBLEMS.get(job.problem, PROBLEMS['killed']))}")


def show(rows: list[MadeRow]) -> None:
    """The table, what was guessed, and what can be taken away."""
    from genlab.views.compare.guess import judged
    from genlab.views.compare.measured import measured
    from genlab.views.compare.over_seconds import caption, chart
    from genlab.views.compare.table import as_csv, as_png, asked_of, meanings, table
    from genlab.views.frame.figures import told

    _ = translator()
    kind = describe(st.session_state[DATA]).kind
    st.html(table(rows, kind, _))
    st.caption(_("A dash: the model cannot be asked. First row: real examples in the place of samples."))
    judged(rows)
    if (drawn := chart(rows, kind, _)) is not None:
        st.subheader(_("Quality against compute"), anchor=False)
        st.plotly_chart(
            drawn, alt=told(drawn, _("Quality against compute"), _), key="over_seconds", config={"displaylogo": False}
        )
        st.caption(caption(kind, _))
    first, second, _rest = st.columns([1, 1, 4])
    name = f"genlab-{st.session_state[DATA].partition(':')[0]}"
    first.download_button(_("Table (CSV)"), as_csv(rows, kind, _), f"{name}.csv", "text/csv", width="stretch",
                          on_click="ignore", icon=":material/download:")  # fmt: skip
    second.download_button(_("Samples (PNG)"), as_png(rows), f"{name}.png", "image/png", width="stretch",
                           on_click="ignore", icon=":material/image:")  # fmt: skip
    if numbers := measured(rows, _):
        with st.expander(_("All numbers, by the names that evaluate has")):
            st.dataframe(numbers, hide_index=True, key="measured")
    with st.expander(_("What the columns mean")):
        st.markdown(meanings(asked_of(rows, kind), _))
        if "frechet" in asked_of(rows, kind):
            from genlab.other_ruler import hashes

            st.caption(_("The files of both rulers, by their SHA-256:"))
            st.code("\n".join(hashes().values()), language=None)
