"""How much of files that visitors brought the server holds at once.

Streamlit bounds one file and keeps each in memory while its session lives; it counts neither a session's nor all.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.runtime import get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from genlab.live.web.answers import base_address, whole_number
from genlab.live.web.guard import refuse

PATH = "/_stcore/upload_file/"
# In files of the largest size: one visitor holds what a page shows and what it is about to show, and a class of thirty
# does not bring its largest files in the same minute.
A_SESSION, ALL = 3, 20
MEGABYTE = 2**20


def held() -> dict[str, int]:
    """Bytes of files that the server holds, by session."""
    manager = get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return {name: sum(len(file.data) for file in [*files.values()]) for name, files in [*manager.file_storage.items()]}


class Uploads:
    """An ASGI middleware: 413 and a sentence for a file that would be too much beside those that are held."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        prefix = base_address() + PATH
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(prefix):
            await self.app(scope, receive, send)
            return
        largest = int(config.get_option("server.maxUploadSize")) * MEGABYTE
        # A length that is not told may be the largest.
        comes = whole_number(Headers(scope=scope).get("content-length"), largest)
        session, present = scope["path"].removeprefix(prefix).partition("/")[0], held()
        for whose, holds, most in (
            ("this tab", present.get(session, 0), A_SESSION * largest),
            ("all visitors", sum(present.values()), ALL * largest),
        ):
            if holds + comes > most:
                said = f"The server holds {holds // MEGABYTE} MB of files of {whose}, and takes {most // MEGABYTE} MB."
                await refuse(scope, receive, send, 413, said)
                return
        await self.app(scope, receive, send)
