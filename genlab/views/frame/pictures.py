"""Pictures that stand in a page's HTML itself."""

from __future__ import annotations

from base64 import b64encode
from typing import Literal


def source(body: bytes | str, kind: Literal["png", "svg+xml"]) -> str:
    """A file's content, of an SVG also its text, as the source of an <img>."""
    content = body.encode() if isinstance(body, str) else body
    return f"data:image/{kind};base64,{b64encode(content).decode()}"
