"""A bundle of a short run, for every test of bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runs.bundle.bundle_cases import CONFIG, Files

from genlab.data import load
from genlab.models import family_named
from genlab.runs.bundle import write_bundle
from genlab.runs.bundle.archive import read_files
from genlab.training import Trainer


@pytest.fixture(scope="session")
def trained() -> tuple[Trainer, list[Any], list[Any]]:
    """A small VAE on digits, half-way."""
    family = family_named("vae")
    trainer = Trainer("vae", family.config.parse(CONFIG), load("mnist5k"), seed=5)
    progress = trainer.advance(steps=10)
    return trainer, progress.points, progress.frames


@pytest.fixture(scope="session")
def folder(trained: tuple[Trainer, list[Any], list[Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its bundle as a folder."""
    folder = tmp_path_factory.mktemp("bundle") / "run"
    write_bundle(folder, *trained, metrics={"kl": 1.5}, name="small", preset="classroom")
    return folder


@pytest.fixture
def files(folder: Path) -> Files:
    """Its files."""
    return read_files(folder)
