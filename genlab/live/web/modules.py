"""The components' modules as browsers get them: plain files, under addresses that change whenever one of them does.

GET /lab/static/FILE          a file as it is now, asked after each time; by its path below static/
GET /lab/static/VERSION/FILE  the same, kept by the browser for ever; VERSION is of all files together, so that modules
                              that import each other are always of one version. VERSION.N is asked for where the
                              browser remembers that VERSION failed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genlab.live.web.answers import FOREVER, not_found

STATIC = Path(__file__).resolve().parents[1] / "static"
KINDS = {".js": "text/javascript", ".css": "text/css"}
VERSIONED = re.compile(r"([0-9a-f]{16})(?:\.[0-9]{1,9})?/(.+)")
# What a module names at its top: `import ... from "./x.js"`, `export ... from "./x.js"`, `import "./x.js"`.
IMPORTED = re.compile(r"""^(?:import|export)\b[^"';()]*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Modules:
    """The files at one moment, by their paths below static/."""

    files: Mapping[str, bytes]

    @cached_property
    def version(self) -> str:
        """Sixteen hexadecimal digits that change with any file."""
        digest = hashlib.sha256()
        for name, body in sorted(self.files.items()):
            digest.update(f"{name} {len(body)} ".encode() + body)
        return digest.hexdigest()[:16]

    @cached_property
    def _needed(self) -> dict[str, list[str]]:
        return {}

    def needed(self, entry: str) -> list[str]:
        """The modules that this one imports, and those that they import: all can be fetched at once."""
        if entry not in self._needed:
            found: list[str] = []
            ahead = [entry]
            while ahead:
                name = ahead.pop()
                for path in IMPORTED.findall(self.files[name].decode()):
                    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
                    if wanted in self.files and wanted not in found and wanted != entry:
                        found.append(wanted)
                        ahead.append(wanted)
            self._needed[entry] = found
        return self._needed[entry]


def modules() -> Modules:
    """The files as they are now: who edits one sees it after a reload of the page."""
    return read(tuple(sorted(looked_at(str(STATIC)))))


def looked_at(folder: str) -> Iterator[tuple[str, int, int]]:
    """A folder's files, and those below it: path, when changed, bytes. Each of a page's eighty files has one."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from looked_at(entry.path)
            elif posixpath.splitext(entry.name)[1] in KINDS:
                with suppress(FileNotFoundError):  # an editor is putting another in its place
                    found = entry.stat()
                    yield entry.path, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def read(stamp: Stamp) -> Modules:
    """All files, read once for each state of the folder."""
    return Modules({Path(path).relative_to(STATIC).as_posix(): Path(path).read_bytes() for path, _, _ in stamp})


@lru_cache(maxsize=512)
def squeezed(body: bytes) -> bytes:
    """A file for the wire, squeezed once."""
    return gzip.compress(body, mtime=0)


def get_static(request: Request) -> Response:
    """A module or style sheet. Names are looked up and never given to the file system, whatever they are."""
    name, here = request.path_params["file"], modules()
    caching = "no-cache"
    if versioned := VERSIONED.fullmatch(name):
        if versioned[1] != here.version:
            return not_found(request)  # of another version: the page is older or newer than this server
        name, caching = versioned[2], FOREVER
    body = here.files.get(name)
    if body is None:
        return not_found(request)
    tag = f'"{here.version}"'
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding", "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = squeezed(body), "gzip"
    return Response(body, media_type=KINDS[posixpath.splitext(name)[1]], headers=headers)


ROUTE = Route("/lab/static/{file:path}", get_static)
