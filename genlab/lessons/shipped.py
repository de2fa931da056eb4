"""The models that ship with the app, for experiments in a worker process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from genlab.models import Model
from genlab.runs.bundle import read_bundle
from genlab.runs.bundle.weights import load_model

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"


@lru_cache(maxsize=4)
def shipped_model(name: str) -> Model:
    """The model of pretrained/NAME, in eval mode."""
    return load_model(read_bundle(PRETRAINED / name)).requires_grad_(False)
