"""What all tests share: a home of their own, and the full MNIST only where it is."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import hypothesis
import pytest
import torch
from streamlit.components.v2 import manifest_scanner

from genlab.data import available, load_mnist5k
from genlab.devices import present

# No test is timed: it must hold on a machine that is busy with something else.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# What is imported by now lives as long as the tests: full collections, a tenth of all work, need not walk it.
gc.freeze()


def pytest_collection_finish() -> None:
    """Nor need they walk the tests and what their modules have imported."""
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that need full MNIST, or an accelerator, where it is not on this machine, and says so in the
    summary."""
    absent = [name for name, there in (("mnist", available("mnist")), ("accelerator", present())) if not there]
    needing = [item for item in items if any(item.get_closest_marker(name) for name in absent)]
    if not needing:
        return
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


@pytest.fixture(autouse=True)
def numbers_of_any_size() -> Iterator[None]:
    """That numbers too small count as 0, as a worker has it, is not left to the tests that follow."""
    yield
    torch.set_flush_denormal(False)


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run is measured by, at its points and frames and at its end, is measured of few samples: tests that train
    ask when and where, not how well. Who asks how well hands samples to the measure itself, or has more drawn."""
    monkeypatch.setattr("genlab.training.sources.DRAWN", 256)
    monkeypatch.setattr("genlab.training.sources.RULED", 32)
    monkeypatch.setattr("genlab.evaluation.DRAWN_IMAGES", 1000)
    monkeypatch.setattr("genlab.evaluation.DRAWN_POINTS", 1000)


@pytest.fixture
def waits(caplog: pytest.LogCaptureFixture) -> Callable[[], int]:
    """How often the test has waited in vain for a store that somebody else had locked: each time PATIENCE_SECONDS."""
    caplog.set_level(logging.INFO, "genlab.runs.store.engine")
    return lambda: sum(
        record.name == "genlab.runs.store.engine" and record.getMessage().startswith("busy:")
        for record in caplog.records
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is opened from now on waits a fifth of the time for a lock; what it does then is the same."""
    monkeypatch.setattr("genlab.runs.store.engine.PATIENCE_SECONDS", 0.3)


@pytest.fixture(autouse=True, scope="session")
def scanned_once() -> Iterator[None]:
    """For each AppTest Streamlit looks anew through all installed packages for components: a third of a second each."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            manifest_scanner, "scan_component_manifests", lru_cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(autouse=True, scope="session")
def read_once(own_home: Path) -> Iterator[None]:
    """The digits that come along are the same ones in every test, whatever its home: what is known of real digits (the
    rulers' features of them, what a line reads of their pixels) is found once and not for each test."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("genlab.data.load_mnist5k", cache(load_mnist5k))
        yield


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """GENLAB_HOME in a temporary folder: no test touches a person's runs."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ.get("GENLAB_HOME")
    os.environ["GENLAB_HOME"] = str(folder)
    torch.set_num_threads(1)
    yield folder
    if before is None:
        del os.environ["GENLAB_HOME"]
    else:
        os.environ["GENLAB_HOME"] = before
