"""The palette that modules draw with is the one that pages name."""

from __future__ import annotations

import json
import re

from genlab.live.components import STATIC
from genlab.live.run_view import COLORS


def test_a_colour_means_the_same_in_the_browser_and_on_the_server() -> None:
    script = (STATIC / "palette.js").read_text()
    found = re.search(r"COLORS = (\{.*?\});", script, re.DOTALL)
    assert found is not None
    ours = json.loads(re.sub(r"(\w+):", r'"\1":', found[1]).replace(",\n}", "\n}"))
    assert ours.items() <= COLORS.items()
    assert len(set(ours.values())) == len(ours)
