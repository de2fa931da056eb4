"""Settings of a linear Gaussian VAE and every term: genlab.likelihoods, scipy's quadrature, draws."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from scipy.integrate import quad
from scipy.stats import norm

from genlab.likelihoods import iwae_bound, linear_gaussian

Settings = dict[str, float]
# What the sliders allow (static/elbo/index.js); the test there compares.
LIMITS = {"x": (-4, 4), "w": (-2, 2), "s": (0.2, 2), "mu": (-10, 10), "sigma": (0.05, 2.5)}
USUAL = {"x": 2, "w": 1, "s": 0.6, "mu": 0.4, "sigma": 0.7}
SITUATIONS: list[Settings] = [{}, {"w": 1.5, "s": 0.2}, {"w": 0}, {"x": 4, "w": 0.5, "s": 0.4}]
TERMS = {
    "logPx": "log_px",
    "reconstruction": "reconstruction",
    "klPrior": "kl_prior",
    "elbo": "elbo",
    "klPosterior": "kl_posterior",
}


def cases() -> dict[str, Any]:
    """Terms, slopes, integrals and bounds at many settings."""
    everywhere = settings()
    return {
        "limits": LIMITS,
        "terms": [[one, terms(one), posterior(one)] for one in everywhere],
        "integrals": [[one, integrals(one)] for one in [*everywhere[:4], *everywhere[40:60:2]]],
        "slopes": [[one, slope(one)] for one in everywhere[36:100]],
        "importance": importance(),
    }


def settings() -> list[Settings]:
    """Every situation, all corners of what the sliders allow, and 500 random settings, some with a bias."""
    corners = [dict(zip(LIMITS, corner, strict=True)) for corner in product(*LIMITS.values())]
    rng = random.Random(0)
    anywhere = [{name: rng.uniform(*ends) for name, ends in LIMITS.items()} for _ in range(500)]
    for one in anywhere[::2]:
        one["b"] = rng.gauss(0, 2)
    return [*(USUAL | changes for changes in SITUATIONS), *corners, *anywhere]


def double(value: float) -> torch.Tensor:
    return torch.tensor([value], dtype=torch.float64)


def exact(one: Settings) -> Any:
    return linear_gaussian(
        double(one["w"])[None],
        double(one.get("b", 0.0)),
        one["s"],
        double(one["x"]),
        double(one["mu"]),
        double(2 * math.log(one["sigma"])),
    )


def terms(one: Settings) -> dict[str, float]:
    found = exact(one)
    return {js: getattr(found, python).item() for js, python in TERMS.items()}


def posterior(one: Settings) -> dict[str, float]:
    found = exact(one)
    return {"mean": found.posterior_mean.item(), "std": math.sqrt(found.posterior_cov.item())}


def integrals(one: Settings) -> dict[str, float]:
    """log p(x), the reconstruction, KL to the prior and the slip, by quadrature over z."""
    x, w, s = one["x"] - one.get("b", 0.0), one["w"], one["s"]
    q = norm(one["mu"], one["sigma"])
    ends = q.mean() - 12 * q.std(), q.mean() + 12 * q.std()

    def likelihood(z: float) -> float:
        return norm.logpdf(x, w * z, s)

    def under_q(f: Callable[[float], float]) -> float:
        return quad(lambda z: q.pdf(z) * f(z), *ends, epsabs=1e-10, limit=200)[0]

    middle = [posterior(one)["mean"]]
    evidence = quad(lambda z: math.exp(likelihood(z)) * norm.pdf(z), -9, 9, points=middle, limit=200, epsabs=0)[0]
    return {
        "logPx": math.log(evidence),
        "reconstruction": under_q(likelihood),
        "klPrior": under_q(lambda z: q.logpdf(z) - norm.logpdf(z)),
        "slip": under_q(lambda z: likelihood(z) - q.logpdf(z)),
    }


def slope(one: Settings) -> dict[str, float]:
    """d ELBO / d mu and d ELBO / d log sigma, by differences of Python's."""
    step = 1e-5

    def rise(name: str, low: float, high: float) -> float:
        return (terms(one | {name: high})["elbo"] - terms(one | {name: low})["elbo"]) / (2 * step)

    mu, sigma = one["mu"], one["sigma"]
    return {
        "mu": rise("mu", mu - step, mu + step),
        "logSigma": rise("sigma", sigma * math.exp(-step), sigma * math.exp(step)),
    }


def importance() -> list[Any]:
    """[settings, k, the importance weighted bound by draws, its standard error]."""
    starts: list[Settings] = [
        {"x": 2, "w": 1, "s": 0.6, "mu": 0.4, "sigma": 0.7},
        {"x": 2, "w": 1, "s": 0.6, "mu": 1.5, "sigma": 0.2},
        {"x": 1, "w": 2, "s": 0.4, "mu": 0.2, "sigma": 2.5},
        {"x": -3, "w": 0, "s": 2, "mu": 1, "sigma": 1},
    ]
    found = []
    for one in starts:
        for k in (1, 5, 50):
            eps = torch.randn(k, 400_000 // k, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
            z = one["mu"] + one["sigma"] * eps
            joint = norm.logpdf(one["x"], one["w"] * z, one["s"]) + norm.logpdf(z)
            bounds = iwae_bound(torch.as_tensor(joint - norm.logpdf(z, one["mu"], one["sigma"])))
            found.append([one, k, bounds.mean().item(), bounds.std().item() / math.sqrt(len(bounds))])
    return found
