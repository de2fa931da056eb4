"""mixtures.js against genlab.divergences, quadrature and closed forms, and its laws wherever a hand can drag."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
import torch
from browser.mixture_cases import (
    REFERENCE,
    Mixture,
    expected,
    extremes,
    log_density,
    mixture,
    of_reference,
    random_mixture,
)
from browser.served import Server
from playwright.sync_api import Page

from genlab import divergences as dv

pytestmark = pytest.mark.browser

NUMBERS = {"kl_pq", "kl_qp", "js", "tv", "w1", "cost"}
ALL = """async (pairs) => {
  const { compile, divergences } = await import("/lab/static/maths/mixtures.js");
  return pairs.map(([p, q]) => divergences(compile(p), compile(q)));
}"""


@pytest.fixture
def static(page: Page, server: Server) -> Page:
    """A page from which the modules can be imported."""
    page.goto(f"{server.address}/lab/static/core/palette.js")
    return page


def in_browser(page: Page, pairs: list[tuple[Mixture, Mixture]]) -> list[dict[str, float]]:
    found = page.evaluate(ALL, pairs)
    assert all(values.keys() == NUMBERS for values in found)
    return found


def agree(found: dict[str, float], wanted: dict[str, float], pair: Any) -> None:
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, abs=1e-6, rel=1e-10), (key, pair)


def test_the_numbers_agree_with_python(static: Page) -> None:
    generator = torch.Generator().manual_seed(0)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(14)] + extremes()
    for pair, found in zip(pairs, in_browser(static, pairs), strict=True):
        agree(found, expected(*pair), pair)


def test_the_numbers_agree_with_the_reference(static: Page) -> None:
    pairs = [(of_reference(case["p"]), of_reference(case["q"])) for case in REFERENCE]
    for case, found in zip(REFERENCE, in_browser(static, pairs), strict=True):
        agree(found, {key: case[key] for key in ("kl_pq", "kl_qp", "js")} | {"cost": case["generator_cost"]}, case)
    best = static.evaluate(
        """async (cases) => {
          const { compile, discriminator, logDensity } = await import("/lab/static/maths/mixtures.js");
          return cases.map(([p, q, places]) => places.map((x) =>
            discriminator(logDensity(compile(p), x), logDensity(compile(q), x))));
        }""",
        [
            [p, q, [point["x"] for point in case["optimal_discriminator"]]]
            for (p, q), case in zip(pairs, REFERENCE, strict=True)
        ],
    )
    for case, found in zip(REFERENCE, best, strict=True):
        assert found == pytest.approx([point["d"] for point in case["optimal_discriminator"]], rel=1e-9)


def test_single_normals_agree_with_their_closed_forms(static: Page) -> None:
    generator = torch.Generator().manual_seed(1)
    places = 16 * torch.rand(30, 2, generator=generator, dtype=torch.float64) - 8
    stds = 0.1 * 100 ** torch.rand(30, 2, generator=generator, dtype=torch.float64)
    stds[10:, 1] = stds[10:, 0]  # W1 of one width is the distance of the means
    pairs = [
        (mixture((m[0], s[0], 1)), mixture((m[1], s[1], 1)))
        for m, s in zip(places.tolist(), stds.tolist(), strict=True)
    ]
    logs = 2 * stds.log()
    forward = dv.kl_normal(places[:, 0], logs[:, 0], places[:, 1], logs[:, 1]).tolist()
    backward = dv.kl_normal(places[:, 1], logs[:, 1], places[:, 0], logs[:, 0]).tolist()
    for i, found in enumerate(in_browser(static, pairs)):
        agree(found, {"kl_pq": forward[i], "kl_qp": backward[i]}, pairs[i])
        if i >= 10:
            distance = (places[i, 0] - places[i, 1]).abs().item()
            variation = math.erf(distance / (2 * math.sqrt(2) * stds[i, 0].item()))
            agree(found, {"w1": distance, "tv": variation}, pairs[i])


def test_a_lost_mode_and_no_overlap(static: Page) -> None:
    two, one, far = mixture((-3, 0.2, 0.5), (3, 0.2, 0.5)), mixture((3, 0.2, 1)), mixture((8, 0.2, 1))
    lost, apart = in_browser(static, [(two, one), (mixture((-8, 0.2, 1)), far)])
    # JS of (1/2, 1/2) and (0, 1): 3/4 log(4/3)
    agree(lost, {"js": 0.75 * math.log(4 / 3), "kl_qp": math.log(2), "tv": 0.5, "w1": 3}, "lost")
    agree(apart, {"js": math.log(2), "cost": 0, "tv": 1, "w1": 16, "kl_pq": 3200}, "apart")


FUZZ = """async ({ pairs, reach }) => {
  const { INTEGRANDS, compile, discriminator, divergences, logDensity, distribution } =
    await import("/lab/static/maths/mixtures.js");
  const { show } = await import("/lab/static/densities/numbers.js");
  const { format, parse } = await import("/lab/static/densities/state.js");
  const wrong = [];
  for (const [first, second] of pairs) {
    const [p, q] = [compile(first), compile(second)];
    const found = divergences(p, q);
    const back = divergences(q, p);
    const close = (a, b) => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(a));
    const check = (law, holds) => holds || wrong.push([law, first, second, found]);
    check("finite", Object.values(found).every(Number.isFinite));
    check("KL >= 0", found.kl_pq >= 0 && found.kl_qp >= 0);
    check("0 <= JS <= log 2", found.js >= 0 && found.js <= Math.LN2);
    check("-log 4 <= C(G) <= 0", found.cost >= -Math.log(4) && found.cost <= 0);
    check("0 <= TV <= 1", found.tv >= 0 && found.tv <= 1);
    check("Pinsker", found.tv ** 2 <= 0.5 * Math.min(found.kl_pq, found.kl_qp) + 1e-12);
    check("JS <= TV log 2", found.js <= found.tv * Math.LN2 + 1e-12);
    const means = [first, second].map((mixture) => mixture.reduce((sum, { mean, weight }) => sum + mean * weight, 0));
    check("W1 >= distance of the means", found.w1 >= Math.abs(means[0] - means[1]) - 1e-9);
    check("exchange", close(found.kl_pq, back.kl_qp) && close(found.kl_qp, back.kl_pq) && close(found.js, back.js)
      && close(found.tv, back.tv) && close(found.w1, back.w1));
    check("shown", Object.values(found).every((value) => /^(0|−?\\d+\\.\\d+)$/.test(show(value))));
    check("address", parse(format(first))?.length === first.length);
    for (let x = -reach; x <= reach; x += 0.5) {
      const logs = [logDensity(p, x), logDensity(q, x)];
      const best = discriminator(...logs);
      check("D* at x", best >= 0 && best <= 1);
      check("F at x", distribution(p, x) >= 0 && distribution(p, x) <= 1 + 1e-15);
      check("integrands at x", Object.values(INTEGRANDS).every((of) => Number.isFinite(of(...logs))));
      check("signs at x", INTEGRANDS.js(...logs) >= 0 && INTEGRANDS.tv(...logs) >= 0 && INTEGRANDS.cost(...logs) <= 0);
    }
  }
  return wrong;
}"""


def test_no_wrong_sign_nor_infinity_wherever_a_hand_can_drag(static: Page) -> None:
    generator = torch.Generator().manual_seed(2)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(600)] + extremes()
    # Nearly equal pairs: rounding decides the sign of a careless sum
    for p, _q in pairs[:60]:
        pairs.append((p, [part | {"mean": part["mean"] * (1 - 1e-9)} for part in p]))
        pairs.append((p, p))
        pairs.append((p, p[::-1]))
    assert static.evaluate(FUZZ, {"pairs": pairs, "reach": 10}) == []


def test_what_lies_outside_the_picture_is_what_a_grid_finds_there(static: Page) -> None:
    generator = torch.Generator().manual_seed(4)
    pairs = [(random_mixture(generator), random_mixture(generator)) for _ in range(6)]
    pairs += [(mixture((0, 1, 1)), mixture((-8, 10, 1))), (mixture((0, 0.5, 1)), mixture((1, 0.5, 1)))]
    found = static.evaluate(
        """async ({ pairs, keys }) => {
          const { beyond, compile } = await import("/lab/static/maths/mixtures.js");
          return pairs.map(([p, q]) => keys.map((key) => beyond(key, compile(p), compile(q), 12)));
        }""",
        {"pairs": pairs, "keys": ["kl_pq", "js", "tv", "w1"]},
    )
    x = torch.linspace(-110, 110, 1_100_001, dtype=torch.float64)
    for (p, q), shares in zip(pairs, found, strict=True):
        log_p, log_q = log_density(p, x), log_density(q, x)
        log_m = torch.logaddexp(log_p, log_q) - math.log(2)
        gap = (log_p.exp() - log_q.exp()).cumsum(0)
        integrands = (
            log_p.exp() * (log_p - log_q),
            log_p.exp() * (log_p - log_m) + log_q.exp() * (log_q - log_m),
            log_p.exp() - log_q.exp(),
            gap,
        )
        for integrand, (left, right) in zip(integrands, shares, strict=True):
            area = integrand.abs()
            assert left == pytest.approx((area[x < -12].sum() / area.sum()).item(), abs=2e-3)
            assert right == pytest.approx((area[x > 12].sum() / area.sum()).item(), abs=2e-3)


def test_the_axis_numbers_have_room(static: Page) -> None:
    values = [0, 15, -0.075, 0.75, 0.0015, 0.000015, -0.00002, 1.5e-9]
    ticks = static.evaluate(
        "async (values) => values.map((await import('/lab/static/densities/draw.js')).tick)", values
    )
    assert all(len(text) <= 6 for text in ticks)
    assert [float(text.replace("−", "-")) for text in ticks] == values


def test_between_two_steps_of_a_fit_q_is_a_mixture_on_the_way(static: Page) -> None:
    start, end = mixture((-2, 0.5, 0.2), (3, 1, 0.8)), mixture((0, 2, 0.6), (3, 1, 0.4))
    on_the_way, far, near = static.evaluate(
        """async ([start, end]) => {
          const { between, way } = await import("/lab/static/maths/mixture_fit.js");
          return [[0, 0.5, 1].map((share) => between(start, end, share)), way(start, end), way(start, start)];
        }""",
        [start, end],
    )
    for parts, wanted in zip(on_the_way, (start, mixture((-1, 1, 0.4), (3, 1, 0.6)), end), strict=True):
        for part, its in zip(parts, wanted, strict=True):
            assert part == pytest.approx(its)
    assert far > near > 0


FITS = """async (tasks) => {
  const { createFit } = await import("/lab/static/maths/mixture_fit.js");
  return tasks.map(([p, start, key]) => {
    const fit = createFit(p, start, key);
    const values = [];
    let reached = { settled: false };
    while (!reached.settled && values.length < 2000) values.push((reached = fit.step()).value);
    return { q: reached.q, settled: reached.settled, values };
  });
}"""


def test_a_fit_descends_to_where_theory_says(static: Page) -> None:
    generator = torch.Generator().manual_seed(3)
    single = mixture((1.5, 0.4, 1))
    start = mixture((-4, 2, 1))
    many = [random_mixture(generator) for _ in range(8)]
    two, near = mixture((-4, 0.5, 0.3), (3, 1, 0.7)), mixture((-2.5, 1, 0.5), (2, 0.6, 0.5))
    found = static.evaluate(
        FITS,
        [
            *([p, start, "kl_pq"] for p in many),
            [single, start, "kl_qp"],
            [two, near, "kl_pq"],
            [two, near, "kl_qp"],
        ],
    )
    for fit in found:
        assert fit["settled"]
        assert all(after < before for before, after in pairwise(fit["values"][:-1]))
    for p, fit in zip(many, found, strict=False):
        # A normal that is nearest by KL(p || q) has the mean and the variance of p
        mean = sum(part["weight"] * part["mean"] for part in p)
        variance = sum(part["weight"] * (part["std"] ** 2 + (part["mean"] - mean) ** 2) for part in p)
        (q,) = fit["q"]
        assert q["mean"] == pytest.approx(mean, abs=1e-3 * max(1, variance))
        assert q["std"] == pytest.approx(min(10, math.sqrt(variance)), rel=1e-3)
    (q,) = found[8]["q"]
    assert (q["mean"], q["std"]) == (pytest.approx(1.5, abs=1e-3), pytest.approx(0.4, abs=1e-3))
    for fit in found[9:]:
        for part, wanted in zip(fit["q"], two, strict=True):
            assert part == pytest.approx(wanted, abs=0.01)


def test_the_normals_distribution_is_right_in_both_tails(static: Page) -> None:
    places = [i / 8 for i in range(-300, 301)]
    found = static.evaluate(
        """async (places) => {
          const { cumulative } = await import("/lab/static/maths/normal.js");
          return places.map(cumulative);
        }""",
        places,
    )
    wanted = torch.special.log_ndtr(torch.tensor(places, dtype=torch.float64)).exp().tolist()
    assert found == pytest.approx(wanted, rel=1e-11, abs=1e-300)
