"""What is measured and drawn of every family on points: the true divergence, the modes, the latent lattice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from genlab.data.points import PointData
from genlab.divergences import (
    Estimate,
    NoiseFloor,
    SampledJS,
    generator_cost,
    kl_knn,
    noise_floor,
    optimal_discriminator,
)
from genlab.terms import Term

# What a moment of training is measured by: enough for a JS that reads 0 within a thousandth of a nat for a perfect G,
# and few enough that measuring at every frame costs a few hundredths of the training. Away from 0 it is a lower bound:
# measured, up to 0.016 too little for a G that is nearly right, and up to 0.036 for one much sharper than the data.
DRAWN = 2048
FRESH = 8192
# The window in which fields are drawn.
VIEW = 1.5
CELLS = 64
# A density is drawn as 0 where so little of it lies that one sample in a million falls in a cell.
FAINT = 1e-6 / (2 * VIEW / CELLS) ** 2
# 1/2 as a shade. Where no density is, D* is nothing, and no D is wrong.
NOTHING_SAID = 128
NEIGHBOURS = 5
# Where a diverged generator's samples are taken to be: so far that no distance overflows.
FARTHEST = 1e30
LATTICE = {1: 101, 2: 21}
REPEATS = 16


@dataclass(frozen=True)
class Measured:
    """What samples say of the distribution they are from: its JS to the data's and its density, its KL to the data's by
    nearest neighbours, the share of samples that each mode got with high quality, the modes captured and the share of
    high quality (None without modes). in_play: the same JS and density of the G that D plays against."""

    estimate: Estimate
    in_play: Estimate
    kl: float
    shares: Tensor | None
    modes: int | None
    high_quality: float | None

    def terms(self) -> dict[str, float]:
        """The numbers by their terms' keys; `measured_terms` says which of them a run reports."""
        terms = {"js": self.estimate.js, "best_value": generator_cost(self.in_play.js), "kl_pg_pdata": self.kl}
        if self.modes is not None and self.high_quality is not None:
            terms |= {"modes": float(self.modes), "high_quality": self.high_quality}
        return terms


def measure(samples: Tensor, data: PointData, in_play: Tensor | None = None) -> Measured:
    """Measures samples [n, dimensions], n >= 8, against the exact density of the data; always the same for the same
    samples. in_play: samples of the G that D plays against, where that is not the G that is shown. Raises ValueError
    for samples that are not finite."""
    estimate = ruler(data).estimate(samples)
    estimates = estimate, estimate if in_play is None else ruler(data).estimate(in_play)
    kl = max(0.0, kl_by_neighbours(samples, data))  # below 0 it is noise
    shares = data.mode_shares(samples)
    if shares is None:
        return Measured(*estimates, kl, None, None, None)
    return Measured(*estimates, kl, shares, int((shares > 0).sum()), float(shares.sum()))


def kl_by_neighbours(samples: Tensor, data: PointData) -> float:
    """KL(p_g || p_data) in nats from samples alone, without any density: a cross-check of what JS says. Samples farther
    away than distances can be told count as that far."""
    return kl_knn(samples.clamp(-FARTHEST, FARTHEST), real_samples(data), NEIGHBOURS)


@lru_cache(maxsize=64)
def real_samples(data: PointData) -> Tensor:
    """The samples of the data that generated ones are held against, [DRAWN, dimensions], always the same."""
    return data.sample(DRAWN, torch.Generator().manual_seed(DRAWN))


@lru_cache(maxsize=8)
def ruler(data: PointData) -> SampledJS:
    """JS to this data's density, which is prepared once, over the window that is drawn."""
    return SampledJS(data, fresh=FRESH, box=((-VIEW, VIEW),) * data.dimensions)


@lru_cache(maxsize=64)
def noise_bands(data: PointData) -> dict[str, tuple[float, float]]:
    """By a term's key, what it reads for a perfect generator: up to two standard deviations of its noise above the
    mean, and as far below as JS goes."""
    floor = noise_floor(lambda x, g: ruler(data).estimate(x).uncut, data.sample, DRAWN, repeats=REPEATS)
    kl_floor = noise_floor(lambda x, g: kl_by_neighbours(x, data), data.sample, DRAWN, repeats=REPEATS)
    low, high = about(floor)
    return {
        "js": (low, high),
        "best_value": (generator_cost(low), generator_cost(high)),
        "kl_pg_pdata": about(kl_floor),
    }


def about(floor: NoiseFloor) -> tuple[float, float]:
    """Two standard deviations about a floor's mean; a divergence goes no lower than 0."""
    return max(0.0, floor.mean - 2 * floor.spread), max(0.0, floor.mean + 2 * floor.spread)


def measured_terms(data: PointData) -> tuple[Term, ...]:
    """The terms that any generator of points is measured by, at the moments of its frames, with samples of their own.

    Their keys stand as they are (js, not test_js): they compare distributions, so there is no training part of them.
    """
    js = Term(
        "js", r"\mathrm{JS}(p_\text{data}\,\|\,p_g)", "True JS", "nats", "lower", "js", "js",
        "0 is a perfect generator, log 2 one that has nothing in common with the data. Measured from samples against "
        "the exact density, so even a perfect one reads a little noise: the band.",
        lines=((0.0, "0"), (math.log(2), r"\log 2")), held_out=True,
    )  # fmt: skip
    kl = Term(
        "kl_pg_pdata", r"\mathrm{KL}(p_g\,\|\,p_\text{data})", "KL(p_g‖p_data), by neighbours", "nats", "lower", "kl",
        "divergence",
        "A cross-check from samples alone: large where samples lie where no data is; a lost mode costs it little.",
        lines=((0.0, "0"),), held_out=True,
    )  # fmt: skip
    if data.modes is None or data.quality_ceiling is None:
        return (js, kl)
    count = len(data.modes)
    return (
        js,
        kl,
        Term(
            "modes", r"\text{modes}", "Modes captured", "modes", "higher", "generated", "modes",
            "A mode is captured by one sample within three standard deviations of it. Fewer than there are: collapse.",
            lines=((float(count), str(count)),), held_out=True,
        ),
        Term(
            "high_quality", r"\text{quality}", "High quality", "share of samples", "higher", "generated", "quality",
            "The share of samples within three standard deviations of a mode; the line is a perfect sampler's.",
            lines=((data.quality_ceiling, f"{data.quality_ceiling:.3f}"),), held_out=True,
        ),
    )  # fmt: skip


def lattice(latents: int) -> Tensor | None:
    """Standard normal latents at the middles of cells of equal mass: [441, 2], the first varying fastest, or [101, 1];
    None for other sizes.

    z = Phi^-1((i + 1/2) / side), so that equal cells here carry equal mass of p(z).
    """
    if latents not in LATTICE:
        return None
    side = LATTICE[latents]
    line = torch.special.ndtri((torch.arange(side, dtype=torch.float64) + 0.5) / side).float()
    if latents == 1:
        return line[:, None]
    second, first = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([first, second], dim=-1).view(-1, 2)


def window(dimensions: int = 2) -> Tensor:
    """The points at which fields are drawn: a grid over [-1.5, 1.5]^2, [CELLS^2, 2], row by row from the bottom; on a
    line its first coordinates, [CELLS^2, 1], each row like the other."""
    line = torch.linspace(-VIEW, VIEW, CELLS)
    y, x = torch.meshgrid(line, line, indexing="ij")
    return torch.stack([x, y], dim=-1).view(-1, 2)[:, :dimensions]


def as_field(probabilities: Tensor) -> np.ndarray:
    """Probabilities at the window's points as uint8 [CELLS, CELLS], row 0 at the bottom; NOTHING_SAID where there is no
    number."""
    shades = probabilities.nan_to_num(0.5).view(CELLS, CELLS) * 255
    return shades.round().to(torch.uint8).numpy()


def best_field(estimate: Estimate, data: PointData) -> np.ndarray:
    """D*(x) = p_data / (p_data + p_g) as a field (Goodfellow et al. 2014, proposition 1): p_data exact, p_g the kernel
    estimate; NOTHING_SAID where both are too faint to say, and only there: 1/2 elsewhere is drawn a 255th off."""
    densities = [
        torch.where(d > FAINT, d, 0.0) for d in (window_density(data), estimate.density(window(data.dimensions)))
    ]
    field = as_field(optimal_discriminator(*densities))
    said = (densities[0] + densities[1] > 0).view(CELLS, CELLS).numpy()
    field[said & (field == NOTHING_SAID)] -= 1
    return field


@lru_cache(maxsize=64)
def window_density(data: PointData) -> Tensor:
    """p_data at the window's points, float64 [CELLS^2]."""
    return data.log_density(window(data.dimensions).double()).exp()
