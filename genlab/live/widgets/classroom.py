"""The component that says on every page which class one is in, and where its teacher asks to look."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("classroom")


def classroom(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/classroom/mark.py makes."""
    _mount(data, key, on_left_change=lambda: None)
