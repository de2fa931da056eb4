"""The aggregate posterior of a run on images against the prior: numbers in words, charts beside them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch

from genlab.aggregate import Decomposition, aggregate_density, decompose
from genlab.devices import as_array
from genlab.live.lab import lab
from genlab.models import FAMILIES, Family
from genlab.runs.arrays import Arrays, unpack
from genlab.runs.looks.atlas import atlas_of
from genlab.runs.store.record import Run, RunError
from genlab.views.frame.figures import told
from genlab.views.frame.session import N_, translator
from genlab.views.measure.aggregate_charts import ACTIVE_NATS, code_density, density, identity, kl_bars, plane

PLOTTED = {"displayModeBar": False}
GRID = torch.linspace(-4.5, 4.5, 181)

POINTS_WITH_PRIOR = N_("The code of x is a point, and KL from a point to the prior is infinite.")
POINTS_ALONE = N_(
    "**This model has no prior.** Its code of x is a point, and KL from a point to N(0, I) is infinite. N(0, I) does "
    "not follow the codes: it may miss most of them, or fall between them."
)

NOT_NORMAL = N_(
    "**Not for this run:** what is measured here of all codes together is known for normal q(z|x), and this run's are "
    "Laplace distributions. Its KL to the prior, latent by latent, is exact: see the run's own page."
)


class Seen(NamedTuple):
    """What the held-out examples say of q(z): the atlas, z drawn from it [n, latents], densities on GRID [latents, 181]
    and the decomposition (None for an autoencoder, whose codes are points)."""

    atlas: Arrays
    drawn: np.ndarray
    densities: np.ndarray | None
    parts: Decomposition | None


@lru_cache(maxsize=16)
def seen(run_id: str, step: int) -> Seen:
    """Computed once for all who look; raises RunError where the run or its checkpoint is gone or of no use."""
    store = lab().store
    atlas = unpack(atlas_of(store, run_id, step))
    means = torch.from_numpy(np.array(atlas["means"]))
    if "log_variances" not in atlas:
        return Seen(atlas, as_array(means), None, None)
    log_variances = torch.from_numpy(np.array(atlas["log_variances"]))
    eps = torch.randn(means.shape, generator=torch.Generator().manual_seed(0))
    drawn = means + torch.exp(log_variances / 2) * eps
    densities = as_array(aggregate_density(means, log_variances, GRID))
    return Seen(atlas, as_array(drawn), densities, decompose(means, log_variances))


def aggregate(run: Run) -> None:
    """The section below the critic, for families with an encoder."""
    _ = translator()
    st.subheader(_("The aggregate posterior against the prior"))
    if run.saved_step is None:
        st.caption(_("The run has not made a step yet."))
        return
    family = FAMILIES[run.family]
    if family.noise(family.config.parse(run.config)) != "normal":
        st.info(_(NOT_NORMAL), icon=":material/help:")
        return
    try:
        with st.spinner(_("Encoding held-out images …")):
            found = seen(run.id, run.saved_step)
    except RunError as error:
        st.error(str(error), icon=":material/error:")
        return
    if found.parts is None:
        codes(found, FAMILIES[run.family])
    else:
        posteriors(found, found.parts)


def posteriors(found: Seen, parts: Decomposition) -> None:
    """A VAE's: the identity, KL of each latent, each latent's aggregate, and the plane of the two that matter most."""
    _ = translator()
    count = len(found.drawn)
    per_latent = as_array(parts.kl_per_latent)
    order = np.argsort(-per_latent)
    st.markdown(
        _(
            "KL(q(z|x) ‖ p(z)), the mean over x, has two parts: what z says about x, and how far q(z), the codes of "
            "all x together, is from the prior. Only the second makes the decoder meet z it has never seen."
        )
    )
    plotted(identity(parts, _), _("The KL and its two parts, nats"), "identity")
    least, most = parts.information
    st.caption(
        _(
            "Estimated from {n} held-out pictures: the information is between {least} and {most} nats. So few pictures "
            "can show at most log n = {limit} nats of it; between the two, they cannot say to which part a nat belongs."
        ).format(n=f"{count:,}", least=f"{least:.2f}", most=f"{most:.2f}", limit=f"{np.log(count):.2f}")
    )
    left, middle, right = st.columns(3, gap="medium")
    active = int((per_latent > ACTIVE_NATS).sum())
    with left:
        plotted(kl_bars(per_latent[order], order, _), _("KL of each latent, sorted"), "kl_bars")
        if active == len(order):
            st.caption(_("Every latent is active: none has collapsed onto the prior."))
        else:
            st.caption(
                _("{active} of {all} latents are active; the others have collapsed onto the prior.").format(
                    active=active, all=len(order)
                )
            )
    with middle:
        assert found.densities is not None
        marginal = as_array(parts.marginal_kl_per_latent)
        chart = density(as_array(GRID), found.densities[order], order, marginal[order], _)
        plotted(chart, _("q(z) of each latent on the prior"), "marginals")
        st.caption(
            _("q(z) of each latent (green) on the prior (grey). The furthest is {nats} nats away.").format(
                nats=f"{max(0.0, marginal.max()):.3f}"
            )
        )
    with right:
        chart = plane(found.drawn, order, found.atlas.get("labels"), True, _)
        plotted(chart, _("z ~ q(z) of the two latents with most KL"), "plane")
        st.caption(
            _("z ~ q(z) of the two latents with most KL, by class; circles: 1, 2 and 3 deviations of the prior.")
        )


def codes(found: Seen, family: Family) -> None:
    """Of a family whose codes are points: where they lie, and why no KL can be told."""
    _ = translator()
    st.markdown(_(family.refusals.get("kl", POINTS_WITH_PRIOR if family.prior else POINTS_ALONE)))
    order = np.argsort(-found.drawn.var(axis=0))
    left, right = st.columns(2, gap="medium")
    with left:
        plotted(code_density(found.drawn[:, order], order, _), _("Each latent's codes beside N(0, 1)"), "codes")
        st.caption(_("Each latent's codes (green) beside N(0, 1) (grey): other centres, other widths."))
    with right:
        chart = plane(found.drawn, order, found.atlas.get("labels"), False, _)
        plotted(chart, _("Codes of the two widest latents"), "plane")
        st.caption(_("Codes of the two widest latents, by class; circles: 1, 2 and 3 deviations of N(0, 1)."))


def plotted(figure: go.Figure, about: str, key: str) -> None:
    """A chart that stays, and what it says of itself."""
    st.plotly_chart(figure, config=PLOTTED, key=key, alt=told(figure, about, translator()))
