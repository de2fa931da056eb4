"""What ships of a run: its bundle without what only training on needs, and a card."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from genlab.runs.bundle import write_bundle
from genlab.training import Frame, Point, Trainer


def thinned(frames: Sequence[Frame], count: int) -> list[Frame]:
    """About so many of the frames, the last among them: frames are most of a bundle, and a replay needs fewer than a
    live run."""
    every = max(1, len(frames) // count)
    return [*frames[:-1:every], frames[-1]]


def ship(
    folder: Path, trainer: Trainer, points: Sequence[Point], frames: Sequence[Frame], metrics: dict[str, float],
    preset: str,
) -> None:  # fmt: skip
    """Writes the bundle, in place of the one that is there."""
    shutil.rmtree(folder, ignore_errors=True)
    write_bundle(folder, trainer, points, frames, metrics=metrics, name=folder.name, preset=preset)
    # The weights are there; an optimiser's memory is only for training on, and would triple what ships.
    (folder / "checkpoint.safetensors").unlink()
    shutil.rmtree(folder / "nets")


def card(
    name: str, preset: str, trainer: Trainer, metrics: dict[str, float], *, data: str, with_what: str, measured: str,
    more: str = "",
) -> str:  # fmt: skip
    """What a person should know before using the run. data: what it was trained on; with_what: by which means, and what
    for; measured: on what the metrics are."""
    rows = "\n".join(f"| {key} | {value:.5g} |" for key, value in metrics.items())
    settings = "\n".join(f"- {key}: {value}" for key, value in trainer.config.model_dump().items())
    return (
        f"# {name}\n\nThe family: {trainer.family.title.lower()}. Trained on {data}, preset {preset}, seed "
        f"{trainer.seed}, {trainer.step} steps, {with_what}\n\n"
        f"Metrics on {measured}:\n\n| metric | value |\n|---|---|\n{rows}\n\n{more}Settings:\n\n{settings}\n"
    )
