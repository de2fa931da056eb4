"""What the experiments of chapter 5 measure: the shipped VAE of 20 latents, on held-out digits, by the ruler."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

from genlab.divergences import kl_to_standard_normal, kl_uniform_to_standard_normal
from genlab.gradients import gradient_noise
from genlab.lessons.anatomy import Bars, Outcome, Series, Table
from genlab.lessons.digits import digits, one_of_each, read_as
from genlab.lessons.sheets import sheet
from genlab.lessons.shipped import shipped_model
from genlab.locale import N_

if TYPE_CHECKING:
    from genlab.models.vae import VAE

LOOKED_AT = 500  # digits
AGAIN = 20  # times that eps is drawn for each
SHOWN = (3, 0, 5, 8, 9)  # whose draws are shown
WALK = 9  # pictures from -2 to 2
UNUSED = 0.9  # a deviation above it, for every digit, is nearly the prior's
DRAWS = 2000  # of eps, for a gradient's variance
GRADIENTS = 5  # digits whose gradients are looked at
WIDE = math.sqrt(3)  # U(-sqrt 3, sqrt 3) has variance 1


def vae() -> VAE:
    """The VAE on the stage."""
    return cast("VAE", shipped_model("vae-20"))


def some(seed: int) -> tuple[Tensor, Tensor, torch.Generator]:
    """Held-out digits drawn by the seed, their labels, and what goes on drawing."""
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(digits().test), generator=generator)[:LOOKED_AT]
    return digits().test[chosen], digits().labels[chosen], generator


def normal(shape: torch.Size, generator: torch.Generator) -> Tensor:
    """eps ~ N(0, I)."""
    return torch.randn(shape, generator=generator)


def drawn(x: Tensor, eps: Tensor) -> Tensor:
    """What is decoded from z = mu + sigma eps."""
    mean, log_variance = vae().posterior(x)
    return vae().decode(mean + torch.exp(log_variance / 2) * eps)


def resampled(seed: int) -> Outcome:
    """eps drawn again and again for the same digits: which are still read as themselves, and how much they change."""
    x, labels, generator = some(seed)
    shape = torch.Size((len(x), vae().latents))
    again = torch.stack([drawn(x, normal(shape, generator)) for _ in range(AGAIN)])
    shares = torch.tensor([read_as(pictures, labels) for pictures in again])
    numbers = {
        "kept": 100 * float(shares.mean()),
        "threes": 100 * read_as(again[:, labels == 3].flatten(0, 1), labels[labels == 3].repeat(AGAIN)),
        "changed": float((again[1:] - again[:-1]).square().mean().sqrt()),
    }
    places = one_of_each(seed)[list(SHOWN)]
    rows = []
    for place in places:
        one = digits().test[place : place + 1]
        several = drawn(one.expand(9, -1, -1, -1), normal(torch.Size((9, vae().latents)), generator))
        rows.append((N_("a digit, and nine draws of its z") if not rows else "", torch.cat([one, several])))
    figure = sheet(N_("Test digits at the left; ε drawn nine times for each"), rows)
    return Outcome(numbers, numbers["kept"] > 90 and numbers["changed"] > 0.02, (figure,))


def unused(seed: int) -> Outcome:
    """The latent that says least: its mu and sigma over all held-out digits, and what moving it does to a picture."""
    x, _, _ = some(seed)
    mean, log_variance = vae().posterior(digits().test)
    sigma = torch.exp(log_variance / 2).mean(dim=0)
    order = kl_to_standard_normal(mean, log_variance).mean(dim=0).argsort(descending=True)
    most, least = int(order[0]), int(order[-1])
    base = vae().encode(x)

    def moved(latent: int, value: float) -> Tensor:
        z = base.clone()
        z[:, latent] = value
        return vae().decode(z)

    numbers = {
        "sigma_least": float(sigma[least]),
        "sigma_most": float(sigma[most]),
        "mu_least": float(mean[:, least].std()),
        "mu_most": float(mean[:, most].std()),
        "change_least": float((moved(least, -2) - moved(least, 2)).square().mean().sqrt()),
        "change_most": float((moved(most, -2) - moved(most, 2)).square().mean().sqrt()),
        "count": float((sigma > UNUSED).sum()),
    }
    bars = Bars(
        N_("σ of each latent, mean over held-out digits; those that say most of x first"),
        "σ",
        tuple(str(int(latent) + 1) for latent in order),
        (Series("σ", "latent", tuple(float(value) for value in sigma[order])),),
    )
    walk = torch.linspace(-2, 2, WALK)
    pictures = [torch.stack([moved(latent, float(value))[0] for value in walk]) for latent in (most, least)]
    figure = sheet(
        N_("One latent moved from −2 to 2, the others stay"),
        ((N_("the latent that says most"), pictures[0]), (N_("the latent in question"), pictures[1])),
    )
    apart = numbers["sigma_least"] > 0.95 and numbers["change_most"] > 20 * numbers["change_least"]
    return Outcome(numbers, apart, (bars, figure))


def two_gradients(seed: int) -> Outcome:
    """The variance of two estimators of one gradient: through z, and by how likely z was."""
    generator = torch.Generator().manual_seed(seed)
    mean, log_variance = vae().posterior(digits().test)
    latent = int(kl_to_standard_normal(mean, log_variance).mean(dim=0).argmax())
    places = torch.randperm(len(digits().test), generator=generator)[:GRADIENTS]
    found = [gradient_noise(vae(), digits().test[place], latent, DRAWS, generator) for place in places]
    ratios = torch.tensor([one.ratio for one in found])
    with_baseline = torch.tensor([one.ratio_with_baseline for one in found])
    numbers = {
        "median": float(ratios.median()),
        "least": float(ratios.min()),
        "most": float(ratios.max()),
        "baseline": float(with_baseline.median()),
    }
    rows = [
        (
            str(int(digits().labels[place])),
            f"{one.pathwise.variance**0.5:,.1f}",
            f"{one.score.variance**0.5:,.0f}",
            f"{one.ratio:,.0f}",
            f"{one.ratio_with_baseline:.0f}",
        )
        for place, one in zip(places, found, strict=True)
    ]
    head = (
        N_("digit"),
        N_("deviation, through z"),
        N_("deviation, score function"),
        N_("ratio of variances"),
        N_("with a baseline"),
    )
    table = Table(N_("One draw's estimate of the same gradient"), head, tuple(rows))
    holds = numbers["least"] > 100 and numbers["median"] > 700 and 3 < numbers["baseline"] < numbers["median"] / 20
    return Outcome(numbers, holds, (table,))


def uniform_noise(seed: int) -> Outcome:
    """eps uniform instead of normal, with the same variance: what is decoded, and what KL it has."""
    x, labels, generator = some(seed)
    mean, log_variance = vae().posterior(x)
    eps = normal(mean.shape, generator)
    even = WIDE * (2 * torch.rand(mean.shape, generator=generator) - 1)
    kl = kl_to_standard_normal(mean, log_variance).sum(dim=1).mean()
    kl_even = kl_uniform_to_standard_normal(mean, log_variance / 2 + math.log(WIDE)).sum(dim=1).mean()
    pictures, others = drawn(x, eps), drawn(x, even)
    numbers = {
        "kept": 100 * read_as(pictures, labels),
        "kept_uniform": 100 * read_as(others, labels),
        "kl": float(kl),
        "kl_uniform": float(kl_even),
        "more": float(kl_even - kl),
    }
    figure = sheet(
        N_("Test digits, and one draw of each"),
        (("x", x[:10]), (N_("ε normal"), pictures[:10]), (N_("ε uniform"), others[:10])),
    )
    holds = abs(numbers["kept"] - numbers["kept_uniform"]) < 5 and numbers["more"] > 0
    return Outcome(numbers, holds, (figure,))
