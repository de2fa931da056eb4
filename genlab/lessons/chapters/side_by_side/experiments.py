"""What the experiments of chapter 10 measure, and what they read from the recording."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from genlab.lessons.anatomy import Lines, Outcome, Series, Table
from genlab.lessons.chapters.side_by_side.chapter import RECORDING
from genlab.lessons.trained import Trained
from genlab.locale import N_

if TYPE_CHECKING:
    from torch import Tensor

    from genlab.data import ImageData
    from genlab.models import Model
    from genlab.runs.bundle import Bundle

LOG_4 = math.log(4)
# The game's first steps, in which every loss swings, are no place to stop at.
AFTER = 100
FLAT, END = 2000, 6000
EARLY, LATE = (500, 1500), (5000, 6000)
DRAWN = 2000
BLOCK = 500
LATENTS = 20
# What a model cannot be asked.
NONE = "–"

Curve = dict[int, float]


def recording() -> Bundle:
    """The long game on few digits, as it ships."""
    from genlab.lessons.shipped import RECORDED
    from genlab.runs.bundle import read_bundle

    return read_bundle(RECORDED / RECORDING)


def curve(bundle: Bundle, key: str) -> Curve:
    """A term of the recording by step."""
    return {step: values[key] for step, values in bundle.points if key in values}


def over(curve: Curve, steps: list[int]) -> tuple[float, ...]:
    """A curve at these steps: the mean of its points between the middles of the ways to their neighbours."""
    edges = [-math.inf, *((a + b) / 2 for a, b in pairwise(steps)), math.inf]
    means = []
    for low, high in pairwise(edges):
        near = [value for step, value in curve.items() if low < step <= high]
        means.append(sum(near) / len(near))
    return tuple(means)


def losses() -> Lines:
    """The recording's losses, at the steps at which its samples were measured."""
    bundle = recording()
    steps = [step for step in curve(bundle, "frechet") if step >= AFTER]
    of_g, of_d = (over(curve(bundle, key), steps) for key in ("g_loss", "d_loss"))
    return Lines(
        N_("The recording: both losses"),
        N_("step"),
        N_("nats"),
        tuple(map(float, steps)),
        (Series("L_G", "generated", of_g), Series("L_D", "discriminator", of_d, dashed=True)),
        logarithmic=True,
    )


def loss_is_not_quality(seed: int) -> Outcome:
    """The recording's losses beside how far its samples are from real digits."""
    bundle, both = recording(), losses()
    frechet = curve(bundle, "frechet")
    steps = [int(step) for step in both.x]
    smooth = dict(zip(steps, both.series[0].y, strict=True))
    lowest = min(smooth, key=smooth.__getitem__)
    flat, end = (min(steps, key=lambda step: abs(step - wanted)) for wanted in (FLAT, END))
    numbers = {"floor": bundle.metrics["frechet_of_data"]}
    for name, step in (("lowest", lowest), ("flat", flat), ("end", end)):
        numbers |= {f"step_{name}": float(step), f"loss_{name}": smooth[step], f"frechet_{name}": frechet[step]}
    figures = (
        both,
        Lines(
            N_("The same steps: Fréchet distance of 2,000 samples from real digits"),
            N_("step"),
            N_("Fréchet distance"),
            both.x,
            (Series(N_("samples"), "generated", tuple(frechet[step] for step in steps)),),
            ((numbers["floor"], N_("as many real digits")),),
            logarithmic=True,
        ),
    )
    holds = (
        numbers["frechet_lowest"] > 5 * numbers["frechet_end"]
        and numbers["frechet_end"] < 0.6 * numbers["frechet_flat"]
        and numbers["loss_end"] > numbers["loss_lowest"]
    )
    return Outcome(numbers, holds, figures)


def by_heart(seed: int) -> Outcome:
    """The recording's V on the digits that D trains on, and on digits that it has not seen."""
    bundle = recording()
    known, held_out = curve(bundle, "value"), curve(bundle, "test_value")
    numbers: dict[str, float] = {}
    for name, (low, high) in (("early", EARLY), ("late", LATE)):
        on_known, on_new = (mean_within(values, low, high) for values in (known, held_out))
        numbers |= {f"known_{name}": on_known, f"new_{name}": on_new, f"gap_{name}": on_known - on_new}
    frechet = curve(bundle, "frechet")
    numbers |= {f"frechet_{name}": mean_within(frechet, *span) for name, span in (("early", EARLY), ("late", LATE))}
    # Few held-out digits make a restless curve: what is drawn is means over stretches of steps.
    steps = list(range(250, 6000, 500))
    figure = Lines(
        N_("The recording: V on digits that D trains on, and on others"),
        N_("step"),
        N_("V, nats"),
        tuple(map(float, steps)),
        (
            Series(N_("digits of the training"), "value", over(known, steps)),
            Series(N_("digits that D has not seen"), "value", over(held_out, steps), dashed=True),
        ),
        ((-LOG_4, "−log 4"),),
    )
    return Outcome(numbers, numbers["gap_late"] > numbers["gap_early"] + 0.1, (figure,))


def mean_within(curve: Curve, low: int, high: int) -> float:
    """The mean of a curve's points between two steps."""
    values = [value for step, value in curve.items() if low <= step <= high]
    return sum(values) / len(values)


def side_by_side(runs: tuple[Trained, ...], seed: int) -> Outcome:
    """PCA, AE, VAE of MNIST 5k, trained or solved now, and the recorded GAN: what each can be asked, and its answer."""
    import torch

    from genlab.data import ImageData, load
    from genlab.evaluation import pca_of
    from genlab.held_out import held_out_examples, mean_terms
    from genlab.quality import images
    from genlab.runs.bundle import load_model

    ae, vae = runs
    data = load("mnist5k")
    assert isinstance(data, ImageData)
    test = images(data.test_images)
    bundle = recording()
    pca = pca_of(data, LATENTS)
    rng = torch.Generator().manual_seed(seed)
    bound = -mean_terms(vae.model, held_out_examples(data, binarised=vae.model.binarised))["negative_elbo"]
    numbers = {
        "pca": pca,
        "ae": mean_error(ae.model, test),
        "vae": mean_error(vae.model, test),
        "bound": bound,
        "frechet_pca": distance(from_normal(data, rng), test),
        "frechet_vae": distance(drawn(vae.model, rng), test),
        "frechet_gan": distance(drawn(load_model(bundle), rng), test),
        "seconds_ae": ae.run.seconds,
        "seconds_vae": vae.run.seconds,
    }
    table = Table(
        N_("MNIST 5k, 1,000 held-out digits, one ruler"),
        ("", N_("error of x'"), N_("log p(x), nats"), N_("samples: Fréchet"), N_("steps")),
        (
            ("PCA, N = 20", f"{numbers['pca']:.4f}", NONE, NONE, "0"),
            (N_("PCA and a normal"), f"{numbers['pca']:.4f}", NONE, f"{numbers['frechet_pca']:.0f}", "0"),
            ("AE, N = 20", f"{numbers['ae']:.4f}", NONE, NONE, str(ae.run.step)),
            ("VAE, N = 20", f"{numbers['vae']:.4f}", f"≥ −{-bound:.0f}", f"{numbers['frechet_vae']:.0f}",
             str(vae.run.step)),
            (N_("GAN, recorded"), NONE, NONE, f"{numbers['frechet_gan']:.0f}", f"{bundle.step:,}"),
        ),
    )  # fmt: skip
    holds = numbers["ae"] < numbers["pca"] and numbers["frechet_gan"] < numbers["frechet_vae"] < numbers["frechet_pca"]
    return Outcome(numbers, holds, (table,))


def mean_error(model: Any, test: Tensor) -> float:
    """The mean squared error a pixel of x' on pictures [n, 1, 28, 28]."""
    import torch

    with torch.no_grad():
        return float(torch.cat([(model.reconstruct(x) - x).square() for x in test.split(BLOCK)]).mean())


def drawn(model: Model, rng: object) -> Tensor:
    """Samples of a model, [DRAWN, 1, 28, 28]."""
    import torch

    with torch.no_grad():
        return torch.cat([model.sample(BLOCK, rng) for _ in range(DRAWN // BLOCK)]).clamp(0, 1)  # type: ignore[arg-type]


def from_normal(data: ImageData, rng: object) -> Tensor:
    """Samples of the normal that has the mean and the variances of PCA's codes, as pictures."""
    import torch

    from genlab.principal import principal_axes
    from genlab.quality import images

    center, axes, deviations = principal_axes(images(data.train_images).flatten(1))
    codes = torch.randn(DRAWN, LATENTS, generator=rng, dtype=torch.float64) * deviations[:LATENTS]  # type: ignore[call-overload]
    return (center + codes @ axes[:LATENTS]).float().view(-1, 1, 28, 28).clamp(0, 1)


def distance(samples: Tensor, test: Tensor) -> float:
    """The Frechet distance of samples from held-out digits in the ruler's features."""
    from genlab.ruler import frechet_distance, moments, ruler

    one, other = (moments(ruler().measure(pictures)[0]) for pictures in (samples, test))
    return frechet_distance(one, other)
