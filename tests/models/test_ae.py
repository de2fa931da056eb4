"""The autoencoder: what it minimises, and that a linear one finds the principal subspace."""

from __future__ import annotations

import pytest
import torch
from sklearn.decomposition import PCA

from genlab.models import Step
from genlab.models.ae import AEConfig, Autoencoder


def steps(model: Autoencoder, data: torch.Tensor, count: int, rate: float = 0.0) -> list[float]:
    """The error before each of so many steps on all of `data`."""
    for group in model.optimiser.param_groups:
        group["lr"] = rate
    rng = torch.Generator().manual_seed(0)
    return [model.train_step(Step(i, count, rng, lambda: data))["mse"].item() for i in range(count)]


def test_the_error_is_the_mean_square_a_pixel() -> None:
    torch.manual_seed(0)
    model = Autoencoder(AEConfig(hidden=16, latents=3), (1, 28, 28))
    x = torch.rand(5, 1, 28, 28)
    difference = (model.decode(model.encode(x)) - x).detach().numpy()
    expected = pytest.approx((difference**2).sum() / (5 * 784), rel=1e-5)
    assert steps(model, x, 1)[0] == expected
    assert model.held_out_terms(x, torch.Generator())["mse"].item() == expected


def test_a_linear_autoencoder_reaches_the_error_of_pca() -> None:
    """Baldi and Hornik 1989: the global minimum of a linear autoencoder is the principal subspace, with no others."""
    rng = torch.Generator().manual_seed(0)
    x = torch.randn(200, 3, generator=rng) @ torch.randn(3, 16, generator=rng) + 2
    x += 0.1 * torch.randn(200, 16, generator=rng)
    pca = PCA(2).fit(x.numpy())
    best = ((pca.inverse_transform(pca.transform(x.numpy())) - x.numpy()) ** 2).mean()

    torch.manual_seed(0)
    model = Autoencoder(AEConfig(net="linear", latents=2), (16,))
    first = steps(model, x, 1)[0]
    steps(model, x, 1500, rate=0.01)
    last = steps(model, x, 300, rate=0.001)[-1]
    assert first > 3 * best
    assert best * (1 - 1e-5) <= last < best * 1.01


def test_a_denoising_one_sees_noise_and_aims_at_the_clean() -> None:
    torch.manual_seed(0)
    model = Autoencoder(AEConfig(hidden=16, latents=3, noise=0.5), (1, 28, 28))
    x = torch.rand(8, 1, 28, 28)
    seen: list[torch.Tensor] = []
    model.encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    rebuilt: list[torch.Tensor] = []
    model.decoder.register_forward_hook(lambda _, __, output: rebuilt.append(output.detach()))
    error = steps(model, x, 1)[0]
    assert (seen[0] - x).std().item() == pytest.approx(0.5, abs=0.02)
    assert (seen[0] - x).mean().item() == pytest.approx(0, abs=0.03)
    assert error == pytest.approx((rebuilt[0] - x).square().mean().item(), rel=1e-5)


@pytest.mark.parametrize("net", ["linear", "mlp", "conv"])
def test_before_training_it_draws_the_mean_image(net: str) -> None:
    torch.manual_seed(0)
    model = Autoencoder(AEConfig(net=net, hidden=16, latents=3), (1, 28, 28))
    mean = torch.rand(1, 1, 28, 28)
    model.start_from(mean)
    with torch.no_grad():
        drawn = model.decode(torch.zeros(1, 3))
    if net == "conv":
        assert drawn.mean().item() == pytest.approx(mean.mean().item(), abs=0.05)
    elif net == "linear":
        torch.testing.assert_close(drawn, mean)
    else:
        assert (drawn - mean).abs().max() < 0.6


def test_sampling_decodes_standard_normal_noise() -> None:
    model = Autoencoder(AEConfig(hidden=16, latents=3), (1, 28, 28))
    drawn = model.sample(4, torch.Generator().manual_seed(5))
    expected = model.decode(torch.randn(4, 3, generator=torch.Generator().manual_seed(5)))
    torch.testing.assert_close(drawn, expected)
