"""What the tests of pages share: a visitor without a browser, and a store of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from views.ready import Ready

from genlab.live import lab as lab_module
from genlab.live.lab import lab, make_lab
from genlab.runs import Store
from genlab.runs.bundle import import_bundle
from genlab.views.frame import address

APP = Path(__file__).resolve().parents[2] / "app.py"
# Importing torch for the first page takes its time on a busy machine.
SECONDS = 60.0

Visit = Callable[..., AppTest]
GoBack = Callable[..., AppTest]


@pytest.fixture(autouse=True, scope="session")
def unpacked_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The runs that ship come into a test's store as they come into a server's, but that their bundles are read once
    and not for each test: almost two seconds. What is refused there is asked in tests/runs/bundle."""
    with pytest.MonkeyPatch.context() as patched:
        ready = Ready(tmp_path_factory.mktemp("ready"), import_bundle)
        patched.setattr("genlab.runs.bundle.import_bundle", ready)
        yield
        ready.store.close()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the pages of this test show, without shipped runs. Nothing trains: only the server starts the
    scheduler."""
    monkeypatch.setenv("GENLAB_HOME", str(tmp_path))
    monkeypatch.delenv("GENLAB_STORE", raising=False)
    monkeypatch.setattr(lab_module, "PRETRAINED", tmp_path / "nothing")
    make_lab.cache_clear()
    yield lab().store
    lab().store.close()
    make_lab.cache_clear()


@pytest.fixture
def visit(store: Store) -> Visit:
    """visit(page, **query): a page's first run for a new visitor, with what its address says."""

    def open_page(page: str, **query: str) -> AppTest:
        visitor = AppTest.from_file(str(APP), default_timeout=SECONDS)
        for key, value in query.items():
            visitor.query_params[key] = value
        visitor.switch_page(f"pages/{page}.py")
        return visitor.run()

    return open_page


@pytest.fixture
def go_back(monkeypatch: pytest.MonkeyPatch) -> GoBack:
    """go_back(visitor, **query): what the browser asks for when Back or Forward has brought that address."""

    def go(visitor: AppTest, **query: str) -> AppTest:
        visitor.query_params.clear()
        for key, value in query.items():
            visitor.query_params[key] = value
        with monkeypatch.context() as patched:
            patched.setattr(address, "went_back", lambda: True)
            return visitor.run()

    return go
