"""The component that shows how a VAE draws z: mu, sigma, eps, and what the decoder makes of them."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("sampling")


def sampling(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/measure/sampling.py makes, and nothing in it changes."""
    _mount(data, key)
