"""What is shown: the component that says which run a page shows, with a link to copy and a copy to take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("shown", "shown/shown")


def shown(data: dict[str, Any], key: str, forked: Callable[[], None]) -> None:
    """Mounts it; data is what genlab/views/bench/shown.py makes; `forked` is called when the person takes a copy."""
    _mount(data, key, on_fork_change=forked)
