"""Trainers of small models, and what of theirs is compared."""

from __future__ import annotations

from typing import Any

from genlab.data import load
from genlab.models import FAMILIES
from genlab.training import Trainer

# With 1300 steps planned a point is due every second step and a frame at 34 and 40: 37 is in the middle of both.
PLAN, MIDDLE, END = 1300, 37, 44


SETUPS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ae": ("ae", "mnist5k", {"noise": 0.2}),
    "ae-conv": ("ae", "mnist5k", {"net": "conv"}),
    "vae": ("vae", "mnist5k", {"binarise": True, "warm_up": 50, "free_bits": 0.1}),
    "vae-mean": ("vae", "mnist5k", {"reduction": "mean", "warm_up": 50}),
    "vae-importance": ("vae", "mnist5k", {"importance": 3}),
    "vae-points": ("vae", "ring8", {"likelihood": "gaussian", "latents": 2}),
    "gan": ("gan", "mnist5k", {"ema": 0.9, "d_steps": 2, "r1": 0.1}),
    "gan-norms": ("gan", "mnist5k", {"batch_norm": True, "minibatch_deviation": True, "ema": 0.9}),
    "gan-points": ("gan", "ring8", {"loss": "wgan_gp", "latents": 2, "schedule": "constant"}),
    "gan-sgd": ("gan", "ring8", {"optimiser_d": "sgd", "latents": 2, "generator_hidden": 8, "generator_depth": 3}),
    "flow": ("flow", "mnist5k", {"predicts": "data", "ode_steps": 3}),
    "cvae": ("cvae", "mnist5k", {}),
    "cvae-points": ("cvae", "ring8", {"latents": 2, "likelihood": "gaussian", "beta": 2}),
    "flow-points": ("flow", "ring8", {"method": "midpoint", "ode_steps": 3}),
    "gan-spectral": ("gan", "ring8", {"spectral_norm": True, "latents": 2, "g_steps": 2, "noise": "uniform"}),
}


def trainer_of(setup: str, seed: int = 3, **more: Any) -> Trainer:
    family, data, settings = SETUPS[setup]
    config = FAMILIES[family].config.parse({"steps": PLAN, "batch": 32, "hidden": 16} | settings | more)
    return Trainer(family, config, load(data), seed)
