"""A net as a file that a browser can run: its float32 tensors as safetensors, its layers as JSON in the metadata."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn.utils.parametrize import type_before_parametrizations

from genlab.nets import Residual
from genlab.ode import TIMES, Ode

FORMAT = "genlab-net 1"
# Above this a net's matrices travel as integers of so many bits: over the wire (gzip) 0.6 of float32's bytes.
LARGE_BYTES = 1_500_000
BITS = 20
Shape = tuple[int, ...]
# One operation of the browser's list and the tensors it needs. Its shapes are added when the net is walked through.
Operation = tuple[dict[str, Any], dict[str, Tensor]]


class Unexportable(ValueError):
    """A net that net.js cannot run: which net, which layer, why."""


def write_nets(nets: dict[str, nn.Sequential], facts: dict[str, str]) -> dict[str, bytes]:
    """Each net as the bytes of a safetensors file: float32 tensors, and in the metadata its layers and the facts.

    Metadata written here: "format", "net" (its name), "input" (shape of one example, JSON), "layers" (JSON list of
    {"op", "input", "output", ...}; the tensors of entry k are "k.weight", "k.bias"; "add" adds what the entry "kept"
    got) and "outputs" (what the numbers
    are: "x"; for an encoder, by its width and facts["latents"], "mean" or "mean, log_variance"). A net of more than
    LARGE_BYTES has its matrices in planes, with "steps" (JSON); see `in_planes`.
    facts: any more texts, such as step, family, latents; "shape" (JSON, "[1, 28, 28]") is needed where a net begins
    with a convolution. Dropout is left out and batch normalisation uses its running statistics, as in eval mode; the
    nets themselves are left as they are, power iterations of spectral norm included.
    Raises Unexportable on a layer that the browser does not know, ValueError on facts it cannot read.
    """
    reserved = {"format", "net", "input", "layers", "outputs"} & facts.keys()
    if reserved:
        raise ValueError(f"facts: got {sorted(reserved)[0]!r}, which is written from the net itself")
    return {name: _write(name, net, facts) for name, net in nets.items()}


@torch.no_grad()
def _write(name: str, net: nn.Sequential, facts: dict[str, str]) -> bytes:
    # A copy: eval mode must not reach the net in training, and reading a spectrally normed weight in training mode
    # would advance its power iteration and so change the run.
    stack = list(_flattened(copy.deepcopy(net).eval().to("cpu", torch.float32)))
    first = _input_shape(name, stack, facts)
    layers, tensors = _walked(name, stack, first)
    shape = layers[-1]["output"] if layers else first
    metadata = {
        "format": FORMAT,
        "net": name,
        "input": json.dumps(first),
        "layers": json.dumps(layers),
        "outputs": _meaning(name, math.prod(shape), facts),
    }
    if sum(tensor.nbytes for tensor in tensors.values()) > LARGE_BYTES:
        tensors, steps = in_planes(tensors)
        metadata["steps"] = json.dumps(steps)
    return save(tensors, facts | metadata)


def _walked(
    name: str, stack: list[tuple[str, nn.Module]], shape: Shape
) -> tuple[list[dict[str, Any]], dict[str, Tensor]]:
    """What the browser does for layers that are handed an example of a shape, and their tensors by "k.key"."""
    x = torch.zeros(1, *shape)
    layers: list[dict[str, Any]] = []
    tensors: dict[str, Tensor] = {}
    kept: list[tuple[int, Tensor]] = []  # what blocks that are still open began with: by which entry, and its values
    for path, layer in stack:
        if layer is BEGIN:
            kept.append((len(layers), x))
            layers.append({"op": "keep", "input": shape, "output": shape})
            continue
        if layer is END:
            begun, entered = kept.pop()
            if entered.shape != x.shape:
                sizes = f"{list(entered.shape[1:])} into {list(shape)}"
                raise Unexportable(f"{name}: layer {path}: a residual block made {sizes}")
            x = entered + x
            layers.append({"op": "add", "kept": begun, "input": shape, "output": shape})
            continue
        where = f"{name}: layer {path} ({type_before_parametrizations(layer).__name__})"
        operations = _operations(layer, shape, where)
        try:
            x = layer(x)
        except RuntimeError as error:
            raise Unexportable(f"{where}: got input of shape {list(shape)}: {error}") from None
        before, shape = shape, tuple(x.shape[1:])
        for operation, weights in operations:
            tensors |= {f"{len(layers)}.{key}": value.clone().contiguous() for key, value in weights.items()}
            layers.append(operation | {"input": before, "output": shape})
    return layers, tensors


def in_planes(tensors: dict[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, float]]:
    """The tensors, each finite matrix w = step k, |k| < 2^(BITS - 1), replaced by uint8 [3, *shape]; the steps by name.

    k + 2^(BITS - 1), shifted to 24 bits, by its high, middle and low bytes: like bytes lie together, which gzip needs.
    The error of a weight is at most half a step, 1e-6 of the largest weight: float16 errs up to 250 times as much.
    """
    planes, steps = {}, {}
    half = 2 ** (BITS - 1)
    for name, w in tensors.items():
        largest = float(w.abs().max()) if w.ndim > 1 and w.numel() else 0.0
        if not 0 < largest < math.inf:  # a vector, zeros, or weights that are no numbers, which the browser has to see
            planes[name] = w
            continue
        steps[name] = largest / (half - 1)
        bits = (torch.round(w.double() / steps[name]).int() + half) << (24 - BITS)
        planes[name] = torch.stack([(bits >> shift & 255).to(torch.uint8) for shift in (16, 8, 0)])
    return planes, steps


# Where a residual block begins and ends.
BEGIN, END = nn.Identity(), nn.Identity()


def _flattened(net: nn.Sequential, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The layers in order with their paths ("2.0"), nested Sequentials and residual blocks opened."""
    for key, layer in net.named_children():
        if type(layer) is Residual:
            yield f"{prefix}{key}", BEGIN
            yield from _flattened(layer.inner, f"{prefix}{key}.")
            yield f"{prefix}{key}", END
        elif type(layer) is nn.Sequential:
            yield from _flattened(layer, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", layer


def _input_shape(name: str, stack: list[tuple[str, nn.Module]], facts: dict[str, str]) -> Shape:
    """The shape of one example: said by the first layer that knows its width, else by facts["shape"]."""
    for _, layer in stack:
        match layer:
            case nn.Linear():
                return (layer.in_features,)
            case Ode():
                return (layer.field.size,)
            case nn.BatchNorm1d():
                return (layer.num_features,)
            case nn.LayerNorm():
                return tuple(layer.normalized_shape)
            case nn.Unflatten():
                return (math.prod(layer.unflattened_size),)
            case nn.Conv2d() | nn.ConvTranspose2d() | nn.BatchNorm2d() | nn.GroupNorm():
                break
            case _:
                continue
    if "shape" not in facts:
        raise Unexportable(
            f"{name}: its first layer does not say its input's size; give facts['shape'], as [1, 28, 28]"
        )
    try:
        return tuple(int(size) for size in json.loads(facts["shape"]))
    except (ValueError, TypeError):
        raise ValueError(f"facts['shape']: got {facts['shape']!r}, allowed: a JSON list such as [1, 28, 28]") from None


def _meaning(name: str, width: int, facts: dict[str, str]) -> str:
    if name != "encoder":
        return "x"
    return "mean, log_variance" if str(width) == str(2 * int(facts.get("latents", "0"))) else "mean"


def _operations(layer: nn.Module, shape: Shape, where: str) -> list[Operation]:
    """What the browser does for one layer: nothing, one operation, or two."""
    # By exact type: a subclass may compute something else. A parametrised layer counts as what it was.
    write = WRITERS.get(type_before_parametrizations(layer))
    if write is None:
        known = ", ".join(kind.__name__ for kind in WRITERS)
        raise Unexportable(f"{where}: net.js cannot run it; allowed: {known}")
    try:
        return write(layer, shape)
    except Unexportable as error:
        raise Unexportable(f"{where}: {error}") from None


def _weights(layer: Any) -> dict[str, Tensor]:
    weights = {"weight": layer.weight} | ({} if layer.bias is None else {"bias": layer.bias})
    return {key: value.detach() for key, value in weights.items()}


def _plain(op: str, *settings: str) -> Callable[[Any, Shape], list[Operation]]:
    """An elementwise function with some of the layer's own settings."""
    return lambda layer, shape: [({"op": op} | {key: getattr(layer, key) for key in settings}, {})]


def _nothing(layer: Any, shape: Shape) -> list[Operation]:
    return []


def _flatten(layer: nn.Flatten, shape: Shape) -> list[Operation]:
    if (layer.start_dim, layer.end_dim) != (1, -1):
        raise Unexportable(f"got start_dim {layer.start_dim}, end_dim {layer.end_dim}, allowed: 1, -1")
    return []


def _linear(layer: nn.Linear, shape: Shape) -> list[Operation]:
    if len(shape) != 1:
        raise Unexportable(f"got input of shape {list(shape)}, allowed: one dimension; put a Flatten before it")
    return [({"op": "linear"}, _weights(layer))]


def _convolution(op: str) -> Callable[[Any, Shape], list[Operation]]:
    def write(layer: Any, shape: Shape) -> list[Operation]:
        for key, allowed in (("groups", 1), ("padding_mode", "zeros")):
            if getattr(layer, key) != allowed:
                raise Unexportable(f"got {key} {getattr(layer, key)!r}, allowed: {allowed!r}")
        if isinstance(layer.padding, str):
            raise Unexportable(f"got padding {layer.padding!r}, allowed: numbers")
        settings = {key: getattr(layer, key) for key in ("stride", "padding", "dilation")}
        settings["kernel"] = layer.kernel_size
        return [({"op": op} | settings, _weights(layer))]

    return write


def _ode(layer: Ode, shape: Shape) -> list[Operation]:
    """One operation with the layers of its field, whose tensors have one number more in their names."""
    field = layer.field
    layers, tensors = _walked("field", list(_flattened(field.net)), (field.size + TIMES,))
    said = {"op": "ode", "method": layer.method, "steps": layer.steps, "predicts": field.predicts}
    return [(said | {"layers": layers}, tensors)]


def _gelu(layer: nn.GELU, shape: Shape) -> list[Operation]:
    if layer.approximate != "none":
        raise Unexportable(f"got approximate {layer.approximate!r}, allowed: 'none'")
    return [({"op": "gelu"}, {})]


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, shape: Shape) -> list[Operation]:
    """(x - mean) / sqrt(variance + eps) * weight + bias, folded into x * scale + shift for each channel."""
    if layer.running_mean is None or layer.running_var is None:
        raise Unexportable("got no running statistics, allowed: track_running_stats=True")
    scale = torch.rsqrt(layer.running_var + layer.eps)
    shift = -layer.running_mean * scale
    if layer.affine:
        scale, shift = scale * layer.weight, shift * layer.weight + layer.bias
    return [({"op": "scale_shift"}, {"weight": scale, "bias": shift})]


def _layer_norm(layer: nn.LayerNorm, shape: Shape) -> list[Operation]:
    if tuple(layer.normalized_shape) != shape:
        raise Unexportable(f"got normalized_shape {list(layer.normalized_shape)}, allowed: all of {list(shape)}")
    return _normalise(layer, 1)


def _group_norm(layer: nn.GroupNorm, shape: Shape) -> list[Operation]:
    return _normalise(layer, layer.num_groups)


def _normalise(layer: nn.LayerNorm | nn.GroupNorm, groups: int) -> list[Operation]:
    operations: list[Operation] = [({"op": "normalise", "groups": groups, "epsilon": layer.eps}, {})]
    if layer.weight is not None:
        bias = torch.zeros_like(layer.weight) if layer.bias is None else layer.bias
        operations.append(({"op": "scale_shift"}, {"weight": layer.weight.flatten(), "bias": bias.flatten()}))
    return operations


WRITERS: dict[type[nn.Module], Callable[[Any, Shape], list[Operation]]] = {
    nn.Linear: _linear,
    nn.Conv2d: _convolution("conv2d"),
    nn.ConvTranspose2d: _convolution("conv_transpose2d"),
    nn.Flatten: _flatten,
    nn.Unflatten: _nothing,
    nn.ReLU: _plain("relu"),
    nn.LeakyReLU: _plain("leaky_relu", "negative_slope"),
    nn.SiLU: _plain("silu"),
    nn.GELU: _gelu,
    Ode: _ode,
    nn.Tanh: _plain("tanh"),
    nn.Sigmoid: _plain("sigmoid"),
    nn.Softplus: _plain("softplus", "beta", "threshold"),
    nn.Identity: _nothing,
    nn.Dropout: _nothing,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.LayerNorm: _layer_norm,
    nn.GroupNorm: _group_norm,
}
