"""What frames and curves of models on points hold: fields, pulls, lattices, what is measured."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from models.point_cases import LOG_2, points, seeded
from scipy.stats import norm
from settings import fitting

from genlab.models import FAMILIES
from genlab.models.gan.losses import OBJECTIVES
from genlab.models.points import CELLS, DRAWN, NOTHING_SAID, best_field, lattice, measure, measured_terms, noise_bands
from genlab.runs.looks.pictures import probe_arrays
from genlab.training import NonFinite, Trainer


def trainer_of(family: str, data: str = "ring8", **settings: Any) -> Trainer:
    small = {"steps": 100, "hidden": 16, "batch": 32}
    if family == "gan":
        small |= {"generator_hidden": 16}
    return Trainer(family, FAMILIES[family].preset("classroom", "points", small | settings), points(data))


def test_lattices_are_equally_spaced_in_probability() -> None:
    line, square = lattice(1), lattice(2)
    assert line is not None
    assert square is not None
    np.testing.assert_allclose(norm.cdf(line[:, 0].numpy()), (np.arange(101) + 0.5) / 101, atol=1e-6)
    mass = norm.cdf(square.numpy()).reshape(21, 21, 2)
    steps = (np.arange(21) + 0.5) / 21
    np.testing.assert_allclose(mass[..., 0], np.tile(steps, (21, 1)), atol=1e-6)  # along a row: the first
    np.testing.assert_allclose(mass[..., 1], np.tile(steps[:, None], (1, 21)), atol=1e-6)
    assert lattice(3) is None


@pytest.mark.parametrize(
    ("family", "settings"),
    [("ae", {"latents": 1}), ("ae", {"latents": 2}), ("vae", {}), ("gan", {"latents": 2}),
     ("gan", {"latents": 2, "noise": "uniform"}),
     ("gan", {"latents": 1, "loss": "wgan_gp"}), ("gan", {"latents": 3})],
)  # fmt: skip
def test_what_frames_on_points_hold(family: str, settings: dict[str, Any]) -> None:
    trainer = trainer_of(family, **settings)
    trainer.advance(steps=3)
    _, frame = trainer.frame()
    latents = trainer.model.latents
    expected = {"samples": (256, 2), "shares": (8,)}
    if latents < 3:
        expected["grid"] = ({1: 101, 2: 441}[latents], 2)
    if family == "gan":
        expected |= {"field": (CELLS, CELLS), "best": (CELLS, CELLS), "gradient": (256, 2)}
    else:
        expected |= {"latent": (256, 2), "reconstructions": (256, 2)}
        expected |= {name: frame[name].shape for name in ("kl_per_latent",) if name in frame}
    assert {name: array.shape for name, array in frame.items()} == expected
    for name, array in frame.items():
        assert array.dtype == (np.uint8 if name in ("field", "best") else np.float32)
        assert np.isfinite(array).all()
    assert sum(array.nbytes for array in frame.values()) < 20_000

    noise = probe_arrays(trainer)["noise"]
    assert noise.shape == (256, latents)
    with torch.no_grad():
        np.testing.assert_array_equal(trainer.model.decode(torch.from_numpy(noise)).numpy(), frame["samples"])
    if settings.get("noise") == "uniform":
        assert np.abs(noise).max() < 1
        normal = lattice(2)
        assert normal is not None
        z = trainer.model.prior(normal).numpy()
        np.testing.assert_allclose(z.reshape(21, 21, 2)[0, :, 0], 2 * (np.arange(21) + 0.5) / 21 - 1, atol=1e-6)
        with torch.no_grad():
            np.testing.assert_array_equal(trainer.model.decode(torch.from_numpy(z)).numpy(), frame["grid"])


@pytest.mark.parametrize("loss", OBJECTIVES)
@pytest.mark.parametrize("spectral", [False, True])
def test_the_pull_is_minus_the_slope_of_g_s_loss_at_each_sample(loss: str, spectral: bool) -> None:
    trainer = trainer_of("gan", loss=loss, spectral_norm=spectral)
    trainer.advance(steps=3)
    weights = {name: tensor.clone() for name, tensor in trainer.model.state_dict().items()}
    frame = trainer.frame()[1]
    critic = trainer.model.critic.double().eval()
    with torch.no_grad():
        x, eps = torch.from_numpy(frame["samples"]).double(), 1e-6
        losses = OBJECTIVES[loss].generator
        for axis in (0, 1):
            step = eps * torch.eye(2, dtype=torch.float64)[axis]
            slopes = [(losses(critic((x[i] + step)[None])) - losses(critic((x[i] - step)[None]))) / (2 * eps)
                      for i in range(20)]  # fmt: skip
            np.testing.assert_allclose(frame["gradient"][:20, axis], -torch.stack(slopes).numpy(), rtol=1e-3, atol=1e-5)
    assert np.abs(frame["gradient"]).max() > 1e-4
    trainer.model.critic.float()
    # Looking has moved nothing, the power iterations of spectral norm included.
    assert all(torch.equal(tensor, weights[name]) for name, tensor in trainer.model.state_dict().items())


@pytest.mark.parametrize(
    ("data", "family"),
    [
        (data, name)
        for data in ("ring8", "spiral", "two_gaussians_1d")
        for name in FAMILIES
        if FAMILIES[name].learns(data)
    ],
)
def test_curves_on_points_carry_what_is_measured(family: str, data: str) -> None:
    trainer = trainer_of(family, data, **fitting(family, latents=1))
    trainer.advance(steps=1)
    step, values = trainer.point(held_out=True)
    assert step == 1
    keys = {term.key for term in trainer.family.measured(trainer.config, trainer.data)}
    assert keys <= values.keys()
    assert keys == {"js", "kl_pg_pdata"} | ({"best_value"} if family == "gan" else set()) | (
        {"modes", "high_quality"} if data != "spiral" else set()
    )
    assert all(map(math.isfinite, values.values()))
    terms = trainer.family.terms_on(trainer.config, data)
    assert len({term.key for term in terms}) == len(terms)
    assert keys < {term.key for term in terms}
    assert all(term.held_out == (term.key in keys) for term in terms)


def test_points_at_frames_and_only_they_are_measured() -> None:
    trainer = trainer_of("gan", steps=4000)
    progress = trainer.advance(steps=40)
    frames = {step for step, _ in progress.frames} - {0}
    assert {step for step, values in progress.points if "js" in values} == frames
    for (step, values), (_, frame) in zip(
        [point for point in progress.points if point[0] in frames], progress.frames[1:], strict=True
    ):
        assert values["high_quality"] == pytest.approx(float(frame["shares"].sum()), abs=1e-6), step
        assert 0 <= values["js"] <= LOG_2, step


@pytest.mark.parametrize("settings", [{"ema": 0}, {"ema": 0.999}, {"ema": 0.999, "batch_norm": True}])
def test_c_of_g_and_the_best_d_are_of_the_g_that_d_meets(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genlab.training.sources.DRAWN", DRAWN)  # as many as are measured here
    trainer = trainer_of("gan", steps=4000, **settings)
    trainer.advance(steps=150)
    model, data = trainer.model, trainer.data
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    values, frame = trainer.point(held_out=True)[1], trainer.frame()[1]
    with torch.no_grad():
        z = torch.randn(DRAWN, model.latents, generator=seeded(7))
        model.generator.eval()
        in_play, shown = measure(model.generator(z), data), measure(model.averaged(z), data)
    assert values["js"] == pytest.approx(shown.js.value, abs=0.03)
    assert values["best_value"] == pytest.approx(2 * in_play.in_play.value - 2 * LOG_2, abs=0.06)
    same = values["best_value"] == pytest.approx(2 * values["js"] - 2 * LOG_2)
    assert same == (settings["ema"] == 0)
    best = best_field(in_play.best_density, data).astype(float)
    assert np.abs(frame["best"] - best).mean() < 20
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_images_and_losses_without_probabilities_have_no_c_of_g() -> None:
    gan = FAMILIES["gan"]
    assert gan.terms_on(gan.config(), "fashion") == gan.terms(gan.config())
    for loss, objective in OBJECTIVES.items():
        keys = {term.key for term in gan.terms_on(gan.config(loss=loss), "ring8")}
        assert ("best_value" in keys) == ("value" in keys) == objective.probabilistic


def test_the_lines_of_the_terms_are_what_a_perfect_sampler_has() -> None:
    lines = {term.key: [value for value, _ in term.lines] for term in measured_terms(points("grid25"))}
    assert lines["js"] == [0, LOG_2]
    assert lines["modes"] == [25]
    assert lines["high_quality"] == [pytest.approx(1 - math.exp(-4.5))]


def test_the_band_holds_perfect_generators_and_no_others() -> None:
    for name in ("ring8", "spiral"):
        data = points(name)
        low, high = noise_bands(data)["js"]
        read = [measure(data.sample(DRAWN, seeded(seed)), data).terms()["js"] for seed in range(100, 120)]
        assert sum(low <= js <= high for js in read) >= 15
        assert max(map(abs, read)) < 0.02
        assert sum(read) / len(read) < 0.003
        assert measure(data.sample(DRAWN, seeded()) * 1.05, data).terms()["js"] > high
        assert noise_bands(data)["best_value"] == pytest.approx((2 * low - 2 * LOG_2, 2 * high - 2 * LOG_2))


def test_samples_that_are_no_numbers_end_the_run_with_a_sentence() -> None:
    trainer = trainer_of("gan")
    with torch.no_grad():
        trainer.model.averaged[-1].bias.fill_(math.inf)
    with pytest.raises(NonFinite, match=r"^step 0: a sample is not finite; try a lower learning rate$"):
        trainer.frame()


def test_a_steep_d_still_draws_numbers() -> None:
    trainer = trainer_of("gan")
    with torch.no_grad():
        for tensor in trainer.model.critic.parameters():
            tensor.mul_(1e20)
    frame = trainer.frame()[1]
    assert all(np.isfinite(array).all() for array in frame.values())


@pytest.mark.parametrize("loss", ["minimax", "wgan_gp"])
def test_on_a_line_the_fields_of_a_gan_are_the_same_in_every_row(loss: str) -> None:
    trainer = trainer_of("gan", "two_gaussians_1d", loss=loss, latents=1)
    trainer.advance(steps=3)
    _, frame = trainer.frame()
    shapes = {
        "field": (CELLS, CELLS),
        "best": (CELLS, CELLS),
        "gradient": (256, 1),
        "samples": (256, 1),
        "grid": (101, 1),
    }
    assert {name: frame[name].shape for name in shapes} == shapes
    for name in ("field", "best"):
        assert (frame[name] == frame[name][0]).all()
        assert len(np.unique(frame[name][0])) > 2


def test_on_a_line_the_best_d_trusts_where_the_data_are() -> None:
    data = points("two_gaussians_1d")
    field = best_field(measure(torch.zeros(2048, 1).normal_(0, 0.05, generator=seeded()), data).best_density, data)
    left, middle, right, edge = (int(field[0, round((x + 1.5) / 3 * (CELLS - 1))]) for x in (-0.6, 0.0, 0.6, -1.45))
    assert min(left, right) > 240
    assert middle < 15
    assert edge == NOTHING_SAID
