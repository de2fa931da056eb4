"""Whether a bundle's weights are those of the model that its settings describe. Builds the model, so it needs torch."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from genlab.data import describe
from genlab.runs.arrays import Arrays, pack, read_metadata
from genlab.runs.bundle.archive import BundleError
from genlab.runs.bundle.contents import Bundle, is_number, read_tensors
from genlab.runs.bundle.framefile import check_pictures
from genlab.runs.store import checks

if TYPE_CHECKING:
    from genlab.models import Model

CHECKPOINT = "checkpoint.safetensors"
LONGEST_QUOTE = 300


def checked(bundle: Bundle) -> Bundle:
    """The bundle, settings that came into being after it at their defaults.

    Raises BundleError where the settings are not allowed, or weights, checkpoint or frames do not fit them.
    """
    bundle = replace(bundle, config=_settings("run.json", bundle, bundle.config))
    model = build(bundle)
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    _compare("weights.safetensors", bundle.weights, expected)
    if bundle.checkpoint is not None:
        _check_checkpoint(bundle, model, expected)
    data = describe(bundle.data)
    check_pictures(bundle.probe, "probe", data)
    for step, arrays in bundle.frames:
        if step > bundle.step:
            raise BundleError(f"frames.npz: has step {step}, but the run is at {bundle.step}")
        check_pictures(arrays, str(step), data)
    if bundle.points and bundle.points[-1][0] > bundle.step:
        raise BundleError(f"history.csv: has step {bundle.points[-1][0]}, but the run is at {bundle.step}")
    return bundle


def build(bundle: Bundle) -> Model:
    """The untrained model of a bundle's settings."""
    from genlab.models import family_named
    from genlab.seeded import drawn_with

    family = family_named(bundle.family)
    with drawn_with(0):  # what is drawn is overwritten
        return family.build(family.config.parse(bundle.config), describe(bundle.data).shape)


def load_model(bundle: Bundle) -> Model:
    """The bundle's model with its weights, ready to use."""
    import numpy as np
    import torch

    model = build(bundle)
    # A copy: arrays that were read from bytes cannot be written to, and tensors can.
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in bundle.weights.items()})
    return model.eval()


def checkpoint_from_weights(bundle: Bundle) -> bytes:
    """A checkpoint for a bundle that came without one: the weights, and optimisers that have seen nothing."""
    progress = {"step": bundle.step, "seconds": bundle.seconds, "batches": bundle.step, "sums": {}, "counts": {}}
    metadata = {
        "family": bundle.family,
        "data": bundle.data,
        "seed": str(bundle.seed),
        "config": json.dumps(bundle.config),
        "progress": json.dumps(progress),
    }
    return pack({f"model.{name}": array for name, array in bundle.weights.items()}, metadata)


def _settings(file: str, bundle: Bundle, config: Any) -> dict[str, Any]:
    try:
        checks.seed(bundle.seed)
        return checks.settings(bundle.family, bundle.data, config)
    except ValueError as error:
        raise BundleError(f"{file}: {str(error)[:LONGEST_QUOTE]}") from None


def _compare(file: str, arrays: Arrays, expected: dict[str, tuple[int, ...]]) -> None:
    for name in sorted(expected.keys() | arrays.keys()):
        got = arrays[name].shape if name in arrays else None
        if got != expected.get(name):
            raise BundleError(f"{file}: {name[:60]}: got {_shape(got)}, allowed: {_shape(expected.get(name))}")
        # Batch norm counts its batches in whole numbers; all else is float32.
        kind = "int64" if name.endswith(".num_batches_tracked") else "float32"
        if arrays[name].dtype != kind:
            raise BundleError(f"{file}: {name[:60]}: got {arrays[name].dtype}, allowed: {kind}")


def _shape(shape: tuple[int, ...] | None) -> str:
    return "nothing" if shape is None else f"the shape {list(shape)}"


def _check_checkpoint(bundle: Bundle, model: Model, expected: dict[str, tuple[int, ...]]) -> None:
    assert bundle.checkpoint is not None
    arrays = read_tensors(CHECKPOINT, bundle.checkpoint)
    weights = {name.removeprefix("model."): array for name, array in arrays.items() if name.startswith("model.")}
    _compare(CHECKPOINT, weights, expected)
    allowed: dict[str, tuple[int, ...]] = {}
    for name, optimiser in model.optimisers().items():
        if "betas" not in optimiser.defaults:
            continue  # only Adam remembers anything
        parameters = [tensor for group in optimiser.param_groups for tensor in group["params"]]
        for index, tensor in enumerate(parameters):
            shapes = {"exp_avg": tuple(tensor.shape), "exp_avg_sq": tuple(tensor.shape), "step": ()}
            allowed |= {f"optimiser.{name}.{index}.{kind}": shape for kind, shape in shapes.items()}
    state = {name: array for name, array in arrays.items() if not name.startswith("model.")}
    # An optimiser that has not stepped has no state yet.
    _compare(CHECKPOINT, state, {name: shape for name, shape in allowed.items() if name in state})
    try:
        metadata = read_metadata(bundle.checkpoint)
        _check_progress(bundle, metadata, json.loads(metadata["progress"]))
        stated = _settings(CHECKPOINT, bundle, dict(json.loads(metadata["config"])))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"{CHECKPOINT}: does not say where the run is") from None
    if stated != bundle.config:
        raise BundleError(f"{CHECKPOINT}: has other settings than run.json")


def _check_progress(bundle: Bundle, metadata: dict[str, str], progress: Any) -> None:
    stated = (metadata["family"], metadata["data"], metadata["seed"], progress["step"])
    if stated != (bundle.family, bundle.data, str(bundle.seed), bundle.step):
        raise BundleError(f"{CHECKPOINT}: is of another run or step than run.json")
    batches, sums, counts = progress["batches"], progress["sums"], progress["counts"]
    whole = type(batches) is int and 0 <= batches < 2**40 and is_number(progress["seconds"])
    means = isinstance(sums, dict) and isinstance(counts, dict) and sums.keys() == counts.keys()
    if not whole or not means or not all(is_number(value) for value in sums.values()):
        raise BundleError(f"{CHECKPOINT}: its record of progress is damaged")
    if not all(type(count) is int and 1 <= count < 2**40 for count in counts.values()):
        raise BundleError(f"{CHECKPOINT}: its record of progress is damaged")
