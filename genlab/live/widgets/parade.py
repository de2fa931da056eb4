"""The parade: the component that shows what models draw under one time slider, for their names to be guessed."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("parade")


def parade(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/course/home.py makes."""
    _mount(data, key)
