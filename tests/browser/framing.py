"""A page of another site that shows the app in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Outer(BaseHTTPRequestHandler):
    """The page, whatever is asked."""

    address = ""

    def do_GET(self) -> None:
        body = (
            f'<!doctype html><title>course</title><iframe src="{self.address}" width=1100 height=700></iframe>'.encode()
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body if self.path == "/" else b"")

    def log_message(self, *_: object) -> None:  # not into the tests' own output
        return


@contextmanager
def course_showing(address: str) -> Iterator[str]:
    """The address of a course's page, of another site than the app whose address it shows."""
    outer = ThreadingHTTPServer(("127.0.0.1", 0), type("Course", (Outer,), {"address": address}))
    thread = Thread(target=outer.serve_forever)
    thread.start()
    yield f"http://localhost:{outer.server_port}/"
    outer.shutdown()
    thread.join()
    outer.server_close()
