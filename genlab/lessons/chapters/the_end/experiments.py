"""What the experiments of chapter 9 measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genlab.lessons.anatomy import Lines, Outcome, Series, Table
from genlab.lessons.chapters.the_end.chapter import FARTHEST
from genlab.lessons.trained import Trained
from genlab.locale import N_

if TYPE_CHECKING:
    from torch import Tensor

LOG_2, LOG_4 = math.log(2), math.log(4)
DRAWN = 100_000
# How far the picture and the integrals reach, and in how many cells.
REACH, CELLS = 20.0, 20_001
SHOWN = 241
APART = 0.05  # of the crossing from the middle


def looks_finished(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """A game whose V is what a perfect one's is, and one that was steadied: what the samples are worth."""
    collapsed, cured = runs
    numbers = {
        "value": collapsed.last("test_value"),
        "d_real": collapsed.last("test_d_real"),
        "d_fake": collapsed.last("test_d_fake"),
        "js": collapsed.last("js"),
        "share": collapsed.last("high_quality"),
        "cured_value": cured.last("test_value"),
        "cured_js": cured.last("js"),
        "cured_modes": cured.last("modes"),
        "cured_share": cured.last("high_quality"),
        "none": LOG_2,
    }
    figures = tuple(
        compared(collapsed, cured, key, title, unit, marks)
        for key, title, unit, marks in (
            ("test_value", N_("V while the two games went on, on fresh points"), N_("V, nats"), ((-LOG_4, "−log 4"),)),
            ("js", N_("JS of data and samples, measured"), N_("JS, nats"), ((LOG_2, "log 2"), (0.0, "0"))),
        )
    )
    holds = (
        abs(numbers["value"] + LOG_4) < 0.1
        and numbers["js"] > 0.55
        and numbers["cured_js"] < numbers["js"] - 0.1
        and abs(numbers["cured_value"] + LOG_4) > abs(numbers["value"] + LOG_4)
        and all(abs(numbers[key] - 0.5) < 0.05 for key in ("d_real", "d_fake"))
    )
    return Outcome(numbers, holds, figures)


def compared(
    collapsed: Trained, cured: Trained, key: str, title: str, unit: str, marks: tuple[tuple[float, str], ...]
) -> Lines:
    """A term of both games, at the steps at which both were measured."""
    one, other = (dict(zip(*run.curve(key), strict=True)) for run in (collapsed, cured))
    steps = sorted(one.keys() & other.keys())
    return Lines(
        title,
        N_("step"),
        unit,
        tuple(map(float, steps)),
        (
            Series(N_("the first game"), "generated", tuple(one[step] for step in steps)),
            Series(N_("the steadied game"), "value", tuple(other[step] for step in steps), dashed=True),
        ),
        marks,
    )


def normal(x: Tensor, mean: float, std: float) -> Tensor:
    """The density of a normal at x."""
    return (-((x - mean) ** 2) / (2 * std**2)).exp() / (std * math.sqrt(2 * math.pi))


def line(low: float = -REACH, high: float = REACH, count: int = CELLS) -> Tensor:
    """Places on the line, float64."""
    import torch

    return torch.linspace(low, high, count, dtype=torch.float64)


def floats(values: Tensor) -> tuple[float, ...]:
    """A tensor's values for a figure."""
    return tuple(values.tolist())


def where_d_cannot_tell(seed: int) -> Outcome:
    """Two normals of different width, drawn by the seed: D*, where it is 1/2, and the parts of C(G)."""
    import random

    import torch

    from genlab.divergences import generator_cost, js_grid, kl_grid, optimal_discriminator

    drawn = random.Random(seed)
    while True:
        mean_p, mean_q = -drawn.uniform(0.6, 1.4), drawn.uniform(0.6, 1.4)
        std_p, std_q = drawn.uniform(0.5, 0.7), drawn.uniform(0.9, 1.2)
        # Where they cross half way between their means, the question would say nothing.
        if abs(between_means(mean_p, std_p, mean_q, std_q) - (mean_p + mean_q) / 2) > APART:
            break
    x = line()
    p, q = normal(x, mean_p, std_p), normal(x, mean_q, std_q)
    cell = float(x[1] - x[0])
    middle = torch.tensor((mean_p + mean_q) / 2, dtype=torch.float64)
    crossing = between_means(mean_p, std_p, mean_q, std_q)
    at = torch.tensor(crossing, dtype=torch.float64)

    def belief(place: Tensor) -> float:
        """D* at a place."""
        return float(optimal_discriminator(normal(place, mean_p, std_p), normal(place, mean_q, std_q)))

    mixture = (p + q) / 2
    numbers = {
        "crossing": crossing,
        "height": float(normal(at, mean_p, std_p)),
        "belief": belief(at),
        "middle": float(middle),
        "belief_middle": belief(middle),
        "kl_p": float(kl_grid(p, mixture, cell)),
        "kl_q": float(kl_grid(q, mixture, cell)),
        "cost": float(generator_cost(js_grid(p, q, cell))),
    }
    shown = line(-4, 4, SHOWN)
    p_shown, q_shown = normal(shown, mean_p, std_p), normal(shown, mean_q, std_q)
    picture = Lines(
        N_("Two densities, and what the best D says"),
        "x",
        N_("density; D* from 0 to 1"),
        floats(shown),
        (
            Series("p_data", "data", floats(p_shown)),
            Series("p_g", "generated", floats(q_shown)),
            Series("D*", "discriminator", floats(optimal_discriminator(p_shown, q_shown)), dashed=True),
        ),
        ((0.5, "1/2"),),
    )
    best = optimal_discriminator(p, q)
    numbers["direct"] = float(((p * best.log()).nan_to_num() + (q * (1 - best).log()).nan_to_num()).sum() * cell)
    table = Table(
        N_("C(G), added up"),
        ("", N_("nats")),
        (
            ("−log 4", f"{-LOG_4:.4f}"),
            ("+ KL(p_data‖m)", f"{numbers['kl_p']:.4f}"),
            ("+ KL(p_g‖m)", f"{numbers['kl_q']:.4f}"),
            ("= C(G)", f"{-LOG_4 + numbers['kl_p'] + numbers['kl_q']:.4f}"),
            (N_("V with D*, by its own integral"), f"{numbers['direct']:.4f}"),
        ),
    )
    summed = -LOG_4 + numbers["kl_p"] + numbers["kl_q"]
    holds = abs(numbers["belief"] - 0.5) < 1e-6 and abs(summed - numbers["direct"]) < 1e-4
    return Outcome(numbers, holds, (picture, table))


def between_means(mean_p: float, std_p: float, mean_q: float, std_q: float) -> float:
    """Where two normals are equally high, between their means: by halving."""
    low, high = mean_p, mean_q

    def above(x: float) -> bool:
        """Whether p is the higher one there."""
        return math.log(std_q / std_p) + ((x - mean_q) / std_q) ** 2 / 2 - ((x - mean_p) / std_p) ** 2 / 2 > 0

    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if above(middle) else (low, middle)
    return (low + high) / 2


def two_ways(seed: int) -> Outcome:
    """The mean of log(1 - D) over draws of z, and over x with the density of G(z); G folds the line, so that it has no
    inverse."""
    import random

    import torch

    drawn = random.Random(seed)
    shift, scale = drawn.uniform(0.3, 1.2), drawn.uniform(0.7, 1.3)
    slope, middle = drawn.uniform(0.8, 2.0), drawn.uniform(0.4, 1.2)

    def lost(x: Tensor) -> Tensor:
        """log(1 - D(x)), D(x) = sigmoid(slope (x - middle))."""
        return torch.nn.functional.logsigmoid(-slope * (x - middle))

    # G(z) = scale |z + shift|: two z's for each x > 0, whose densities add up.
    x = line(0, REACH)
    density = (normal(x / scale, shift, 1) + normal(x / scale, -shift, 1)) / scale
    integral = float(torch.trapezoid(density * lost(x), x))
    z = torch.randn(DRAWN, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values = lost(scale * (z + shift).abs())
    error = float(values.std()) / math.sqrt(DRAWN)
    counts = [round(10 ** (k / 10)) for k in range(10, 51)]
    means = values.cumsum(0)[torch.tensor(counts) - 1] / torch.tensor(counts)
    numbers = {"over_x": integral, "over_z": float(values.mean()), "error": error, "draws": float(DRAWN)}
    shown = line(0.01, 4, SHOWN)
    shown_density = (normal(shown / scale, shift, 1) + normal(shown / scale, -shift, 1)) / scale
    figures = (
        Lines(
            N_("Over z: the mean of so many draws"),
            N_("draws of z"),
            N_("mean of log(1 − D(G(z)))"),
            tuple(map(float, counts)),
            (Series(N_("mean of the draws"), "latent", floats(means)),),
            ((integral, N_("the integral over x")),),
            logarithmic=True,
        ),
        Lines(
            N_("Over x: the integrand, whose area it is"),
            "x",
            N_("nats per unit of x"),
            floats(shown),
            (
                Series("p_g(x) log(1 − D(x))", "value", floats(shown_density * lost(shown))),
                Series("p_g(x)", "generated", floats(shown_density), dashed=True),
            ),
        ),
    )
    return Outcome(numbers, abs(integral - numbers["over_z"]) < 5 * error, figures)


def sliding(seed: int) -> Outcome:
    """JS and W1 of two normals of one width over the distance of their means."""
    import random

    from genlab.divergences import js_grid

    std = random.Random(seed).uniform(0.5, 0.7)
    x = line()
    cell = float(x[1] - x[0])
    distances = [FARTHEST * i / 60 for i in range(61)]
    values = [float(js_grid(normal(x, 0, std), normal(x, distance, std), cell)) for distance in distances]
    found = dict(zip(distances, values, strict=True))
    numbers = {
        "std": std,
        "at_6": found[6.0],
        "at_4": found[4.0],
        "at_2": found[2.0],
        "at_1": found[1.0],
        "limit": LOG_2,
        "slope_6": slope_at(distances, values, 5.0),
        "slope_1": slope_at(distances, values, 1.0),
    }
    figures = (
        Lines(
            N_("JS over the distance of two normals"),
            N_("distance of the means"),
            N_("JS, nats"),
            tuple(distances),
            (Series("JS", "js", tuple(values)),),
            ((LOG_2, "log 2"),),
        ),
        Lines(
            N_("W1 over the same distance"),
            N_("distance of the means"),
            N_("W1, units of x"),
            tuple(distances),
            (Series("W1", "transport", tuple(distances)),),
        ),
    )
    return Outcome(numbers, numbers["at_6"] > 0.69 and numbers["at_1"] < 0.45, figures)


def slope_at(distances: Sequence[float], values: Sequence[float], place: float) -> float:
    """How fast a curve rises at one of its inner places."""
    at = min(range(len(distances)), key=lambda index: abs(distances[index] - place))
    return (values[at + 1] - values[at - 1]) / (distances[at + 1] - distances[at - 1])


def of_the_stage(numbers: Mapping[str, float]) -> dict[str, float]:
    """What is told of the two densities on the stage."""
    return {name: numbers[name] for name in ("cost", "js", "d_star", "kl_pq", "kl_qp")}


def missed(numbers: Mapping[str, float]) -> Outcome:
    """p_g has one of two peaks: D* at that one is 1/3, and C(G) = log(2/3) - log(3) / 2."""
    found = of_the_stage(numbers)
    as_said = abs(found["cost"] - math.log(2 / 3) + math.log(3) / 2) < 1e-2 and abs(found["d_star"] - 1 / 3) < 1e-2
    return Outcome(found, as_said and found["kl_pq"] > 10 * found["kl_qp"])


def equal(numbers: Mapping[str, float]) -> Outcome:
    """p_g = p_data: D* is 1/2, C(G) at its least value, every divergence 0."""
    found = of_the_stage(numbers)
    nothing = all(abs(found[name]) < 1e-4 for name in ("js", "kl_pq", "kl_qp"))
    return Outcome(found, nothing and abs(found["cost"] + LOG_4) < 1e-4 and abs(found["d_star"] - 0.5) < 1e-4)
