"""Explore: the component that puts a hand on a run's latent space."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("explore")


def explore(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/explore.py makes, and nothing in it changes while a run trains."""
    _mount(data, key)
