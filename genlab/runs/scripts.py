"""A run as a script or a notebook: from a bundle, or from the store, whosever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genlab.checkpoint import Checkpoint, Standing
from genlab.runs.arrays import read_metadata

if TYPE_CHECKING:
    from genlab.runs.bundle import Bundle
    from genlab.runs.store.store import Store
    from genlab.scripts import Asked


def of_bundle(bundle: Bundle) -> Asked:
    """What a bundle says of its run; one that came without a checkpoint is taken to have been left as it began. Raises
    ValueError before its first step."""
    import json

    from genlab.scripts import Asked

    if bundle.checkpoint is None:
        standing = Standing(bundle.step, bundle.seconds, bundle.step, {}, {})
        facts = bundle.family, bundle.data, bundle.seed, json.dumps(bundle.config)
        kept: Checkpoint = Checkpoint(*facts, standing, {}, {})
    else:
        kept = Checkpoint.of(read_metadata(bundle.checkpoint), {})
    # Who trains on the command line measures at the end, wherever that is; only there.
    whole = bundle.step >= bundle.config["steps"] or bool(bundle.metrics)
    return Asked.of(kept, bundle.points, whole)


def of_run(store: Store, run_id: str) -> Asked:
    """What the store says of a run, as it was at its newest checkpoint. Raises RunError where there is no such run,
    ValueError before its first step."""
    from genlab.scripts import Asked

    run = store.get(run_id)
    if run.saved_step is None:
        raise ValueError("script: this run has made no step yet")
    kept = Checkpoint.of(read_metadata(store.checkpoint(run_id, run.saved_step)), {})
    points = [point for point in store.points(run_id) if point[0] <= run.saved_step]
    return Asked.of(kept, points, run.state == "finished")
