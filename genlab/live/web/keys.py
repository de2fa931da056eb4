"""A visitor's key: random, kept as a cookie by their browser. It says whose a run or a critic is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

COOKIE = "genlab_key"
# What new_key makes, and nothing else: a key that somebody thought of could be thought of by another.
FORM = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")


def new_key() -> str:
    """A key that cannot be guessed: 128 random bits."""
    return secrets.token_urlsafe(16)


def kept_key(cookies: Mapping[str, str]) -> str | None:
    """The key among a browser's cookies; None where there is none of our form."""
    kept = str(cookies.get(COOKIE, ""))
    return kept if FORM.fullmatch(kept) else None
