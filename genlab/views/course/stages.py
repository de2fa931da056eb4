"""The instruments that a chapter's stage may be, by name: each takes its whole state as an argument."""

from __future__ import annotations

from collections.abc import Callable

from genlab.lessons.anatomy import Stage
from genlab.runs.store.record import Run

Show = Callable[[Stage, Run | None, Run | None], None]


def bench(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """A run: its formula, pictures and curves; another's curves grey behind its own. Its state may name pictures
    and curves that are "hidden": those that would answer the question before it is asked."""
    from genlab.live.widgets.run_view import run_view
    from genlab.views.bench.describe import view_data
    from genlab.views.bench.shown import shown_data

    if run is not None:
        data = view_data(run, latent=True, shown=shown_data(run), behind=behind)
        hidden = stage.state.get("hidden", ())
        terms = [term for term in data["terms"] if term["key"] not in hidden]
        run_view(data | {"hidden": list(hidden), "terms": terms}, "run_view")


def sampling(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """How a VAE draws z, operation by operation, for a held-out digit."""
    from genlab.views.measure.sampling import sampling_view

    if run is not None:
        sampling_view(run)


def elbo(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """The linear Gaussian VAE whose every term is exact; its state is the stage's."""
    from genlab.live.widgets.linear_gaussian import linear_gaussian
    from genlab.views.frame.session import translator
    from genlab.views.measure.linear_gaussian import stage_data

    linear_gaussian(stage_data(translator(), stage.state), "elbo_stage")


def densities(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """Two densities on a line and every divergence between them; its state is the stage's."""
    from genlab.views.measure.densities import densities_view

    densities_view(stage.state, "densities_stage")


def explicit(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """Explicit and implicit models of the same 1-D examples."""
    from genlab.views.measure.explicit import explicit_view

    explicit_view(stage.state)


def playground(stage: Stage, run: Run | None, behind: Run | None) -> None:
    """Points: data, generated, what D believes; a run, or an untrained model whose players move one at a time."""
    from genlab.views.playground.lesson import lesson_stage

    lesson_stage(stage, run, behind)


STAGES: dict[str, Show] = {
    "bench": bench,
    "densities": densities,
    "elbo": elbo,
    "explicit": explicit,
    "playground": playground,
    "sampling": sampling,
}
