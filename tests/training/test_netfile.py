"""Nets written for the browser: what the file says, what it refuses, and that the net in training is left alone."""

from __future__ import annotations

import copy
import gzip
import json
from typing import Any

import pytest
import torch
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from genlab.models import FAMILIES
from genlab.netfile import Unexportable, write_nets
from genlab.nets import Residual, decoder_conv, decoder_mlp, encoder_conv, folded, mlp

FACTS = {"step": "7", "family": "vae", "latents": "3", "shape": "[1, 28, 28]"}


def read(blob: bytes) -> tuple[dict[str, Any], dict[str, Tensor]]:
    length = int.from_bytes(blob[:8], "little")
    return json.loads(blob[8 : 8 + length])["__metadata__"], load(blob)


def written(net: nn.Sequential, facts: dict[str, str] = FACTS) -> tuple[dict[str, Any], dict[str, Tensor]]:
    return read(write_nets({"net": net}, facts)["net"])


def layers(net: nn.Sequential, facts: dict[str, str] = FACTS) -> list[dict[str, Any]]:
    return json.loads(written(net, facts)[0]["layers"])


def test_a_decoder_is_its_layers_its_tensors_and_the_facts() -> None:
    net = decoder_mlp(3, 8, 1, (1, 28, 28)).append(nn.Sigmoid())
    metadata, tensors = written(net)
    assert FACTS.items() <= metadata.items()
    assert json.loads(metadata["input"]) == [3]
    assert json.loads(metadata["layers"]) == [
        {"op": "linear", "input": [3], "output": [8]},
        {"op": "silu", "input": [8], "output": [8]},
        {"op": "linear", "input": [8], "output": [784]},
        {"op": "sigmoid", "input": [1, 28, 28], "output": [1, 28, 28]},
    ]
    assert {name: tuple(tensor.shape) for name, tensor in tensors.items()} == {
        "0.weight": (8, 3), "0.bias": (8,), "2.weight": (784, 8), "2.bias": (784,),
    }  # fmt: skip
    torch.testing.assert_close(tensors["0.weight"], net.state_dict()["0.weight"])


def test_convolutions_say_their_geometry_and_take_the_shape_of_an_example_from_the_facts() -> None:
    blobs = write_nets({"encoder": encoder_conv(4, 6), "decoder": decoder_conv(3, 4)}, FACTS)
    geometry = {"stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "kernel": [4, 4]}
    encoder = json.loads(read(blobs["encoder"])[0]["layers"])
    decoder = json.loads(read(blobs["decoder"])[0]["layers"])
    assert encoder[0] == {"op": "conv2d", "input": [1, 28, 28], "output": [4, 14, 14]} | geometry
    assert decoder[2] == {"op": "conv_transpose2d", "input": [8, 7, 7], "output": [4, 14, 14]} | geometry


@pytest.mark.parametrize(("width", "meaning"), [(3, "mean"), (6, "mean, log_variance")])
def test_an_encoder_says_what_its_outputs_are(width: int, meaning: str) -> None:
    metadata, _ = read(write_nets({"encoder": folded(mlp(784, 8, 1, width))}, FACTS)["encoder"])
    assert metadata["outputs"] == meaning


def test_nested_stacks_are_opened_and_layers_that_do_nothing_are_left_out() -> None:
    inner = nn.Sequential(nn.Identity(), nn.Linear(4, 4), nn.Dropout(0.5))
    assert [layer["op"] for layer in layers(nn.Sequential(nn.Flatten(), inner, nn.Tanh()))] == ["linear", "tanh"]


def test_a_residual_block_keeps_what_it_gets_and_adds_it() -> None:
    block = Residual(nn.Linear(4, 4), nn.Tanh())
    assert layers(nn.Sequential(nn.Linear(3, 4), block)) == [
        {"op": "linear", "input": [3], "output": [4]},
        {"op": "keep", "input": [4], "output": [4]},
        {"op": "linear", "input": [4], "output": [4]},
        {"op": "tanh", "input": [4], "output": [4]},
        {"op": "add", "kept": 1, "input": [4], "output": [4]},
    ]
    with pytest.raises(Unexportable, match=r"\[4\] into \[1\]"):
        written(nn.Sequential(nn.Linear(3, 4), Residual(nn.Linear(4, 1))))


def test_batch_normalisation_is_folded_from_its_running_statistics() -> None:
    norm = nn.BatchNorm1d(5)
    norm.running_mean, norm.running_var = torch.randn(5), torch.rand(5) + 0.1
    nn.init.normal_(norm.weight)
    _, tensors = written(nn.Sequential(norm))
    x = torch.randn(9, 5)
    torch.testing.assert_close(x * tensors["0.weight"] + tensors["0.bias"], norm.eval()(x))


def test_every_number_is_float32() -> None:
    _, tensors = written(nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4)).double())
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}


def test_a_net_in_training_is_left_as_it_is() -> None:
    torch.manual_seed(0)
    normed = spectral_norm(nn.Linear(6, 4))
    net = nn.Sequential(normed, nn.BatchNorm1d(4), nn.Dropout(0.5)).train()
    before = copy.deepcopy(net.state_dict())
    randomness = torch.get_rng_state()
    _, tensors = written(net)
    assert all(layer.training for layer in net.modules())
    assert torch.equal(torch.get_rng_state(), randomness)
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name])
    with torch.no_grad():
        torch.testing.assert_close(normed.eval()(torch.eye(6)) - normed(torch.zeros(6)), tensors["0.weight"].T)


class Doubled(nn.Linear):
    def forward(self, input: Tensor) -> Tensor:
        return 2 * super().forward(input)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Softmax(dim=1), "Softmax"),
        (Doubled(4, 4), "Doubled"),
        (nn.GELU(approximate="tanh"), "approximate 'tanh'"),
        (nn.BatchNorm1d(4, track_running_stats=False), "running statistics"),
        (nn.Flatten(0), "start_dim 0"),
        (nn.Linear(5, 4), "shape"),
    ],
)
def test_what_the_browser_cannot_run_is_refused_by_name(layer: nn.Module, words: str) -> None:
    with pytest.raises(Unexportable, match=r"layer 1\.0") as refusal:
        write_nets({"decoder": nn.Sequential(nn.Linear(4, 4), nn.Sequential(layer))}, {})
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.Conv2d(2, 2, 3, groups=2), "groups 2"),
        (nn.Conv2d(2, 2, 3, padding="same"), "padding 'same'"),
        (nn.Conv2d(2, 2, 3, padding_mode="circular", padding=1), "padding_mode 'circular'"),
        (nn.Linear(6, 6), "Flatten"),
        (nn.LayerNorm(6), "normalized_shape"),
    ],
)
def test_geometry_that_the_browser_cannot_run_is_refused(layer: nn.Module, words: str) -> None:
    net = nn.Sequential(nn.Unflatten(1, (2, 6, 6)), layer)
    with pytest.raises(Unexportable, match=words):
        write_nets({"decoder": net}, {})


def test_a_net_that_does_not_say_its_input_needs_the_shape() -> None:
    with pytest.raises(Unexportable, match="shape"):
        write_nets({"encoder": encoder_conv(4, 6)}, {})
    with pytest.raises(ValueError, match="JSON list"):
        write_nets({"encoder": encoder_conv(4, 6)}, {"shape": "1x28x28"})


def test_facts_cannot_overwrite_what_is_written_from_the_net() -> None:
    with pytest.raises(ValueError, match="layers"):
        write_nets({"decoder": mlp(4, 4, 1, 4)}, {"layers": "none"})


def large_net(scale: float) -> nn.Sequential:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(600, 700), nn.ReLU(), nn.Linear(700, 3))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(scale)
    return net


@pytest.mark.parametrize("scale", [1e-20, 1.0, 1e20])
def test_the_matrices_of_a_large_net_are_integers_in_planes(scale: float) -> None:
    net = large_net(scale)
    metadata, tensors = written(net)
    steps = json.loads(metadata["steps"])
    assert set(steps) == {"0.weight", "2.weight"}
    for name, step in steps.items():
        high, middle, low = tensors[name].to(torch.int64)
        whole = (high * 65536 + middle * 256 + low) // 16 - 2**19
        expected = net.get_parameter(name).detach().double()
        assert (whole.double() * step - expected).abs().max() <= step * 0.501
        assert whole.abs().max() == 2**19 - 1
    torch.testing.assert_close(tensors["0.bias"], net[0].bias.detach(), rtol=0, atol=0)


def test_a_large_net_takes_at_most_one_and_a_half_megabytes_on_the_wire() -> None:
    family = FAMILIES["gan"]
    model = family.build(family.preset("classroom", "images"), (1, 28, 28))
    blob = write_nets(model.live_nets(), FACTS)["decoder"]
    assert (
        len(gzip.compress(blob, 1)) <= 1_500_000 < 2_000_000 < 4 * sum(p.numel() for p in model.generator.parameters())
    )


def test_what_is_no_number_stays_to_be_seen() -> None:
    net = large_net(1.0)
    with torch.no_grad():
        net[0].weight[3, 5] = float("nan")
        net[2].weight.zero_()
    metadata, tensors = written(net)
    assert json.loads(metadata["steps"]) == {}
    assert tensors["0.weight"].isnan().sum() == 1
