"""The atlas' numbers against numpy's own, and against models whose latents are known to matter or not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from genlab.models import family_named, importance
from genlab.models.ae import Autoencoder
from genlab.models.gan import GAN
from genlab.models.vae import VAE
from genlab.nets import Residual
from genlab.runs.looks import atlas
from genlab.runs.looks.codes import held_out


def codes() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(500, 4)) @ rng.normal(size=(4, 4)) + 2).astype(np.float32)


def test_class_means_are_means_and_an_absent_class_has_none() -> None:
    labels = np.arange(500) % 9
    found = atlas.class_means(codes(), labels, 10)
    np.testing.assert_allclose(found[3], codes()[labels == 3].mean(axis=0), rtol=1e-5)
    assert np.isnan(found[9]).all()


def model(family: str, **settings: object) -> Autoencoder | VAE | GAN:
    torch.manual_seed(0)
    config = family_named(family).preset("classroom", "points", {"latents": 3, "hidden": 8, **settings})
    return family_named(family).build(config, (2,)).eval()  # type: ignore[return-value]


def test_the_importance_of_a_vae_is_the_mean_kl_of_each_latent() -> None:
    vae = model("vae")
    arrays, kind = atlas.make_atlas(vae, "ring8")
    examples = held_out("ring8")
    assert examples
    assert kind == "kl"
    q = torch.distributions.Normal(
        *(torch.from_numpy(arrays[name]) for name in ("means", "log_variances")), validate_args=False
    )
    q = torch.distributions.Normal(q.loc, (q.scale / 2).exp())
    expected = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).mean(dim=0)
    np.testing.assert_allclose(arrays["importance"], expected, rtol=1e-4)
    with torch.no_grad():
        np.testing.assert_allclose(arrays["means"], vae.encode(examples[0]), rtol=1e-6)  # type: ignore[union-attr]


@pytest.mark.parametrize("family", ["ae", "gan"])
def test_a_latent_that_the_decoder_ignores_comes_last_with_nothing(family: str) -> None:
    unused = model(family, latents=3)
    first = next(layer for layer in unused.live_nets()["decoder"] if isinstance(layer, nn.Linear))
    with torch.no_grad():
        first.weight[:, 1] = 0
    arrays, kind = atlas.make_atlas(unused, "ring8")
    assert kind == "output_variance"
    assert arrays["importance"][1] == 0
    assert arrays["order"][-1] == 1
    assert (arrays["importance"][[0, 2]] > 0).all()


def test_a_linear_decoders_importance_is_its_columns() -> None:
    # x = W z: moving z_j by its deviation s_j moves the output by s_j W_j; drawing z_j anew changes it by 2 |W_j|^2.
    linear = model("ae", net="linear", latents=2)
    codes = torch.randn(1000, 2, generator=torch.Generator().manual_seed(1)) * torch.tensor([1.0, 3.0])
    weight = next(layer for layer in linear.live_nets()["decoder"] if isinstance(layer, nn.Linear)).weight.detach()
    moved = importance.variance_when_moved(linear, codes).detach()
    expected = weight.square().mean(dim=0) * codes.var(dim=0, correction=0)
    torch.testing.assert_close(moved, expected, rtol=1e-4, atol=1e-6)


def test_redrawing_changes_a_linear_output_by_twice_its_variance(monkeypatch: pytest.MonkeyPatch) -> None:
    linear = model("ae", net="linear", latents=2)
    weight = next(layer for layer in linear.live_nets()["decoder"] if isinstance(layer, nn.Linear)).weight.detach()
    monkeypatch.setattr(importance, "draws", lambda model: 20_000)
    redrawn = importance.change_when_redrawn(linear).detach()
    torch.testing.assert_close(redrawn, 2 * weight.square().mean(dim=0), rtol=0.05, atol=0)


def test_multiplications_of_a_net_counted_by_hand() -> None:
    net = nn.Sequential(
        nn.Linear(3, 2 * 49), nn.Unflatten(1, (2, 7, 7)), nn.ReLU(), nn.ConvTranspose2d(2, 1, 4, stride=2, padding=1),
        nn.Conv2d(1, 5, 3, padding=1),
    )  # fmt: skip
    assert importance.multiplications(net, 3) == 3 * 98 + 49 * 2 * 16 + 196 * 5 * 9
    block = Residual(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
    assert importance.multiplications(nn.Sequential(nn.Linear(2, 4), block), 2) == 8 + 16 + 16


def test_a_large_decoder_gets_fewer_draws_but_never_none() -> None:
    small = family_named("gan").preset("classroom", "images", {"latents": 2, "hidden": 8})
    large = family_named("gan").preset("classroom", "images", {"latents": 128, "hidden": 1024, "net": "conv"})
    counts = [importance.draws(family_named("gan").build(config, (1, 28, 28)).eval()) for config in (small, large)]
    assert counts == [importance.MOST_DRAWS, importance.FEWEST_DRAWS]
