"""Trainer: a run's model, data and randomness, advanced in slices.

Whatever happens at step t depends only on (seed, t) and on the weights: the step's random numbers are drawn from a
generator seeded anew by (seed, t), and batch b is a fixed function of (seed, b). So a run trained in one go, in
slices, or resumed from a checkpoint after a kill ends with the same weights, bit for bit (same machine, same threads).
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.held_out import curve_examples, held_out_examples, mean_terms
from genlab.models import Config, Model, Part, Probe, Step, family_named
from genlab.models.base import ConfigError, flag
from genlab.models.points import DRAWN, Measured, best_field, lattice, measure
from genlab.seeded import drawn_with

POINTS_PLANNED = 600
FRAMES_PLANNED = 80
CHECKPOINTS_KEPT = 10
PROBE_EXAMPLES = 256
MEAN_OF = 10_000
WARM_UP_SHARE = 0.02
# A step on a crowded machine takes some times as long as its processor's time, which some systems know to 16 ms only.
CROWDED = 5.0
LONGEST_WAIT = 0.1
GRADIENTS = "the size of the gradients"
# What random numbers are drawn for: each use has streams of its own, so that no noise repeats the data's.
STEP_STREAM, BATCH_STREAM, PROBE_STREAM, HELD_OUT_STREAM = range(4)

Point = tuple[int, dict[str, float]]
Frame = tuple[int, dict[str, np.ndarray]]


class NonFinite(ArithmeticError):
    """Training has left the numbers: the step, the term that did, and what helps besides a lower learning rate."""

    def __init__(self, step: int, term: str, besides: str = "") -> None:
        super().__init__(f"step {step}: {term} is not finite; try a lower learning rate{besides}")
        self.step, self.term = step, term


@dataclass
class Progress:
    """What a slice of training has made: curve points and frames, each with its step."""

    points: list[Point] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def frame_steps(plan: int) -> list[int]:
    """The steps at which frames are kept: at most 81, dense at first, where most happens."""
    return sorted({round(plan * (i / FRAMES_PLANNED) ** 2) for i in range(FRAMES_PLANNED + 1)})


def kept_steps(plan: int) -> list[int]:
    """The steps whose checkpoints are kept for forks: first, last and eight between, dense at first as the frames."""
    return sorted({round(plan * (i / (CHECKPOINTS_KEPT - 1)) ** 2) for i in range(CHECKPOINTS_KEPT)})


def schedule(name: str, progress: float) -> float:
    """The share of the peak learning rate at a share of the plan, both in 0 to 1.

    one_cycle: a straight rise over the first fiftieth, a straight fall to 0 (Smith and Topin 2018, without momentum);
    flat_then_fall: 1 over the first half, then a straight fall to a fiftieth.
    """
    if name == "one_cycle":
        return min(progress / WARM_UP_SHARE, (1 - progress) / (1 - WARM_UP_SHARE))
    if name == "flat_then_fall":
        return max(0.02, min(1.0, 2 * (1 - progress)))
    return 1.0


def trained(seconds: float, processor: float) -> float:
    """How much of the seconds that a step took was training, given the processor's seconds in this process.

    A machine that was asleep, or a process that was stopped, did not train meanwhile; whether a clock knows that
    depends on the system. The processor's time always does: what a step waited beyond a few times that is not counted.
    """
    return min(seconds, LONGEST_WAIT + CROWDED * processor)


def mixed_seed(seed: int, stream: int, index: int) -> int:
    """A seed of 32 bits from a run's seed, what it is for, and its number there.

    torch's CPU generator takes only the lowest 32 bits of a seed (mt19937), so (seed, number) cannot simply be laid
    side by side in 64 bits: they are hashed.
    """
    return int(np.random.SeedSequence((seed, stream, index)).generate_state(1)[0])


class Trainer:
    """Trains one model on one data set; see the module's text for what it promises."""

    def __init__(self, family: str, config: Config, data: ImageData | PointData, seed: int = 0) -> None:
        self.family = family_named(family)
        self.family.check(config, data.kind)
        self.config, self.data, self.seed = config, data, seed
        self.step, self.seconds, self.batches = 0, 0.0, 0
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.rng = torch.Generator()
        with drawn_with(seed):
            self.model: Model = self.family.build(config, data.shape)
        self.images = torch.from_numpy(data.train_images) if isinstance(data, ImageData) else None
        self.order: tuple[int, Tensor] | None = None
        if self.images is not None:
            self.model.start_from(self.images[:MEAN_OF].float().div(255).mean(dim=0)[None, None])
        self.probe = self.make_probe()
        self.last_measured: tuple[int, Measured] | None = None

    @property
    def finished(self) -> bool:
        """Whether the planned steps are done."""
        return self.step >= self.config.steps

    @property
    def batch(self) -> int:
        """How many examples a batch has: as many as the settings say, or as there are."""
        return self.config.batch if self.images is None else min(self.config.batch, len(self.images))

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
        # Held-out images at every second frame only: more would take a tenth of a quick run's time.
        looks = moments if self.images is None else moments[::-2]
        framed, measured = set(moments), set(looks)
        progress = Progress()
        if self.step == 0:
            progress.frames.append(self.frame())
        while self.step < last:
            started, before = time.perf_counter(), time.process_time()
            self.set_learning_rates()
            self.rng.manual_seed(mixed_seed(self.seed, STEP_STREAM, self.step))
            terms = self.model.train_step(Step(self.step, self.config.steps, self.rng, self.next_batch, part))
            self.step += 1
            self.collect(terms)
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
            if now >= deadline:
                break
        return progress

    def next_batch(self) -> Tensor:
        """Batch number `batches` of the run, float32 [batch, *shape]: images in an order that each epoch reshuffles."""
        size, index = self.batch, self.batches
        self.batches += 1
        if isinstance(self.data, PointData):
            seed = mixed_seed(self.seed, BATCH_STREAM, index)
            return self.data.sample(size, torch.Generator().manual_seed(seed))
        assert self.images is not None
        epoch, place = divmod(index, len(self.images) // size)
        if self.order is None or self.order[0] != epoch:
            shuffle = torch.Generator().manual_seed(mixed_seed(self.seed, BATCH_STREAM, epoch))
            self.order = (epoch, torch.randperm(len(self.images), generator=shuffle))
        chosen = self.order[1][place * size : (place + 1) * size]
        return self.images[chosen].unsqueeze(1).float().div_(255)

    def set_learning_rates(self) -> None:
        """Each optimiser's peak rate times the schedule's share of it."""
        scale = schedule(self.config.schedule, (self.step + 1) / (self.config.steps + 1))
        rates = self.model.learning_rates()
        for name, optimiser in self.model.optimisers().items():
            for group in optimiser.param_groups:
                group["lr"] = rates[name] * scale

    def collect(self, terms: dict[str, Tensor]) -> None:
        """Adds a step's terms to the sums of which the next point is the mean."""
        for key, term in terms.items():
            value = float(term.detach())
            if not math.isfinite(value):
                raise self.broken(key)
            self.sums[key] = self.sums.get(key, 0.0) + value
            self.counts[key] = self.counts.get(key, 0) + 1

    def point(self, held_out: bool) -> Point:
        """What `glance` says; the next point begins a new mean."""
        found = self.glance(held_out)
        self.sums, self.counts = {}, {}
        return found

    def glance(self, held_out: bool, whole: bool | None = None) -> Point:
        """The mean of each term since the last point; where a frame is due also the terms of held-out examples
        (`test_KEY`) and, on points, of what samples are measured by. Looking changes nothing.

        Held out are 512 examples spread over the test set, or the whole of it, as in `evaluate`: by default at the end
        of the plan only. Raises NonFinite where one of them is no number.
        """
        values = {key: total / self.counts[key] for key, total in self.sums.items()}
        if held_out:
            values |= {
                f"test_{key}": value
                for key, value in self.on_held_out(self.finished if whole is None else whole).items()
            }
            if isinstance(self.data, PointData):
                measured = self.measured(self.data)
                found, wanted = measured.terms(), self.family.measured(self.config, self.data)
                values |= {term.key: found[term.key] for term in wanted} | measured.reaches()
        for key, value in values.items():
            if not math.isfinite(value):
                raise self.broken(key)
        return self.step, values

    def on_held_out(self, whole: bool) -> dict[str, float]:
        """The model's terms on held-out examples: on all of them, or on those of the curves."""
        examples = held_out_examples if whole else curve_examples
        return mean_terms(self.model, examples(self.data, binarised=self.model.binarised))

    def measured(self, data: PointData) -> Measured:
        """What the model's samples say at this step; the same noise at each, so that only learning moves the curve.

        Raises NonFinite where samples have left the numbers.
        """
        if self.last_measured is None or self.last_measured[0] != self.step:
            seed = mixed_seed(self.seed, HELD_OUT_STREAM, 1)
            with torch.no_grad():
                shown = self.model.sample(DRAWN, torch.Generator().manual_seed(seed))
                in_play = self.model.sample_in_play(DRAWN, torch.Generator().manual_seed(seed))
            if not all(samples is None or samples.isfinite().all() for samples in (shown, in_play)):
                raise self.broken("a sample")
            self.last_measured = self.step, measure(shown, data, in_play)
        return self.last_measured[1]

    def frame(self) -> Frame:
        """The pictures of the present step. Raises NonFinite where one of them would show what is no number."""
        with torch.no_grad():
            pictures = self.model.frame(self.probe)
            if isinstance(self.data, PointData):
                pictures |= self.point_pictures(self.data, with_best="field" in pictures)
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

    def point_pictures(self, data: PointData, with_best: bool) -> dict[str, np.ndarray]:
        """What every family's frames on points show: "grid" [n, dimensions], the decoded lattice, where z has one or
        two components; "shares" [modes] of samples, where there are modes; "best", D* beside the field of a D."""
        measured, pictures = self.measured(data), {}
        if (normal := lattice(self.model.latents)) is not None:
            pictures["grid"] = self.model.decode(self.model.prior(normal)).numpy()
        if measured.shares is not None:
            pictures["shares"] = measured.shares.float().numpy()
        if with_best:
            pictures["best"] = best_field(measured.best_density, data)
        return pictures

    def make_probe(self) -> Probe:
        """The noise and held-out examples that this run's frames always show."""
        generator = torch.Generator().manual_seed(mixed_seed(self.seed, PROBE_STREAM, 0))
        if isinstance(self.data, PointData):
            examples = self.data.sample(PROBE_EXAMPLES, generator)
            noise = torch.randn(PROBE_EXAMPLES, self.model.latents, generator=generator)
            return Probe(noise, examples, torch.zeros(PROBE_EXAMPLES, dtype=torch.uint8))
        examples = torch.from_numpy(self.data.test_images[:PROBE_EXAMPLES]).unsqueeze(1).float().div(255)
        labels = torch.from_numpy(np.array(self.data.test_labels[:PROBE_EXAMPLES]))
        return Probe(torch.randn(64, self.model.latents, generator=generator), examples, labels)

    def reconfigure(self, config: Config) -> None:
        """Changes knobs mid-run; ConfigError names a field that is fixed once a run has begun."""
        for name, info in type(config).model_fields.items():
            if getattr(config, name) != getattr(self.config, name) and not flag(info, "live"):
                raise ConfigError(f"{name}: fixed once a run has begun; fork or start a new run to change it")
        self.family.check(config, self.data.kind)
        self.config = config
        self.model.configure(config)

    def checkpoint(self) -> bytes:
        """Everything that the next step depends on, as safetensors. Raises NonFinite when a weight is not a number, or
        what an optimiser remembers of its gradients: their squares overflow long before the weights do."""
        self.check_weights()
        tensors = {f"model.{key}": value for key, value in self.model.state_dict().items()}
        for name, optimiser in self.model.optimisers().items():
            for index, state in optimiser.state_dict()["state"].items():
                if not all(torch.isfinite(value).all() for value in state.values()):
                    raise self.broken(GRADIENTS)
                tensors |= {f"optimiser.{name}.{index}.{key}": value for key, value in state.items()}
        return save_tensors({key: value.contiguous() for key, value in tensors.items()}, self.metadata())

    def metadata(self) -> dict[str, str]:
        """What a checkpoint says of itself, as text (safetensors keeps only text beside the tensors)."""
        return {
            "family": self.family.name,
            "data": self.data.name,
            "seed": str(self.seed),
            "config": self.config.model_dump_json(),
            "progress": json.dumps(
                {
                    "step": self.step,
                    "seconds": self.seconds,
                    "batches": self.batches,
                    "sums": self.sums,
                    "counts": self.counts,
                }
            ),
        }

    def restore(self, checkpoint: bytes) -> None:
        """Takes up a run where `checkpoint` left it. Raises ValueError when it is not this model's."""
        progress, tensors = read_checkpoint(checkpoint)
        weights = {key.removeprefix("model."): value for key, value in tensors.items() if key.startswith("model.")}
        try:
            self.model.load_state_dict(weights)
        except RuntimeError as error:
            raise ValueError(f"checkpoint: not this model's weights ({str(error).splitlines()[-1].strip()})") from None
        for name, optimiser in self.model.optimisers().items():
            prefix = f"optimiser.{name}."
            state: dict[int, dict[str, Tensor]] = {}
            for key, value in tensors.items():
                if key.startswith(prefix):
                    index, kind = key.removeprefix(prefix).split(".")
                    state.setdefault(int(index), {})[kind] = value
            groups = optimiser.state_dict()["param_groups"]
            optimiser.load_state_dict({"state": state, "param_groups": groups})
        self.step, self.seconds, self.batches = progress["step"], progress["seconds"], progress["batches"]
        self.sums, self.counts = progress["sums"], progress["counts"]
        self.last_measured = None


def read_checkpoint(checkpoint: bytes) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """A checkpoint's progress record and tensors."""
    size = int.from_bytes(checkpoint[:8], "little")
    header = json.loads(checkpoint[8 : 8 + size])
    return json.loads(header["__metadata__"]["progress"]), load_tensors(checkpoint)
