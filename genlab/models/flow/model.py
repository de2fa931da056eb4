"""The velocity field, how it learns, and how it carries noise to samples."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from genlab.models.flow.config import FlowConfig
from genlab.models.images import as_picture, log_odds, start_output_at
from genlab.models.model import Model, Probe, Shape, Step
from genlab.nets import decoder_mlp
from genlab.ode import NEAR, TIMES, Ode, VelocityField


class Flow(Model):
    """v(x, t) learned so that dx/dt = v carries N(0, I) at t = 0 to the data at t = 1 (Lipman et al. 2023; Liu et al.
    2023). The noise has as many numbers as x, and is all the latent there is."""

    family = "flow"

    def __init__(self, config: FlowConfig, shape: Shape) -> None:
        super().__init__()
        self.config, self.shape = config, shape
        self.size = math.prod(shape)
        net = decoder_mlp(self.size + TIMES, config.hidden, config.depth, (self.size,))
        # Pixels lie in [0, 1], and so does an example that the net gives.
        self.squashes = len(shape) > 1 and config.predicts == "data"
        if self.squashes:
            net.append(nn.Sigmoid())
        self.field = VelocityField(net, self.size, config.predicts)
        self.optimiser = torch.optim.Adam(self.parameters(), betas=(0.9, 0.99), fused=True)

    @property
    def latents(self) -> int:
        return self.size

    def start_from(self, mean: Tensor) -> None:
        if self.squashes:
            start_output_at(self.field.net, log_odds(mean))

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        return {"flow": self.optimiser}

    def learning_rates(self) -> dict[str, float]:
        return {"flow": self.config.learning_rate}

    def train_step(self, step: Step) -> dict[str, Tensor]:
        x1 = step.next_batch()  # [stage1]
        terms = self.match(x1, step.rng)

        self.optimiser.zero_grad()  # [stage5]
        terms["matching"].backward()  # [stage5]
        self.optimiser.step()  # [stage5]
        return terms

    def match(self, x1: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        """E |v(x_t, t) - (x_1 - x_0)|^2, x_t = (1 - t) x_0 + t x_1, x_0 ~ N(0, I), t uniform: a sum over coordinates, a
        mean over examples [n, *shape] (Lipman et al. 2023, eq. 23 with sigma_min = 0); and the share of the variance of
        x_1 - x_0 that v explains."""
        x1 = x1.flatten(1)
        x0 = torch.randn(x1.shape, generator=rng).to(x1.device)  # [stage2]
        t = self.moments(len(x1), rng).to(x1.device)  # [stage3]
        xt = (1 - t) * x0 + t * x1  # [stage3]
        velocity = x1 - x0  # [stage4 matching]
        matching = (self.field(xt, t) - velocity).square().sum(dim=1).mean()  # [stage4 matching]
        variance = velocity.var(dim=0, correction=0).sum()  # [explained]
        return {"matching": matching, "explained": 1 - matching.detach() / variance}  # [explained]

    def moments(self, count: int, rng: torch.Generator) -> Tensor:
        """t [count, 1], uniform, one in each of as many equal parts: the mean over them is less noisy than over
        independent ones. Where the net gives the example no later than 0.05 before the end."""
        t = (torch.arange(count)[:, None] + torch.rand(count, 1, generator=rng)) / count
        return t if self.config.predicts == "velocity" else (1 - NEAR) * t

    def held_out_terms(self, examples: Tensor, rng: torch.Generator) -> dict[str, Tensor]:
        return self.match(examples, rng)

    def frame(self, probe: Probe) -> dict[str, np.ndarray]:
        return {"samples": as_picture(self.decode(probe.noise))}

    def ode(self) -> Ode:
        """The field with the present rule and number of steps."""
        return Ode(self.field, self.config.method, self.config.ode_steps)

    def decode(self, z: Tensor) -> Tensor:
        """Where the field carries noise z [n, latents]; pixels beyond [0, 1] stay, as steps leave them."""
        return self.ode()(z).view(-1, *self.shape)

    def sample(self, count: int, rng: torch.Generator) -> Tensor:
        return self.decode(self.noise(count, rng))

    def live_nets(self) -> dict[str, nn.Sequential]:
        last = [nn.Unflatten(1, self.shape)] if len(self.shape) > 1 else []
        return {"decoder": nn.Sequential(self.ode(), *last)}
