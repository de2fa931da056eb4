"""The two players, and how they learn from each other."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import update_bn
from torch.quasirandom import SobolEngine

from genlab.devices import as_array
from genlab.divergences import js_lower_bound_from_logits
from genlab.models.gan.config import GANConfig
from genlab.models.gan.losses import OBJECTIVES, feature_distance, gradient_penalty, r1_penalty
from genlab.models.gan.nets import critic, first_features, generator
from genlab.models.images import as_picture
from genlab.models.model import Model, Probe, Shape, Step
from genlab.models.points import as_field, window

BETA2 = 0.99
R1_EVERY = 4
AVERAGE_RISE = 10
# Of how much noise the averaged G's statistics of batch norm are taken: a convolution's are over all places besides.
SETTLING_NOISE = {"mlp": 2048, "conv": 512, "deep": 512}
SETTLING_BATCHES, SETTLING_SEED = 16, 0
# Normal quantiles of 0 and 1 are infinite.
OPEN = 1e-7


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
        self.register_state_dict_pre_hook(lambda model, *_: model.shown())  # of the lab
        self.register_load_state_dict_post_hook(lambda model, _: setattr(model, "settled", False))  # of the lab
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
        x = step.next_batch()  # [stage3]
        with torch.no_grad():
            fake = self.generator(self.noise(len(x), step.rng))  # [stage1 stage2]
        real_logits, fake_logits = self.critic(x), self.critic(fake)  # [stage4 d_real d_fake]

        # [d_loss stage5]
        d_loss = OBJECTIVES[self.config.loss].discriminator(real_logits, fake_logits, self.config.smoothing)
        if self.config.loss == "wgan_gp":
            d_loss = d_loss + self.config.penalty * gradient_penalty(self.critic, x, fake, step.rng)  # [d_loss stage5]
        penalised = d_loss  # what is reported is the formula on the page; R1 only steadies D
        if self.config.r1 > 0 and step.number % R1_EVERY == 0:
            # Every fourth step, four times the weight: the same pull for a fraction of its cost (Karras et al. 2020).
            penalised = penalised + R1_EVERY * self.config.r1 * r1_penalty(self.critic, x)

        self.optimiser_d.zero_grad()  # [stage6]
        penalised.backward()  # [stage6]
        self.optimiser_d.step()  # [stage6]
        return {"d_loss": d_loss} | self.scores(real_logits.detach(), fake_logits.detach())

    def generator_step(self, step: Step) -> dict[str, Tensor]:
        """G climbs: one step on G's loss; D stays."""
        fake = self.generator(self.noise(self.config.batch, step.rng))  # [stage7 stage8]
        g_loss = OBJECTIVES[self.config.loss].generator(self.critic(fake))  # [g_loss stage8 stage9]
        steadied = g_loss  # what is reported is the formula on the page, as for D
        if self.config.feature_matching > 0:
            features = first_features(self.critic)
            steadied = steadied + self.config.feature_matching * feature_distance(features, step.next_batch(), fake)

        self.optimiser_g.zero_grad()  # [stage9]
        steadied.backward(inputs=list(self.generator.parameters()))  # D's weights need no gradient here [stage9]
        self.optimiser_g.step()  # [stage10]
        self.average(step.number)
        return {"g_loss": g_loss}

    def scores(self, real_logits: Tensor, fake_logits: Tensor) -> dict[str, Tensor]:
        """What D thinks of the two: V and its addends, mean D(x), mean D(G(z)) and the JS bound, or plain scores.

        No bound where D sees a group of examples: its V is bounded by the JS of whole groups, which is larger.
        """
        if not OBJECTIVES[self.config.loss].probabilistic:
            return {"d_real": real_logits.mean(), "d_fake": fake_logits.mean()}  # [d_real d_fake]
        log_d_real = F.logsigmoid(real_logits).mean()  # [log_d_real]
        log_d_fake = F.logsigmoid(-fake_logits).mean()  # [log_d_fake]
        value = log_d_real + log_d_fake  # [value]
        d_real = torch.sigmoid(real_logits).mean()  # [d_real]
        d_fake = torch.sigmoid(fake_logits).mean()  # [d_fake]
        scores = {
            "value": value,
            "log_d_real": log_d_real,
            "log_d_fake": log_d_fake,
            "d_real": d_real,
            "d_fake": d_fake,
        }
        if self.config.minibatch_deviation:
            return scores
        return scores | {"js_bound": js_lower_bound_from_logits(real_logits, fake_logits)}  # [js_bound]

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
            return (2 * torch.rand(count, self.latents, generator=rng) - 1).to(self.device)
        return torch.randn(count, self.latents, generator=rng).to(self.device)

    def even_noise(self, count: int) -> Tensor:
        """z [count, latents] that fill p(z) more evenly than draws do: a scrambled Sobol sequence (Owen 1998), always
        the same, through the normal's quantiles. Means over it are as near as those of many times as many draws."""
        engine = SobolEngine(self.latents, scramble=True, seed=SETTLING_SEED)
        shares = engine.draw(count, dtype=torch.float64).clamp(OPEN, 1 - OPEN)
        mixed = torch.randperm(count, generator=torch.Generator().manual_seed(SETTLING_SEED))
        return self.prior(torch.special.ndtri(shares[mixed]).float().to(self.device))

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
            at = window(*self.shape).to(self.device)
            with at_rest(self.critic):
                scores = (self.critic(points) for points in (at, probe.examples, samples))
                pictures["field"] = as_field(OBJECTIVES[self.config.loss].belief(*scores))
                pictures["gradient"] = as_array(self.pull(samples))
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
