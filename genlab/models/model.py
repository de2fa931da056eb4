"""What a model of a family can do: make training steps, draw its frames, decode; some encode besides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from torch import Tensor, nn

from genlab.divergences import kl_to_standard_normal
from genlab.models.config import Config

Shape = tuple[int, ...]
Part = Literal["discriminator", "generator"]
# By what latents are ranked. kl: nats of KL to the prior, a mean over examples; moved: how much a pixel changes when
# the latent moves by a deviation of the codes; redrawn: how much it changes when the latent is drawn anew.
Importance = Literal["kl", "moved", "redrawn"]
# Latents that a measurement decodes at once: 50 importance samples of 512 digits would take a third of a gigabyte.
DECODED_AT_ONCE = 4096
# Of data whose examples have a class, as many classes as a net can be told.
MOST_CLASSES = 64
# Multiples of it fill [0, 1) evenly.
GOLDEN = (5**0.5 - 1) / 2


def no_labels() -> tuple[Tensor, Tensor]:
    """Who makes a step without labels makes it of a family that asks for none."""
    raise LookupError("next_labelled: got no labels, allowed: steps of data whose examples have a class")


@dataclass
class Step:
    """What a model is handed for one step: its number, fresh randomness that depends on nothing but (seed, number),
    and the next batches of data, float32 [batch, *shape], on the model's device. rng draws on the CPU, whatever the
    device: what is drawn is moved, so that every device has the same noise. next_labelled: the next batch with its
    labels, int64 [batch], where the data has them."""

    number: int
    plan: int
    rng: torch.Generator
    next_batch: Callable[[], Tensor]
    part: Part | None = None
    next_labelled: Callable[[], tuple[Tensor, Tensor]] = no_labels


@dataclass(frozen=True)
class Probe:
    """What stays fixed through a run, so that its frames can be compared: standard normal noise [64, latents] (points:
    256) and held-out examples [n, *shape] with their labels [n] (zeros for points)."""

    noise: Tensor
    examples: Tensor
    labels: Tensor

    def to(self, device: torch.device) -> Probe:
        """The same on a device."""
        return Probe(self.noise.to(device), self.examples.to(device), self.labels.to(device))


@dataclass(frozen=True)
class Codes:
    """Where examples lie in latent space: means [n, latents]; log_variances [n, latents] of q(z|x), None where a code
    is a point."""

    means: Tensor
    log_variances: Tensor | None = None


class Model(nn.Module, ABC):
    """A trainable model of one family on data of one shape.

    Images are float32 in [0, 1], [n, 1, 28, 28]; points are [n, 1] or [n, 2]; latents [n, latents].
    metrics: what `evaluate` adds to the terms, by the names of its METRICS.
    """

    family: ClassVar[str]
    metrics: ClassVar[tuple[str, ...]] = ("quality",)
    config: Any

    def configure(self, config: Config) -> None:
        """Takes up changed knobs before the next step."""
        self.config = config

    @property
    @abstractmethod
    def latents(self) -> int:
        """The size of z."""

    @property
    def told(self) -> int:
        """How many numbers its decoder is handed beside z."""
        return 0

    @property
    def device(self) -> torch.device:
        """Where its weights are: what it is handed and what it makes are there too."""
        return next((weight.device for weight in self.parameters()), torch.device("cpu"))

    @property
    def binarised(self) -> bool:
        """Whether it is trained on pixels drawn black or white, and so has to be measured on such."""
        return False

    def start_from(self, mean: Tensor) -> None:
        """Lets the untrained decoder draw the mean image [1, 1, 28, 28], in [0, 1], where that makes sense."""

    @abstractmethod
    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """The optimisers by name; they live as long as the model."""

    @abstractmethod
    def learning_rates(self) -> dict[str, float]:
        """The peak learning rate of each optimiser, read from the present config."""

    @abstractmethod
    def train_step(self, step: Step) -> dict[str, Tensor]:
        """One step of the objective; the terms it reports, each a scalar."""

    @abstractmethod
    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """The family's terms on examples [n, *shape] it was not trained on, each a scalar, a mean over them; empty
        where there is nothing to say. Looking changes nothing."""

    @abstractmethod
    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        """The pictures of this moment: arrays that a page draws."""

    @abstractmethod
    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """New examples [count, *shape]."""

    def sample_in_play(self, count: int, rng: torch.Generator) -> Tensor | None:
        """Examples by the generator that an opponent meets, [count, *shape]; None where `sample` is by that one."""
        return None

    def prior(self, normal: Tensor) -> Tensor:
        """Standard normal numbers [n, latents] as latents that `sample` may draw: themselves, where p(z) is N(0, I)."""
        return normal

    def noise(self, count: int, rng: torch.Generator) -> Tensor:
        """z ~ p(z), [count, latents]: drawn on the CPU, where `rng` is, and moved."""
        return torch.randn(count, self.latents, generator=rng).to(self.device)

    def codes(self, x: Tensor) -> Codes | None:
        """The codes of examples [n, *shape]; None without an encoder."""
        return Codes(self.encode(x)) if isinstance(self, Encodes) else None

    @classmethod
    def importance_is(cls) -> Importance:
        """By what its latents are ranked; see `Importance`."""
        return "moved" if issubclass(cls, Encodes) else "redrawn"

    def importance(self, codes: Codes | None) -> Tensor:
        """How much each latent matters, [latents], given the codes of held-out examples."""
        from genlab.models.importance import change_when_redrawn, variance_when_moved  # they are of models

        return change_when_redrawn(self) if codes is None else variance_when_moved(self, codes.means)

    @abstractmethod
    def decode(self, z: Tensor) -> Tensor:
        """Latents [n, latents] to examples [n, *shape] (a GAN's generator is its decoder)."""

    @abstractmethod
    def live_nets(self) -> dict[str, nn.Sequential]:
        """The nets that a browser may run, by name: decoder (z to x in [0, 1] or points), encoder (x to means)."""


class Encodes(ABC):
    """What families with an encoder can do besides."""

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """Examples [n, *shape] to latent means [n, latents]."""

    @abstractmethod
    def reconstruct(self, x: Tensor) -> Tensor:
        """decode(encode(x)), [n, *shape]."""


class Explains(Model, Encodes):
    """A model whose code of x is a distribution q(z|x), with a prior of mean 0, variance 1, and a likelihood p(x|z)."""

    @property
    def normal(self) -> bool:
        """Whether q(z|x) and the prior are normal."""
        return True

    def kl_to_prior(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """KL(q(z|x) || p(z)) of each latent, nats, of the shape of both."""
        return kl_to_standard_normal(mean, log_variance)

    @abstractmethod
    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """q(z|x) of examples [n, *shape]: its means and log variances, both [n, latents]."""

    @abstractmethod
    def log_weights(
        self, x: Tensor, mean: Tensor, log_variance: Tensor, k: int, rng: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """log p(x|z) + log p(z) - log q(z|x) and log p(x|z) for k draws of z ~ q(z|x), both [k, n], nats."""

    @property
    @abstractmethod
    def pixel_likelihood(self) -> str:
        """The name of p(x|z): bernoulli or gaussian."""

    @property
    def importance_samples(self) -> int:
        """By how many samples of z an example it is trained; 1: by the ELBO."""
        return 1

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]

    def codes(self, x: Tensor) -> Codes:
        return Codes(*self.posterior(x))

    @classmethod
    def importance_is(cls) -> Importance:
        return "kl"

    def importance(self, codes: Codes | None) -> Tensor:
        if codes is None or codes.log_variances is None:
            return super().importance(codes)
        return self.kl_to_prior(codes.means, codes.log_variances).mean(dim=0)


class Labelled(Model):
    """A model whose nets are told the class y of x, as MOST_CLASSES numbers of which one is 1.

    shares: how often each class is among the examples, [MOST_CLASSES], 0 for those that there are not.
    """

    shares: Tensor

    @property
    def told(self) -> int:
        return MOST_CLASSES

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.shares.nonzero().max()) + 1

    def learn_shares(self, labels: Tensor) -> None:
        """Takes the classes' shares from those of examples, [n]."""
        counts = torch.bincount(labels.long().cpu(), minlength=MOST_CLASSES)
        self.shares.copy_(counts / counts.sum())

    @abstractmethod
    def labelled_terms(self, examples: Tensor, labels: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """`held_out_terms` of examples [n, *shape] of classes [n]."""

    @abstractmethod
    def decode_as(self, z: Tensor, labels: Tensor) -> Tensor:
        """Latents [n, latents] to examples [n, *shape] of classes [n]."""

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """Nothing can be said of examples whose class is not known."""
        return {}

    def decode(self, z: Tensor) -> Tensor:
        """As examples of the first class."""
        return self.decode_as(z, torch.zeros(len(z), dtype=torch.int64, device=z.device))

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        """A class by its share, z ~ p(z), then `decode_as`."""
        labels = torch.multinomial(self.shares.cpu(), count, replacement=True, generator=rng)
        return self.decode_as(self.noise(count, rng), labels.to(self.device))

    def sample_as(self, label: int, count: int, rng: torch.Generator) -> Tensor:
        """New examples of one class. Raises ValueError for a class that there is not."""
        if not 0 <= label < self.classes:
            raise ValueError(f"class: got {label}, allowed: 0 to {self.classes - 1}")
        labels = torch.full((count,), label, device=self.device)
        return self.decode_as(self.noise(count, rng), labels)

    def in_turn(self, count: int) -> Tensor:
        """Classes [count] in turn, each as often as its share: steps of the golden ratio through their sum."""
        at = torch.arange(1, count + 1, dtype=torch.float64) * GOLDEN % 1
        ends = self.shares.double().cpu().cumsum(0)
        return torch.searchsorted(ends, at * ends[-1]).clamp(max=self.classes - 1)
