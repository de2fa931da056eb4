"""Whether a bundle's weights are those of the model that its settings describe. Builds the model, so it needs torch."""

from __future__ import annotations

import json
from dataclasses import replace
from types import NoneType
from typing import TYPE_CHECKING, Any

from genlab.checkpoint import Checkpoint, Standing
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
MOST_THREADS = 4096


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
    from genlab.runs.looks.codes import untrained_model

    return untrained_model(bundle.family, bundle.config, bundle.data)


def load_model(bundle: Bundle) -> Model:
    """The bundle's model with its weights, ready to use."""
    from genlab.runs.looks.codes import model_with

    return model_with(bundle.family, bundle.config, bundle.data, bundle.weights)


def checkpoint_from_weights(bundle: Bundle) -> bytes:
    """A checkpoint for a bundle that came without one: the weights, and optimisers that have seen nothing."""
    standing = Standing(bundle.step, bundle.seconds, bundle.step, {}, {})
    facts = bundle.family, bundle.data, bundle.seed, json.dumps(bundle.config)
    kept = Checkpoint(*facts, standing, bundle.weights, {})
    return pack(kept.named(), kept.metadata())


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
    try:
        kept = Checkpoint.of(read_metadata(bundle.checkpoint), arrays)
        _check_standing(bundle, kept)
        stated = _settings(CHECKPOINT, bundle, dict(kept.settings()))
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"{CHECKPOINT}: does not say where the run is") from None
    allowed: dict[str, tuple[int, ...]] = {}
    for name, optimiser in model.optimisers().items():
        if "betas" not in optimiser.defaults:
            continue  # only Adam remembers anything
        parameters = [tensor for group in optimiser.param_groups for tensor in group["params"]]
        for index, tensor in enumerate(parameters):
            whole = f"{name}.{index}.exp_avg" in kept.optimisers  # or in short
            square = tuple(tensor.shape) if whole else ()
            shapes = {"exp_avg": tuple(tensor.shape), "exp_avg_sq": square, "step": ()}
            allowed |= {f"{name}.{index}.{kind}": shape for kind, shape in shapes.items()}
    # An optimiser that has not stepped has no state yet.
    made = {name: shape for name, shape in allowed.items() if name in kept.optimisers}
    _compare(CHECKPOINT, kept.named(), replace(kept, optimisers=made, weights=expected).named())
    if stated != bundle.config:
        raise BundleError(f"{CHECKPOINT}: has other settings than run.json")


def _check_standing(bundle: Bundle, kept: Checkpoint[Any]) -> None:
    at = kept.standing
    if (kept.family, kept.data, kept.seed, at.step) != (bundle.family, bundle.data, bundle.seed, bundle.step):
        raise BundleError(f"{CHECKPOINT}: is of another run or step than run.json")
    batches, sums, counts = at.batches, at.sums, at.counts
    whole = type(batches) is int and 0 <= batches < 2**40 and is_number(at.seconds)
    means = isinstance(sums, dict) and isinstance(counts, dict) and sums.keys() == counts.keys()
    if not whole or not means or not all(is_number(value) for value in sums.values()):
        raise BundleError(f"{CHECKPOINT}: its record of progress is damaged")
    if not is_history(at.changes) or type(at.threads) is not int or not 0 <= at.threads <= MOST_THREADS:
        raise BundleError(f"{CHECKPOINT}: its record of progress is damaged")
    if not all(type(count) is int and 1 <= count < 2**40 for count in counts.values()):
        raise BundleError(f"{CHECKPOINT}: its record of progress is damaged")


def is_history(changes: Any) -> bool:
    """Whether it says at which steps which settings changed from what to what."""
    return isinstance(changes, list) and all(
        isinstance(one, list)
        and len(one) == 4
        and type(one[0]) is int
        and isinstance(one[1], str)
        and all(isinstance(value, str | bool | NoneType) or is_number(value) for value in one[2:])
        for one in changes
    )
