"""nginx before the app, as docs/deploy sets it up: below a path, with or without https."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
from browser.served import ROOT, Server, until

PATH = "/courses/genlab"
AROUND = """daemon off; master_process off; pid FOLDER/pid; error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fast;
    uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
    server { listen 127.0.0.1:PORT LISTENS; include FOLDER/genlab.conf; }
}
"""


@contextmanager
def behind_nginx(folder: Path, environment: dict[str, str], https: bool = False) -> Iterator[Server]:
    """An app behind nginx; its address is nginx's."""
    home = folder / "home"
    home.mkdir()
    server = Server(home, PATH, environment)
    server.start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    part = (ROOT / "docs" / "deploy" / "nginx.conf").read_text()
    assert part.count("127.0.0.1:8501") == 2
    (folder / "genlab.conf").write_text(part.replace("127.0.0.1:8501", f"127.0.0.1:{server.port}"))
    listens = certified(folder) if https else ""
    around = AROUND.replace("LISTENS", listens).replace("FOLDER", str(folder)).replace("PORT", str(port))
    (folder / "nginx.conf").write_text(around)
    with (folder / "nginx.log").open("ab") as log:
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"], stdout=log, stderr=log)
    server.address = f"http{'s' if https else ''}://127.0.0.1:{port}{PATH}"
    try:
        until(lambda: nginx.poll() is None and taken(port), 20, lambda: (folder / "nginx.log").read_text())
        yield server
    finally:
        nginx.terminate()
        nginx.wait()
        server.end()


def certified(folder: Path) -> str:
    """Makes a certificate that no browser trusts; what nginx is to be told of it."""
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "certificate.pem")
    return "ssl; ssl_certificate FOLDER/certificate.pem; ssl_certificate_key FOLDER/certificate.pem"


def taken(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
