"""From a trainer or the store into a bundle, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from genlab.checkpoint import Checkpoint
from genlab.runs.arrays import Arrays, pack, read_metadata, unpack
from genlab.runs.bundle.archive import LARGEST, read_files, write_zip
from genlab.runs.bundle.contents import Bundle, from_files, present_versions, to_files
from genlab.runs.bundle.weights import checked, checkpoint_from_weights, load_model
from genlab.runs.store.record import Point, Run, RunError
from genlab.runs.store.rows import blank_row, replace, write_nets
from genlab.runs.store.short import in_short, is_large, is_short
from genlab.runs.store.space import refuse_where_full
from genlab.runs.store.store import Store
from genlab.runs.store.tables import CHECKPOINTS, FRAMES, POINTS, RUNS

if TYPE_CHECKING:
    from genlab.training import Frame, Trainer


def write_bundle(
    folder: Path,
    trainer: Trainer,
    points: Sequence[Point],
    frames: Sequence[Frame],
    *,
    metrics: Mapping[str, float] | None = None,
    name: str = "",
    preset: str | None = None,
) -> None:
    """Writes a trainer's present state as a bundle, over an older one of the same run where there is one.

    Raises NonFinite where a weight is not a number, OSError where the folder cannot be written.
    """
    from genlab.runs.looks.pictures import live_nets, probe_arrays

    bundle = _bundle(
        trainer.checkpoint(),
        points,
        frames,
        probe_arrays(trainer),
        live_nets(trainer),
        name=name,
        preset=preset,
        metrics=dict(metrics or {}),
    )
    (folder / "nets").mkdir(parents=True, exist_ok=True)
    for file, content in to_files(bundle).items():
        # Beside it, then renamed: an interrupted write leaves the older file whole.
        part = folder / f"{file}.part"
        part.write_bytes(content)
        part.replace(folder / file)


def read_bundle(source: Path | str | bytes) -> Bundle:
    """The bundle in a folder or a zip (its path or its bytes), every file checked.

    Raises BundleError, one sentence that names the file, for anything that this program would not have written.
    """
    return checked(from_files(read_files(source)))


def export_run(store: Store, run_id: str) -> bytes:
    """A run of the store as a zip, as it was at its newest checkpoint.

    Where all is larger than a bundle may be, it goes without what training on would need. Raises RunError for a run
    that has no checkpoint yet.
    """
    run = store.get(run_id)
    if run.saved_step is None:
        raise RunError(f"export: run {run_id} has made no step yet")
    steps = [step for step in store.frame_steps(run_id) if step <= run.saved_step]
    names = [name for name in store.net_steps(run_id) if name != "probe"]
    nets = {name: found for name in names if (found := store.net(run_id, name))}
    probe = store.net(run_id, "probe")
    bundle = _bundle(
        store.checkpoint(run_id, run.saved_step),
        [point for point in store.points(run_id) if point[0] <= run.saved_step],
        [(step, unpack(store.frame(run_id, step))) for step in steps],
        unpack(probe[1]) if probe else {},
        # A net may be newer than the checkpoint; then it is not of this state.
        {name: blob for name, (step, blob) in nets.items() if step == run.saved_step},
        name=run.name,
        preset=run.preset,
        metrics={},
    )
    files = to_files(bundle)
    if sum(map(len, files.values())) > LARGEST:
        del files["checkpoint.safetensors"]
    return write_zip(files)


def import_bundle(store: Store, source: Path | str | bytes, owner: str, run_id: str | None = None) -> Run:
    """Puts a bundle into the store, all of it or nothing; a run that has not reached its planned end is paused.

    run_id: the id to give it, by default a new one. Raises BundleError for a bundle that is not right, RunError
    where there is a run of that id, or the owner keeps as much as one may.
    """
    refuse_where_full(store.engine, owner)  # before a large file is read for nothing
    bundle = read_bundle(source)
    row = blank_row(owner, bundle.family, bundle.data, bundle.config, bundle.seed, bundle.name) | {
        "preset": bundle.preset,
        "step": bundle.step,
        "seconds": bundle.seconds,
        "saved_step": bundle.step,
        "state": "finished" if bundle.step >= bundle.config["steps"] else "paused",
    }
    if run_id is not None:
        row["id"] = run_id
    nets = _nets(bundle)
    if bundle.probe:
        nets["probe"] = pack(bundle.probe)
    checkpoint = bundle.checkpoint or checkpoint_from_weights(bundle)
    if row["state"] == "finished" and bundle.step > 0 and is_large(checkpoint):
        checkpoint = in_short(checkpoint)
    kept = {"step": bundle.step, "kept": True, "whole": not is_short(checkpoint), "blob": checkpoint}
    try:
        with store.engine.begin() as connection:
            connection.execute(insert(RUNS).values(row))
            points = [{"step": step, "terms": terms} for step, terms in bundle.points]
            frames = [{"step": step, "blob": pack(arrays)} for step, arrays in bundle.frames]
            replace(connection, POINTS, row["id"], points)
            replace(connection, FRAMES, row["id"], frames)
            replace(connection, CHECKPOINTS, row["id"], [kept])
            write_nets(connection, row["id"], bundle.step, nets)
    except IntegrityError:
        raise RunError(f"import: there is a run {row['id']!r} already") from None
    return store.get(row["id"])


def _bundle(
    checkpoint: bytes,
    points: Sequence[Point],
    frames: Sequence[tuple[int, Arrays]],
    probe: Arrays,
    nets: dict[str, bytes],
    **facts: Any,
) -> Bundle:
    """The bundle of a checkpoint, which says for itself which run it is of and how far it was."""
    kept = Checkpoint.of(read_metadata(checkpoint), unpack(checkpoint))
    return Bundle(
        family=kept.family,
        data=kept.data,
        config=kept.settings(),
        seed=kept.seed,
        step=kept.standing.step,
        seconds=kept.standing.seconds,
        versions=present_versions(),
        points=list(points),
        frames=list(frames),
        probe=probe,
        weights=kept.weights,
        checkpoint=checkpoint,
        nets=nets,
        **facts,
    )


def _nets(bundle: Bundle) -> dict[str, bytes]:
    """The live nets made anew from the weights: those in a bundle may say anything."""
    from genlab.runs.looks.pictures import nets_of

    return nets_of(load_model(bundle), bundle.family, bundle.data, bundle.step)
