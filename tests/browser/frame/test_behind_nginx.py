"""Behind nginx, as docs/deploy sets it up, below a path and by a name of the site's own, pages live and train."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.served import ROOT, Server, until
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.nginx]

PATH = "/courses/genlab"
AROUND = """daemon off; master_process off; pid FOLDER/pid; error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fast;
    uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
    server { listen 127.0.0.1:PORT; include FOLDER/genlab.conf; }
}
"""


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Server]:
    """An app behind nginx; its address is nginx's."""
    home = tmp_path / "home"
    home.mkdir()
    server = Server(home, PATH, {"GENLAB_ALLOWED_HOSTS": "lab.localhost.test"})
    server.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    part = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    assert part.count("127.0.0.1:8501") == 2
    (tmp_path / "genlab.conf").write_text(part.replace("127.0.0.1:8501", f"127.0.0.1:{server.port}"))
    (tmp_path / "nginx.conf").write_text(AROUND.replace("FOLDER", str(tmp_path)).replace("PORT", str(port)))
    with (tmp_path / "nginx.log").open("ab") as log:
        nginx = subprocess.Popen(["nginx", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stdout=log, stderr=log)
    server.address = f"http://127.0.0.1:{port}{PATH}"
    try:
        until(lambda: nginx.poll() is None and server.answers(), 20, lambda: (tmp_path / "nginx.log").read_text())
        yield server
    finally:
        nginx.terminate()
        nginx.wait()
        server.end()


def test_a_person_trains_behind_nginx(proxied: Server, page: Page) -> None:
    page.goto(proxied.address)  # without a slash at its end: nginx adds it
    expect(page.locator(".gl-parade canvas").first).to_be_visible()
    page.goto(f"{proxied.address}/vae?data=ring8&latents=2")
    page.get_by_role("button", name="Start", exact=True).click()
    until(
        lambda: any(run.step > 0 for run in proxied.store.list() if run.data == "ring8"), 60, lambda: "nothing trains"
    )
    expect(page.locator(".gl-run")).to_be_visible()
    expect(page.locator(".gl-absent")).to_have_count(0)
