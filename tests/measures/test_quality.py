"""How samples of a moment are measured: few of them, beside as few real ones, on the way of every run on digits."""

from __future__ import annotations

from hashlib import file_digest
from itertools import pairwise
from typing import Any

import pytest
import torch

from genlab.data import ImageData, load
from genlab.models import FAMILIES
from genlab.models.quality import quality_terms
from genlab.other_ruler import OTHER_WEIGHTS, hashes, other_ruler
from genlab.quality import floors, glance, looks, training_images
from genlab.training import Trainer, frame_steps

SMALL = {"hidden": 16, "latents": 3, "steps": 40, "batch": 32}
KEYS = {term.key for term in quality_terms()}


def digits() -> ImageData:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return data


def trained(family: str, name: str, **settings: Any) -> list[tuple[int, dict[str, float]]]:
    config = FAMILIES[family].preset("classroom", "images", SMALL | settings)
    return Trainer(family, config, load(name)).advance().points


def test_real_digits_come_to_the_floor_and_worse_ones_to_more() -> None:
    data = digits()
    real = training_images(data, 500)
    found = glance(real, data)
    assert found["frechet"] == pytest.approx(found["frechet_floor"])
    assert found["coverage"] == found["coverage_floor"] > 0.85
    noise = torch.rand(real.shape, generator=torch.Generator().manual_seed(0))
    blurred, noisy = glance(torch.nn.functional.avg_pool2d(real, 7, 1, 3), data), glance(noise, data)
    assert 5 * found["frechet"] < blurred["frechet"] < noisy["frechet"]
    assert found["coverage"] > 2 * blurred["coverage"] >= 2 * noisy["coverage"]


def test_the_fewer_are_drawn_the_higher_the_floor_lies() -> None:
    """Heusel et al.'s distance between estimates of one normal is above 0, and falls with their number."""
    data = digits()
    few, many = floors(data, 500)["frechet_floor"], floors(data, 4000)["frechet_floor"]
    assert glance(training_images(data, 500), data)["frechet_floor"] > few > 1.5 * many > 0


def test_samples_that_are_no_numbers_are_refused() -> None:
    broken = torch.full((500, 1, 28, 28), torch.nan)
    with pytest.raises(FloatingPointError, match="a sample"):
        glance(broken, digits())


@pytest.mark.parametrize("family", ["vae", "gan"])
def test_a_run_on_digits_is_measured_along_its_way(family: str) -> None:
    points = trained(family, "mnist5k")
    measured = {step: values for step, values in points if KEYS & values.keys()}
    assert sorted(measured) == [step for step in frame_steps(40)[::-4][::-1] if step]
    assert all(values.keys() >= KEYS for values in measured.values())
    assert len({values["frechet_floor"] for values in measured.values()}) == 1
    assert FAMILIES[family].terms_on(FAMILIES[family].config(), "mnist5k")[-4:] == quality_terms()


def test_what_has_no_ruler_or_was_taught_no_prior_is_not() -> None:
    assert not any(KEYS & values.keys() for _step, values in trained("ae", "mnist5k"))
    digit = digits()
    clothes = ImageData("fashion", digit.train_images[:100], digit.train_labels[:100], digit.test_images[:50],
                        digit.test_labels[:50])  # fmt: skip
    config = FAMILIES["vae"].preset("classroom", "images", SMALL)
    assert not any(KEYS & values.keys() for _step, values in Trainer("vae", config, clothes).advance().points)


def test_a_run_that_rests_on_its_way_is_measured_where_it_stands() -> None:
    config = FAMILIES["vae"].preset("classroom", "images", SMALL)
    trainer = Trainer("vae", config, digits())
    trainer.advance(steps=7)
    assert not KEYS & trainer.glance(held_out=True)[1].keys()
    assert trainer.glance(held_out=True, whole=True)[1].keys() >= KEYS


def test_looking_draws_nothing_from_the_run() -> None:
    """The same weights with a ruler and without one."""
    digit = digits()
    ends = []
    for name in ("mnist5k", "fashion"):
        data = ImageData(name, digit.train_images, digit.train_labels, digit.test_images, digit.test_labels)
        trainer = Trainer("gan", FAMILIES["gan"].preset("classroom", "images", SMALL), data)
        trainer.advance()
        ends.append(trainer.model.state_dict())
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_both_rulers_rank_what_everybody_can_rank() -> None:
    data = digits()
    real = training_images(data, 600)
    noise = torch.rand(real.shape, generator=torch.Generator().manual_seed(0))
    little, much = (torch.nn.functional.avg_pool2d(real, size, 1, size // 2) for size in (3, 7))
    order = [looks(pictures, data) for pictures in (real, little, much, noise)]
    for name in ("frechet", "frechet_2"):
        distances = [found[name] for found in order]
        assert distances == sorted(distances)
        assert all(worse > 1.5 * better for better, worse in pairwise(distances))


def test_the_other_ruler_is_frozen_and_reads_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    real = training_images(digits(), 50)
    features = other_ruler().measure(real)
    assert (features.shape, features.dtype) == ((50, 64), torch.float64)
    assert not any(weight.requires_grad for weight in other_ruler().parameters())
    monkeypatch.setattr("genlab.other_ruler.BLOCK", 7)
    torch.testing.assert_close(other_ruler().measure(real), features, rtol=1e-4, atol=1e-4)


def test_the_rulers_are_known_by_their_files() -> None:
    assert hashes().keys() == {"frechet", "frechet_2"}
    with OTHER_WEIGHTS.open("rb") as file:
        assert hashes()["frechet_2"] == file_digest(file, "sha256").hexdigest()
