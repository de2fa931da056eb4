"""The component that says on every page which class one is in, and where its teacher asks to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("classroom")


def classroom(data: dict[str, Any], key: str, on_left: Callable[[], None]) -> None:
    """Mounts it; data is what genlab/views/classroom/mark.py makes; on_left: called when one has left the class."""
    _mount(data, key, on_left_change=on_left)
