"""Where a teacher may ask a class to look: a page of this lab, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode, urlsplit

from genlab.classroom.record import ClassError
from genlab.locale import N_

# Each student keeps a language and a size of type of their own, and is in the class already.
NOT_SENT = frozenset({"lang", "code", "present"})


def address_of(typed: str, known: Collection[str], host: str = "", base: str = "") -> str:
    """What was typed or copied, as "/PAGE?QUERY" below the lab's own path.

    known: the last parts of the pages' addresses; host: this lab's, "" for any; base: the path below which it is
    served. Raises ClassError for anything that is no page of this lab.
    """
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        raise elsewhere() from None
    if not typed.strip():
        raise elsewhere()
    if parts.scheme not in ("", "http", "https") or (parts.netloc and host and parts.netloc.lower() != host.lower()):
        raise elsewhere()
    if bool(parts.scheme) != bool(parts.netloc):  # //elsewhere/vae, http:vae
        raise elsewhere()
    path = f"/{parts.path.strip('/')}".removeprefix(base).strip("/")
    if path not in known:
        raise elsewhere()
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in NOT_SENT])
    return f"/{path}?{query}" if query else f"/{path}"


def elsewhere() -> ClassError:
    """What to say to an address that is not ours."""
    return ClassError(N_("Address: allowed are pages of this lab. Copy one from your browser's address line."))
