"""What the experiments of chapter 6 measure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from genlab.lessons.anatomy import Lines, Outcome, Series
from genlab.locale import N_

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from genlab.models.vae import VAE

REACH, POINTS = 12.0, 24_001  # of the line on which densities are integrated
DRAWN = 121  # points of a curve that is drawn
NOTHING = 1e-3  # nats: a gap that counts as closed
DIGITS = 1000
FEW_DIGITS = 100
# Each divides the next: of the same draws, a bound of more is never below one of fewer.
SAMPLES = (1, 5, 10, 50, 100, 500)
FEW_SAMPLES = SAMPLES[:4]
DRAWS = 200_000
# The small model of the stage, as it stands at first: p(z) = N(0, 1), p(x|z) = N(w z, s^2), q = N(mu, sigma^2).
X, W, S, MU, SIGMA = 2.0, 1.0, 0.6, 0.4, 0.7


def missed_mode(seed: int) -> Outcome:
    """Two peaks, and a q that has one of them: KL both ways, integrated on a grid. The peaks are the seed's."""
    import torch

    from genlab.divergences import kl_grid

    rng = torch.Generator().manual_seed(seed)
    where, width = (float(value) for value in torch.rand(2, generator=rng, dtype=torch.float64))
    distance, std = round(2.6 + 0.8 * where, 2), round(0.6 + 0.2 * width, 2)
    x = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    left, right = (torch.distributions.Normal(mean, std).log_prob(x).exp() for mean in (-distance, distance))
    p, q, cell = (left + right) / 2, right, 2 * REACH / (POINTS - 1)
    numbers = {
        "kl_pq": float(kl_grid(p, q, cell)),
        "kl_qp": float(kl_grid(q, p, cell)),
        "distance": distance,
        "std": std,
        "cost": float((p / q).log()[(x + distance).abs().argmin()]),
    }
    shown = torch.linspace(-5.5, 5.5, DRAWN, dtype=torch.float64)
    at = ((shown + REACH) / cell).round().long()
    along = tuple(float(value) for value in x[at])
    series = (
        Series(N_("p, data"), "data", drawn(p[at])),
        Series(N_("q, lacks the left peak"), "generated", drawn(q[at])),
    )
    wheres = (
        Series("p log(p/q)", "kl", drawn((p * (p / q).log())[at])),
        Series("q log(q/p)", "total", drawn((q * (q / p).log())[at]), dashed=True),
    )
    figures = (
        Lines(N_("The two densities"), "x", N_("density"), along, series),
        Lines(N_("Where each KL comes from: its value is the area"), "x", N_("nats per unit of x"), along, wheres),
    )
    return Outcome(numbers, numbers["kl_pq"] > 10 * numbers["kl_qp"], figures)


def drawn(values: Tensor) -> tuple[float, ...]:
    """A curve's values."""
    return tuple(float(value) for value in values)


def climbed(numbers: Mapping[str, float]) -> Outcome:
    """The ELBO was climbed from where the visitor's q stood: what stayed, and whether the sum was right throughout."""
    found = {
        name: numbers[name] for name in ("log_px", "log_px_start", "elbo", "elbo_start", "kl_posterior", "gap_start")
    }
    adds_up = abs(found["elbo_start"] + found["gap_start"] - found["log_px_start"]) < NOTHING
    stays = abs(found["log_px"] - found["log_px_start"]) < NOTHING
    return Outcome(found, adds_up and stays and found["kl_posterior"] < NOTHING)


def without_prior(numbers: Mapping[str, float]) -> Outcome:
    """The bound and what is left of it without log p(z), at the posterior."""
    found = {name: numbers[name] for name in ("log_px", "elbo", "slip", "kl_posterior")}
    found["above"] = found["slip"] - found["log_px"]
    return Outcome(found, found["kl_posterior"] < NOTHING and found["above"] > 0)


def data_set(seed: int) -> Outcome:
    """The shipped VAE's bound of log p(x) for each of 1,000 digits, by 50 importance samples, and their sum."""
    import torch

    from genlab.lessons.shipped import shipped_digits
    from genlab.nll import importance_bound

    rng = torch.Generator().manual_seed(seed)
    negative, _ = importance_bound(shipped_vae(), shipped_digits(DIGITS, rng), 50, rng)
    bounds = -negative.double()
    sums = bounds.cumsum(0)
    numbers = {
        "total": float(sums[-1]),
        "mean": float(bounds.mean()),
        "least": float(bounds.min()),
        "most": float(bounds.max()),
    }
    every = DIGITS // 50
    figure = Lines(
        N_("The data set's log-likelihood while your digits are added one by one"),
        N_("digits"),
        N_("nats"),
        tuple(float(count) for count in range(every, DIGITS + 1, every)),
        (Series(N_("sum of the bounds"), "data", drawn(sums[every - 1 :: every])),),
    )
    return Outcome(numbers, abs(numbers["total"] - DIGITS * numbers["mean"]) < 1, (figure,))


def shipped_vae() -> VAE:
    """The VAE that ships with the app."""
    from genlab.lessons.shipped import shipped_model
    from genlab.models.vae import VAE

    model = shipped_model("vae-20")
    assert isinstance(model, VAE)
    return model


def importance(seed: int) -> Outcome:
    """The importance weighted bounds over k: of the stage's small model, where log p(x) is known, and of digits."""
    import torch

    rng = torch.Generator().manual_seed(seed)
    eps = torch.randn(DRAWS, generator=rng, dtype=torch.float64)
    z, normal = MU + SIGMA * eps, torch.distributions.Normal
    weights = normal(W * z, S).log_prob(torch.tensor(X)) + normal(0.0, 1.0).log_prob(z) - normal(MU, SIGMA).log_prob(z)
    log_px = float(normal(0.0, math.hypot(W, S)).log_prob(torch.tensor(X, dtype=torch.float64)))
    small = [grouped(weights[:, None], k) for k in FEW_SAMPLES]
    bounds = [float(each.mean()) for each in small]
    single = small[FEW_SAMPLES.index(5)]
    digits = digit_bounds(rng)
    numbers = {f"small_{k}": bound for k, bound in zip(FEW_SAMPLES, bounds, strict=True)}
    numbers |= {f"digits_{k}": bound for k, bound in zip(SAMPLES, digits, strict=True)}
    numbers |= {"log_px": log_px, "share": 100 * float((single > log_px).double().mean())}
    figures = (
        Lines(
            N_("The stage's small model: the bound over k, and log p(x)"),
            N_("k, importance samples"),
            N_("nats"),
            tuple(float(k) for k in FEW_SAMPLES),
            (Series(N_("bound of k samples"), "total", tuple(bounds)),),
            marks=((log_px, "log p(x)"),),
            logarithmic=True,
        ),
        Lines(
            N_("The shipped VAE on your 100 digits: nobody knows log p(x)"),
            N_("k, importance samples"),
            N_("nats a digit"),
            tuple(float(k) for k in SAMPLES),
            (Series(N_("bound of k samples"), "total", tuple(digits)),),
            logarithmic=True,
        ),
    )
    climbs = all(fewer < more for curve in (bounds, digits) for fewer, more in pairwise(curve))
    return Outcome(numbers, climbs and bounds[-1] < log_px, figures)


def grouped(log_weights: Tensor, k: int) -> Tensor:
    """log 1/k sum of w, of groups of k draws: log_weights [draws, n] to [draws // k, n], each unbiased for L_k."""
    draws, count = log_weights.shape
    return log_weights[: draws // k * k].view(draws // k, k, count).logsumexp(1) - math.log(k)


def digit_bounds(rng: Generator) -> list[float]:
    """The shipped VAE's L_k for each k, a digit, all from the same draws."""
    import torch

    from genlab.lessons.shipped import shipped_digits

    model, most = shipped_vae(), SAMPLES[-1]
    found = []
    with torch.no_grad():
        for x in shipped_digits(FEW_DIGITS, rng).split(10):
            mean, log_variance = model.encoder(x).chunk(2, dim=1)
            log_weights, _ = model.log_weights(x, mean, log_variance, most, rng)
            found.append([grouped(log_weights.double(), k).mean() for k in SAMPLES])
    return [float(torch.stack(of_k).mean()) for of_k in zip(*found, strict=True)]
