"""Trains the second ruler: an autoencoder of distorted digits, whose encoder alone is kept."""

from __future__ import annotations

import math
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from genlab.data import ImageData, load
from genlab.other_ruler import FEATURES, OtherRuler, hashes, other_ruler
from genlab.quality import images

NAME = "ruler-2"
SEED = 7
EPOCHS, BATCH, PEAK = 4, 128, 4e-3
TURN, SCALE, SHIFT = math.radians(20), 0.15, 0.15
NOISE, HOLE = 0.25, 10


def decoder() -> nn.Sequential:
    """64 features to the logits of a picture."""
    return nn.Sequential(
        nn.Linear(FEATURES, 32 * 49), nn.ELU(), nn.Unflatten(1, (32, 7, 7)),
        nn.ConvTranspose2d(32, 16, 4, 2, 1), nn.ELU(), nn.ConvTranspose2d(16, 1, 4, 2, 1),
    )  # fmt: skip


def turned(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """Each picture [n, 1, 28, 28] turned by up to 20 degrees, scaled and shifted by up to 15 %."""
    angle, scale, right, down = (2 * torch.rand(4, len(pictures), generator=rng) - 1).unbind()
    cosine, sine = (1 + SCALE * scale) * torch.cos(TURN * angle), (1 + SCALE * scale) * torch.sin(TURN * angle)
    rows = torch.stack([cosine, -sine, SHIFT * right, sine, cosine, SHIFT * down], dim=1).view(-1, 2, 3)
    grid = functional.affine_grid(rows, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, align_corners=False)


def spoiled(pictures: Tensor, rng: torch.Generator) -> Tensor:
    """Noise over each picture, and one hole in all of them."""
    noisy = pictures + NOISE * torch.randn(pictures.shape, generator=rng)
    down, right = torch.randint(0, 28 - HOLE, (2,), generator=rng).tolist()
    noisy[:, :, down : down + HOLE, right : right + HOLE] = 0
    return noisy


def make(folder: Path) -> None:
    """Trains it and writes its file, in half precision: 215 kB."""
    data = load("mnist")
    assert isinstance(data, ImageData)
    pictures = images(data.train_images)
    rng, started = torch.Generator().manual_seed(SEED), time.perf_counter()
    torch.manual_seed(SEED)
    model, rebuild = OtherRuler(), decoder()
    weights = [*model.parameters(), *rebuild.parameters()]
    optimiser = torch.optim.AdamW(weights, weight_decay=1e-2, fused=True)
    steps = EPOCHS * (len(pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=PEAK, total_steps=steps)
    loss = torch.zeros(())
    for _ in range(steps):
        clean = turned(pictures[torch.randint(len(pictures), (BATCH,), generator=rng)], rng)
        rebuilt = rebuild(model.features(spoiled(clean, rng)))
        loss = functional.binary_cross_entropy_with_logits(rebuilt, clean)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    scaled(model, pictures)
    folder.mkdir(exist_ok=True)
    save_file({name: weight.half() for name, weight in model.state_dict().items()}, folder / "ruler.safetensors")
    other_ruler.cache_clear()
    hashes.cache_clear()
    print(f"{NAME}: {float(loss.detach()):.4f} nats a pixel, {time.perf_counter() - started:.0f} s", flush=True)


@torch.no_grad()
def scaled(model: OtherRuler, pictures: Tensor) -> None:
    """Gives the features a mean variance of 1: a distance between them then has a size that one remembers."""
    deviation = model.measure(pictures).var(dim=0).mean().sqrt().float()
    for weight in model.features[-1].parameters():
        weight.div_(deviation)
