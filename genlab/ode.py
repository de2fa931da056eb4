"""Velocity fields that a net gives, and the ways along them from noise to data."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

# cos(pi k t), k = 1 ... TIMES: what a net is told of t.
TIMES = 8
# A net that gives the example is asked no later than this before the end: its velocity is divided by what is left.
NEAR = 0.05
# How often a method asks the field in one step.
ASKED = {"euler": 1, "midpoint": 2, "heun": 2}


def times(t: Tensor) -> Tensor:
    """What a net is told of t [n, 1]: cos(pi k t), k = 1 ... 8, [n, 8]."""
    return torch.cos(math.pi * torch.arange(1, TIMES + 1, device=t.device) * t)


class VelocityField(nn.Module):
    """v(x, t): the output of a net of [x, times(t)], or, where the net gives the example x_1, (x_1 - x) / (1 - t).

    The latter is what is left of a straight way from x to x_1 (Li and He 2025, eq. 6); 1 - t counts as 0.05 where it is
    less. x [n, size], t [n, 1] in [0, 1]; returns [n, size].
    """

    def __init__(self, net: nn.Sequential, size: int, predicts: str) -> None:
        super().__init__()
        self.net, self.size, self.predicts = net, size, predicts

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        output = self.net(torch.cat([x, times(t)], dim=1))
        if self.predicts == "velocity":
            return output
        return (output - x) / (1 - t).clamp_min(NEAR)


class Ode(nn.Module):
    """dx/dt = v(x, t) from t = 0 to 1 in equal steps, by Euler's, the midpoint or Heun's rule: z [n, size] to x(1).

    A step of length h: Euler x + h v(x, t); midpoint x + h v(x + h/2 v, t + h/2); Heun x + h/2 (v + v(x + h v, t + h)),
    v = v(x, t) (Hairer, Norsett and Wanner 1993, section II.1).
    """

    def __init__(self, field: VelocityField, method: str, steps: int) -> None:
        super().__init__()
        self.field, self.method, self.steps = field, method, steps

    @property
    def asked(self) -> int:
        """How often the field is asked on the way."""
        return self.steps * ASKED[self.method]

    def forward(self, z: Tensor) -> Tensor:
        x = z
        for step in range(self.steps):
            x = self.stepped(x, step)
        return x

    def path(self, z: Tensor) -> Tensor:
        """Every place on the way, that of z first: [steps + 1, n, size]."""
        places = [z]
        for step in range(self.steps):
            places.append(self.stepped(places[-1], step))
        return torch.stack(places)

    def stepped(self, x: Tensor, step: int) -> Tensor:
        """x after step number `step`."""
        h = 1 / self.steps
        t = torch.full_like(x[:, :1], step * h)
        velocity = self.field(x, t)
        if self.method == "midpoint":
            velocity = self.field(x + h / 2 * velocity, t + h / 2)
        elif self.method == "heun":
            velocity = (velocity + self.field(x + h * velocity, t + h)) / 2
        return x + h * velocity
