"""The component that shows a linear Gaussian VAE, in which every term of the bound is exact."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("elbo", "formula", "symbols")


def linear_gaussian(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/measure/linear_gaussian.py makes."""
    _mount(data, key)
