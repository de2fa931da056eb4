"""What visitors bring is bounded by the tab and by the server, not by the file alone."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from live.asked import Answer, ask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from genlab.live.web import uploads
from genlab.views.bench.own_data import MOST_MB

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """The server's files, none of them; the largest may be of one megabyte."""
    manager = MemoryUploadedFileManager("")
    monkeypatch.setattr(uploads, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    monkeypatch.setattr(config, "get_option", lambda name: 1 if name == "server.maxUploadSize" else "")
    return manager


def put(manager: MemoryUploadedFileManager, session: str, size: int) -> Answer:
    """Brings a file as Streamlit would take it."""
    name = str(len(manager.file_storage[session]))

    def take(request: object) -> Response:
        manager.add_file(session, UploadedFileRec(name, name, "", bytes(size)))
        return Response(status_code=204)

    app = Starlette(
        routes=[Route("/_stcore/upload_file/{session}/{file}", take, methods=["PUT"])],
        middleware=[Middleware(uploads.Uploads)],
    )
    return ask("PUT", f"/_stcore/upload_file/{session}/{name}", b"", {"content-length": str(size)}, app)


def test_a_tab_holds_three_of_the_largest(manager: MemoryUploadedFileManager) -> None:
    assert [put(manager, "a", 2**20).status for _ in range(4)] == [204, 204, 204, 413]
    assert put(manager, "b", 2**20).status == 204
    assert "takes 3 MB" in put(manager, "a", 2**20).body.decode()
    manager.remove_file("a", "0")
    assert put(manager, "a", 2**20).status == 204


def test_all_tabs_together_are_bounded(manager: MemoryUploadedFileManager) -> None:
    statuses = [put(manager, f"tab {number}", 2**20).status for number in range(uploads.ALL + 1)]
    assert statuses == [204] * uploads.ALL + [413]


def test_the_server_takes_what_the_page_promises() -> None:
    setting = (ROOT / ".streamlit" / "config.toml").read_text()
    assert re.search(r"^maxUploadSize = (\d+)$", setting, re.MULTILINE)[1] == str(MOST_MB)  # type: ignore[index]
    # A form around the file takes a few hundred bytes.
    proxy = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    assert int(re.search(r"client_max_body_size (\d+)m;", proxy)[1]) > MOST_MB  # type: ignore[index]
