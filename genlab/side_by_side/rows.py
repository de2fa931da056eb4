"""What stands in a row: a model, how it draws, and all that it can be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.evaluation import DRAWN_IMAGES, DRAWN_POINTS, NO_DEVIATION, block_sizes, evaluate, pca_of
from genlab.held_out import held_out_examples
from genlab.models import FAMILIES, Model, encoder
from genlab.models.points import judge
from genlab.models.quality import DRAWN as FEW
from genlab.principal import principal_axes
from genlab.probes import has_classes, of_pca, of_pixels
from genlab.quality import glance, has_ruler, images, looks
from genlab.side_by_side.densities import CodeDensity, mixture_codes, normal_codes
from genlab.side_by_side.names import ASKED, OVER_SECONDS, PCA, REAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from genlab.training import Point

BLOCK = 500
# Samples on a row's sheet.
SHEET = {"images": 32, "points": 512}
# Codes that a density is fitted to: more change nothing that one sees.
FITTED = 10_000


@dataclass(frozen=True)
class Row:
    """One model of a table. model: a family's name or "pca"; rule: how codes are drawn where it was taught none, ""
    else; seconds, steps: of its training; metrics: by name, what it can be asked and only that; sheet: its samples,
    float32 [32, 1, 28, 28] or [512, dimensions]; measured: all that `evaluate` says of it; over_seconds: how far its
    samples were from the data after so many seconds of training, by the measure that OVER_SECONDS names, of what draws
    by a rule at its end alone.

    mse: the squared error a pixel (points: a coordinate) of held-out reconstructions; elbo: a lower bound of log p(x),
    nats, a mean over held-out x; the rest as `evaluate` has them."""

    model: str
    rule: str
    seconds: float
    steps: int
    metrics: Mapping[str, float]
    sheet: Tensor = field(repr=False)
    measured: Mapping[str, float] = field(default_factory=dict)
    over_seconds: tuple[tuple[float, float], ...] = ()

    @property
    def name(self) -> str:
        """As the command line has it: ae_mixture."""
        return f"{self.model}_{self.rule}" if self.rule else self.model


Data = ImageData | PointData
Draw = Callable[[int, torch.Generator], Tensor]


@torch.no_grad()
def rows_of(
    family: str, model: Model, data: Data, seconds: float, steps: int, seed: int = 0, points: Sequence[Point] = ()
) -> list[Row]:
    """The rows of a trained model: one, or one a rule where it was taught none to draw codes by. points: its curve.
    Raises FloatingPointError for a model that has diverged."""
    measured = evaluate(model, data, seed)
    own = model_answers(model, data, measured)
    if FAMILIES[family].prior:
        sheet = model.sample(SHEET[data.kind], torch.Generator().manual_seed(seed))
        way = way_of(points, OVER_SECONDS[data.kind], seconds, steps)
        return [Row(family, "", seconds, steps, asked_of(own | measured, data), sheet, measured, way)]
    encodes = encoder(model)
    assert encodes is not None, "a family without a prior has codes"
    examples = training_examples(data, seed)
    codes = torch.cat([encodes.encode(x) for x in examples.split(BLOCK)])
    densities: dict[str, CodeDensity] = {"normal": normal_codes(codes), "mixture": mixture_codes(codes, seed)}

    def drawing(density: CodeDensity) -> Draw:
        return lambda count, rng: model.decode(density.draw(count, rng))

    return [
        row(family, rule, drawing(density), own, data, seconds, steps, seed, measured)
        for rule, density in densities.items()
    ]


def way_of(points: Sequence[Point], name: str, seconds: float, steps: int) -> tuple[tuple[float, float], ...]:
    """What a run's curve says of its samples, over seconds: those of a step are its share of the whole run's."""
    return tuple((seconds * step / max(1, steps), values[name]) for step, values in points if name in values)


def model_answers(model: Model, data: Data, measured: Mapping[str, float]) -> dict[str, float]:
    """What a model says of held-out x: its error and its bound, where it has them."""
    found: dict[str, float] = {name: measured[name] for name in ("mse", "probe") if name in measured}
    if (encodes := encoder(model)) is not None and "mse" not in found:
        examples = held_out_examples(data)
        errors = [(encodes.reconstruct(x) - x).square().flatten(1).mean(dim=1) for x in examples.split(BLOCK)]
        found["mse"] = float(torch.cat(errors).double().mean())
    if "negative_elbo" in measured:
        found["elbo"] = -measured["negative_elbo"]
    return found


def asked_of(found: Mapping[str, float], data: Data) -> dict[str, float]:
    """What a row is asked, in the table's order."""
    return {name: found[name] for name in ASKED[data.kind] if name in found}


def row(
    model: str,
    rule: str,
    draw: Draw,
    own: Mapping[str, float],
    data: Data,
    seconds: float,
    steps: int,
    seed: int,
    measured: Mapping[str, float] | None = None,
) -> Row:
    """A row of what a model says of x and of how its samples look."""
    rng = torch.Generator().manual_seed(seed)
    sheet = draw(SHEET[data.kind], rng)
    found = dict(own) | of_samples(draw, data, rng)
    name = OVER_SECONDS[data.kind]
    way = ((seconds, at_a_moment(draw, data, rng, found)),) if name in found else ()
    return Row(model, rule, seconds, steps, asked_of(found, data), sheet, dict(measured or {}), way)


def at_a_moment(draw: Draw, data: Data, rng: torch.Generator, found: Mapping[str, float]) -> float:
    """How far samples are from the data, of as few as a run's curve is measured by."""
    return glance(draw(FEW, rng), data)["frechet"] if isinstance(data, ImageData) else found["js"]


def of_samples(draw: Draw, data: Data, rng: torch.Generator) -> dict[str, float]:
    """What samples are measured by: digits and points only, for which there is a ruler."""
    if isinstance(data, ImageData):
        if not has_ruler(data):
            return {}
        count = min(DRAWN_IMAGES, len(data.train_images))
        return looks(torch.cat([draw(size, rng) for size in block_sizes(count)]), data)
    return judge(draw(DRAWN_POINTS, rng), data) if data.exact else {}


def training_examples(data: Data, seed: int) -> Tensor:
    """Examples that a rule is fitted to, [n, *shape]."""
    if isinstance(data, PointData):
        return data.sample(FITTED, torch.Generator().manual_seed(seed))
    return images(data.train_images[:FITTED])


@torch.no_grad()
def pca_row(data: Data, latents: int, seed: int = 0) -> Row:
    """PCA with so many numbers, solved and not trained, and a normal on its codes."""
    examples = training_examples(data, seed)
    center, axes, deviations = principal_axes(examples.flatten(1))
    used = axes[:latents][deviations[:latents] > NO_DEVIATION * deviations[0]]
    codes = (examples.flatten(1).double() - center) @ used.T
    density = normal_codes(codes)

    def draw(count: int, rng: torch.Generator) -> Tensor:
        return (center + density.draw(count, rng).double() @ used).float().view(count, *data.shape)

    if isinstance(data, ImageData):
        error = pca_of(data, latents)
    else:
        centred = held_out_examples(data).double() - center
        error = float((centred - centred @ used.T @ used).square().mean())
    own = {"mse": error}
    if isinstance(data, ImageData) and has_classes(data):
        own["probe"] = of_pca(data, latents)
    return row(PCA, "normal", draw, own, data, 0.0, 0, seed)


@torch.no_grad()
def real_row(data: Data, seed: int = 0) -> Row:
    """Training examples in the place of samples: nobody is asked for better."""
    examples = training_examples(data, seed)

    def draw(count: int, rng: torch.Generator) -> Tensor:
        if isinstance(data, PointData):
            return data.sample(count, rng)
        return examples[torch.randperm(len(examples), generator=rng)[:count]]

    own = {"probe": of_pixels(data)} if isinstance(data, ImageData) and has_classes(data) else {}
    return row(REAL, "", draw, own, data, 0.0, 0, seed)
