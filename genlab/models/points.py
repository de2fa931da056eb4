"""What is measured and drawn of every family on points: the divergences, the modes, the latent lattice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from genlab.data.points import PointData
from genlab.devices import as_array
from genlab.divergences import (
    KernelDensities,
    KernelDensity,
    NoiseFloor,
    Reading,
    SampledDivergences,
    generator_cost,
    noise_floor,
    optimal_discriminator,
)
from genlab.terms import Term

# What a moment of training is measured by: few enough that measuring at every frame costs a few hundredths of the
# training.
DRAWN = 2048
FRESH = 8192
# The window in which fields are drawn.
VIEW = 1.5
CELLS = 64
# A density is drawn as 0 where so little of it lies that one sample in a million falls in a cell.
FAINT = 1e-6 / (2 * VIEW / CELLS) ** 2
# 1/2 as a shade. Where no density is, D* is nothing, and no D is wrong.
NOTHING_SAID = 128
# What stands in curves and files for a KL that is infinite (a sample lies where no data can be), or as good as that.
INFINITE = 1e6
LATTICE = {1: 101, 2: 21}
REPEATS = 16


@dataclass(frozen=True)
class Measured:
    """What samples say of the distribution they are from: its JS and KL to the data's, the share of samples that each
    mode got with high quality, the modes captured and the share of high quality (None without modes). in_play: the JS
    of the G that D plays against, and best_density that G's density."""

    js: Reading
    kl: Reading
    in_play: Reading
    best_density: KernelDensity
    shares: Tensor | None
    modes: int | None
    high_quality: float | None

    def terms(self) -> dict[str, float]:
        """The numbers by their terms' keys; `measured_terms` says which of them a run reports."""
        terms = {
            "js": self.js.value,
            "best_value": generator_cost(self.in_play.value),
            "kl_pg_pdata": min(self.kl.value, INFINITE),
        }
        if self.modes is not None and self.high_quality is not None:
            terms |= {"modes": float(self.modes), "high_quality": self.high_quality}
        return terms

    def reaches(self) -> dict[str, float]:
        """How far from a term's number the true one may be, to both sides, by the term's key and "_error"."""
        return {"js_error": self.js.reach, "kl_pg_pdata_error": min(self.kl.reach, INFINITE)}


def measure(samples: Tensor, data: PointData, in_play: Tensor | None = None) -> Measured:
    """Measures samples [n, dimensions], n >= 8, against the exact density of the data; always the same for the same
    samples. in_play: samples of the G that D plays against, where that is not the G that is shown. Raises ValueError
    for samples that are not finite."""
    js = ruler(data).js(samples)  # [js]
    played = js if in_play is None else ruler(data).js(in_play)  # [best_value]
    density = kernel(data).estimate(samples if in_play is None else in_play)
    readings = js, ruler(data).kl(samples), played, density  # [kl_pg_pdata]
    shares = data.mode_shares(samples)  # [modes high_quality]
    if shares is None:
        return Measured(*readings, None, None, None)
    return Measured(*readings, shares, int((shares > 0).sum()), float(shares.sum()))  # [modes high_quality]


def judge(samples: Tensor, data: PointData) -> dict[str, float]:
    """What is said of a model that is done, by keys: what `measure` says, and KL(p_data || p_g)."""
    back = min(ruler(data).kl_back(samples).value, INFINITE)
    return measure(samples, data).terms() | {"kl_pdata_pg": back}


@lru_cache(maxsize=8)
def ruler(data: PointData) -> SampledDivergences:
    """JS and KL to this data's density, which is prepared once."""
    return SampledDivergences(data)


@lru_cache(maxsize=8)
def kernel(data: PointData) -> KernelDensities:
    """The density of samples over the window that is drawn."""
    return KernelDensities(data, fresh=FRESH, box=((-VIEW, VIEW),) * data.dimensions)


@lru_cache(maxsize=64)
def noise_bands(data: PointData) -> dict[str, tuple[float, float]]:
    """By a term's key, what it reads for a perfect generator: two standard deviations of its noise about the mean, as
    far as the divergences go down. Nothing where the density of the data is not known."""
    if not data.exact:
        return {}
    measured = ruler(data)
    low, high = about(noise_floor(lambda x, g: measured.js(x).uncut, data.sample, DRAWN, repeats=REPEATS))
    kl_floor = noise_floor(lambda x, g: measured.kl(x).uncut, data.sample, DRAWN, repeats=REPEATS)
    return {
        "js": (low, high),
        "best_value": (generator_cost(low), generator_cost(high)),
        "kl_pg_pdata": about(kl_floor),
    }


def about(floor: NoiseFloor) -> tuple[float, float]:
    """Two standard deviations about a floor's mean; a divergence goes no lower than 0."""
    return max(0.0, floor.mean - 2 * floor.spread), max(0.0, floor.mean + 2 * floor.spread)


def measured_terms(data: PointData) -> tuple[Term, ...]:
    """The terms that any generator of points is measured by, at the moments of its frames, with samples of their own;
    none where the density of the data is not known.

    Their keys stand as they are (js, not test_js): they compare distributions, so there is no training part of them.
    """
    if not data.exact:
        return ()
    js = Term(
        "js", r"\mathrm{JS}(p_\text{data}\,\|\,p_g)", "Measured JS", "nats", "lower", "js", "js",
        "0 is a perfect generator, log 2 one that has nothing in common with the data. Measured from 2,048 samples "
        "against the exact density: right within about 0.01, and even a perfect one reads a little noise, the band.",
        lines=((0.0, "0"), (math.log(2), r"\log 2")), held_out=True,
    )  # fmt: skip
    kl = Term(
        "kl_pg_pdata", r"\mathrm{KL}(p_g\,\|\,p_\text{data})", "KL(p_g‖p_data), measured", "nats", "lower", "kl",
        "divergence",
        "Large where samples lie where hardly any data is, and infinite (drawn as a million) where no data can be; a "
        "lost mode costs it little. The density of p_data is known at each sample, that of p_g is told by the nearest "
        "samples.",
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
            "A mode is captured by one sample within three standard deviations of it. Fewer than there are: the others "
            "are missed; in a trained GAN that is mode collapse.",
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
    return as_array(shades.round().to(torch.uint8))


def best_field(estimate: KernelDensity, data: PointData) -> np.ndarray:
    """D*(x) = p_data / (p_data + p_g) as a field (Goodfellow et al. 2014, proposition 1): p_data exact, p_g the kernel
    estimate; NOTHING_SAID where both are too faint to say, and only there: 1/2 elsewhere is drawn a 255th off."""
    densities = [
        torch.where(d > FAINT, d, 0.0) for d in (window_density(data), estimate.density(window(data.dimensions)))
    ]
    field = as_field(optimal_discriminator(*densities))
    said = as_array((densities[0] + densities[1] > 0).view(CELLS, CELLS))
    field[said & (field == NOTHING_SAID)] -= 1
    return field


@lru_cache(maxsize=64)
def window_density(data: PointData) -> Tensor:
    """p_data at the window's points, float64 [CELLS^2]."""
    return data.log_density(window(data.dimensions).double()).exp()
