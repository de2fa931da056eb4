"""The recording for "loss is not quality": a GAN that trains for long on few digits, and how far its samples are from
real ones all along the way.

Beside what every run reports, its history has `frechet` at every second frame: the Frechet distance in the ruler's
features between 2,000 samples of that step and the 10,000 test digits of full MNIST, none of which are among the 5,000
of MNIST 5k. Its metrics have `frechet_of_data`, the same for 2,000 of the digits that it learns from: the floor.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from genlab.data import ImageData, load
from genlab.evaluation import evaluate, images
from genlab.models import FAMILIES, Model
from genlab.models.quality import quality_terms
from genlab.ruler import frechet_distance, moments, ruler
from genlab.runs.arrays import Arrays, pack
from genlab.runs.bundle import read_bundle
from genlab.training import Point, Progress, Trainer, frame_steps
from pretrained.bundles import ship, thinned

NAME = "gan-long"
DATA, REFERENCE = "mnist5k", "mnist"
SEED = 2
STEPS = 6000
DRAWN = 2000
BLOCK = 500
# Frames and points are most of what can be spared: one looks at it, and nobody trains it on.
FRAMES, EVERY = 8, 20

Moments = tuple[Tensor, Tensor]


def make(folder: Path) -> None:
    """Trains it and writes its bundle."""
    data, reference = load(DATA), load(REFERENCE)
    assert isinstance(data, ImageData)
    assert isinstance(reference, ImageData)
    real = moments(ruler().measure(images(reference.test_images))[0])
    trainer = Trainer("gan", FAMILIES["gan"].preset("classroom", data.kind, {"steps": STEPS}), data, SEED)
    whole, distances = Progress(), dict[int, float]()
    for step in frame_steps(STEPS)[::2]:
        progress = trainer.advance(steps=step - trainer.step) if step else trainer.advance(steps=0)
        whole.points += progress.points
        whole.frames += progress.frames
        distances[step] = distance(trainer.model, real)
    metrics = evaluate(trainer.model, data) | {"frechet_of_data": distance_of_data(data, real)}
    points = with_distances(whole.points, distances)
    points = [point for point in points if point[0] % EVERY == 0 or "frechet" in point[1] or point[0] == 1]
    ship(folder, trainer, points, thinned(whole.frames, FRAMES), metrics, "classroom")
    (folder / "weights.safetensors").write_bytes(pack(halved(read_bundle(folder).weights)))
    print(NAME, f"{trainer.seconds:.0f} s", metrics, flush=True)


def halved(weights: Arrays) -> Arrays:
    """The weights in half precision: three digits draw the same pictures."""
    return {name: array.astype("<f2") if array.dtype == "<f4" else array for name, array in weights.items()}


@torch.no_grad()
def distance(model: Model, real: Moments) -> float:
    """The Frechet distance of the model's samples; the same noise at every step, so that only learning moves it."""
    generator = torch.Generator().manual_seed(SEED)
    drawn = torch.cat([model.sample(BLOCK, generator) for _ in range(DRAWN // BLOCK)])
    return frechet_distance(moments(ruler().measure(drawn.clamp(0, 1))[0]), real)


def distance_of_data(data: ImageData, real: Moments) -> float:
    """The same for as many of the real digits that the GAN learns from."""
    return frechet_distance(moments(ruler().measure(images(data.train_images[:DRAWN]))[0]), real)


def with_distances(points: list[Point], distances: dict[int, float]) -> list[Point]:
    """The curve with what was measured beside it, in place of what every run reports of 500 samples."""
    reported = {term.key for term in quality_terms()}
    return [
        (step, {key: value for key, value in values.items() if key not in reported} | also(distances, step))
        for step, values in points
    ]


def also(distances: dict[int, float], step: int) -> dict[str, float]:
    """What was measured at a step."""
    return {"frechet": distances[step]} if step in distances else {}
