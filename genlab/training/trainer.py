"""The loop: a step, its terms, and now and then a point, a frame, a checkpoint."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from genlab.checkpoint import ALONE, CUT_SHORT, Change, Checkpoint, Standing
from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.devices import CPU, chosen, state_on_cpu
from genlab.held_out import (
    SPREAD,
    curve_examples,
    held_out_examples,
    held_out_labels,
    mean_labelled_terms,
    mean_terms,
)
from genlab.models import Config, ConfigError, Model, Part, Step, family_named, labelled
from genlab.models.base import flag
from genlab.seeded import drawn_with
from genlab.training.means import Means
from genlab.training.plans import POINTS_PLANNED, frame_steps, schedule
from genlab.training.progress import Frame, NonFinite, Point, Progress, trained
from genlab.training.seeds import STEP_STREAM, mixed_seed
from genlab.training.sources import source_of

GRADIENTS = "the size of the gradients"


class Trainer:
    """Trains one model on one data set; see the module's text for what it promises."""

    def __init__(
        self, family: str, config: Config, data: ImageData | PointData, seed: int = 0, device: str = CPU
    ) -> None:
        """device: the name of one, or auto; see genlab/devices.py."""
        self.family = family_named(family)
        self.family.check(config, data.kind)
        if self.family.labelled:
            self.family.check_data(data.name)
        self.config, self.data, self.seed = config, data, seed
        self.step, self.seconds, self.batches = 0, 0.0, 0
        self.changes: list[Change] = []
        self.means = Means()
        self.rng = torch.Generator()
        with drawn_with(seed):
            self.model: Model = self.family.build(config, data.shape)
        self.device = chosen(device, self.model, config.batch)
        self.source = source_of(data, seed, self.device)
        self.source.begin(self.model)
        if (told := labelled(self.model)) is not None:
            told.learn_shares(self.source.labels())
        self.model.to(self.device)  # it begins with the same weights on each
        self.probe = self.source.probe(self.model.latents)

    @property
    def finished(self) -> bool:
        """Whether the planned steps are done."""
        return self.step >= self.config.steps

    @property
    def batch(self) -> int:
        """How many examples a batch has: as many as the settings say, or as there are."""
        return self.source.size(self.config.batch)

    @property
    def examples_seen(self) -> int:
        """How many examples training has drawn, those of every pass counted."""
        return self.batches * self.batch

    def advance(self, steps: int | None = None, seconds: float | None = None, part: Part | None = None) -> Progress:
        """Trains until the plan is done, or for so many steps, or for so many seconds; part: D or G alone.

        Raises NonFinite before anything of a broken step is kept.
        """
        last = self.config.steps if steps is None else min(self.config.steps, self.step + steps)
        deadline = math.inf if seconds is None else time.perf_counter() + seconds
        interval = max(1, self.config.steps // POINTS_PLANNED)
        moments = frame_steps(self.config.steps)
        framed, measured = set(moments), set(self.source.looks(moments))
        ruled = set(self.source.ruled(moments, self.family))
        progress = Progress()
        if self.step == 0:
            progress.frames.append(self.frame())
        while self.step < last:
            started, before = time.perf_counter(), time.process_time()
            if part is not None:
                self.changes.append((self.step, ALONE, None, part))
            self.set_learning_rates()
            self.rng.manual_seed(mixed_seed(self.seed, STEP_STREAM, self.step))
            terms = self.model.train_step(
                Step(self.step, self.config.steps, self.rng, self.next_batch, part, self.next_labelled)
            )
            self.step += 1
            self.means.add(self.step, terms)
            at_frame = self.step in framed or self.finished
            due = self.step % interval == 0 or self.step == 1 or at_frame or part
            if due and not self.finished:
                progress.points.append(self.point(held_out=self.step in measured))
            if at_frame:
                progress.frames.append(self.frame())
            now = time.perf_counter()
            self.seconds += trained(now - started, time.process_time() - before)
            if self.finished:  # on all that is held out, which is no part of the training's time
                progress.points.append(self.point(held_out=True))
            elif self.step in ruled:  # nor is this
                progress.points[-1][1].update(self.quality())
            if now >= deadline:
                break
        self.read()
        return progress

    @property
    def checkpoint_bytes(self) -> int:
        """About how large a checkpoint is: a weight, and two numbers that an optimiser remembers of it."""
        return 3 * sum(weight.numel() * weight.element_size() for weight in self.model.parameters())

    def next_batch(self) -> Tensor:
        """Batch number `batches` of the run, float32 [batch, *shape]."""
        return self.source.batch(self.next_index(), self.batch)

    def next_labelled(self) -> tuple[Tensor, Tensor]:
        """The same with its labels, int64 [batch]."""
        return self.source.labelled(self.next_index(), self.batch)

    def next_index(self) -> int:
        """The number of the next batch, which is taken by that."""
        self.batches += 1
        return self.batches - 1

    def set_learning_rates(self) -> None:
        """Each optimiser's peak rate times the schedule's share of it."""
        scale = schedule(self.config.schedule, (self.step + 1) / (self.config.steps + 1))
        rates = self.model.learning_rates()
        for name, optimiser in self.model.optimisers().items():
            for group in optimiser.param_groups:
                group["lr"] = rates[name] * scale

    def read(self) -> None:
        """Reads the terms of the steps since it last did. Raises NonFinite for the first that is no number."""
        if (found := self.means.read()) is not None:
            raise NonFinite(*found, self.family.remedy(self.config))

    def point(self, held_out: bool) -> Point:
        """What `glance` says; the next point begins a new mean."""
        found = self.glance(held_out)
        self.means = Means()
        return found

    def glance(self, held_out: bool, whole: bool | None = None) -> Point:
        """The mean of each term since the last point; where a frame is due also the terms of held-out examples
        (`test_KEY`) and, on points and at the end, of what samples are measured by. Looking changes nothing.

        Held out are 512 examples spread over the test set, or the whole of it, as in `evaluate`: by default at the end
        of the plan only. Raises NonFinite where one of them is no number.
        """
        self.read()
        values = self.means.values()
        if held_out:
            whole = self.finished if whole is None else whole
            values |= {f"test_{key}": value for key, value in self.on_held_out(whole).items()}
            with self.numbers():
                values |= self.source.measure(self.model, self.family, self.step)
            values |= self.quality() if whole else {}
        for key, value in values.items():
            if not math.isfinite(value):
                raise self.broken(key)
        return self.step, values

    def on_held_out(self, whole: bool) -> dict[str, float]:
        """The model's terms on held-out examples: on all of them, or on those of the curves."""
        examples = held_out_examples if whole else curve_examples
        if (told := labelled(self.model)) is not None:
            return mean_labelled_terms(
                told, examples(self.data, False), held_out_labels(self.data, None if whole else SPREAD)
            )
        return mean_terms(self.model, examples(self.data, binarised=self.model.binarised))

    def quality(self) -> dict[str, float]:
        """How good the model's samples are, where there is a ruler for them."""
        with self.numbers():
            return self.source.quality(self.model, self.family)

    @contextmanager
    def numbers(self) -> Iterator[None]:
        """What is no number where there should be one is said with the step. Raises NonFinite."""
        try:
            yield
        except FloatingPointError as error:
            raise self.broken(str(error)) from None

    def frame(self) -> Frame:
        """The pictures of the present step. Raises NonFinite where one of them would show what is no number."""
        self.read()
        with torch.no_grad(), self.numbers():
            pictures = self.model.frame(self.probe)
            pictures |= self.source.pictures(self.model, self.step, with_best="field" in pictures)
        # Of an untrained model that is broken the first step says which term.
        if self.step > 0:
            for name, picture in pictures.items():
                if not np.isfinite(picture).all():
                    raise self.broken(name)
            self.check_weights()
        return self.step, pictures

    def check_weights(self) -> None:
        """Raises NonFinite where a weight is not a number: pixels of bytes would not show it."""
        for name, weight in self.model.state_dict().items():
            if not torch.isfinite(weight).all():
                raise self.broken(f"model.{name}")

    def broken(self, term: str) -> NonFinite:
        """What is to be raised where `term` has left the numbers at the present step."""
        return NonFinite(self.step, term, self.family.remedy(self.config))

    def reconfigure(self, config: Config) -> None:
        """Changes knobs mid-run; ConfigError names a field that is fixed once a run has begun."""
        for name, info in type(config).model_fields.items():
            if getattr(config, name) != getattr(self.config, name) and not flag(info, "live"):
                raise ConfigError(f"{name}: fixed once a run has begun; fork or start a new run to change it")
        self.family.check(config, self.data.kind)
        before, after = self.config.model_dump(), config.model_dump()
        self.changes += [(self.step, name, before[name], now) for name, now in after.items() if now != before[name]]
        self.config = config
        self.model.configure(config)

    def checkpoint(self) -> bytes:
        """Everything that the next step depends on, as safetensors. Raises NonFinite when a weight is not a number, or
        what an optimiser remembers of its gradients: their squares overflow long before the weights do."""
        self.read()
        self.check_weights()
        optimisers: dict[str, Tensor] = {}
        for name, optimiser in self.model.optimisers().items():
            for index, state in optimiser.state_dict()["state"].items():
                if not all(torch.isfinite(value).all() for value in state.values()):
                    raise self.broken(GRADIENTS)
                optimisers |= {f"{name}.{index}.{key}": value for key, value in state.items()}
        standing = Standing(
            self.step,
            self.seconds,
            self.batches,
            self.means.sums,
            self.means.counts,
            self.changes,
            torch.get_num_threads(),
        )
        kept = Checkpoint(
            self.family.name, self.data.name, self.seed, self.config.model_dump_json(), standing,
            state_on_cpu(self.model.state_dict()), state_on_cpu(optimisers),
        )  # fmt: skip
        return save_tensors({key: value.contiguous() for key, value in kept.named().items()}, kept.metadata())

    def restore(self, checkpoint: bytes) -> None:
        """Takes up a run where `checkpoint`, whole or in short, left it. Raises ValueError when it is another's."""
        kept = read_checkpoint(checkpoint)
        try:
            self.model.load_state_dict(kept.weights)
        except RuntimeError as error:
            raise ValueError(f"checkpoint: not this model's weights ({str(error).splitlines()[-1].strip()})") from None
        at, cut = kept.standing, False
        for name, optimiser in self.model.optimisers().items():
            states = kept.states(name)
            for index, weight in enumerate(weight for group in optimiser.param_groups for weight in group["params"]):
                if index in states and "exp_avg" not in states[index]:
                    states[index] |= filled(states[index]["exp_avg_sq"], weight)
                    cut = True
            optimiser.load_state_dict({"state": states, "param_groups": optimiser.state_dict()["param_groups"]})
        self.step, self.seconds, self.batches = at.step, at.seconds, at.batches
        self.means = Means(dict(at.sums), dict(at.counts))
        self.changes = [*at.changes]
        if cut and not any((step, name) == (at.step, CUT_SHORT) for step, name, _, _ in self.changes):
            self.changes.append((at.step, CUT_SHORT, None, None))
        self.source.forget()


def filled(square: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """What Adam begins with of a weight, of whose squared gradients a checkpoint in short has kept the mean alone; see
    genlab/runs/store/short.py."""
    begun = weight.detach()
    return {"exp_avg": torch.zeros_like(begun), "exp_avg_sq": torch.full_like(begun, float(square))}


def read_checkpoint(checkpoint: bytes) -> Checkpoint[Tensor]:
    """A checkpoint's record and tensors."""
    size = int.from_bytes(checkpoint[:8], "little")
    return Checkpoint.of(json.loads(checkpoint[8 : 8 + size])["__metadata__"], load_tensors(checkpoint))
