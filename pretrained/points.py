"""Recordings of points for the playground: a GAN and a VAE on a ring of eight clouds and on a grid of 25."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from genlab.data import load
from genlab.evaluation import evaluate
from genlab.models import FAMILIES
from genlab.training import Trainer
from pretrained.bundles import card, ship, thinned

SEED, PRESET = 0, "classroom"
# name of the folder: family, data, what differs from the classroom preset
RUNS: dict[str, tuple[str, str, dict[str, object]]] = {
    "gan-ring8": ("gan", "ring8", {}),
    "gan-grid25": ("gan", "grid25", {}),
    "vae-ring8": ("vae", "ring8", {}),
    "vae-grid25": ("vae", "grid25", {}),
}
# A replay needs fewer frames than a live run, and fewer points between them.
FRAMES, POINTS = 40, 200


def make(name: str, folder: Path) -> None:
    """Trains it and writes its bundle and its card."""
    family, data_name, changes = RUNS[name]
    data = load(data_name)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the lab trains nets that are so small
    trainer = Trainer(family, FAMILIES[family].preset(PRESET, data.kind, changes), data, SEED)
    progress = trainer.advance()
    metrics = evaluate(trainer.model, data)
    frames = thinned(progress.frames, FRAMES)
    shown, between = {step for step, _ in frames}, max(1, trainer.step // POINTS)
    points = [point for point in progress.points if point[0] in shown or point[0] % between == 0]
    ship(folder, trainer, points, frames, metrics, PRESET)
    (folder / "README.md").write_text(
        card(
            name,
            PRESET,
            trainer,
            metrics,
            data=f"{data_name} (points drawn without end from a known density)",
            with_what="one CPU thread. A recording for the playground.",
            measured="10,000 samples, against the exact density where it is asked",
        )
    )
    print(name, json.dumps(metrics), f"{trainer.seconds:.0f} s", flush=True)
    torch.set_num_threads(threads)
