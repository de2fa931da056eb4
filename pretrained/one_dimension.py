"""Trains a GAN and a VAE on the two peaks of 1-D data and writes what the course's first chapter draws of them.

    python -m pretrained.one_dimension

one_dimension.json holds both as curves: the GAN's G over its one noise z, and its D over x; the VAE's decoder over z,
its deviation, and its lower bound of log p(x) over x, whose expectation over q(z|x) is taken by quadrature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from genlab.data import load
from genlab.divergences import kl_to_standard_normal
from genlab.models import FAMILIES, Model
from genlab.models.gan import GAN
from genlab.models.vae import VAE
from genlab.training import Trainer

FILE = Path(__file__).with_name("one_dimension.json")
DATA, SEED = "two_gaussians_1d", 0
GAN_SETTINGS = {"latents": 1, "hidden": 64, "generator_hidden": 32, "steps": 2000}
VAE_SETTINGS = {"latents": 1, "hidden": 32, "deviation": 0.12, "steps": 2000}
LATENTS = torch.linspace(-4.5, 4.5, 901)
PLACES = torch.linspace(-2, 2, 401)
NODES = 200


def model(family: str, settings: Mapping[str, object]) -> Model:
    """A finished model."""
    data = load(DATA)
    trainer = Trainer(family, FAMILIES[family].preset("classroom", data.kind, settings), data, SEED)
    trainer.advance()
    return trainer.model.eval().requires_grad_(False)


def bound(vae: VAE, x: Tensor) -> Tensor:
    """The ELBO at places x [n], nats: the expectation over q(z|x) by Gauss and Hermite's rule."""
    mean, log_variance = vae.encoder(x[:, None]).chunk(2, dim=1)
    nodes, weights = (torch.from_numpy(part) for part in np.polynomial.hermite_e.hermegauss(NODES))
    z = (mean.double() + (log_variance.double() / 2).exp() * nodes).float()
    decoded = vae.decode(z.reshape(-1, 1)).reshape(len(x), NODES).double()
    deviation = vae.config.deviation
    fit = -(((x[:, None] - decoded) / deviation).square() + np.log(2 * np.pi * deviation**2)) / 2
    expected = (fit * weights).sum(dim=1) / weights.sum()
    return expected - kl_to_standard_normal(mean, log_variance).sum(dim=1)


def listed(values: Tensor) -> list[float]:
    """Numbers with as many digits as can be seen."""
    return [round(float(value), 5) for value in values.flatten()]


def main() -> None:
    """Both models, and the file."""
    gan, vae = model("gan", GAN_SETTINGS), model("vae", VAE_SETTINGS)
    assert isinstance(gan, GAN)
    assert isinstance(vae, VAE)
    drawn = {
        "z": [float(LATENTS[0]), float(LATENTS[-1])],
        "x": [float(PLACES[0]), float(PLACES[-1])],
        "gan": {
            "generator": listed(gan.averaged(LATENTS[:, None])),
            "belief": listed(torch.sigmoid(gan.critic(PLACES[:, None]))),
        },
        "vae": {
            "decoder": listed(vae.decode(LATENTS[:, None])),
            "deviation": vae.config.deviation,
            "bound": listed(bound(vae, PLACES)),
        },
    }
    FILE.write_text(json.dumps(drawn, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
