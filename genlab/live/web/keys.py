"""A visitor's key: random, kept as a cookie by their browser. It says whose a run or a critic is.

The cookie comes with every page and is HttpOnly: no script reads it, ours neither. One that a script of an older
version has set is set again, with its key.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

COOKIE = "genlab_key"
YEAR = 365 * 24 * 3600
# What new_key makes, and nothing else: a key that somebody thought of could be thought of by another.
FORM = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")


def new_key() -> str:
    """A key that cannot be guessed: 128 random bits."""
    return secrets.token_urlsafe(16)


def kept_key(cookies: Mapping[str, str]) -> str | None:
    """The key among a browser's cookies; None where there is none of our form."""
    kept = str(cookies.get(COOKIE, ""))
    return kept if FORM.fullmatch(kept) else None


def key_cookie(kept: str | None, secure: bool, framed: bool) -> str:
    """The header that has a browser keep its key, or a new one, for another year. secure: the page comes by https;
    framed: pages of other sites may show it.

    Within another site's page a browser sends back only what is SameSite=None, which has to be Secure; many only what
    is Partitioned too, and so kept for that site alone (CHIPS: https://github.com/privacycg/CHIPS).
    """
    where = "SameSite=None; Secure; Partitioned" if secure and framed else "SameSite=Lax"
    alone = "; Secure" if secure and not framed else ""
    return f"{COOKIE}={kept or new_key()}; Path=/; Max-Age={YEAR}; HttpOnly; {where}{alone}"
