"""One call of a function of the browser, and what it should give."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A value as JSON has it; an array of numpy is marked, so that the browser's function gets it as float32."""
    if isinstance(value, np.ndarray):
        return {"float32": np.asarray(value, np.float32).ravel().tolist()}
    return value


def call(module: str, name: str, given: list[Any], gives: Any, *, absolute: float = 0, relative: float = 0) -> Any:
    """NAME(*given) of static/MODULE.js gives this, each number within absolute + relative |number|."""
    wanted = gives.tolist() if isinstance(gives, np.ndarray) else gives
    return {
        "module": module,
        "name": name,
        "given": [plain(value) for value in given],
        "gives": wanted,
        "tolerance": [absolute, relative],
    }
