"""The code beside a picture: its address and words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from genlab.live.web.answers import base_address
from genlab.models import Config, Family
from genlab.models.config import plain
from genlab.views.frame.session import Translate


def code_data(family: Family, config: Config, data: str, _: Translate) -> dict[str, Any]:
    """Where the browser finds the code of such a run's steps, and the panel's words."""
    asked = {"family": family.name, "data": data} | {name: plain(value) for name, value in config.model_dump().items()}
    return {
        "from": f"{base_address()}/lab/code?{urlencode(asked)}",
        "words": {
            "title": _("The code that runs"),
            "help": _(
                "Point at a term, a number or a line: what computes it is lit. Slanted lines are not part of this run."
            ),
            "label": _("The code of one step of training"),
            "gone": _("The server does not answer; close and open this again."),
        },
    }
