"""The component that shows the critic of a run: what it compares, and its bound as it learns."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("critic", "symbols")


def critic(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/measure/image_divergences.py makes."""
    _mount(data, key)
