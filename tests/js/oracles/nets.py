"""Nets of every family and of every layer as files, one input each, and what torch gives for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from genlab.models import FAMILIES
from genlab.netfile import write_nets
from genlab.nets import Residual, decoder_mlp

FOLDER = Path(__file__).parents[1] / "cases" / "nets"


def cases() -> list[dict[str, Any]]:
    """[{file, input, output, facts}]; one net more, whose weights are not finite."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return [*families(), *layers(), spoiled()]


def case(name: str, kind: str, net: nn.Module, x: Tensor, facts: dict[str, str]) -> dict[str, Any]:
    file = f"{name.replace(' ', '-')}.net"
    (FOLDER / file).write_bytes(write_nets({kind: net}, facts)[kind])
    with torch.no_grad():
        output = net.eval()(x).flatten().tolist()
    return {"file": f"nets/{file}", "input": x.flatten().tolist(), "output": output, "facts": facts}


def families() -> list[dict[str, Any]]:
    found = []
    for family in FAMILIES:
        for preset, kind in FAMILIES[family].presets:
            torch.manual_seed(0)
            shape = (1, 28, 28) if kind == "images" else (2,)
            model = FAMILIES[family].build(FAMILIES[family].preset(preset, kind), shape)
            facts = {"family": family, "latents": str(model.latents), "shape": json.dumps(shape)}
            for name, net in model.live_nets().items():
                x = torch.rand(1, *shape) if name == "encoder" else torch.randn(1, model.latents + model.told)
                found.append(case(f"{family}-{preset}-{kind}-{name}", name, net, x, facts))
    return found


def batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> nn.Module:
    """One that has seen data."""
    layer.running_mean = torch.randn(layer.num_features)
    layer.running_var = torch.rand(layer.num_features) + 0.1
    return with_weights(layer)


def with_weights(layer: nn.Module) -> nn.Module:
    for parameter in layer.parameters():
        nn.init.normal_(parameter)
    return layer


LAYERS = {
    "linear": (lambda: nn.Linear(7, 5), (7,)),
    "linear without bias": (lambda: nn.Linear(7, 5, bias=False), (7,)),
    "convolution": (lambda: nn.Conv2d(3, 5, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), (3, 8, 7)),
    "convolution without bias": (lambda: nn.Conv2d(3, 4, 5, bias=False), (3, 8, 7)),
    "transposed convolution": (
        lambda: nn.ConvTranspose2d(3, 5, (3, 2), (2, 3), (1, 0), output_padding=(1, 2), dilation=(1, 2)), (3, 6, 5),
    ),
    "transposed convolution without bias": (lambda: nn.ConvTranspose2d(2, 3, 4, bias=False), (2, 4, 4)),
    "flatten": (lambda: nn.Flatten(), (2, 3, 4)),
    "unflatten": (lambda: nn.Unflatten(1, (2, 3, 4)), (24,)),
    "relu": (nn.ReLU, (24,)),
    "leaky relu": (lambda: nn.LeakyReLU(0.2), (24,)),
    "silu": (nn.SiLU, (24,)),
    "gelu": (nn.GELU, (24,)),
    "tanh": (nn.Tanh, (24,)),
    "sigmoid": (nn.Sigmoid, (24,)),
    "softplus": (lambda: nn.Softplus(2, 3), (24,)),
    "identity": (nn.Identity, (24,)),
    "dropout": (lambda: nn.Dropout(0.5), (24,)),
    "batch norm 1d": (lambda: batch_norm(nn.BatchNorm1d(24)), (24,)),
    "batch norm 2d": (lambda: batch_norm(nn.BatchNorm2d(3)), (3, 4, 2)),
    "layer norm": (lambda: with_weights(nn.LayerNorm([3, 4, 2])), (3, 4, 2)),
    "layer norm without weights": (lambda: nn.LayerNorm(24, elementwise_affine=False), (24,)),
    "group norm": (lambda: with_weights(nn.GroupNorm(2, 4)), (4, 3, 2)),
    "spectral norm": (lambda: spectral_norm(nn.Linear(24, 5)), (24,)),
    "residual": (lambda: Residual(nn.Conv2d(3, 3, 3, padding=1), nn.SiLU()), (3, 4, 2)),
    "residual in place": (lambda: Residual(nn.Tanh()), (24,)),
    "residual in residual": (lambda: Residual(nn.Tanh(), Residual(nn.ReLU(), nn.Linear(24, 24)), nn.Sigmoid()), (24,)),
    "nested": (lambda: nn.Sequential(nn.Linear(24, 5), nn.Sequential(nn.Tanh(), nn.Linear(5, 2))), (24,)),
}  # fmt: skip


def layers() -> list[dict[str, Any]]:
    found = []
    for name, (build, shape) in LAYERS.items():
        torch.manual_seed(1)
        x = torch.linspace(-6, 6, 24).view(1, *shape) if shape == (24,) else torch.randn(1, *shape)
        found.append(case(name, "net", nn.Sequential(build()), x, {"shape": json.dumps(shape)}))
    return found


def spoiled() -> dict[str, Any]:
    net = decoder_mlp(2, 4, 1, (2,))
    nn.init.constant_(net.get_parameter("2.bias"), float("nan"))
    return case("spoiled", "decoder", net, torch.zeros(1, 2), {}) | {"output": None}
