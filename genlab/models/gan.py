"""Generative adversarial network (Goodfellow et al. 2014): G turns noise into examples, D tells them from data."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn
from torch.quasirandom import SobolEngine

from genlab.data.points import PointData
from genlab.divergences import js_lower_bound_from_logits
from genlab.models.base import Config, Family, Model, Probe, Shape, Step, knob
from genlab.models.gan_losses import OBJECTIVES, feature_distance, gradient_penalty, r1_penalty
from genlab.models.gan_nets import critic, first_features, generator
from genlab.models.images import as_picture
from genlab.models.points import as_field, measured_terms, window
from genlab.terms import Term

LOG_4 = math.log(4)
BETA2 = 0.99
R1_EVERY = 4
AVERAGE_RISE = 10
# Of how much noise the averaged G's statistics of batch norm are taken: a convolution's are over all places besides.
SETTLING_NOISE = {"mlp": 2048, "conv": 512}
SETTLING_BATCHES, SETTLING_SEED = 16, 0
# Normal quantiles of 0 and 1 are infinite.
OPEN = 1e-7


class GANConfig(Config):
    """The settings of a GAN: `hidden` and `depth` are D's."""

    hidden: int = knob(
        256, "Width of D", "Units in a hidden layer of D (channels x 16 in a convolutional net).", low=8, high=1024
    )
    depth: int = knob(2, "Layers of D", "Hidden layers of a fully connected D.", low=1, high=4)
    generator_hidden: int = knob(
        256, "Width of G", "Units in a hidden layer of G (channels x 8 in a convolutional net).", low=8, high=1024
    )
    generator_depth: int = knob(2, "Layers of G", "Hidden layers of a fully connected G.", low=1, high=4)
    latents: int = knob(
        64, "Noise size", "Components of z.", low=1, high=128, more=False, telling="N = {value}", always=True
    )
    net: Literal["mlp", "conv"] = knob(
        "mlp", "Network", "Convolutional: better on images, slower a step.", telling="{value}"
    )
    noise: Literal["normal", "uniform"] = knob(
        "normal", "Noise", "The distribution p(z): N(0, I) or U(-1, 1).", telling="{value} noise"
    )
    loss: Literal["minimax", "non_saturating", "least_squares", "hinge", "wgan_gp"] = knob(
        "non_saturating",
        "Loss",
        "Minimax: V of Goodfellow et al. 2014; non-saturating: what is used in practice; others: another distance.",
        live=True,
        more=False,
        telling="{value} loss",
        always=True,
    )
    optimiser_d: Literal["adam", "sgd"] = knob(
        "adam",
        "Optimiser of D",
        "Adam: a step size for each weight; SGD: the plain gradient, which needs larger rates.",
    )
    optimiser_g: Literal["adam", "sgd"] = knob("adam", "Optimiser of G", "As for D; the two need not be the same.")
    learning_rate_d: float = knob(
        2e-4, "Learning rate of D", "Peak step size of D.", low=1e-6, high=0.1, live=True, logarithmic=True
    )
    learning_rate_g: float = knob(
        2e-4, "Learning rate of G", "Peak step size of G.", low=1e-6, high=0.1, live=True, logarithmic=True
    )
    d_steps: int = knob(
        1,
        "D steps",
        "Steps of D for each round (k in Goodfellow et al. 2014).",
        low=1,
        high=10,
        live=True,
        more=False,
        telling="{value} D steps a round",
    )
    g_steps: int = knob(
        1, "G steps", "Steps of G for each round.", low=1, high=10, live=True, telling="{value} G steps a round"
    )
    r1: float = knob(
        0.0,
        "R1 penalty",
        "gamma: D's loss gets gamma/2 |gradient of D's logit|^2 on data (Mescheder et al. 2018).",
        low=0,
        high=100,
        live=True,
        logarithmic=True,
    )
    penalty: float = knob(
        10.0,
        "Gradient penalty",
        "Its weight with the loss WGAN-GP; without effect on the others.",
        low=0,
        high=100,
        live=True,
        logarithmic=True,
    )
    feature_matching: float = knob(
        0.0,
        "Feature matching",
        "Weight, in what G minimises, of the squared difference between the mean features of data and of generated "
        "in D's first layer (Salimans et al. 2016).",
        low=0,
        high=1000,
        live=True,
        logarithmic=True,
    )
    fourier_features: int = knob(
        0,
        "Fourier features of D",
        "Waves of x that D sees in place of x, on points: with them it sees fine structure at once "
        "(Tancik et al. 2020); 0: x itself.",
        low=0,
        high=512,
    )
    spectral_norm: bool = knob(
        False,
        "Spectral norm",
        "Divide D's weights by the largest singular value of each layer's matrix (of a convolution: of its kernel as a "
        "matrix, which is not the convolution's own norm).",
    )
    ema: float = knob(
        0.0,
        "EMA of G",
        "Show an average of G's weights with this decay; 0 shows G itself.",
        low=0,
        high=0.9999,
    )
    batch_norm: bool = knob(
        False, "Batch norm in G", "Normalise G's hidden layers over the batch (Ioffe and Szegedy 2015)."
    )
    minibatch_deviation: bool = knob(
        False, "Minibatch deviation in D", "Let D see how much a batch varies (Karras et al. 2018)."
    )
    beta1: float = knob(0.5, "Adam's β₁", "Memory of the gradient's mean, for both players.", low=0, high=0.95)
    smoothing: float = knob(0.0, "Label smoothing", "D is asked for 1 minus this on data.", low=0, high=0.5, live=True)

    @model_validator(mode="before")
    @classmethod
    def size_of_g(cls, values: Any) -> Any:
        """G is as D where only D's size is given: so were all GANs before the two had sizes of their own."""
        if not isinstance(values, dict):
            return values
        as_d = {"generator_hidden": "hidden", "generator_depth": "depth"}
        return {name: values[of_d] for name, of_d in as_d.items() if of_d in values} | values


NO_QUALITY = (
    "Losses of two players do not measure quality: they only say who is ahead. Without R1, which only steadies D."
)
LOSSES_OF_D = {
    "wgan_gp": "Without the penalty it is minus the mean score of data above that of generated: of the steepest D that "
    "the penalty allows, about the Wasserstein distance. As far as D has learned, nearer to 0 is better."
}
LOSSES_OF_G = {
    "minimax": "The part of V that G can move: -log 2 where D can only guess.",
    "non_saturating": "log 2 where D can only guess. Without feature matching, where that is on.",
    "least_squares": "1/8 where D says 1/2 of all.",
    "hinge": "Minus the mean score of generated.",
    "wgan_gp": "Minus the mean score of generated; scores have no zero, so alone it says nothing.",
}


def terms(config: Any) -> tuple[Term, ...]:
    """What a GAN reports: V only where D(x) is a probability, and what bounds JS only where D is one of a single x."""
    objective = OBJECTIVES[config.loss]
    unit = "nats" if objective.probabilistic else ""
    of_d, of_g = LOSSES_OF_D.get(config.loss, NO_QUALITY), LOSSES_OF_G[config.loss]
    losses = (
        Term("d_loss", r"\mathcal{L}_D", "Loss of D", unit, "neither", "discriminator", "losses", of_d),
        Term("g_loss", r"\mathcal{L}_G", "Loss of G", unit, "neither", "generated", "losses", of_g),
    )
    if not objective.probabilistic:
        return (
            *losses,
            Term("d_real", "D(x)", "Score of data", "", "neither", "data", "scores"),
            Term("d_fake", "D(G(z))", "Score of generated", "", "neither", "generated", "scores"),
        )
    value = (
        Term(
            "value", "V(D,G)", "Value function", "nats", "neither", "value", "value",
            "With the best D it lies between -log 4 (it can only guess) and 0 (it is always right); "
            "a poor D may fall below. "
            "Where it stays clearly lower on held-out data, D has learned its examples by heart.",
            lines=((0.0, "0"), (-LOG_4, r"-\log 4")),
        ),
        Term(
            "log_d_real", r"\mathbb{E}\,\log D(x)", "V, the part of data", "nats", "neither", "data", "",
            "0 where D is sure of all data, -log 2 where it can only guess.",
        ),
        Term(
            "log_d_fake", r"\mathbb{E}\,\log(1 - D(G(z)))", "V, the part of generated", "nats", "neither", "generated",
            "", "0 where D is sure of all generated ones, -log 2 where it can only guess.",
        ),
    )  # fmt: skip
    scores = (
        Term(
            "d_real", "D(x)", "D on data", "", "neither", "data", "scores",
            "A probability. Both near 1/2: D cannot tell data from generated.",
            lines=((0.5, r"\tfrac12"),),
        ),
        Term("d_fake", "D(G(z))", "D on generated", "", "neither", "generated", "scores", "A probability."),
    )  # fmt: skip
    if config.minibatch_deviation:
        return (*value, *losses, *scores)
    bound = Term(
        "js_bound", r"\tfrac12(V + \log 4)", "½(V + log 4), the bound of JS by this D", "nats", "lower", "js", "js",
        "On held-out data it is a lower bound of JS(p_data || p_g), up to the noise of so many examples: that of a "
        "poor D is true but loose. On what D trains on it is none, for D may know that by heart. At most log 2.",
        lines=((0.0, "0"), (math.log(2), r"\log 2")), bound=True,
    )  # fmt: skip
    return (*value, *losses, *scores, bound)


def measured(config: Any, data: PointData) -> tuple[Term, ...]:
    """What the samples are measured by; where D(x) is a probability also C(G), the value that V would have with the
    best D (Goodfellow et al. 2014, theorem 1): of the G in play, not of the average of it that is shown. Not where D
    sees a group: it may then rise above C(G)."""
    if not OBJECTIVES[config.loss].probabilistic or config.minibatch_deviation:
        return measured_terms(data)
    best = Term(
        "best_value", "C(G)", "V with the best D", "nats", "lower", "js", "value",
        "2 JS - log 4, by the measured JS of the G that D plays against: what V lies below it is what D still misses.",
        held_out=True,
    )  # fmt: skip
    return (*measured_terms(data), best)


@contextmanager
def at_rest(net: nn.Module) -> Iterator[None]:
    """Looking must not change a net: in training mode batch norm moves its statistics and spectral norm iterates."""
    trains = net.training
    net.eval()
    try:
        yield
    finally:
        net.train(trains)


def optimiser(name: str, net: nn.Module, beta1: float) -> torch.optim.Optimizer:
    """A player's optimiser; its learning rate is set at each step."""
    if name == "sgd":
        return torch.optim.SGD(net.parameters(), fused=True)
    return torch.optim.Adam(net.parameters(), betas=(beta1, BETA2), fused=True)


class GAN(Model):
    """min over G, max over D of V(D, G) = E_data[log D(x)] + E_z[log(1 - D(G(z)))], or another objective."""

    family = "gan"

    def __init__(self, config: GANConfig, shape: Shape) -> None:
        super().__init__()
        self.config = config
        self.shape = shape
        size_of_g, size_of_d = (config.generator_hidden, config.generator_depth), (config.hidden, config.depth)
        self.generator = generator(config.net, config.latents, *size_of_g, shape, config.batch_norm)
        self.critic = critic(
            config.net, *size_of_d, shape, config.fourier_features, config.minibatch_deviation, config.spectral_norm
        )
        self.averaged = copy.deepcopy(self.generator).eval().requires_grad_(False)
        self.settled = False
        self.register_state_dict_pre_hook(lambda model, *_: model.shown())
        self.register_load_state_dict_post_hook(lambda model, _: setattr(model, "settled", False))
        self.optimiser_d = optimiser(config.optimiser_d, self.critic, config.beta1)
        self.optimiser_g = optimiser(config.optimiser_g, self.generator, config.beta1)

    @property
    def latents(self) -> int:
        return self.config.latents

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"discriminator": self.optimiser_d, "generator": self.optimiser_g}

    def learning_rates(self) -> dict[str, float]:
        return {"discriminator": self.config.learning_rate_d, "generator": self.config.learning_rate_g}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        reported: dict[str, Tensor] = {}
        if step.part != "generator":
            for _ in range(self.config.d_steps):
                reported |= self.discriminator_step(step)
        if step.part != "discriminator":
            for _ in range(self.config.g_steps):
                reported |= self.generator_step(step)
        return reported

    def discriminator_step(self, step: Step) -> dict[str, Tensor]:
        """D climbs: one step on D's loss; G stays."""
        x = step.next_batch()
        with torch.no_grad():
            fake = self.generator(self.noise(len(x), step.rng))
        real_logits, fake_logits = self.critic(x), self.critic(fake)

        d_loss = OBJECTIVES[self.config.loss].discriminator(real_logits, fake_logits, self.config.smoothing)
        if self.config.loss == "wgan_gp":
            d_loss = d_loss + self.config.penalty * gradient_penalty(self.critic, x, fake, step.rng)
        penalised = d_loss  # what is reported is the formula on the page; R1 only steadies D
        if self.config.r1 > 0 and step.number % R1_EVERY == 0:
            # Every fourth step, four times the weight: the same pull for a fraction of its cost (Karras et al. 2020).
            penalised = penalised + R1_EVERY * self.config.r1 * r1_penalty(self.critic, x)

        self.optimiser_d.zero_grad()
        penalised.backward()
        self.optimiser_d.step()
        return {"d_loss": d_loss} | self.scores(real_logits.detach(), fake_logits.detach())

    def generator_step(self, step: Step) -> dict[str, Tensor]:
        """G climbs: one step on G's loss; D stays."""
        fake = self.generator(self.noise(self.config.batch, step.rng))
        g_loss = OBJECTIVES[self.config.loss].generator(self.critic(fake))
        steadied = g_loss  # what is reported is the formula on the page, as for D
        if self.config.feature_matching > 0:
            features = first_features(self.critic)
            steadied = steadied + self.config.feature_matching * feature_distance(features, step.next_batch(), fake)

        self.optimiser_g.zero_grad()
        steadied.backward(inputs=list(self.generator.parameters()))  # D's weights need no gradient here
        self.optimiser_g.step()
        self.average(step.number)
        return {"g_loss": g_loss}

    def scores(self, real_logits: Tensor, fake_logits: Tensor) -> dict[str, Tensor]:
        """What D thinks of the two: V and its addends, mean D(x), mean D(G(z)) and the JS bound, or plain scores.

        No bound where D sees a group of examples: its V is bounded by the JS of whole groups, which is larger.
        """
        if not OBJECTIVES[self.config.loss].probabilistic:
            return {"d_real": real_logits.mean(), "d_fake": fake_logits.mean()}
        log_d_real, log_d_fake = F.logsigmoid(real_logits).mean(), F.logsigmoid(-fake_logits).mean()
        scores = {
            "value": log_d_real + log_d_fake,
            "log_d_real": log_d_real,
            "log_d_fake": log_d_fake,
            "d_real": torch.sigmoid(real_logits).mean(),
            "d_fake": torch.sigmoid(fake_logits).mean(),
        }
        if self.config.minibatch_deviation:
            return scores
        return scores | {"js_bound": js_lower_bound_from_logits(real_logits, fake_logits)}

    @torch.no_grad()
    def average(self, number: int) -> None:
        """averaged <- decay * averaged + (1 - decay) * generator (Yazici et al. 2019), where decay rises to `ema`, lest
        the untrained G show for ever; `shown` sees to the statistics of batch norm."""
        decay = min(self.config.ema, (1 + number) / (AVERAGE_RISE + number))
        for shown, trained in zip(self.averaged.parameters(), self.generator.parameters(), strict=True):
            shown.lerp_(trained, 1 - decay)
        self.settled = False

    @torch.no_grad()
    def shown(self) -> nn.Sequential:
        """The averaged generator with statistics of batch norm of its own: those of its hidden layers over some batches
        of noise, always the same (Izmailov et al. 2018, section 3.2). Without an average G itself, as it is."""
        if not self.settled:
            settled = self.generator
            if self.config.ema > 0:
                # A copy: another thread may be drawing with the average.
                settled = copy.deepcopy(self.averaged)
                update_bn(self.even_noise(SETTLING_NOISE[self.config.net]).chunk(SETTLING_BATCHES), settled)
            for own, found in zip(self.averaged.buffers(), settled.buffers(), strict=True):
                own.copy_(found)
            self.settled = True
        return self.averaged

    def noise(self, count: int, rng: torch.Generator) -> Tensor:
        """z ~ p(z), [count, latents]."""
        if self.config.noise == "uniform":
            return 2 * torch.rand(count, self.latents, generator=rng) - 1
        return torch.randn(count, self.latents, generator=rng)

    def even_noise(self, count: int) -> Tensor:
        """z [count, latents] that fill p(z) more evenly than draws do: a scrambled Sobol sequence (Owen 1998), always
        the same, through the normal's quantiles. Means over it are as near as those of many times as many draws."""
        engine = SobolEngine(self.latents, scramble=True, seed=SETTLING_SEED)
        shares = engine.draw(count, dtype=torch.float64).clamp(OPEN, 1 - OPEN)
        mixed = torch.randperm(count, generator=torch.Generator().manual_seed(SETTLING_SEED))
        return self.prior(torch.special.ndtri(shares[mixed]).float())

    def prior(self, normal: Tensor) -> Tensor:
        return normal if self.config.noise == "normal" else torch.erf(normal / math.sqrt(2))

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """What D thinks of held-out examples and of as many by the G that it plays against."""
        with at_rest(self.critic):
            return self.scores(self.critic(examples), self.critic(self.in_play(len(examples), rng)))

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        samples = self.decode(self.prior(probe.noise))
        pictures = {"samples": as_picture(samples)}
        if len(self.shape) == 1:
            with at_rest(self.critic):
                scores = (self.critic(points) for points in (window(*self.shape), probe.examples, samples))
                pictures["field"] = as_field(OBJECTIVES[self.config.loss].belief(*scores))
                pictures["gradient"] = self.pull(samples).numpy()
        return pictures

    def pull(self, samples: Tensor) -> Tensor:
        """Where G's loss l_G of each single sample would have it go: -d l_G(D(x)) / dx at samples [n, 1 or 2], of their
        shape, 0 where D is too steep for a number."""
        with torch.enable_grad():
            x = samples.detach().requires_grad_(True)
            # The losses are means over a batch: n times the mean is the sum over single samples.
            loss = len(x) * OBJECTIVES[self.config.loss].generator(self.critic(x))
            (gradient,) = torch.autograd.grad(loss, x)
        return -gradient.nan_to_num(0.0, 0.0, 0.0)

    def decode(self, z: Tensor) -> Tensor:
        return self.shown()(z)

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        return self.decode(self.noise(count, rng))

    def sample_in_play(self, count: int, rng: torch.Generator) -> Tensor | None:
        if self.config.ema == 0:
            return None
        return self.in_play(count, rng)

    def in_play(self, count: int, rng: torch.Generator) -> Tensor:
        """Examples by the G that D plays against, [count, *shape], as D meets them: in batches of the run's size, for
        with batch norm an example depends on its batch."""
        # A copy: looking must not move the statistics of batch norm.
        net = copy.deepcopy(self.generator).train() if self.config.batch_norm else self.generator
        whole = -(-count // self.config.batch) * self.config.batch
        return torch.cat([net(z) for z in self.noise(whole, rng).split(self.config.batch)])[:count]

    def live_nets(self) -> dict[str, nn.Sequential]:
        return {"decoder": self.shown()}


def formula(config: Any) -> tuple[tuple[str, str | None], ...]:
    """The game in pieces: (LaTeX, the term whose number stands under it); an empty piece begins a line."""
    objective = OBJECTIVES[config.loss]
    losses = (
        (r"\mathcal{L}_D =", None),
        (objective.discriminator_symbol(config.smoothing), "d_loss"),
        (r"\mathcal{L}_G =", None),
        (objective.generator_symbol, "g_loss"),
    )
    if not objective.probabilistic:
        return losses
    return (
        (r"\min_G \max_D", None),
        ("V(D,G)", "value"),
        ("=", None),
        (r"\mathbb{E}\,\log D(x)", "log_d_real"),
        ("+", None),
        (r"\mathbb{E}\,\log(1 - D(G(z)))", "log_d_fake"),
        ("", None),
        *losses,
    )


IMAGES = {
    "schedule": "flat_then_fall",
    "steps": 6000,
    "batch": 64,
    "hidden": 256,
    "depth": 2,
    "generator_hidden": 256,
    "generator_depth": 2,
    "batch_norm": True,
    "minibatch_deviation": True,
    "r1": 0.075,
    "learning_rate_g": 2e-3,
    "learning_rate_d": 1e-3,
    "ema": 0.999,
}
POINTS = {
    "schedule": "flat_then_fall",
    "steps": 7000,
    "batch": 256,
    "latents": 8,
    "hidden": 64,
    "depth": 2,
    "generator_hidden": 64,
    "generator_depth": 3,
    "fourier_features": 128,
    "feature_matching": 3.0,
    "beta1": 0.0,
    "r1": 0.1,
    "learning_rate_g": 2e-3,
    "learning_rate_d": 2e-3,
    "ema": 0.99,
}

FAMILY = Family(
    name="gan",
    title="Generative adversarial network",
    config=GANConfig,
    build=GAN,
    terms=terms,
    formula=formula,
    presets={
        ("classroom", "images"): IMAGES,
        ("best", "images"): IMAGES | {"hidden": 384, "generator_hidden": 384, "steps": 40_000},
        ("classroom", "points"): POINTS,
        ("best", "points"): POINTS | {"hidden": 128, "generator_hidden": 128, "steps": 20_000},
    },
    parts=("discriminator", "generator"),
    measured=measured,
)
