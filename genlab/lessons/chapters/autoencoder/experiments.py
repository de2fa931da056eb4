"""What the experiments of chapter 2 measure."""

from __future__ import annotations

import torch

from genlab.lessons.anatomy import Bars, Lines, Outcome, Series
from genlab.lessons.chapters.autoencoder.letters import letters
from genlab.lessons.digits import components, digits, error, one_of_each, pca_rebuilt, read_as
from genlab.lessons.sheets import sheet
from genlab.lessons.shipped import shipped_model
from genlab.lessons.trained import Trained
from genlab.locale import N_
from genlab.ruler import ruler
from genlab.subspaces import errors

FEW, MANY, PIXELS = 2, 20, 784


def still_read(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """Of 100 test digits, how many are still read as themselves after a bottleneck of 2 and of 20, and after PCA."""
    test, labels = digits().test, digits().labels
    few, many = (run.model.reconstruct(test) for run in runs)  # type: ignore[operator]  # an autoencoder's
    linear = {count: pca_rebuilt(test, count) for count in (FEW, MANY)}
    numbers = {
        "few": 100 * read_as(few, labels),
        "many": 100 * read_as(many, labels),
        "pca_few": 100 * read_as(linear[FEW], labels),
        "pca_many": 100 * read_as(linear[MANY], labels),
        "error_few": error(few, test),
        "error_many": error(many, test),
    }
    shown = one_of_each(seed)
    pictures = sheet(
        N_("Ten test digits, and what is rebuilt of them"),
        (
            ("x", test[shown]),
            (N_("the autoencoder's x', N = 20"), many[shown]),
            (N_("the autoencoder's x', N = 2"), few[shown]),
            (N_("PCA's x', N = 2"), linear[FEW][shown]),
        ),
    )
    bars = Bars(
        N_("Still read as themselves, of 100 test digits"),
        N_("of 100"),
        ("N = 2", "N = 20"),
        (
            Series(N_("autoencoder"), "reconstruction", (numbers["few"], numbers["many"])),
            Series("PCA", "prior", (numbers["pca_few"], numbers["pca_many"])),
        ),
    )
    holds = 55 <= numbers["few"] <= 78 and numbers["few"] > numbers["pca_few"] + 10 and numbers["many"] > 90
    return Outcome(numbers, holds, (pictures, bars))


def letter(seed: int) -> Outcome:
    """Letters through the shipped autoencoder, which has seen digits only."""
    model, drawn = shipped_model("ae-20"), letters(seed)
    test = digits().test
    rebuilt, own = model.reconstruct(drawn), model.reconstruct(test)  # type: ignore[operator]
    mean = digits().train.mean(dim=0, keepdim=True)
    numbers = {
        "letter": error(rebuilt, drawn),
        "digit": error(own, test),
        "times": error(rebuilt, drawn) / error(own, test),
        "from_mean": error(rebuilt, mean.expand_as(drawn)),
        "read": float(ruler().measure(rebuilt[:1].clamp(0, 1))[1]),
    }
    pictures = sheet(N_("Letters, and what an autoencoder of digits makes of them"), (("x", drawn), ("x'", rebuilt)))
    # Neither a copy, nor the mean digit.
    holds = numbers["times"] > 2 and numbers["from_mean"] > numbers["letter"]
    return Outcome(numbers, holds, (pictures,))


def as_many_as_pixels(seed: int) -> Outcome:
    """The best linear code of N numbers, N up to that of the pixels: on digits, letters and noise."""
    kinds = {
        "digits": digits().test,
        "letters": letters(seed),
        "noise": torch.rand(100, 1, 28, 28, generator=torch.Generator().manual_seed(seed)),
    }
    curves = {name: errors(pictures.flatten(1), components()) for name, pictures in kinds.items()}
    numbers = {f"{name}_{count}": float(curve[count]) for name, curve in curves.items() for count in (MANY, PIXELS)}
    drawn = torch.cat([kinds["digits"][one_of_each(seed)[:4]], kinds["letters"][:3], kinds["noise"][:3]])
    pictures = sheet(
        N_("Digits, letters, noise"),
        (
            ("x", drawn),
            ("x', N = 20", pca_rebuilt(drawn, MANY)),
            ("x', N = 784", pca_rebuilt(drawn, PIXELS)),
        ),
    )
    shown = (1, 2, 5, 10, 20, 50, 100, 200, 400, PIXELS)
    roles = {"digits": ("data", N_("digits")), "letters": ("generated", N_("letters")), "noise": ("prior", N_("noise"))}
    figure = Lines(
        N_("Error of the best linear code of N numbers"),
        "N",
        N_("mean squared error"),
        tuple(float(count) for count in shown),
        tuple(
            Series(label, role, tuple(float(curves[name][count]) for count in shown))  # type: ignore[arg-type]
            for name, (role, label) in roles.items()
        ),
        logarithmic=True,
    )
    holds = max(numbers[f"{name}_{PIXELS}"] for name in kinds) < 1e-9
    return Outcome(numbers, holds, (figure, pictures))
