"""What a worker process keeps between slices: trainers, ready to go on. The only module of runs that trains."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

from genlab.checkpoint import WHOLE_BYTES
from genlab.data import CannotWrite, DataUnavailable, load
from genlab.devices import CPU
from genlab.locale import said
from genlab.models import FAMILIES, family_named
from genlab.models.base import Part
from genlab.runs.arrays import pack, read_metadata
from genlab.runs.looks.pictures import live_nets, probe_arrays
from genlab.runs.store.record import NETS_ASKED, Run, RunError
from genlab.runs.store.slices import CHECKPOINTS_AT_MOST, Slice
from genlab.runs.store.store import Store
from genlab.runs.trouble import StoreTrouble, of_disk
from genlab.runs.work.worker import HOT_RUNS
from genlab.training import NonFinite, Trainer, kept_count, kept_steps

SECONDS_BETWEEN_CHECKPOINTS = 5.0
SECONDS_BETWEEN_NETS = 2.0
# What a run writes in a second of its training, of checkpoints and of nets: of large ones there are fewer.
BYTES_A_SECOND = 2**20
PARTS: dict[str, Part] = {"discriminator": "discriminator", "generator": "generator"}

load_data = lru_cache(maxsize=8)(load)


class Overtaken(RunError):
    """The run was deleted, or has moved on without this process: what was made of it is not wanted."""


@dataclass
class Hot:
    """A trainer and where the store stands.

    stored: the run's step in the store; version: the change of knobs the trainer runs with; restored: the step of
    the checkpoint it was taken up from, where that lies before `stored`; saved_at, nets_at: the run's seconds at
    its last checkpoint and nets; unwritten: what the store could not take yet; ended: whether the run has, of which the
    store may have kept less than this process has of it.
    """

    trainer: Trainer
    stored: int
    version: int
    restored: int | None = None
    saved_at: float = 0.0
    nets_at: float = -math.inf
    unwritten: Slice | None = None
    ended: bool = False

    def begin(self) -> Slice:
        """A slice that has made nothing yet."""
        return Slice(self.stored, self.trainer.step, self.trainer.seconds, self.version, self.restored)


class HotRuns:
    """The runs that this process trains on a device, the most recent 50 kept ready."""

    def __init__(self, store: Store, device: str = CPU) -> None:
        self.store, self.device = store, device
        self.runs: OrderedDict[str, Hot] = OrderedDict()

    def advance(self, run_id: str, seconds: float, save: bool) -> None:
        """Trains a run for so many seconds and writes what came of it, with a checkpoint where `save` asks for one.

        A paused run makes the single step it was asked for; a run at rest, paused or stopped, is saved and shown as
        it stands. What goes wrong with the run itself (its data, its settings, its numbers) is written into its record.
        Raises StoreTrouble where the store does not answer; what was made is kept, and written before anything else
        the next time.
        """
        # Out of the dict while it works: a slice that fails leaves nothing half-done behind.
        hot = self.runs.pop(run_id, None)
        try:
            run = self.store.get(run_id)
            if hot is not None and hot.unwritten is not None:
                run = self.write_again(run, hot)
            if run.state == "failed":
                return
            if hot is None or hot.ended or (hot.trainer.step, hot.version) != (run.step, run.applied):
                hot = self.take_up(run)
            self.make(run, hot, seconds, save)
        except StoreTrouble:
            if hot is not None:
                self.keep(run_id, hot)
            raise
        except RunError:
            return
        except NonFinite as error:
            self.fail(run_id, f"{error}; its last checkpoint is kept")
            return
        except CannotWrite as error:  # the disk's trouble, not the run's
            raise StoreTrouble(of_disk(error.errno)) from error
        except (ValueError, DataUnavailable) as error:
            self.fail(run_id, said(error))
            return
        if not hot.ended:  # who goes on with it later begins with what is kept
            self.keep(run_id, hot)

    def keep(self, run_id: str, hot: Hot) -> None:
        """Keeps a run ready for its next slice."""
        self.runs[run_id] = hot
        if len(self.runs) > HOT_RUNS:
            self.runs.popitem(last=False)

    def fail(self, run_id: str, sentence: str) -> None:
        """Writes what went wrong into the run's record, where there still is one."""
        try:
            self.store.fail(run_id, sentence)
        except RunError:
            return

    def take_up(self, run: Run) -> Hot:
        """A trainer for a run that this process does not have: from its newest checkpoint, or from the start."""
        family, data = family_named(run.family), load_data(run.data)
        if run.saved_step is None:
            trainer = Trainer(run.family, family.config.parse(run.config), data, run.seed, self.device)
            return Hot(trainer, run.step, run.version)
        checkpoint = self.store.checkpoint(run.id, run.saved_step)
        # With the knobs as they were at the checkpoint; a change that came later is taken up like any other.
        config = family.config.model_validate_json(read_metadata(checkpoint)["config"])
        trainer = Trainer(run.family, config, data, run.seed, self.device)
        trainer.restore(checkpoint)
        restored = trainer.step if trainer.step != run.step else None
        return Hot(trainer, run.step, run.applied, restored, saved_at=trainer.seconds)

    def make(self, run: Run, hot: Hot, seconds: float, save: bool) -> None:
        """One slice of a run, written; raises Overtaken where the store no longer waits for it."""
        trainer = hot.trainer
        asked = self.store.asked(run.id)
        if asked and asked.part != NETS_ASKED and run.state != "paused":
            asked = None  # it came after the run was read: the next slice makes it
        stepping = asked is not None and asked.part != NETS_ASKED
        if run.saved_step is None:
            self.write(run.id, hot, first_slice(hot), save=True)
        if run.state != "running" and trainer.step < run.step:
            # A crash lost what came after the checkpoint. It is made again, so that the run rests where it was.
            self.write(run.id, hot, train(hot, steps=run.step - trainer.step), save=True)
        if hot.version < run.version and (run.state == "running" or stepping):
            # With a checkpoint, so that no replay takes the new knobs for the steps before the change.
            trainer.reconfigure(family_named(run.family).config.parse(run.config))
            hot.version = run.version
            self.write(run.id, hot, hot.begin(), save=True)
        # Its last point is on all that is held out, as that of a run which reaches its plan.
        stopped = run.state == "finished" and not trainer.finished and trainer.step > 0
        resting = run.state != "running" or trainer.finished
        if asked and stepping:
            made = single_steps(hot, PARTS.get(asked.part or ""), asked.count)
        elif not resting:
            made = train(hot, seconds=seconds)
        elif trainer.step in self.store.frame_steps(run.id) and not stopped:
            made = hot.begin()
        else:
            # Who lets a run rest wants to see where it stands, not where it last was when a frame was due.
            made = glance(hot, self.store.points(run.id, trainer.step - 1), whole=stopped)
        made.asked = asked
        self.write(run.id, hot, made, save or resting or asked is not None)

    def write(self, run_id: str, hot: Hot, made: Slice, save: bool) -> None:
        """Writes a slice, adding a checkpoint and nets where they are due or `save` asks for them."""
        trainer = hot.trainer
        made.step, made.seconds = trainer.step, trainer.seconds
        made.finished = trainer.finished
        size = trainer.checkpoint_bytes
        made.most = CHECKPOINTS_AT_MOST if size <= WHOLE_BYTES else kept_count(size)
        due = trainer.seconds - hot.saved_at >= max(SECONDS_BETWEEN_CHECKPOINTS, size / BYTES_A_SECOND)
        save = save or made.finished or due
        kept = made.finished or trainer.step in kept_steps(trainer.config.steps, size)
        if save and not (made.checkpoints and made.checkpoints[-1][0] == trainer.step):
            made.checkpoints.append((trainer.step, kept, trainer.checkpoint()))
        if save or trainer.seconds - hot.nets_at >= max(SECONDS_BETWEEN_NETS, size / 3 / BYTES_A_SECOND):
            made.nets = dict(made.nets) | live_nets(trainer)
            hot.nets_at = trainer.seconds
        self.put(run_id, hot, made)

    def write_again(self, run: Run, hot: Hot) -> Run:
        """Writes what the store could not take before; the run as it is then."""
        made, hot.unwritten = hot.unwritten, None
        if made is None or run.step != hot.stored:  # it was written, though no answer came, or others have gone on
            hot.ended = hot.trainer.finished
            return run
        self.put(run.id, hot, made)
        return self.store.get(run.id)

    def put(self, run_id: str, hot: Hot, made: Slice) -> None:
        """Puts a slice into the store; raises Overtaken where the store no longer waits for it."""
        trainer, hot.unwritten = hot.trainer, made
        state = self.store.write_slice(run_id, made)
        if state is None:
            raise Overtaken(f"run: {run_id} was advanced or deleted elsewhere")
        hot.unwritten, hot.ended = None, state == "finished"
        if made.checkpoints:
            hot.saved_at = trainer.seconds
        hot.stored, hot.restored = trainer.step, None


def rehearse() -> None:
    """Makes one step of one small run: torch imports much of itself, and sets up its kernels, at the first step."""
    family = max(FAMILIES.values(), key=lambda family: len(family.parts))  # two players' step needs most of torch
    config = family.preset("classroom", "points", {"steps": 10, "hidden": 8, "batch": 8})
    Trainer(family.name, config, load_data("ring8")).advance(steps=1)


def first_slice(hot: Hot) -> Slice:
    """What a run's pages need before its first step: the examples that all its frames show."""
    made = hot.begin()
    made.nets = {"probe": pack(probe_arrays(hot.trainer))}
    return made


def train(hot: Hot, steps: int | None = None, seconds: float = math.inf, part: Part | None = None) -> Slice:
    """Trains for so many steps or seconds (at least one step), with a checkpoint at each step whose one is kept."""
    made, trainer = hot.begin(), hot.trainer
    deadline = time.perf_counter() + seconds
    end = trainer.config.steps if steps is None else min(trainer.config.steps, trainer.step + steps)
    kept = kept_steps(trainer.config.steps, trainer.checkpoint_bytes)
    while trainer.step < end:
        stop = next(step for step in [*kept, end] if step > trainer.step)
        progress = trainer.advance(min(stop, end) - trainer.step, deadline - time.perf_counter(), part)
        made.points += progress.points
        made.frames += [(step, pack(arrays)) for step, arrays in progress.frames]
        if trainer.step in kept:
            made.checkpoints.append((trainer.step, True, trainer.checkpoint()))
        if time.perf_counter() >= deadline:
            break
    return made


def single_steps(hot: Hot, part: Part | None, count: int) -> Slice:
    """Some steps, with the point and the frame of the last that a person who steps wants to see."""
    made, trainer = train(hot, steps=count, part=part), hot.trainer
    if trainer.step > made.start and not (made.frames and made.frames[-1][0] == trainer.step):
        step, values = trainer.point(held_out=True)
        of_step = dict(made.points).get(step, {})
        made.points = [*(point for point in made.points if point[0] < step), (step, of_step | values)]
        made.frames.append((step, pack(trainer.frame()[1])))
    return made


def glance(hot: Hot, present: list[tuple[int, dict[str, float]]], whole: bool) -> Slice:
    """The point and the frame of a step at which none were due; present: the points that are there from it on; whole:
    measured on all that is held out."""
    made, trainer = hot.begin(), hot.trainer
    step, values = trainer.glance(held_out=True, whole=whole or trainer.finished)
    made.points = [(step, dict(present).get(step, {}) | values)]
    made.frames.append((step, pack(trainer.frame()[1])))
    return made
