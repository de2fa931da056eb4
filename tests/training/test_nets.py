"""Networks: shapes, sizes, and what spectral normalisation promises."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from genlab.nets import CentredLinear, build_decoder, build_encoder, folded, mlp, with_spectral_norm

IMAGE = (1, 28, 28)


def parameters(net: nn.Module) -> int:
    return sum(tensor.numel() for tensor in net.parameters())


@pytest.mark.parametrize(
    ("net", "shape"),
    [("linear", IMAGE), ("mlp", IMAGE), ("conv", IMAGE), ("linear", (2,)), ("mlp", (2,)), ("mlp", (1,))],
)
def test_encoders_and_decoders_fit_together(net: str, shape: tuple[int, ...]) -> None:
    encoder = build_encoder(net, shape, hidden=16, depth=2, outputs=3)
    decoder = build_decoder(net, latents=3, hidden=16, depth=2, shape=shape)
    x = torch.rand(5, *shape)
    assert encoder(x).shape == (5, 3)
    assert decoder(encoder(x)).shape == x.shape


def test_the_published_vae_has_its_number_of_weights() -> None:
    """784-400-40 and 20-400-784: 784 * 400 + 400 + 400 * 40 + 40 and 20 * 400 + 400 + 400 * 784 + 784."""
    assert parameters(build_encoder("mlp", IMAGE, 400, 1, 40)) == 330_040
    assert parameters(build_decoder("mlp", 20, 400, 1, IMAGE)) == 322_784


@pytest.mark.parametrize("depth", [1, 3])
def test_depth_counts_hidden_layers(depth: int) -> None:
    net = mlp(4, 8, depth, 2, nn.Tanh)
    kinds = [nn.Flatten, *[nn.Linear, nn.Tanh] * depth, nn.Linear]
    assert len(net) == len(kinds)
    assert all(isinstance(layer, kind) for layer, kind in zip(net, kinds, strict=True))


def test_a_linear_net_is_linear() -> None:
    encoder = build_encoder("linear", IMAGE, hidden=16, depth=2, outputs=3)
    x, y = torch.rand(2, 4, *IMAGE)
    torch.testing.assert_close(encoder((x + y) / 2), (encoder(x) + encoder(y)) / 2)


def test_a_centred_layer_folds_into_a_plain_one() -> None:
    layer = CentredLinear(4, 3)
    layer.mean.copy_(torch.tensor([1.0, -2.0, 3.0, 0.5]))
    x = torch.randn(5, 4)
    expected = (x - layer.mean) @ layer.weight.T + layer.bias
    torch.testing.assert_close(layer(x), expected)
    plain = folded(nn.Sequential(layer, nn.ReLU()))
    assert [type(one) for one in plain] == [nn.Linear, nn.ReLU]
    torch.testing.assert_close(plain(x), expected.relu(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("net", ["mlp", "conv"])
def test_spectral_norm_brings_every_layer_to_a_largest_singular_value_of_one(net: str) -> None:
    torch.manual_seed(0)
    critic = build_encoder(net, IMAGE, hidden=32, depth=2, outputs=1)
    with torch.no_grad():
        for tensor in critic.parameters():
            tensor *= 20
    normed = with_spectral_norm(critic)
    for _ in range(200):
        normed(torch.rand(1, *IMAGE))
    for layer in normed:
        if isinstance(layer, nn.Linear | nn.Conv2d):
            largest = np.linalg.svd(layer.weight.detach().flatten(1).numpy(), compute_uv=False)[0]
            assert largest == pytest.approx(1, abs=0.02)


def test_a_spectrally_normed_critic_is_1_lipschitz() -> None:
    torch.manual_seed(1)
    critic = with_spectral_norm(build_encoder("mlp", (2,), hidden=16, depth=2, outputs=1))
    for _ in range(200):
        critic(torch.zeros(1, 2))
    critic.eval()
    x, y = torch.randn(2, 500, 2)
    with torch.no_grad():
        slopes = (critic(x) - critic(y)).abs().flatten() / (x - y).norm(dim=1)
    assert slopes.max() <= 1.01
