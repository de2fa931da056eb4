"""What the tests of runs share: a store of their own, small settings, and waiting without sleeping blindly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from runs.postgres import DATABASES, Server, programs, serving

from genlab.data import load
from genlab.models import family_named
from genlab.runs import Store
from genlab.runs.bundle.contents import read_tensors
from genlab.runs.store.short import in_short, is_large
from genlab.training import Trainer

# Steps enough for some without a frame and some between two checkpoints: each frame measures JS, which is dearer than
# ten steps.
SMALL: dict[str, Any] = {"likelihood": "gaussian", "latents": 2, "hidden": 32, "batch": 32, "steps": 60}


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few samples, as everywhere, but for the ruler: what workers made is compared, and nobody tells them."""
    monkeypatch.setattr("genlab.training.sources.DRAWN", 256)


@pytest.fixture
def small() -> dict[str, Any]:
    """Settings of a VAE on points that trains in a second."""
    return dict(SMALL)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that need a PostgreSQL server where none is installed, and says so in the summary."""
    if programs() is not None:
        return
    needing = [item for item in items if item.get_closest_marker("postgresql")]
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Gives the tests of the store every kind of database."""
    if metafunc.definition.get_closest_marker("every_database") and "new_url" in metafunc.fixturenames:
        metafunc.parametrize("new_url", DATABASES, indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of these tests."""
    with serving() as server:
        yield server


@pytest.fixture
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has no tables yet."""
    if getattr(request, "param", "sqlite") != "postgresql":
        yield f"sqlite:///{tmp_path / 'genlab.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    url = server.new()
    yield url
    server.take_back(url)


@pytest.fixture
def store(new_url: str) -> Iterator[Store]:
    """An empty store."""
    store = Store(new_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def until() -> Callable[..., None]:
    """until(condition, seconds): comes back as soon as the condition holds, fails when it does not in time."""

    def wait(condition: Callable[[], object], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "did not come true in time"
            time.sleep(0.02)

    return wait


@pytest.fixture(scope="session")
def weights_of() -> Callable[[Store, str], dict[str, bytes]]:
    """The bytes of every tensor in a run's newest checkpoint: weights and optimisers."""

    def weights(store: Store, run_id: str) -> dict[str, bytes]:
        arrays = read_tensors("checkpoint", store.checkpoint(run_id))
        return {name: array.tobytes() for name, array in arrays.items()}

    return weights


@pytest.fixture(scope="session")
def trained_alone() -> Callable[..., tuple[dict[str, bytes], list[Any]]]:
    """Tensors and points of a run that one Trainer makes in one go, in this process; each is made once."""
    made: dict[tuple[str, str, str], tuple[dict[str, bytes], list[Any]]] = {}

    def train(family: str, data: str, config: dict[str, Any]) -> tuple[dict[str, bytes], list[Any]]:
        parsed = family_named(family).config.parse(config)
        key = (family, data, parsed.model_dump_json())
        if key not in made:
            torch.set_flush_denormal(True)
            trainer = Trainer(family, parsed, load(data))
            progress = trainer.advance()
            torch.set_flush_denormal(False)
            blob = trainer.checkpoint()
            arrays = read_tensors("checkpoint", in_short(blob) if is_large(blob) else blob)  # as of a run that is done
            made[key] = {name: array.tobytes() for name, array in arrays.items()}, progress.points
        return made[key]

    return train
