"""Recordings of points for the playground: a GAN and a VAE on a ring of eight clouds and on a grid of 25."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch

from genlab.data import load
from genlab.evaluation import evaluate
from genlab.models import FAMILIES
from genlab.runs.bundle import write_bundle
from genlab.training import Trainer

SEED = 0
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
    trainer = Trainer(family, FAMILIES[family].preset("classroom", data.kind, changes), data, SEED)
    progress = trainer.advance()
    metrics = evaluate(trainer.model, data)
    every = max(1, len(progress.frames) // FRAMES)
    frames = [*progress.frames[:-1:every], progress.frames[-1]]
    shown, between = {step for step, _ in frames}, max(1, trainer.step // POINTS)
    points = [point for point in progress.points if point[0] in shown or point[0] % between == 0]
    shutil.rmtree(folder, ignore_errors=True)
    write_bundle(folder, trainer, points, frames, metrics=metrics, name=name, preset="classroom")
    (folder / "checkpoint.safetensors").unlink()
    shutil.rmtree(folder / "nets")
    (folder / "README.md").write_text(card(name, trainer, metrics))
    print(name, json.dumps(metrics), f"{trainer.seconds:.0f} s", flush=True)
    torch.set_num_threads(threads)


def card(name: str, trainer: Trainer, metrics: dict[str, float]) -> str:
    """What a person should know before using the run."""
    rows = "\n".join(f"| {key} | {value:.5g} |" for key, value in metrics.items())
    settings = "\n".join(f"- {key}: {value}" for key, value in trainer.config.model_dump().items())
    return (
        f"# {name}\n\nThe family: {trainer.family.title.lower()}. Trained on {trainer.data.name} (points drawn without "
        f"end from a known density), preset classroom, seed {trainer.seed}, {trainer.step} steps, one CPU thread. A "
        f"recording for the playground.\n\nMetrics on 10,000 samples, against the exact density where it is asked:\n\n"
        f"| metric | value |\n|---|---|\n{rows}\n\nSettings:\n\n{settings}\n"
    )
