"""Where a run's examples come from: files of images or exact densities of points. A Trainer asks, and knows neither."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from genlab.data import ImageData
from genlab.data.points import PointData
from genlab.devices import as_array
from genlab.held_out import curve_examples
from genlab.models import Family, Model, Probe
from genlab.models.images import SHOWN_RECONSTRUCTIONS
from genlab.models.points import DRAWN, Measured, best_field, lattice, measure
from genlab.models.quality import DRAWN as RULED
from genlab.quality import glance
from genlab.training.seeds import BATCH_STREAM, HELD_OUT_STREAM, PROBE_STREAM, mixed_seed

PROBE_EXAMPLES = 256
PROBE_NOISE = 64
MEAN_OF = 10_000


class Source(ABC):
    """The examples of a run, a function of its data and seed alone."""

    @abstractmethod
    def size(self, wanted: int) -> int:
        """How many examples a batch has: as many as wanted, or as there are."""

    @abstractmethod
    def batch(self, index: int, size: int) -> Tensor:
        """Batch number `index` of the run, float32 [size, *shape], on the run's device."""

    @abstractmethod
    def labels(self) -> Tensor:
        """Labels of many examples to train on, in which each class has its share, [n]. Raises as `labelled`."""

    @abstractmethod
    def labelled(self, index: int, size: int) -> tuple[Tensor, Tensor]:
        """`batch` with its labels, int64 [size]. Raises ValueError for points without modes."""

    @abstractmethod
    def probe(self, latents: int) -> Probe:
        """The noise and held-out examples that this run's frames always show."""

    @abstractmethod
    def looks(self, moments: Sequence[int]) -> Sequence[int]:
        """At which of the moments of its frames a run is measured on what is held out."""

    @abstractmethod
    def behind(self, model: Model, probe: Probe) -> dict[str, np.ndarray]:
        """The arrays behind every frame of a run, which a page draws beside it."""

    @abstractmethod
    def begin(self, model: Model) -> None:
        """Lets an untrained model start from what is known of the data."""

    def measure(self, model: Model, family: Family, step: int) -> dict[str, float]:
        """What the model's samples are measured by at a step, besides the family's terms. Raises FloatingPointError
        where samples have left the numbers."""
        return {}

    def ruled(self, moments: Sequence[int], family: Family) -> Sequence[int]:
        """At which of the moments of its frames a run's samples are laid on the ruler, beside its training's time."""
        return ()

    def quality(self, model: Model, family: Family) -> dict[str, float]:
        """What they come to there; raises as `measure`."""
        return {}

    def pictures(self, model: Model, step: int, with_best: bool) -> dict[str, np.ndarray]:
        """What every family's frames show of such data; raises as `measure`. with_best: beside the field of a D."""
        return {}

    @abstractmethod
    def forget(self) -> None:
        """Other weights have come: what was measured of a step is not true of it any more."""


class ImageSource(Source):
    """Images from files, in an order that each epoch reshuffles."""

    def __init__(self, data: ImageData, seed: int, device: torch.device) -> None:
        self.data, self.seed, self.device = data, seed, device
        self.images = torch.from_numpy(data.train_images).to(device)
        self.order: tuple[int, Tensor] | None = None

    def size(self, wanted: int) -> int:
        return min(wanted, len(self.images))

    def batch(self, index: int, size: int) -> Tensor:
        return self.pixels(self.chosen(index, size))

    def labels(self) -> Tensor:
        return torch.from_numpy(self.data.train_labels)

    def labelled(self, index: int, size: int) -> tuple[Tensor, Tensor]:
        chosen = self.chosen(index, size)
        labels = torch.from_numpy(self.data.train_labels).to(self.device)
        return self.pixels(chosen), labels[chosen].long()

    def pixels(self, chosen: Tensor) -> Tensor:
        """The images at these places, float32 [n, 1, 28, 28] in [0, 1]."""
        return self.images[chosen].unsqueeze(1).float().div_(255)

    def chosen(self, index: int, size: int) -> Tensor:
        """The places of a batch's images, [size]."""
        epoch, place = divmod(index, len(self.images) // size)
        if self.order is None or self.order[0] != epoch:
            shuffle = torch.Generator().manual_seed(mixed_seed(self.seed, BATCH_STREAM, epoch))
            self.order = (epoch, torch.randperm(len(self.images), generator=shuffle).to(self.device))
        return self.order[1][place * size : (place + 1) * size]

    def begin(self, model: Model) -> None:
        images = torch.from_numpy(self.data.train_images[:MEAN_OF])
        model.start_from(images.float().div(255).mean(dim=0)[None, None])

    def measure(self, model: Model, family: Family, step: int) -> dict[str, float]:
        """Of a model that makes images of noise alone their "spread", the total variance of samples over that of
        held-out images: near 0 where it draws one picture. It is told of a collapse, and no term."""
        if family.encodes:
            return {}
        held = curve_examples(self.data, binarised=False)
        seed = mixed_seed(self.seed, HELD_OUT_STREAM, 1)
        with torch.no_grad():
            drawn = model.sample_in_play(len(held), torch.Generator().manual_seed(seed))
            if drawn is None:
                drawn = model.sample(len(held), torch.Generator().manual_seed(seed))
        return {"spread": float(drawn.var(dim=0).sum() / held.var(dim=0).sum())}

    def forget(self) -> None:
        """Nothing is kept of a step."""

    def looks(self, moments: Sequence[int]) -> Sequence[int]:
        # Held-out images at every second frame only: more would take a tenth of a quick run's time.
        return moments[::-2]

    def ruled(self, moments: Sequence[int], family: Family) -> Sequence[int]:
        # At every fourth frame: the ruler takes as long as some steps.
        return moments[::-4] if family.is_ruled(self.data.name) else ()

    def quality(self, model: Model, family: Family) -> dict[str, float]:
        """Of a model that draws digits: see `glance`. The same noise at each moment, so that only learning moves the
        curve."""
        if not family.is_ruled(self.data.name):
            return {}
        seed = mixed_seed(self.seed, HELD_OUT_STREAM, 2)
        with torch.no_grad():
            drawn = model.sample(RULED, torch.Generator().manual_seed(seed))
        return glance(drawn.cpu(), self.data)

    def probe(self, latents: int) -> Probe:
        generator = torch.Generator().manual_seed(mixed_seed(self.seed, PROBE_STREAM, 0))
        examples = torch.from_numpy(self.data.test_images[:PROBE_EXAMPLES]).unsqueeze(1).float().div(255)
        labels = torch.from_numpy(np.array(self.data.test_labels[:PROBE_EXAMPLES]))
        return Probe(torch.randn(PROBE_NOISE, latents, generator=generator), examples, labels).to(self.device)

    def behind(self, model: Model, probe: Probe) -> dict[str, np.ndarray]:
        """Of images: "originals" uint8 [16, 28, 28], which "reconstructions" rebuild, and "labels" uint8 [256] of the
        examples in "latent"."""
        originals = as_array((probe.examples[:SHOWN_RECONSTRUCTIONS].squeeze(1) * 255).round().byte())
        return {"originals": originals, "labels": as_array(probe.labels)}


class PointSource(Source):
    """Points drawn from a density that is known, without end; what samples are measured by is kept for its step."""

    def __init__(self, data: PointData, seed: int, device: torch.device) -> None:
        self.data, self.seed, self.device = data, seed, device
        self.last: tuple[int, Measured] | None = None

    def begin(self, model: Model) -> None:
        """A density says nothing of where a model should start."""

    def size(self, wanted: int) -> int:
        return wanted

    def batch(self, index: int, size: int) -> Tensor:
        drawn = self.data.sample(size, torch.Generator().manual_seed(mixed_seed(self.seed, BATCH_STREAM, index)))
        return drawn.to(self.device)

    def labels(self) -> Tensor:
        return self.data.labels(self.data.sample(MEAN_OF, torch.Generator().manual_seed(0)))

    def labelled(self, index: int, size: int) -> tuple[Tensor, Tensor]:
        points = self.batch(index, size)
        return points, self.data.labels(points)

    def looks(self, moments: Sequence[int]) -> Sequence[int]:
        return moments

    def probe(self, latents: int) -> Probe:
        generator = torch.Generator().manual_seed(mixed_seed(self.seed, PROBE_STREAM, 0))
        examples = self.data.held_out(PROBE_EXAMPLES, generator)
        noise = torch.randn(PROBE_EXAMPLES, latents, generator=generator)
        labels = torch.zeros(PROBE_EXAMPLES) if self.data.modes is None else self.data.labels(examples)
        return Probe(noise, examples, labels.to(torch.uint8)).to(self.device)

    def behind(self, model: Model, probe: Probe) -> dict[str, np.ndarray]:
        """Of points: "examples" float32 [256, dimensions], and "noise" float32 [256, latents], the latents whose images
        are "samples"."""
        return {"examples": as_array(probe.examples), "noise": as_array(model.prior(probe.noise))}

    def measure(self, model: Model, family: Family, step: int) -> dict[str, float]:
        if not self.data.exact:
            return {}
        measured = self.measured(model, step)
        found, wanted = measured.terms(), family.measured(model.config, self.data)
        return {term.key: found[term.key] for term in wanted} | measured.reaches()

    def pictures(self, model: Model, step: int, with_best: bool) -> dict[str, np.ndarray]:
        """Of points: "grid" [n, dimensions], the decoded lattice, where z has one or two components; "shares" [modes]
        of samples, where there are modes; "best", D* beside the field of a D. The last two take the density."""
        pictures = {}
        if (normal := lattice(model.latents)) is not None:
            pictures["grid"] = as_array(model.decode(model.prior(normal.to(model.device))))
        if not self.data.exact:
            return pictures
        measured = self.measured(model, step)
        if measured.shares is not None:
            pictures["shares"] = as_array(measured.shares.float())
        if with_best:
            pictures["best"] = best_field(measured.best_density, self.data)
        return pictures

    def measured(self, model: Model, step: int) -> Measured:
        """What the model's samples say at this step; the same noise at each, so that only learning moves the curve."""
        if self.last is None or self.last[0] != step:
            seed = mixed_seed(self.seed, HELD_OUT_STREAM, 1)
            with torch.no_grad():
                shown = model.sample(DRAWN, torch.Generator().manual_seed(seed))
                in_play = model.sample_in_play(DRAWN, torch.Generator().manual_seed(seed))
            # What measures them is a tree of scipy's.
            shown, in_play = shown.cpu(), None if in_play is None else in_play.cpu()
            if not all(samples is None or samples.isfinite().all() for samples in (shown, in_play)):
                raise FloatingPointError("a sample")
            self.last = step, measure(shown, self.data, in_play)
        return self.last[1]

    def forget(self) -> None:
        self.last = None


def source_of(data: ImageData | PointData, seed: int, device: torch.device) -> Source:
    """The source of a run on that data, whose batches are handed out on the device."""
    return ImageSource(data, seed, device) if isinstance(data, ImageData) else PointSource(data, seed, device)
