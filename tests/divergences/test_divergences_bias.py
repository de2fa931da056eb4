"""JS and KL from 2,048 samples against exact log ratios: samplers that are wrong as real ones are."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from measured_cases import cases, values

from genlab.data.points import POINTS, make_points
from genlab.divergences import Reading, SampledDivergences

N, SEEDS = 2048, 3


def within(readings: list[Reading], truth: float) -> int:
    return sum(reading.band[0] - 1e-6 <= truth <= reading.band[1] + 1e-6 for reading in readings)


@pytest.mark.parametrize("name", POINTS)
def test_nearly_every_sampler_is_measured_within_tolerance(name: str) -> None:
    """The mean over seeds: JS within 0.006 or a tenth, KL within 0.1 or a tenth; and bands that hold the truth."""
    ruler = SampledDivergences(make_points(name))
    truths, wrong, held, bands = values(), [], 0, 0
    for case, (of, sampler) in cases().items():
        if of != name:
            continue
        drawn = [sampler.sample(N, torch.Generator().manual_seed(seed)).float() for seed in range(SEEDS)]
        true_js, true_kl = truths[case]
        js = [ruler.js(samples) for samples in drawn]
        found = float(np.mean([reading.value for reading in js]))
        # Three seeds leave a mean some noise of its own.
        if abs(found - true_js) > max(0.007, 0.1 * true_js):
            wrong.append(f"{case}: JS {found:.4f}, truth {true_js:.4f}")
        held, bands = held + within(js, true_js), bands + SEEDS
        kl = [ruler.kl(samples) for samples in drawn]
        if true_kl is None:
            assert all(reading.value == math.inf for reading in kl), case
            continue
        found = float(np.mean([reading.value for reading in kl]))
        noise = float(np.mean([reading.error for reading in kl])) / SEEDS**0.5
        if abs(found - true_kl) > max(0.1, 0.1 * true_kl) + noise:
            wrong.append(f"{case}: KL {found:.3f}, truth {true_kl:.3f}")
        held, bands = held + within(kl, true_kl), bands + SEEDS
    assert not wrong
    assert held >= 0.9 * bands


@pytest.mark.parametrize("name", ["ring8", "disjoint", "two_gaussians_1d"])
def test_the_order_of_samples_is_nothing(name: str) -> None:
    data = make_points(name)
    samples = data.sample(N, torch.Generator().manual_seed(1)) * 0.95
    mixed = samples[torch.randperm(N, generator=torch.Generator().manual_seed(2))]
    ruler = SampledDivergences(data)
    assert ruler.js(samples) == ruler.js(mixed)
    assert ruler.kl(samples) == ruler.kl(mixed)


def test_the_first_guess_of_a_sampler_follows_it_from_level_to_level() -> None:
    """Clouds half as wide, on their flanks: log q = 4 log p + a constant. Even noise: flat where hardly any data is."""
    from genlab.divergences.tilt import Tilt

    found = cases()
    data = make_points("ring8")
    at_p = data.log_density(data.sample(8192, torch.Generator().manual_seed(0)).double()).sort().values.numpy()
    for case, points in (
        ("ring8, 0.5 as wide", [[1.02, 0.0], [1.05, 0.0]]),
        ("ring8, three tenths noise", [[0.6, 0.0], [0.5, 0.0]]),
    ):
        sampler = found[case][1]
        samples = sampler.sample(N, torch.Generator().manual_seed(0))
        tilt = Tilt(at_p, data.log_density(samples).numpy(), -math.inf)
        places = torch.tensor(points, dtype=torch.float64)
        log_p = data.log_density(places).numpy()
        guess = tilt(log_p)
        truth = sampler.log_density(places).numpy()
        # Between the two p falls by .4 and by 18 nats.
        assert guess[1] - guess[0] == pytest.approx(truth[1] - truth[0], abs=max(0.35, 0.05 * (log_p[0] - log_p[1])))
