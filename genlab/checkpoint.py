"""A run at one of its steps, all that the next step depends on: weights, what the optimisers remember, where it stands.

In a file each tensor has a name that says which of these it is of; how, only this module knows. Whoever reads one with
numpy has arrays in it, whoever reads one with torch tensors: this module imports neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Self, TypeVar

# What stands for a setting where one player made a step alone, and where Adam's memory was cut short.
ALONE, CUT_SHORT = "part", "memory"
WEIGHTS = "model."
OPTIMISERS = "optimiser."
# Adam's running means of a gradient and of its square, as torch calls them.
MEANS, SQUARES = ".exp_avg", ".exp_avg_sq"
# A checkpoint of more is kept whole only while its run may go on from it; ten of so many are kept in any case.
WHOLE_BYTES = 2**20

T = TypeVar("T")
Change = tuple[int, str, Any, Any]


@dataclass(frozen=True)
class Standing:
    """Where a run stands: its step, the seconds it has trained, the batches it has drawn, and the sums and counts of
    which the next point is the mean.

    changes: what was changed on its way there, in order, as (step, setting, old, new), "part" standing for a step that
    one player made alone, "memory" for Adam's that was cut short before a step; threads: with how many it was trained
    last, 0 where nobody knows. With these and its seed a run can be told from its beginning.
    """

    step: int
    seconds: float
    batches: int
    sums: dict[str, float]
    counts: dict[str, int]
    changes: list[Change] = field(default_factory=list)
    threads: int = 0


@dataclass(frozen=True)
class Checkpoint(Generic[T]):
    """config: the settings as JSON; weights by the model's names; optimisers: by "optimiser.parameter.kind"."""

    family: str
    data: str
    seed: int
    config: str
    standing: Standing
    weights: dict[str, T]
    optimisers: dict[str, T]

    @classmethod
    def of(cls, metadata: Mapping[str, str], tensors: Mapping[str, T]) -> Self:
        """What a file says. Raises KeyError, TypeError or ValueError where it is no checkpoint."""
        parts: dict[str, dict[str, T]] = {WEIGHTS: {}, OPTIMISERS: {}}
        for name, tensor in tensors.items():
            prefix = next((prefix for prefix in parts if name.startswith(prefix)), None)
            if prefix is None:
                raise ValueError(f"{name[:60]}: allowed: {WEIGHTS}NAME, {OPTIMISERS}NAME")
            parts[prefix][name.removeprefix(prefix)] = tensor
        standing = Standing(**json.loads(metadata["progress"]))
        facts = metadata["family"], metadata["data"], int(metadata["seed"]), metadata["config"]
        return cls(*facts, standing, parts[WEIGHTS], parts[OPTIMISERS])

    def named(self) -> dict[str, T]:
        """The tensors by their names in a file."""
        named = {f"{WEIGHTS}{name}": tensor for name, tensor in self.weights.items()}
        return named | {f"{OPTIMISERS}{name}": tensor for name, tensor in self.optimisers.items()}

    def metadata(self) -> dict[str, str]:
        """What a file says of itself, as text (safetensors keeps only text beside the tensors)."""
        return {
            "family": self.family,
            "data": self.data,
            "seed": str(self.seed),
            "config": self.config,
            "progress": json.dumps(asdict(self.standing)),
        }

    def states(self, optimiser: str) -> dict[int, dict[str, T]]:
        """What an optimiser remembers of each parameter, by its place."""
        found: dict[int, dict[str, T]] = {}
        for name, tensor in self.optimisers.items():
            of, index, kind = name.split(".")
            if of == optimiser:
                found.setdefault(int(index), {})[kind] = tensor
        return found

    def settings(self) -> dict[str, Any]:
        """The settings, as they are in the file."""
        return json.loads(self.config)
