"""Small models on the server for the explorer; what is asked of the server while one draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from browser.served import Server
from browser.space.explore_cases import UNUSED
from playwright.sync_api import Page, Request

from genlab.data import load
from genlab.models import family_named
from genlab.runs.bundle import import_bundle, write_bundle
from genlab.runs.store.record import Run
from genlab.training import Trainer


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Runs of ten steps on images, four latents; the VAE's second one says nothing."""
    folder = tmp_path_factory.mktemp("bundles")
    data = load("mnist5k")
    for family in ("vae", "ae", "gan"):
        config = family_named(family).preset("classroom", "images", {"steps": 10, "hidden": 32, "latents": 4})
        trainer = Trainer(family, config, data)
        progress = trainer.advance()
        if family == "vae":
            last = trainer.model.get_submodule("encoder.3")
            with torch.no_grad():
                for parameter in last.parameters():
                    parameter[[UNUSED, 4 + UNUSED]] = 0  # mean 0, log variance 0: q(z|x) is the prior
        write_bundle(folder / family, trainer, progress.points, progress.frames)
    return {family: folder / family for family in ("vae", "ae", "gan")}


@pytest.fixture
def made(server: Server, bundles: dict[str, Path]) -> Iterator[Any]:
    """made(family): such a run in the server's store, gone after the test."""
    runs: list[Run] = []

    def make(family: str) -> Run:
        runs.append(import_bundle(server.store, bundles[family], "somebody"))
        return runs[-1]

    yield make
    present = {run.id for run in server.store.list()}
    for run in runs:
        if run.id in present:
            server.store.delete(run.id)


@pytest.fixture
def asked(page: Page) -> Iterator[list[str]]:
    """The addresses below /lab that the page asks for."""
    addresses: list[str] = []

    def note(request: Request) -> None:
        if "/lab/" in request.url:
            addresses.append(request.url)

    page.on("request", note)
    yield addresses
    page.remove_listener("request", note)
