"""A reverse proxy that serves an app below a path of its own, of which the app knows nothing."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import BinaryIO

PATH = "/hub/lab"


class Visitor(StreamRequestHandler):
    """One connection: its requests without PATH to the app, websockets' too, and all that comes back."""

    server: Proxy

    def handle(self) -> None:
        with self.server.connection_to_app() as app, suppress(OSError):  # either side is gone
            back = threading.Thread(target=self.answers, args=(app,))
            back.start()
            while head := read_head(self.rfile):
                method, address, rest = head.split(" ", 2)
                known = address.startswith(f"{PATH}/")
                address = address.removeprefix(PATH) if known else "/_stcore/agent/none"  # which is not found
                app.sendall(f"{method} {address} {rest}".encode("latin-1"))
                if length := re.search(r"(?i)\r\ncontent-length: *(\d+)", head):
                    app.sendall(self.rfile.read(int(length[1])))
                if re.search(r"(?i)\r\nupgrade:", head):
                    while part := self.rfile.read1(65536):
                        app.sendall(part)
            app.shutdown(socket.SHUT_WR)
            back.join()

    def answers(self, app: socket.socket) -> None:
        """What the app says, as it comes."""
        with suppress(OSError):  # the visitor is gone
            while part := app.recv(65536):
                self.connection.sendall(part)
            self.connection.shutdown(socket.SHUT_RDWR)


class Proxy(ThreadingTCPServer):
    """Hands what is asked below PATH to the app at `port`."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Visitor)
        self.app, self.open = port, set[socket.socket]()
        self.address = f"http://127.0.0.1:{self.server_address[1]}{PATH}"
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    def connection_to_app(self) -> socket.socket:
        """A connection that `end` closes."""
        connection = socket.create_connection(("127.0.0.1", self.app))
        self.open.add(connection)
        return connection

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self.open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def end(self) -> None:
        """Hangs up."""
        self.shutdown()
        self.thread.join()
        for connection in self.open:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()  # and waits for the visitors' threads


def read_head(file: BinaryIO) -> str:
    """The lines of a request down to the blank one; empty at the end."""
    lines = []
    while line := file.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines).decode("latin-1")
    return ""
