"""Settings for any family."""

from __future__ import annotations

from typing import Any

from genlab.models import FAMILIES


def fitting(family: str, **settings: Any) -> dict[str, Any]:
    """Those of the settings that the family has: not each has nets of several kinds, or a size of z of its own."""
    return {name: value for name, value in settings.items() if name in FAMILIES[family].config.model_fields}
