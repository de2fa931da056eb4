"""What is minimised where KL has another weight than in the bound is told beside it, of each family that weighs KL."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.distributions import Normal, kl_divergence

from genlab.data import load
from genlab.models import FAMILIES
from genlab.training import Trainer

SMALL: dict[str, Any] = {"hidden": 16, "latents": 3, "steps": 20, "batch": 16}


def reported(family: str, settings: dict[str, Any]) -> tuple[dict[str, float], Any]:
    """The terms of one step on some digits, and the model before it."""
    trainer = Trainer(family, FAMILIES[family].preset("classroom", "images", SMALL | settings), load("mnist5k"), seed=1)
    _step, terms = trainer.advance(steps=1).points[-1]
    before = Trainer(family, trainer.config, load("mnist5k"), seed=1)
    return terms, before


@pytest.mark.parametrize(
    ("family", "settings"),
    [
        ("vae", {"beta": 5.0}),
        ("vae", {"beta": 0.5, "free_bits": 0.3}),
        ("vae", {"free_bits": 2.0}),
        ("cvae", {"beta": 4.0}),
    ],
)
def test_what_is_minimised_is_told_beside_the_bound(family: str, settings: dict[str, Any]) -> None:
    terms, before = reported(family, settings)
    with torch.no_grad():
        if family == "vae":
            mean, log_variance = before.model.posterior(before.next_batch())
        else:
            mean, log_variance = before.model.posterior_of(*before.next_labelled())
        kl = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).mean(dim=0)
    weighted = settings.get("beta", 1.0) * kl.clamp_min(settings.get("free_bits", 0.0)).sum().item()
    assert terms["weighted_kl"] == pytest.approx(weighted, abs=1e-3)
    assert terms["objective"] == pytest.approx(terms["reconstruction"] + weighted, abs=1e-3)
    assert terms["negative_elbo"] == pytest.approx(terms["reconstruction"] + terms["kl"])
    config = before.config
    told = {term.key for term in FAMILIES[family].terms(config)}
    assert told <= terms.keys()
    assert told == {key for _latex, key in FAMILIES[family].formula(config) if key}
    assert {"objective", "weighted_kl"} < told


@pytest.mark.parametrize("family", ["vae", "cvae"])
def test_at_beta_1_the_bound_is_what_is_minimised(family: str) -> None:
    terms, before = reported(family, {})
    told = {term.key for term in FAMILIES[family].terms(before.config)}
    assert told == {"negative_elbo", "reconstruction", "kl"}
    assert not {"objective", "weighted_kl"} & terms.keys()
