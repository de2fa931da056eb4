"""What the experiments of chapter 4 measure: the shipped autoencoder and VAE of 20 latents, by the ruler."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from genlab.lessons.anatomy import Bars, Outcome, Series, Sheet
from genlab.lessons.digits import digits
from genlab.lessons.sheets import sheet
from genlab.lessons.shipped import shipped_model
from genlab.locale import N_
from genlab.reading import DrawsReading, read_draws
from genlab.ruler import frechet_distance, moments, ruler

AE, VAE = "ae-20", "vae-20"
DRAWS = 2000
COLUMNS, ROWS = 16, 4  # of the 64 draws that are shown
PAIRS = 1000
CLASSES = tuple("0123456789")
AE_DRAWS, VAE_DRAWS = N_("the autoencoder's draws"), N_("the VAE's draws")


@lru_cache(maxsize=1)
def of_real_digits() -> tuple[Tensor, Tensor]:
    """Mean and covariance of the ruler's features of the training digits."""
    return moments(ruler().measure(digits().train)[0])


def frechet(pictures: Tensor) -> float:
    """How far pictures are from the training digits, by the ruler's features."""
    return frechet_distance(moments(ruler().measure(pictures.clamp(0, 1))[0]), of_real_digits())


def codes_of(name: str, pictures: Tensor) -> Tensor:
    """The codes of pictures; a VAE's are the means of q(z|x)."""
    return shipped_model(name).encode(pictures)  # type: ignore[operator]


def decoded(name: str, z: Tensor) -> Tensor:
    """The pictures of codes."""
    return shipped_model(name).decode(z)  # type: ignore[operator]


def standard_normal(seed: int) -> Tensor:
    """z ~ N(0, I): the same for both models."""
    return torch.randn(DRAWS, 20, generator=torch.Generator().manual_seed(seed))


def like_the_codes(seed: int) -> Tensor:
    """z from the normal that has the mean and the covariance of the codes of the autoencoder's training digits."""
    codes = codes_of(AE, digits().train)
    return codes.mean(dim=0) + standard_normal(seed) @ torch.linalg.cholesky(torch.cov(codes.T)).T


def first_of(drawn: tuple[tuple[str, Tensor], ...], title: str) -> Sheet:
    """The first 64 pictures of each, in rows of 16."""
    rows = [
        (words if row == 0 else "", pictures[row * COLUMNS : (row + 1) * COLUMNS])
        for words, pictures in drawn
        for row in range(ROWS)
    ]
    return sheet(title, rows)


def of_classes(*read: tuple[str, str, DrawsReading]) -> Bars:
    """How often each digit is read, of 100: (words, role, reading)."""
    return Bars(
        N_("As which digits the draws are read"),
        N_("of 100"),
        CLASSES,
        tuple(
            Series(words, role, tuple(100 * float(share) for share in reading.shares))  # type: ignore[arg-type]
            for words, role, reading in read
        ),
    )


def random_codes(seed: int) -> Outcome:
    """z ~ N(0, I) through the autoencoder's decoder, and the same z through the VAE's."""
    z = standard_normal(seed)
    own, other = decoded(AE, z), decoded(VAE, z)
    read, read_other = read_draws(own), read_draws(other)
    numbers = {
        "three": 100 * read.most_frequent,
        "three_vae": 100 * read_other.most_frequent,
        "unsure": 100 * read.unsure,
        "unsure_vae": 100 * read_other.unsure,
        "unsure_real": 100 * read_draws(digits().test).unsure,
        "frechet": frechet(own),
        "frechet_vae": frechet(other),
        "ink": float(own.mean() / digits().test.mean()),
        "deviation": float(codes_of(AE, digits().train).std(dim=0).mean()),
    }
    pale = numbers["ink"] < 0.8 and numbers["three"] > 50 and numbers["unsure"] > 80
    nearer = numbers["frechet"] > 2 * numbers["frechet_vae"]
    beside = numbers["three_vae"] < 45 and numbers["unsure_vae"] < 70 and nearer
    figures = (
        first_of(((AE_DRAWS, own), (VAE_DRAWS, other)), N_("64 random z through each decoder")),
        of_classes((AE_DRAWS, "reconstruction", read), (VAE_DRAWS, "generated", read_other)),
    )
    return Outcome(numbers, pale and beside, figures)


def fitted_normal(seed: int) -> Outcome:
    """The autoencoder's draws with z ~ N(0, I), and with z from the normal of its own codes; beside the VAE's."""
    z = standard_normal(seed)
    before, after, other = decoded(AE, z), decoded(AE, like_the_codes(seed)), decoded(VAE, z)
    rebuilt = decoded(AE, codes_of(AE, digits().test))
    numbers = {
        "before": frechet(before),
        "after": frechet(after),
        "vae": frechet(other),
        "rebuilt": frechet(rebuilt),
        "unsure": 100 * read_draws(after).unsure,
        "unsure_vae": 100 * read_draws(other).unsure,
    }
    names = ("z ~ N(0, I)", N_("z like its codes"), N_("the VAE's draws"), N_("rebuilt digits"))
    distances = tuple(numbers[name] for name in ("before", "after", "vae", "rebuilt"))
    bars = Bars(
        N_("Fréchet distance from real digits"),
        N_("ruler's unit"),
        names,
        (Series(N_("Fréchet distance"), "reconstruction", distances),),
    )
    drawn = (("z ~ N(0, I)", before), (N_("z like its codes"), after))
    holds = 1.3 * numbers["vae"] < numbers["after"] < 0.65 * numbers["before"]
    return Outcome(numbers, holds, (first_of(drawn, N_("The autoencoder's draws")), bars))


def draws_of_the_vae(seed: int) -> Outcome:
    """How many of the VAE's draws the ruler is unsure of, beside real digits and what the VAE rebuilds of them."""
    test = digits().test
    drawn = decoded(VAE, standard_normal(seed))
    rebuilt = decoded(VAE, codes_of(VAE, test))
    numbers = {
        "draws": 100 * read_draws(drawn).unsure,
        "rebuilt": 100 * read_draws(rebuilt).unsure,
        "real": 100 * read_draws(test).unsure,
    }
    bars = Bars(
        N_("Digits that the ruler is unsure of"),
        N_("of 100"),
        (N_("test digits"), N_("rebuilt digits"), N_("the VAE's draws")),
        (Series(N_("unsure"), "generated", (numbers["real"], numbers["rebuilt"], numbers["draws"])),),
    )
    chosen = torch.randperm(len(test), generator=torch.Generator().manual_seed(seed))
    shown = ((N_("test digits"), test[chosen]), (N_("rebuilt digits"), rebuilt[chosen]), (VAE_DRAWS, drawn))
    holds = numbers["draws"] > 45 > 20 > numbers["rebuilt"] > numbers["real"]
    return Outcome(numbers, holds, (first_of(shown, N_("Which of them would you take for real?")), bars))


def halfway(seed: int) -> Outcome:
    """What lies halfway between the codes of two digits of different classes; and halfway between their pixels."""
    test, labels = digits().test, digits().labels
    generator = torch.Generator().manual_seed(seed)
    one, two = torch.randint(len(test), (2, PAIRS), generator=generator)
    different = labels[one] != labels[two]
    one, two = one[different], two[different]
    middle = {}
    for name in (AE, VAE):
        codes = codes_of(name, test)
        middle[name] = decoded(name, (codes[one] + codes[two]) / 2)
    mixed = (test[one] + test[two]) / 2
    numbers = {
        "ae": 100 * read_draws(middle[AE]).unsure,
        "vae": 100 * read_draws(middle[VAE]).unsure,
        "pixels": 100 * read_draws(mixed).unsure,
    }
    bars = Bars(
        N_("Pictures from halfway that the ruler is unsure of"),
        N_("of 100"),
        (N_("autoencoder"), "VAE", N_("mean of the pixels")),
        (Series(N_("unsure"), "generated", (numbers["ae"], numbers["vae"], numbers["pixels"])),),
    )
    pictures = sheet(
        N_("Two digits, and what lies halfway"),
        (
            (N_("one digit"), test[one[:COLUMNS]]),
            (N_("another"), test[two[:COLUMNS]]),
            (N_("the autoencoder's halfway"), middle[AE][:COLUMNS]),
            (N_("the VAE's halfway"), middle[VAE][:COLUMNS]),
            (N_("mean of the pixels"), mixed[:COLUMNS]),
        ),
    )
    holds = abs(numbers["ae"] - numbers["vae"]) < 12 and min(numbers["ae"], numbers["vae"]) > 50
    return Outcome(numbers, holds, (pictures, bars))
