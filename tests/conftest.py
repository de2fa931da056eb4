"""What all tests share: a home of their own, and the full MNIST only where it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from genlab.data import available


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselects the tests that need full MNIST where it is not on this machine, and says so in the summary."""
    if available("mnist"):
        return
    needing = [item for item in items if item.get_closest_marker("mnist")]
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


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
