"""`runs list`, `runs export`, `runs import`, `runs pin`, `runs resume`: the runs in the store that the app uses."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genlab.commands.output import emit
from genlab.commands.train import add_device
from genlab.devices import VARIABLE, checked
from genlab.runs.store.record import Run
from genlab.runs.trouble import StoreTrouble

if TYPE_CHECKING:
    from genlab.runs import Store

OWNER = "command line"
FOLLOW_SECONDS = 0.5


def add_to(verbs: Any) -> None:
    """Declares the five."""
    actions = verbs.add_parser("runs", help="the app's runs").add_subparsers(required=True, metavar="ACTION")
    command = actions.add_parser("list", help="all runs in the store")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=show)
    command = actions.add_parser("export", help="a run as a zip, or a part of it for other programs")
    command.add_argument("id")
    command.add_argument("file", type=Path)
    parts = command.add_mutually_exclusive_group()
    parts.add_argument("--tensorboard", action="store_true", help="its curves as event files; FILE is a folder")
    parts.add_argument("--csv", action="store_true", help="its curves as a table (points in numbers, commas between)")
    parts.add_argument("--gif", action="store_true", help="what was recorded as a film")
    parts.add_argument("--decoder", action="store_true", help="its decoder; FILE ends in .onnx or .safetensors")
    command.set_defaults(run=export)
    command = actions.add_parser("import", help="a zip or folder into the store")
    command.add_argument("file", type=Path)
    command.set_defaults(run=bring)
    command = actions.add_parser("pin", help="never clean the run away")
    command.add_argument("id")
    command.add_argument("--off", action="store_true", help="clean it like any other again")
    command.set_defaults(run=pin)
    command = actions.add_parser("resume", help="train on until the run is done")
    command.add_argument("id")
    add_device(command)
    command.set_defaults(run=resume)


def open_store() -> Store:
    """The app's store."""
    from genlab.runs import Store

    return Store()


def show(arguments: argparse.Namespace) -> None:
    """A line a run."""
    for run in open_store().list():
        record = {"id": run.id, "family": run.family, "data": run.data, "state": run.state, "step": run.step}
        if arguments.json:
            emit(
                record | {"pinned": run.pinned, "steps": run.config["steps"], "seconds": run.seconds, "name": run.name},
                as_json=True,
            )
        else:
            print("  ".join(str(value) for value in record.values()))


def pin(arguments: argparse.Namespace) -> None:
    """Keeps the run, or no longer."""
    open_store().pin(arguments.id, not arguments.off)


def export(arguments: argparse.Namespace) -> None:
    """Writes the run's zip, or the part of it that was asked for."""
    store, file = open_store(), arguments.file
    if arguments.tensorboard:
        from genlab.runs.taken.events import write_events

        write_events(store, store.get(arguments.id), file)
        return
    file.write_bytes(exported(store, arguments))


def exported(store: Store, arguments: argparse.Namespace) -> bytes:
    """The file's contents."""
    run = store.get(arguments.id)
    if arguments.csv:
        from genlab.runs.taken.table import curves_csv

        return curves_csv(store.points(run.id))
    if arguments.gif:
        from genlab.runs.taken.film import recording_gif

        return recording_gif(store, run)
    if arguments.decoder:
        from genlab.runs.taken.decoder import decoder_onnx, decoder_safetensors

        makers = {".onnx": decoder_onnx, ".safetensors": decoder_safetensors}
        if arguments.file.suffix not in makers:
            raise ValueError(f"FILE: got {arguments.file.name!r}, allowed: names that end in {' or '.join(makers)}")
        return makers[arguments.file.suffix](store, run)
    from genlab.runs.bundle import export_run

    return export_run(store, run.id)


def bring(arguments: argparse.Namespace) -> None:
    """Puts a bundle into the store; prints the new run's id."""
    from genlab.runs.bundle import import_bundle

    print(import_bundle(open_store(), arguments.file, owner=OWNER).id)


def resume(arguments: argparse.Namespace) -> None:
    """Trains the run to its planned end: here, or in the app that is running on this store."""
    from genlab.runs.work.scheduler import Scheduler

    if arguments.device is not None:
        os.environ[VARIABLE] = checked(arguments.device, "--device")  # for the workers
    store = open_store()
    if store.get(arguments.id).state == "finished":
        store.set_state(arguments.id, "paused")  # one that was stopped has steps left, and goes on
    store.set_state(arguments.id, "running")
    scheduler = Scheduler(store)
    scheduler.start()
    try:
        while (run := patiently(store, arguments.id)).state == "running":
            print(f"\rstep {run.step} / {run.config['steps']}", end="", file=sys.stderr)
            time.sleep(FOLLOW_SECONDS)
    finally:
        scheduler.stop()
    print(f"\rstep {run.step} / {run.config['steps']}  {run.state}", file=sys.stderr)
    if run.state == "failed":
        raise ArithmeticError(run.error)


def patiently(store: Store, run_id: str) -> Run:
    """The run, as soon as the store gives it: training waits for the store too."""
    while True:
        try:
            return store.get(run_id)
        except StoreTrouble as trouble:
            print(f"\r{trouble}", file=sys.stderr)
            time.sleep(FOLLOW_SECONDS)
