"""`evaluate`, `sample`, `encode`, `decode`, `reconstruct`: what a trained model in a folder can do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genlab.commands.output import emit
from genlab.devices import as_array

if TYPE_CHECKING:
    import numpy as np

    from genlab.models import Labelled, Model
    from genlab.runs.bundle import Bundle


def add_to(verbs: Any) -> None:
    """Declares the five verbs."""
    command = verbs.add_parser("evaluate", help="measure a trained model on test data")
    command.add_argument("folder", type=Path)
    command.add_argument("--data", help="another data set than it was trained on")
    command.add_argument("--json", action="store_true")
    command.add_argument(
        "--over-frames",
        action="store_true",
        help="besides, how good 500 samples were at moments of the training (digits): frechet, coverage, their floors",
    )
    for name, what in (
        ("--nll-k", "importance samples of nll, -log p(x) of a VAE of binarised images (default: 500)"),
        ("--nll-examples", "test images, spread over the file, that they are drawn for (default: 1000)"),
        ("--iwae-k", "importance samples of iwae_k, -L_k of all test images (default: those of its training, or 5)"),
    ):
        command.add_argument(name, type=int, metavar="N", help=what)
    command.set_defaults(run=evaluate_folder)

    command = verbs.add_parser("sample", help="draw new examples")
    command.add_argument("folder", type=Path)
    command.add_argument("--n", type=int, default=64)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--class", dest="label", type=int, help="of a model that is told the class: 0, 1, ...")
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(run=sample)

    for name, help_text in (
        ("encode", "examples to latent means"),
        ("decode", "latents to examples"),
        ("reconstruct", "examples to their reconstructions"),
    ):
        command = verbs.add_parser(name, help=help_text)
        command.add_argument("folder", type=Path)
        command.add_argument("--in", dest="source", type=Path, required=True)
        command.add_argument("--out", type=Path, required=True)
        if name == "decode":
            command.add_argument("--class", dest="label", type=int, help="of a model that is told the class: 0, 1, ...")
        command.set_defaults(run=transform, what=name)


def open_model(folder: Path) -> tuple[Bundle, Model]:
    """The bundle in a folder (or zip) and its model."""
    from genlab.runs.bundle import load_model, read_bundle

    bundle = read_bundle(folder)
    return bundle, load_model(bundle)


def evaluate_folder(arguments: argparse.Namespace) -> None:
    """Prints {"family", "data", "metrics"}; of digits "rulers": the hash of each ruler's file; and where it is asked
    for "over_frames": of each moment its step and what its samples were measured by."""
    from genlab.commands.data import named
    from genlab.data import describe, load
    from genlab.evaluation import evaluate
    from genlab.other_ruler import hashes

    bundle, model = open_model(arguments.folder)
    name = named(arguments.data) if arguments.data else bundle.data
    if (got := describe(name).shape) != (wanted := describe(bundle.data).shape):
        raise ValueError(f"--data: {name} has examples of shape {list(got)}, allowed: {list(wanted)}, as {bundle.data}")
    moments = moments_of(bundle) if arguments.over_frames else None
    data = load(name)
    options = {"iwae_k": arguments.iwae_k, "nll_k": arguments.nll_k, "nll_examples": arguments.nll_examples}
    try:
        metrics = evaluate(model, data, **options)
    except FloatingPointError as error:
        raise ArithmeticError(f"{error} is not finite: this model diverged while it trained") from None
    record: dict[str, Any] = {"family": bundle.family, "data": data.name, "metrics": metrics}
    if "frechet" in metrics:
        record["rulers"] = hashes()
    if moments is None or arguments.json:
        emit(record | ({} if moments is None else {"over_frames": moments}), arguments.json)
        return
    emit(record, as_json=False)
    for moment in moments:
        emit({"": ", ".join(f"{name} {value:g}" for name, value in moment.items())}, as_json=False)


def moments_of(bundle: Bundle) -> list[dict[str, float]]:
    """Of each moment at which a run's samples were measured its step and what they came to. Raises ValueError where
    there is none."""
    from genlab.models.quality import quality_terms

    keys = [term.key for term in quality_terms()]
    found = [{"step": step} | {key: values[key] for key in keys} for step, values in bundle.points if keys[0] in values]
    if not found:
        raise ValueError(
            "--over-frames: got a run without such moments; allowed: a run on handwritten digits of a family that draws"
        )
    return found


def sample(arguments: argparse.Namespace) -> None:
    """Writes float32 [n, *shape]: images in [0, 1]."""
    import torch

    from genlab.runs.store import checks

    checks.seed(arguments.seed)
    if not 1 <= arguments.n <= 1_000_000:
        raise ValueError(f"--n: got {arguments.n}, allowed: 1 to 1000000")
    _, model = open_model(arguments.folder)
    rng = torch.Generator().manual_seed(arguments.seed)
    with torch.no_grad():
        if arguments.label is None:
            drawn = model.sample(arguments.n, rng)
        else:
            drawn = told_class(model, arguments.label).sample_as(arguments.label, arguments.n, rng)
    save(arguments.out, as_array(drawn.clamp(0, 1) if drawn.ndim == 4 else drawn))


def transform(arguments: argparse.Namespace) -> None:
    """encode, decode or reconstruct, array file to array file."""
    import torch

    from genlab.data import describe
    from genlab.models import encoder, labelled

    bundle, model = open_model(arguments.folder)
    if arguments.what != "decode" and labelled(model) is not None:
        name = arguments.what
        raise ValueError(
            f"{name}: the encoder of a {bundle.family} asks for the class beside x; allowed: sample, decode"
        )
    if arguments.what != "decode" and encoder(model) is None:
        raise ValueError(f"{arguments.what}: a {bundle.family} has no encoder; allowed: sample, decode")
    given = read_array(arguments.source)
    shape = (model.latents,) if arguments.what == "decode" else describe(bundle.data).shape
    batch = fitting(given, shape, images=len(shape) == 3)
    with torch.no_grad():
        if getattr(arguments, "label", None) is not None:
            labels = torch.full((len(batch),), arguments.label)
            result = told_class(model, arguments.label).decode_as(torch.from_numpy(batch), labels)
        else:
            result = getattr(model, arguments.what)(torch.from_numpy(batch))
    save(arguments.out, as_array(result.clamp(0, 1) if result.ndim == 4 else result))


def told_class(model: Model, label: int) -> Labelled:
    """The model as one that is told the class. Raises ValueError where it is not, or has no such class."""
    from genlab.models import labelled

    if (told := labelled(model)) is None:
        raise ValueError(f"--class: got {label}, but a {model.family} is not told the class; leave it out")
    if not 0 <= label < told.classes:
        raise ValueError(f"--class: got {label}, allowed: 0 to {told.classes - 1}")
    return told


def read_array(path: Path) -> np.ndarray:
    """The array in an .npy file; nothing is unpickled."""
    import numpy as np

    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"--in: {path} is not an .npy array ({error})") from None


def fitting(given: Any, shape: tuple[int, ...], images: bool) -> np.ndarray:
    """`given` as float32 [n, *shape]; images may come flat or without the channel. Says what does not fit."""
    import math

    import numpy as np

    wanted = f"float [n, {', '.join(map(str, shape))}]"
    if not isinstance(given, np.ndarray) or given.dtype.kind not in "fiu":
        raise ValueError(f"--in: got {getattr(given, 'dtype', type(given).__name__)}, allowed: {wanted}")
    flat_enough = images and given.ndim in (2, 3) and math.prod(given.shape[1:]) == math.prod(shape)
    if given.ndim < 2 or (given.shape[1:] != shape and not flat_enough):
        raise ValueError(f"--in: got shape {list(given.shape)}, allowed: {wanted}")
    with np.errstate(over="ignore"):  # too large for float32: infinite, and refused below
        batch = np.ascontiguousarray(given, dtype=np.float32).reshape(-1, *shape)
    if not np.isfinite(batch).all():
        raise ValueError("--in: got NaN or infinity, allowed: finite numbers")
    if images and batch.size and (batch.min() < 0 or batch.max() > 1):
        raise ValueError(f"--in: got pixels from {batch.min():g} to {batch.max():g}, allowed: 0 to 1")
    return batch


def save(path: Path, array: Any) -> None:
    """Writes an .npy file under exactly that name."""
    import numpy as np

    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array, dtype=np.float32))
