"""bound.js against genlab.likelihoods and against integrals: every term of log p(x) = ELBO + gap, in a browser."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import pytest
import torch
from browser.test_net_js import Site, site, tab
from playwright.sync_api import Page
from scipy.integrate import quad
from scipy.stats import norm

from genlab.likelihoods import iwae_bound, linear_gaussian

__all__ = ["site", "tab"]  # fixtures

pytestmark = pytest.mark.browser

Settings = dict[str, float]
CALL = """async ([name, list]) => {
  const module = await import("/maths/bound.js");
  return list.map((given) => module[name](...given));
}"""
FIXED = """async () => {
  const { LIMITS, USUAL, SITUATIONS } = await import("/elbo/index.js");
  return { limits: LIMITS, situations: Object.values(SITUATIONS).map((changes) => ({ ...USUAL, ...changes })) };
}"""
TERMS = {
    "logPx": "log_px",
    "reconstruction": "reconstruction",
    "klPrior": "kl_prior",
    "elbo": "elbo",
    "klPosterior": "kl_posterior",
}


def call(tab: Page, name: str, arguments: list[list[Any]]) -> list[Any]:
    return tab.evaluate(CALL, [name, arguments])


@pytest.fixture(scope="module")
def settings(tab: Page, site: Site) -> list[Settings]:
    """Every situation, all corners of what the sliders allow, and 500 random settings, some with a bias."""
    fixed = tab.evaluate(FIXED)
    limits = fixed["limits"]
    corners = [dict(zip(limits, corner, strict=True)) for corner in product(*limits.values())]
    rng = random.Random(0)
    anywhere = [{name: rng.uniform(*ends) for name, ends in limits.items()} for _ in range(500)]
    for one in anywhere[::2]:
        one["b"] = rng.gauss(0, 2)
    return [*fixed["situations"], *corners, *anywhere]


def double(value: float) -> torch.Tensor:
    return torch.tensor([value], dtype=torch.float64)


def python_terms(one: Settings) -> dict[str, float]:
    found = linear_gaussian(
        double(one["w"])[None],
        double(one.get("b", 0.0)),
        one["s"],
        double(one["x"]),
        double(one["mu"]),
        double(2 * math.log(one["sigma"])),
    )
    names = {"posterior_mean": found.posterior_mean.item(), "posterior_std": math.sqrt(found.posterior_cov.item())}
    return {js: getattr(found, python).item() for js, python in TERMS.items()} | names


def test_every_term_is_pythons_and_the_gap_is_the_kl(tab: Page, settings: list[Settings]) -> None:
    for one, found in zip(settings, call(tab, "terms", [[one] for one in settings]), strict=True):
        expected = python_terms(one)
        for name in TERMS:
            assert found[name] == pytest.approx(expected[name], rel=1e-11, abs=1e-10), (name, one)
        assert found["posterior"]["mean"] == pytest.approx(expected["posterior_mean"], abs=1e-12)
        assert found["posterior"]["std"] == pytest.approx(expected["posterior_std"], rel=1e-12)
        assert abs(found["logPx"] - found["elbo"] - found["klPosterior"]) < 1e-9, one
        assert found["klPosterior"] >= 0
        assert found["klPrior"] >= 0


def test_the_terms_are_what_quadrature_gives(tab: Page, settings: list[Settings]) -> None:
    chosen = [*settings[:4], *settings[40:60:2]]
    for one, found in zip(chosen, call(tab, "terms", [[one] for one in chosen]), strict=True):
        x, w, s = one["x"] - one.get("b", 0.0), one["w"], one["s"]
        q = norm(one["mu"], one["sigma"])
        ends = q.mean() - 12 * q.std(), q.mean() + 12 * q.std()

        def likelihood(z: float, x: float = x, w: float = w, s: float = s) -> float:
            return norm.logpdf(x, w * z, s)

        def under_q(f: Callable[[float], float], q: Any = q, ends: tuple[float, float] = ends) -> float:
            return quad(lambda z: q.pdf(z) * f(z), *ends, epsabs=1e-10, limit=200)[0]

        middle = found["posterior"]["mean"]
        evidence = quad(
            lambda z, f=likelihood: math.exp(f(z)) * norm.pdf(z), -9, 9, points=[middle], limit=200, epsabs=0
        )[0]
        assert found["logPx"] == pytest.approx(math.log(evidence), abs=1e-6)
        assert found["reconstruction"] == pytest.approx(under_q(likelihood), rel=1e-8, abs=1e-8)
        assert found["klPrior"] == pytest.approx(under_q(lambda z, q=q: q.logpdf(z) - norm.logpdf(z)), abs=1e-8)
        slip = under_q(lambda z, q=q, f=likelihood: f(z) - q.logpdf(z))
        assert found["slip"] == pytest.approx(slip, rel=1e-8, abs=1e-8)
        assert found["slip"] - found["elbo"] >= 0.5 * math.log(2 * math.pi)


def test_at_the_posterior_nothing_is_left_of_the_gap(tab: Page, settings: list[Settings]) -> None:
    exact = call(tab, "posterior", [[one] for one in settings])
    there = [one | {"mu": at["mean"], "sigma": at["std"]} for one, at in zip(settings, exact, strict=True)]
    for found in call(tab, "terms", [[one] for one in there]):
        assert 0 <= found["klPosterior"] < 1e-15
        assert found["elbo"] == pytest.approx(found["logPx"], rel=1e-12, abs=1e-12)


def test_the_gradient_is_that_of_the_elbo(tab: Page, settings: list[Settings]) -> None:
    chosen = settings[36:100]
    step = 1e-5
    for one, slope in zip(chosen, call(tab, "gradient", [[one] for one in chosen]), strict=True):

        def rise(low: Settings, high: Settings, one: Settings = one) -> float:
            return (python_terms(one | high)["elbo"] - python_terms(one | low)["elbo"]) / (2 * step)

        by_mu = rise({"mu": one["mu"] - step}, {"mu": one["mu"] + step})
        by_sigma = rise({"sigma": one["sigma"] * math.exp(-step)}, {"sigma": one["sigma"] * math.exp(step)})
        assert slope["mu"] == pytest.approx(by_mu, rel=1e-5, abs=1e-4)
        assert slope["logSigma"] == pytest.approx(by_sigma, rel=1e-5, abs=1e-4)


def test_every_climb_rises_and_closes_the_gap(tab: Page, settings: list[Settings]) -> None:
    climbs = tab.evaluate(
        """async (list) => {
          const { climb, terms } = await import("/maths/bound.js");
          return list.map((start) => {
            const gaps = [];
            let now = start;
            for (let i = 0; i < 400; i++) {
              gaps.push(terms(now).klPosterior);
              now = { ...now, ...climb(now, 0.07) };
            }
            return gaps;
          });
        }""",
        settings,
    )
    for gaps in climbs:
        assert all(after <= before + 1e-12 for before, after in pairwise(gaps))
        assert gaps[-1] < 1e-6


def test_the_importance_weighted_bound_is_what_sampling_gives(tab: Page) -> None:
    """Against the mean of iwae_bound over many draws, within four standard errors; k = 1 is the ELBO exactly."""
    starts: list[Settings] = [
        {"x": 2, "w": 1, "s": 0.6, "mu": 0.4, "sigma": 0.7},
        {"x": 2, "w": 1, "s": 0.6, "mu": 1.5, "sigma": 0.2},
        {"x": 1, "w": 2, "s": 0.4, "mu": 0.2, "sigma": 2.5},
        {"x": -3, "w": 0, "s": 2, "mu": 1, "sigma": 1},
    ]
    for one, found in zip(starts, call(tab, "terms", [[one] for one in starts]), strict=True):
        given = one | {"posterior": found["posterior"]}
        gaps = dict(zip((1, 5, 50), call(tab, "iwaeGap", [[given, k] for k in (1, 5, 50)]), strict=True))
        assert gaps[1] == pytest.approx(found["klPosterior"], abs=1e-6)
        assert gaps[1] >= gaps[5] >= gaps[50] >= 0
        for k, gap in gaps.items():
            eps = torch.randn(k, 400_000 // k, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
            z = one["mu"] + one["sigma"] * eps
            weights = (
                norm.logpdf(one["x"], one["w"] * z, one["s"]) + norm.logpdf(z) - norm.logpdf(z, one["mu"], one["sigma"])
            )
            bounds = iwae_bound(torch.as_tensor(weights))
            error = bounds.std().item() / math.sqrt(len(bounds))
            assert found["logPx"] - gap == pytest.approx(bounds.mean().item(), abs=4 * error), (k, one)
