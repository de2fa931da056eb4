"""Moves on planes through latent space, ranges of latents: numpy's."""

from __future__ import annotations

from typing import Any

import numpy as np
from js.oracles.calls import plain


def cases() -> dict[str, Any]:
    """One move along two directions and along one, one set of codes."""
    return {"move": move(), "ranges": ranges()}


def move() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    v, w = (vector / np.linalg.norm(vector) for vector in rng.normal(size=(2, 6)))
    z, offsets, places = rng.normal(size=6), np.array([0.3, -0.2]), np.array([1.5, -2.0])
    # The smallest change that reaches both places is numpy's least-norm solution.
    change, *_ = np.linalg.lstsq(np.stack([v, w]), places + offsets - [v @ z, w @ z], rcond=None)
    alone = z + (places[0] + offsets[0] - v @ z) * v
    return {
        "z": plain(z),
        "vectors": [plain(v), plain(w)],
        "offsets": offsets.tolist(),
        "places": places.tolist(),
        "both": (z + change).tolist(),
        "first": alone.tolist(),
    }


def ranges() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    codes = rng.normal(size=(300, 3)) @ rng.normal(size=(3, 3)) + [5, 0, -1]
    center = codes.mean(axis=0)
    _, singular, axes = np.linalg.svd(codes - center, full_matrices=False)
    deviations = codes.std(axis=0)
    return {
        "center": plain(center),
        "axes": plain(axes),
        "along": plain(singular / np.sqrt(300)),
        "deviations": deviations.tolist(),
        "ranges": np.stack([center - 3 * deviations, center + 3 * deviations], axis=1).tolist(),
    }
