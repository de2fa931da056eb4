"""Lines, arcs, shells, holes, planes: numpy's and scipy's."""

from __future__ import annotations

from typing import Any

import numpy as np
from js.oracles.calls import call, plain
from scipy.spatial import KDTree
from scipy.stats import chi


def cases() -> dict[str, Any]:
    """Calls, what measuring holes should find, planes."""
    rng = np.random.default_rng(0)
    return {
        "calls": [*lines(rng), *shells(rng), *sums(rng), *projections(rng)],
        "arcs": arcs(rng),
        "holes": [holes(rng, dims) for dims in (2, 20)],
        "alike": [plain(part) for part in rng.standard_normal((2, 1500, 3))],
        "planes": [plane(rng, kind) for kind in ("axes", "latents")],
        "fitted": fitted(),
        "kept": np.float32([1 / 3, -1e-30, 16777217, 0.1]).tolist(),
    }


def slerp(a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
    """By turning a towards b in the plane that they span, which needs no quotient of sines of (1 - t) w."""
    along = a / np.linalg.norm(a)
    across = b - (b @ along) * along
    across /= np.linalg.norm(across)
    angle = np.arctan2(b @ across, b @ along)
    # b is beta (cos w along + sin w across): the coefficients of a and b that give direction t w
    coefficient_b = np.sin(t * angle) / np.sin(angle)
    coefficient_a = np.cos(t * angle) - coefficient_b * np.cos(angle)
    return coefficient_a * a + coefficient_b * b


def lines(rng: np.random.Generator) -> list[Any]:
    a, b = rng.standard_normal((2, 20)).astype(np.float32)
    found = []
    for t in (0, 0.25, 0.5, 0.9, 1):
        found.append(call("maths/paths", "lerp", [a, b, t], (1 - t) * a + t * b, absolute=1e-6))
        found.append(call("maths/paths", "slerp", [a, b, t], slerp(a, b, t), absolute=1e-5))
    a = np.array([1.0, 2.0])
    for other in ([2.0, 4.0], [-1.0, -2.0], [0.0, 0.0], [1.0, 2.0]):  # there is no arc: the line is taken
        b = np.array(other)
        found.append(call("maths/paths", "slerp", [a, b, 0.25], 0.75 * a + 0.25 * b, absolute=1e-6))
    return found


def arcs(rng: np.random.Generator) -> list[Any]:
    """Two vectors of one length."""
    a, b = rng.standard_normal((2, 20))
    return [plain(a), plain(b * np.linalg.norm(a) / np.linalg.norm(b)), float(np.linalg.norm(a))]


def shells(rng: np.random.Generator) -> list[Any]:
    found = []
    for latents in (1, 2, 20, 64, 128):
        # Wilson and Hilferty's quantiles: some hundredths off in one and two dimensions
        low, high = chi.ppf([0.025, 0.975], latents)
        wanted = {"typical": float(np.sqrt(latents)), "low": float(low), "high": float(high)}
        error = 0.07 if latents <= 2 else 0.01
        found.append(call("maths/paths", "shell", [latents, "normal"], wanted, absolute=error))
    for latents in (20, 64):
        lengths = np.linalg.norm(rng.uniform(-1, 1, (100_000, latents)), axis=1)
        low, high = np.quantile(lengths, [0.025, 0.975])
        wanted = {"typical": float(np.sqrt((lengths**2).mean())), "low": float(low), "high": float(high)}
        found.append(call("maths/paths", "shell", [latents, "uniform"], wanted, relative=0.02))
    return found


def sums(rng: np.random.Generator) -> list[Any]:
    code, plus, minus = rng.standard_normal((3, 8)).astype(np.float32)
    moved = code.copy()
    moved[3] = 9
    pictures = rng.uniform(0, 1, (5, 784))
    step = float((np.diff(pictures, axis=0) ** 2).mean())
    return [
        call("maths/paths", "arithmetic", [code, plus, minus, -1.5], code - 1.5 * (plus - minus), absolute=1e-6),
        call("maths/paths", "withLatent", [code, 3, 9], moved),
        call("maths/paths", "meanSquaredStep", [pictures.tolist()], step, relative=1e-9),
    ]


def projections(rng: np.random.Generator) -> list[Any]:
    codes, origin = rng.standard_normal((30, 5)), rng.standard_normal(5)
    across, up = np.linalg.qr(rng.standard_normal((5, 2)))[0].T
    wanted = ((codes - origin) @ np.stack([across, up]).T).ravel()
    return [call("maths/holes", "project", [codes, 5, origin, across, up], wanted, absolute=1e-5)]


def holes(rng: np.random.Generator, dims: int) -> list[Any]:
    """[codes, draws, dims, what is found], by a k-d tree."""
    codes = rng.standard_normal((600, dims)).astype(np.float32)
    codes[:, 0] += np.where(codes[:, 0] > 0, 2, -2)  # a gap in the middle
    draws = rng.standard_normal((500, dims)).astype(np.float32)
    apart = KDTree(codes).query(codes, k=2)[0][:, 1]
    threshold = float(np.quantile(apart, 0.95))
    away = KDTree(codes).query(draws)[0]
    wanted = {"typical": float(np.median(apart)), "threshold": threshold, "share": float((away > threshold).mean())}
    return [plain(codes), plain(draws), dims, wanted]


def plane(rng: np.random.Generator, kind: str) -> dict[str, Any]:
    axes, center = np.linalg.qr(rng.standard_normal((4, 4)))[0], rng.standard_normal(4)
    points = rng.multivariate_normal([1, 2], [[2, 0.8], [0.8, 1]], 4000)
    z = center + 0.7 * axes[0] - 1.2 * axes[1] if kind == "axes" else [-1.2, center[1], 0.7, center[3]]
    variances, columns = np.linalg.eigh(np.cov(points.T, bias=True))
    return {
        "kind": kind,
        "atlas": {"axes": plain(axes), "center": plain(center), "order": plain(np.array([2, 0, 1, 3]))},
        "points": points.ravel().tolist(),
        "z": np.array(z).tolist(),
        "names": None if kind == "axes" else ["z3", "z1"],
        "prior": (axes[:2] @ -center).tolist() if kind == "axes" else [0.0, 0.0],
        "middle": points.mean(0).tolist(),
        "deviations": np.sqrt(variances[::-1]).tolist(),
        "direction": columns[:, 1].tolist(),
    }


def fitted() -> dict[str, Any]:
    """A normal by its axes, and its covariance."""
    covariance = np.array([[2.0, 0.9, 0], [0.9, 1.0, 0.3], [0, 0.3, 0.5]])
    variances, columns = np.linalg.eigh(covariance)
    return {
        "center": plain(np.array([1.0, -2.0, 0.5])),
        "axes": plain(columns.T),
        "deviations": plain(np.sqrt(variances)),
        "covariance": covariance.tolist(),
    }
