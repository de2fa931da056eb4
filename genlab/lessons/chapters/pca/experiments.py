"""What the experiments of chapter 3 measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from genlab.lessons.anatomy import Lines, Outcome, Series
from genlab.lessons.digits import SIDE, components, digits, error, one_of_each, pca_rebuilt
from genlab.lessons.sheets import sheet
from genlab.lessons.trained import Trained
from genlab.locale import N_
from genlab.subspaces import errors, principal_angles

if TYPE_CHECKING:
    from torch import Tensor

    from genlab.models import Model

SHOWN = 10


def strokes(model: Model) -> Tensor:
    """What each number of a linear decoder adds to the picture, [N, pixels]: the columns of its matrix."""
    (weight,) = (values for name, values in model.named_parameters() if name == "decoder.0.weight")
    return weight.T


def above_on_or_below(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """A linear autoencoder's error beside that of PCA with as many numbers, on the same held-out digits."""
    (run,) = runs
    test = digits().test
    own = run.model.reconstruct(test)  # type: ignore[operator]  # an autoencoder's
    linear = pca_rebuilt(test, run.model.latents)  # type: ignore[arg-type]
    angles = principal_angles(strokes(run.model), components().axes[: run.model.latents])  # type: ignore[misc]
    numbers = {"own": error(own, test), "pca": error(linear, test), "angle": float(angles.mean())}
    steps, values = run.curve("test_mse")
    figure = Lines(
        N_("Error on held-out digits while it trained"),
        N_("step"),
        N_("mean squared error"),
        tuple(float(step) for step in steps),
        (Series(N_("linear autoencoder"), "reconstruction", values),),
        marks=((numbers["pca"], "PCA"),),
    )
    shown = one_of_each(seed)
    pictures = sheet(
        N_("Ten test digits, rebuilt from 20 numbers"),
        (
            ("x", test[shown]),
            (N_("the linear autoencoder's x'"), own[shown]),
            (N_("PCA's x'"), linear[shown]),
        ),
    )
    return Outcome(numbers, abs(numbers["own"] / numbers["pca"] - 1) < 0.02, (figure, pictures))


def its_numbers(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Whether each of a linear autoencoder's numbers is one of PCA's: correlations, angles, and pictures."""
    (run,) = runs
    columns, axes = strokes(run.model), components().axes[: run.model.latents]  # type: ignore[misc]
    test = digits().test
    codes = run.model.encode(test).double()  # type: ignore[operator]
    coordinates = (test.flatten(1).double() - components().center) @ axes.T
    between = torch.corrcoef(torch.cat([codes, coordinates], dim=1).T)[: len(axes), len(axes) :]
    best = between.abs().amax(dim=1)
    numbers = {
        "median": float(best.median()),
        "largest": float(best.max()),
        "angle": float(principal_angles(columns, axes).mean()),
    }
    pictures = sheet(
        N_("What each number adds to the picture: grey adds nothing, white adds, black takes away"),
        (
            (N_("the linear autoencoder's first ten numbers"), seen(columns[:SHOWN])),
            (N_("the first ten principal components"), seen(axes[:SHOWN])),
        ),
    )
    return Outcome(numbers, numbers["median"] < 0.8 and numbers["angle"] < 3, (pictures,))


def seen(directions: Tensor) -> Tensor:
    """Directions [n, pixels] as pictures: 0 is grey, the largest loading white or black."""
    scaled = directions / directions.abs().amax(dim=1, keepdim=True)
    return (0.5 + 0.5 * scaled).reshape(-1, SIDE, SIDE)


def against_size(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """The error against N: non-linear autoencoders and PCA."""
    test = digits().test
    sizes = [int(run.model.latents) for run in runs]  # type: ignore[arg-type]
    least = errors(test.flatten(1), components())
    own = [error(run.model.reconstruct(test), test) for run in runs]  # type: ignore[operator]
    numbers = {f"own_{size}": value for size, value in zip(sizes, own, strict=True)}
    numbers |= {f"pca_{size}": float(least[size]) for size in sizes}
    nothing = float(least[0])
    figure = Lines(
        N_("Error on held-out digits, from N numbers"),
        "N",
        N_("mean squared error"),
        (0.0, *map(float, sizes)),
        (
            Series(N_("autoencoder"), "reconstruction", (nothing, *own)),
            Series("PCA", "prior", (nothing, *(float(least[size]) for size in sizes)), dashed=True),
        ),
    )
    holds = all(numbers[f"own_{size}"] < numbers[f"pca_{size}"] for size in sizes)
    return Outcome(numbers, holds, (figure,))
