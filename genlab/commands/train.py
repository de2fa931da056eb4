"""`train`: a run in this process, from a preset or from where a folder left it."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from genlab.commands.output import emit
from genlab.devices import NAMES, checked, of_environment

DATA = "mnist5k"
PRESET = "classroom"
SAVE_EVERY_SECONDS = 10.0


def add_to(verbs: Any) -> None:
    """Declares `train`."""
    command = verbs.add_parser("train", help="train a model and write it to a folder")
    command.add_argument("family", nargs="?", help="the family of models; a wrong name lists them")
    command.add_argument("--data", help=f"a data set's name (default: {DATA}; see: data list)")
    command.add_argument("--preset", help=f"classroom or best (default: {PRESET})")
    length = command.add_mutually_exclusive_group()
    length.add_argument("--seconds", type=positive, help="fit the plan to so many seconds of training")
    length.add_argument("--steps", type=int, help="plan so many optimiser steps")
    length.add_argument("--epochs", type=positive, help="plan so many passes over the training images")
    command.add_argument("--seed", type=int, help="default: 0")
    command.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="change a setting")
    add_device(command)
    command.add_argument("--threads", type=int, help="threads to train with; by default one for points, else all cores")
    command.add_argument("--out", type=Path, help="the folder to write")
    command.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in DIR, and write there")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=train)


def add_device(command: argparse.ArgumentParser) -> None:
    """Declares --device."""
    names = ", ".join(NAMES)
    command.add_argument("--device", help=f"{names}: what to train on (default: GENLAB_DEVICE, or auto)")


def positive(text: str) -> float:
    """A number above 0."""
    value = float(text)
    if not value > 0 or value == float("inf"):
        raise argparse.ArgumentTypeError(f"got {text}, allowed: a number above 0")
    return value


def settings(pairs: list[str]) -> dict[str, str]:
    """--set field=value pairs as a mapping."""
    for pair in pairs:
        if "=" not in pair:
            raise ValueError(f"--set: got {pair!r}, allowed: FIELD=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


def train(arguments: argparse.Namespace) -> None:
    """Trains, printing progress and points, and writes the bundle at the end and now and then."""
    import torch

    from genlab.runs.bundle import write_bundle
    from genlab.training.budget import SLICE_SECONDS, fit_plan

    threads_for("points", arguments.threads)  # what is wrong is said before anything is made
    torch.set_flush_denormal(True)
    trainer, points, frames, folder = resumed(arguments) if arguments.resume else started(arguments)
    torch.set_num_threads(threads_for(trainer.data.kind, arguments.threads))
    saved = time.perf_counter()
    bar = tqdm(total=trainer.config.steps, initial=trainer.step, unit="step", disable=None)

    def save(metrics: dict[str, float] | None = None) -> None:
        write_bundle(folder, trainer, points, frames, metrics=metrics or {})

    try:
        while not trainer.finished:
            remaining = arguments.seconds - trainer.seconds if arguments.seconds else SLICE_SECONDS
            if remaining <= 0:
                break
            progress = trainer.advance(seconds=min(SLICE_SECONDS, remaining))
            points += progress.points
            frames += progress.frames
            if arguments.seconds:
                fit_plan(trainer, arguments.seconds)
            bar.total = trainer.config.steps
            bar.update(trainer.step - bar.n)
            if arguments.json and progress.points:
                emit(record(trainer, progress.points[-1]), as_json=True)
            if time.perf_counter() - saved > SAVE_EVERY_SECONDS:
                save()
                saved = time.perf_counter()
    except KeyboardInterrupt:
        save()
        raise
    finally:
        bar.close()
    if not trainer.finished and trainer.step:  # its time is over before its plan
        step, values = trainer.glance(held_out=True, whole=True)
        present = points.pop()[1] if points and points[-1][0] == step else {}
        points.append((step, present | values))
    metrics = measured(trainer)
    save(metrics)
    last = points[-1] if points else (trainer.step, {})
    emit(record(trainer, last) | {"metrics": metrics, "out": str(folder), "done": True}, arguments.json)


def threads_for(kind: str, given: int | None) -> int:
    """How many threads to train with: as many as are given, else all cores; but for points one, whose nets are so small
    that a second thread costs more than it brings. Raises ValueError for fewer than one."""
    if given is not None and given < 1:
        raise ValueError(f"--threads: got {given}, allowed: 1 or more")
    return given or (1 if kind == "points" else os.cpu_count() or 1)


def record(trainer: Any, point: tuple[int, dict[str, float]]) -> dict[str, Any]:
    """One line of progress."""
    step, terms = point
    return {
        "step": step,
        "seconds": round(trainer.seconds, 3),
        "images": trainer.examples_seen,
    } | terms


def measured(trainer: Any) -> dict[str, float]:
    """The metrics of what was trained. Raises NonFinite where it has diverged without a term that said so."""
    from genlab.evaluation import evaluate

    trainer.check_weights()
    try:
        return evaluate(trainer.model, trainer.data)
    except FloatingPointError as error:
        raise trainer.broken(str(error)) from None


def device_of(arguments: argparse.Namespace) -> str:
    """The device that was asked for."""
    return of_environment() if arguments.device is None else checked(arguments.device, "--device")


def started(arguments: argparse.Namespace) -> tuple[Any, list[Any], list[Any], Path]:
    """A new run from the arguments."""
    from genlab.commands.data import named
    from genlab.data import load
    from genlab.models import FAMILIES, family_named
    from genlab.runs.store import checks
    from genlab.training import Trainer

    if arguments.family is None or arguments.out is None:
        raise ValueError(f"train: needs a family ({', '.join(FAMILIES)}) and --out DIR, or --resume DIR")
    if arguments.out.exists() and (not arguments.out.is_dir() or any(arguments.out.iterdir())):
        raise ValueError(f"--out: got {arguments.out}, which is not empty; allowed: a new or empty folder")
    seed = 0 if arguments.seed is None else arguments.seed
    checks.seed(seed)
    family = family_named(arguments.family)
    data = load(DATA if arguments.data is None else named(arguments.data))
    preset = PRESET if arguments.preset is None else arguments.preset
    config = family.preset(preset, data.kind, settings(arguments.set))
    if arguments.steps is not None:
        config = config.changed(steps=arguments.steps)
    if arguments.epochs is not None:
        if data.kind != "images":
            raise ValueError(f"--epochs: {data.name} is drawn without end; use --steps or --seconds")
        images = len(data.train_images)
        config = config.changed(steps=max(10, round(arguments.epochs * images / min(config.batch, images))))
    device = device_of(arguments)
    # Now rather than after the training: a folder that cannot be made is found out at once.
    arguments.out.mkdir(parents=True, exist_ok=True)
    return Trainer(family.name, config, data, seed, device), [], [], arguments.out


def resumed(arguments: argparse.Namespace) -> tuple[Any, list[Any], list[Any], Path]:
    """The run that a folder keeps, as it was at its checkpoint."""
    from genlab.data import load
    from genlab.models import family_named
    from genlab.runs.bundle import read_bundle
    from genlab.training import Trainer

    for name in ("family", "data", "preset", "seed", "out"):  # the folder says what these are
        if (given := getattr(arguments, name)) is not None:
            raise ValueError(f"{name}: got {given}; with --resume it is the run's own, leave it out")
    bundle = read_bundle(arguments.resume)
    if bundle.checkpoint is None:
        raise ValueError(f"--resume: {arguments.resume} has no checkpoint.safetensors to go on from")
    if arguments.epochs is not None:
        raise ValueError("--epochs: a run is resumed to its plan; allowed with --resume: --steps, --seconds")
    config = family_named(bundle.family).config.parse(bundle.config)
    trainer = Trainer(bundle.family, config, load(bundle.data), bundle.seed, device_of(arguments))
    trainer.restore(bundle.checkpoint)
    changes: dict[str, Any] = dict(settings(arguments.set))
    if arguments.steps is not None:
        changes["steps"] = arguments.steps
    trainer.reconfigure(config.changed(**changes))
    points = [point for point in bundle.points if point[0] <= trainer.step]
    frames = [frame for frame in bundle.frames if frame[0] <= trainer.step]
    return trainer, points, frames, arguments.resume
