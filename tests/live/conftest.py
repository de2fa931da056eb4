"""What the tests of the routes share: a lab of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from genlab.live.lab import lab, make_lab


@pytest.fixture
def own_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A lab with a store of its own."""
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    make_lab.cache_clear()
    yield
    lab().store.close()
    make_lab.cache_clear()
