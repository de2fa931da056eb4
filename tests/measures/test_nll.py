"""-log p(x) by importance samples, against a model whose likelihood is known."""

from __future__ import annotations

import pytest
import torch

from genlab.data import ImageData, load
from genlab.evaluation import evaluate
from genlab.likelihoods import linear_gaussian
from genlab.models import FAMILIES
from genlab.models.vae import VAE, VAEConfig
from genlab.nll import importance_bound, likelihood

DEVIATION = 0.4


def linear_vae() -> VAE:
    """x = W z + b + noise, with a posterior that is near the exact one and not it."""
    torch.manual_seed(0)
    model = VAE(VAEConfig(latents=2, likelihood="gaussian", deviation=DEVIATION, hidden=8), (3,)).double()
    model.encoder, model.decoder = (
        torch.nn.Sequential(torch.nn.Linear(3, 4).double()),
        torch.nn.Sequential(torch.nn.Linear(2, 3).double()),
    )
    with torch.no_grad():
        model.decoder[0].weight.copy_(torch.tensor([[1.0, 0.2], [-0.3, 0.8], [0.5, 0.5]]))
        weight, bias = model.decoder[0].weight, model.decoder[0].bias
        # The exact posterior's mean (Bishop 2006, 12.2), a little short, and deviations that are a little too wide.
        precision = torch.eye(2, dtype=torch.float64) + weight.T @ weight / DEVIATION**2
        to_mean = 0.8 * torch.linalg.solve(precision, weight.T / DEVIATION**2)
        model.encoder[0].weight.copy_(torch.cat([to_mean, torch.zeros(2, 3)]))
        model.encoder[0].bias.copy_(torch.cat([-to_mean @ bias, torch.tensor([-1.0, -1.0])]))
    return model


def exact(model: VAE, x: torch.Tensor) -> torch.Tensor:
    mean, log_variance = model.encoder(x).chunk(2, dim=1)
    layer = model.decoder[0]
    return -linear_gaussian(layer.weight, layer.bias, DEVIATION, x, mean, log_variance).log_px


def drawn(model: VAE, count: int) -> torch.Tensor:
    rng = torch.Generator().manual_seed(1)
    z = torch.randn(count, 2, generator=rng, dtype=torch.float64)
    return model.decoder(z).detach() + DEVIATION * torch.randn(count, 3, generator=rng, dtype=torch.float64)


def test_bounds_fall_to_the_exact_likelihood_as_k_grows() -> None:
    model = linear_vae()
    x = drawn(model, 2000)
    truth = exact(model, x).mean().item()
    found = {k: importance_bound(model, x, k, torch.Generator().manual_seed(2))[0] for k in (1, 2, 5, 50, 5000)}
    means = [bound.mean().item() for bound in found.values()]
    assert means == sorted(means, reverse=True)
    assert means[0] > truth + 0.1
    assert means[-1] == pytest.approx(truth, abs=0.01)
    assert torch.allclose(found[5000], exact(model, x), atol=0.35)  # each example too, not only the mean


def test_of_the_same_draws_the_bound_is_never_above_the_elbo_and_blocks_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = linear_vae()
    x = drawn(model, 200)
    bounds, elbos = importance_bound(model, x, 300, torch.Generator().manual_seed(3))
    assert (bounds <= elbos).all()
    monkeypatch.setattr("genlab.nll.DECODED_AT_ONCE", 100)  # now k is met in three parts
    again, _ = importance_bound(model, x, 300, torch.Generator().manual_seed(4))
    assert again.mean().item() == pytest.approx(bounds.mean().item(), abs=0.05)


def digits(count: int = 300) -> ImageData:
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    return ImageData("other", data.train_images[:400], data.train_labels[:400], data.test_images[:count],
                     data.test_labels[:count])  # fmt: skip


def vae(**settings: object) -> VAE:
    torch.manual_seed(0)
    model = FAMILIES["vae"].build(VAEConfig.parse({"hidden": 16, "latents": 4} | settings), (1, 28, 28)).eval()
    assert isinstance(model, VAE)
    with torch.no_grad():
        for tensor in model.parameters():
            tensor *= 2
    return model


@pytest.mark.parametrize("importance", [1, 3])
def test_evaluate_gives_it_of_binarised_models_and_says_k_and_n(importance: int) -> None:
    model, data = vae(binarise=True, importance=importance), digits()
    metrics = evaluate(model, data, nll_k=50, nll_examples=100)
    assert (metrics["nll_k"], metrics["nll_examples"]) == (50, 100)
    assert metrics["iwae_samples"] == (3 if importance == 3 else 5)
    assert metrics["nll"] < metrics["iwae_k"] < metrics["negative_elbo"]
    bounds = [evaluate(model, data, iwae_k=k, nll_k=2)["iwae_k"] for k in (1, 4, 16, 64)]
    assert bounds == sorted(bounds, reverse=True)
    assert not {"nll", "iwae_k"} & evaluate(vae(), data).keys()
    assert "nll" in evaluate(vae(), data, nll_k=5)  # of the binarised digits, where it is asked for


def test_a_part_of_the_test_set_tells_of_all_of_it() -> None:
    model, data = vae(binarise=True), digits(600)
    all_of_it, part = (likelihood(model, data, k=40, examples=count)["nll"] for count in (600, 80))
    # 80 digits alone are off by several nats; what they gain on the ELBO is not.
    assert part == pytest.approx(all_of_it, abs=1.5)


@pytest.mark.parametrize(
    ("settings", "asked", "sentence"),
    [
        ({"likelihood": "gaussian"}, {"nll_k": 5}, "got a VAE with likelihood gaussian, allowed: bernoulli"),
        ({}, {"nll_k": 0}, "nll k: got 0, allowed: 1 to 100000"),
        ({}, {"iwae_k": -1}, "iwae k: got -1, allowed: 1 to 100000"),
        ({}, {"nll_examples": 0}, "nll examples: got 0"),
    ],
)
def test_what_cannot_be_is_said(settings: dict[str, object], asked: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        evaluate(vae(**settings), digits(20), **asked)


def test_only_a_vae_of_images_has_one() -> None:
    model = FAMILIES["ae"].build(FAMILIES["ae"].config(hidden=16), (1, 28, 28)).eval()
    with pytest.raises(ValueError, match="allowed: a VAE of images"):
        evaluate(model, digits(20), nll_k=5)
