"""The component that shows explicit and implicit models of the same 1-D examples, one above the other."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from genlab.live.components import browser_component
from genlab.place import PRETRAINED

# Made by pretrained/one_dimension.py; the peaks are those of the data set two_gaussians_1d.
CURVES = PRETRAINED / "one_dimension.json"

_mount = browser_component("explicit")


@cache
def curves() -> dict[str, Any]:
    """A GAN and a VAE of one latent, as curves."""
    return json.loads(CURVES.read_text())


def explicit(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/measure/explicit.py makes."""
    _mount(data | {"curves": curves()}, key)
