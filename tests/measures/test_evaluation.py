"""One ruler for every family: its numbers against oracles, and on models whose quality is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from genlab import evaluation
from genlab.data import ImageData, load
from genlab.evaluation import evaluate, pca_mse, quality
from genlab.models import FAMILIES, Model
from genlab.quality import images

PROBES = {"probe", "probe_pca", "probe_pixels"}
POINTS = {"js", "kl_pg_pdata", "kl_pdata_pg"}
MODES = {"modes", "high_quality"}
BOUND = {"reconstruction", "kl", "negative_elbo", "active_units"}
# The preset for images lets D see groups, so that there nothing bounds JS.
GAME = {"value", "log_d_real", "log_d_fake", "d_real", "d_fake"}
GENERATES = {"frechet", "frechet_floor", "frechet_2", "frechet_2_floor", "kid", "kid_error", "precision", "recall",
             "density", "coverage", "coverage_floor", "smallest_class_share", "largest_class_share"}  # fmt: skip


def made(family: str, kind: str, **settings: Any) -> Model:
    torch.manual_seed(0)
    config = FAMILIES[family].preset("classroom", kind, {"hidden": 16, "latents": 3} | settings)
    return FAMILIES[family].build(config, (1, 28, 28) if kind == "images" else (2,)).eval()


def digits() -> ImageData:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return data


def digits_of(count: int) -> np.ndarray:
    """The first pictures [count, 784], float64 in [0, 1]."""
    return (np.array(digits().train_images[:count]).reshape(count, -1) / np.float32(255)).astype(np.float64)


def few(count: int, name: str = "mnist5k") -> ImageData:
    data = digits()
    return ImageData(name, data.train_images[:400], data.train_labels[:400], data.test_images[:count],
                     data.test_labels[:count])  # fmt: skip


@pytest.mark.parametrize(
    ("family", "name", "keys"),
    [
        ("ae", "mnist5k", {"mse", "pca_mse"} | PROBES),
        ("vae", "mnist5k", BOUND | PROBES | GENERATES),
        ("gan", "mnist5k", GAME | GENERATES),
        ("vae", "fashion", BOUND | PROBES),
        ("gan", "fashion", GAME),
    ],
)
def test_what_is_measured_on_images(family: str, name: str, keys: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 1000)
    metrics = evaluate(made(family, "images"), few(50, name))
    assert metrics.keys() == keys
    assert all(type(value) is float and math.isfinite(value) for value in metrics.values())


@pytest.mark.parametrize(
    ("family", "name", "keys"),
    [
        ("ae", "ring8", {"mse"} | POINTS | MODES),
        ("vae", "ring8", BOUND | POINTS | MODES),
        ("gan", "ring8", GAME | {"js_bound"} | POINTS | MODES),
        ("gan", "spiral", GAME | {"js_bound"} | POINTS),
    ],
)
def test_what_is_measured_on_points(family: str, name: str, keys: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DRAWN_POINTS", 300)
    model, data = made(family, "points"), load(name)
    metrics = evaluate(model, data)
    assert metrics.keys() == keys
    assert all(type(value) is float and math.isfinite(value) for value in metrics.values())
    assert evaluate(model, data) == metrics
    assert evaluate(model, data, seed=1) != metrics


@pytest.mark.parametrize("components", [1, 20])
def test_pca_is_that_of_scikit_learn(components: int) -> None:
    data = digits()
    train, test = images(data.train_images[:1500]), images(data.test_images[:200])
    pca = PCA(components, svd_solver="full").fit(train.flatten(1).double().numpy())
    flat = test.flatten(1).double().numpy()
    expected = ((pca.inverse_transform(pca.transform(flat)) - flat) ** 2).mean()
    assert pca_mse(train, test, components) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "train",
    [np.zeros((50, 784)), np.ones((3, 784)), np.eye(784)[:1], np.eye(784)[[5, 5, 9, 9]], digits_of(50), digits_of(2)],
    ids=["black", "white", "one", "two, twice", "50 digits", "two digits"],
)
@pytest.mark.parametrize("components", [1, 64, 784])
def test_pca_of_few_and_of_equal_pictures(train: np.ndarray, components: int) -> None:
    test = digits_of(60)
    centred = test - train.mean(axis=0)
    values, axes = np.linalg.svd(train - train.mean(axis=0))[1:]
    spread = axes[: min(components, int((values > 1e-9).sum()))]
    lost = ((centred - centred @ spread.T @ spread) ** 2).mean()
    found = pca_mse(torch.from_numpy(train).float(), torch.from_numpy(test).float(), components)
    assert found == pytest.approx(lost, rel=1e-9)


def test_errors_are_means_over_the_whole_test_set_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = few(50)
    test = images(data.test_images)
    ae, vae = made("ae", "images"), made("vae", "images")
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 1000)
    whole = evaluate(vae, data)
    monkeypatch.setattr(evaluation, "BLOCK", 7)
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 7)
    with torch.no_grad():
        rebuilt = ae.decode(ae.encode(test)).numpy()
    assert evaluate(ae, data)["mse"] == pytest.approx(((rebuilt - test.numpy()) ** 2).mean(), rel=1e-5)
    in_blocks = evaluate(vae, data)
    assert in_blocks["kl"] == pytest.approx(whole["kl"], rel=1e-5)
    assert in_blocks["active_units"] == whole["active_units"]
    # The blocks draw other noise; the mean hardly moves.
    assert in_blocks["reconstruction"] == pytest.approx(whole["reconstruction"], rel=0.01)
    for metrics in (whole, in_blocks):
        assert metrics["negative_elbo"] == pytest.approx(metrics["reconstruction"] + metrics["kl"], rel=1e-6)


def test_active_units_are_those_whose_means_vary(monkeypatch: pytest.MonkeyPatch) -> None:
    """Burda et al. 2016: units whose posterior mean has a variance above 0.01, of means with deviations .05, .2, 1."""
    model = made("vae", "images")
    data = few(50, "fashion")
    means = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    means = (means - means.mean(dim=0)) / means.std(dim=0) * torch.tensor([0.05, 0.2, 1.0])
    monkeypatch.setattr(evaluation, "probes", lambda *_: {})
    monkeypatch.setattr(model, "encoder", torch.nn.Identity())
    model.encoder.register_forward_hook(lambda *_: torch.cat([means, torch.zeros(50, 3)], dim=1))
    metrics = evaluate(model, data)
    assert metrics["active_units"] == 2
    # All variances are 1, so KL is half the squared means.
    assert metrics["kl"] == pytest.approx((means.numpy() ** 2).sum() / 50 / 2, rel=1e-5)


class Drawing(Model):
    """A stand-in that can only sample: what `evaluate` asks of every generator."""

    def __init__(self, sample: Any) -> None:
        torch.nn.Module.__init__(self)
        self.drawn = sample

    def sample(self, count: int, rng: torch.Generator) -> torch.Tensor:
        return self.drawn(count, rng)

    def held_out_terms(self, examples: torch.Tensor, rng: torch.Generator) -> dict[str, torch.Tensor]:
        return {}


Drawing.__abstractmethods__ = frozenset()


def test_a_perfect_generator_of_points_is_measured_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DRAWN_POINTS", 10_000)
    data = load("ring8")
    metrics = evaluate(Drawing(data.sample), data)
    assert metrics["js"] == pytest.approx(0, abs=0.01)
    assert metrics["kl_pg_pdata"] == pytest.approx(0, abs=0.05)
    assert metrics["kl_pdata_pg"] == pytest.approx(0, abs=0.05)
    assert metrics["modes"] == 8
    # Within three deviations in two dimensions: 1 - exp(-9/2).
    assert metrics["high_quality"] == pytest.approx(1 - math.exp(-4.5), abs=0.005)


def test_a_collapsed_generator_of_points_is_measured_as_one() -> None:
    """One mode of eight: KL(p_g || p_data) = log 8, JS = (log 16/9 + 1/8 log 2/9 + 7/8 log 2) / 2."""
    data = load("ring8")
    assert data.modes is not None

    def one_mode(count: int, rng: torch.Generator) -> torch.Tensor:
        return (data.modes[3] + data.mode_std * torch.randn(count, 2, generator=rng)).float()

    metrics = evaluate(Drawing(one_mode), data)
    assert metrics["modes"] == 1
    assert metrics["kl_pg_pdata"] == pytest.approx(math.log(8), abs=0.06)
    assert metrics["kl_pdata_pg"] > 2 * math.log(8)  # too little: what is never drawn cannot be seen to be how rare
    js = (math.log(16 / 9) + math.log(2 / 9) / 8 + 7 / 8 * math.log(2)) / 2
    assert metrics["js"] == pytest.approx(js, abs=0.02)


def test_real_digits_are_near_and_balanced_and_one_digit_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DRAWN_IMAGES", 5000)
    data = digits()
    train = images(data.train_images)

    def real(count: int, rng: torch.Generator) -> torch.Tensor:
        return train[torch.randint(len(train), (count,), generator=rng)]

    good = quality(Drawing(real), data, torch.Generator().manual_seed(0))
    assert good["frechet"] < 5
    # Drawn with replacement: a little farther than the floor, and a third of the digits are missing.
    assert 0 < good["frechet_floor"] < good["frechet"] + 0.5
    assert abs(good["kid"]) < 5 * good["kid_error"]
    assert good["coverage"] > 0.85
    assert good["coverage_floor"] == pytest.approx(1 - 0.5**5, abs=0.03)  # Naeem et al. 2020, proposition 2
    assert 0.08 < good["smallest_class_share"] < good["largest_class_share"] < 0.12

    ones = train[torch.from_numpy(np.array(data.train_labels)) == 1]
    bad = quality(Drawing(lambda count, rng: ones[:1].expand(count, -1, -1, -1)), data, torch.Generator())
    assert bad["frechet"] > 20 * good["frechet"]
    assert bad["kid"] > 20 * bad["kid_error"]
    assert bad["recall"] == 0
    assert bad["coverage"] < 0.05
    assert (bad["smallest_class_share"], bad["largest_class_share"]) == (0, 1)
