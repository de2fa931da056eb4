"""A run as TensorBoard's event files, by tensorboardX."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from genlab.data.images import tiled
from genlab.runs.arrays import unpack
from genlab.runs.store.record import Run
from genlab.runs.taken.film import IN_A_ROW

if TYPE_CHECKING:
    from genlab.runs.store.store import Store

HELD_OUT = "test_"
# TensorBoard lays curves of one name over each other where they are in two folders.
TRAINING_FOLDER, HELD_OUT_FOLDER = "training", "held_out"
OURS = "genlab"


def write_events(store: Store, run: Run, folder: Path) -> None:
    """Writes the run's terms, and its samples where these are images, into `folder`/training and `folder`/held_out: a
    term by the same name in both, so that the two curves share a chart. Raises OSError where they cannot be written."""
    from tensorboardX import SummaryWriter

    began, pace = run.created.timestamp(), run.seconds / max(1, run.step)
    with (
        SummaryWriter(str(folder / TRAINING_FOLDER)) as training,
        SummaryWriter(str(folder / HELD_OUT_FOLDER)) as held_out,
    ):
        training.add_text("settings", json.dumps({**run.config, "data": run.data, "seed": run.seed}), 0, began)
        for step, values in store.points(run.id):
            for key, value in values.items():
                writer = held_out if key.startswith(HELD_OUT) else training
                writer.add_scalar(key.removeprefix(HELD_OUT), value, step, began + pace * step)
        for step in store.frame_steps(run.id):
            samples = unpack(store.frame(run.id, step)).get("samples")
            if samples is not None and samples.ndim == 3:
                training.add_image("samples", tiled(samples, IN_A_ROW), step, began + pace * step, dataformats="HW")


def events_zip(store: Store, run: Run) -> bytes:
    """The same as a zip to download: without the name of the machine that wrote it, which the files' own names have."""
    file = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        write_events(store, run, Path(place))
        for path in sorted(Path(place).glob("*/events.out.tfevents.*")):
            stem = ".".join(path.name.split(".")[:4])
            zipped.write(path, f"{run.id}/{path.parent.name}/{stem}.{OURS}")
    return file.getvalue()
