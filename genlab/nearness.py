"""How near two sets of feature vectors lie to each other: what samples are measured by, beside the Frechet distance."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

# Naeem et al. 2020, section 4.1.
NEIGHBOURS = 5
# Rows of a table of distances that are in memory at once.
BLOCK = 1000


class Nearness(NamedTuple):
    """Of samples to real examples, each a share or a mean of counts: `precision` and `recall` (Kynkäänniemi et al.
    2019), `density` and `coverage` (Naeem et al. 2020). Higher is better; precision, recall and coverage lie in [0, 1],
    density may pass 1."""

    precision: float
    recall: float
    density: float
    coverage: float


class Neighbourhoods:
    """Real examples by their features [n, d], n > k: a ball of each reaches to its k-th neighbour among them, k =
    neighbours. Made once for all that is measured against them. Raises ValueError for no more than k vectors."""

    def __init__(self, real: Tensor, neighbours: int = NEIGHBOURS) -> None:
        self.real, self.neighbours = real, neighbours
        self.reach = reach(real, neighbours)

    def nearness(self, drawn: Tensor) -> Nearness:
        """Of features `drawn` [m, d], m > k, whose balls reach to their k-th neighbour among their own kind.

        precision: the share of `drawn` in at least one real ball; recall: the share of the real in at least one ball of
        `drawn`; density: how many real balls a sample lies in, a mean, over k; coverage: the share of real balls with
        at least one sample. Raises ValueError for no more than k vectors.
        """
        of_drawn = reach(drawn, self.neighbours)
        inside = torch.zeros(len(drawn), dtype=torch.long)
        covered, found = 0, 0
        for block, radius in zip(self.real.split(BLOCK), self.reach.split(BLOCK), strict=True):
            apart = torch.cdist(block, drawn)
            within = apart < radius[:, None]
            inside += within.sum(dim=0)
            covered += int(within.any(dim=1).sum())
            found += int((apart < of_drawn).any(dim=1).sum())
        return Nearness(
            precision=float((inside > 0).double().mean()),
            recall=found / len(self.real),
            density=float(inside.double().mean()) / self.neighbours,
            coverage=covered / len(self.real),
        )


def reach(features: Tensor, neighbours: int) -> Tensor:
    """The distance of each vector [n, d] to its k-th nearest other one, [n]. Raises ValueError for n <= k."""
    if len(features) <= neighbours:
        raise ValueError(f"features: got {len(features)}, allowed: more than {neighbours}")
    # the nearest of all is itself
    blocks = [torch.cdist(block, features).kthvalue(neighbours + 1, dim=1).values for block in features.split(BLOCK)]
    return torch.cat(blocks)


class KernelDistance(NamedTuple):
    """A squared maximum mean discrepancy, and the standard error of its mean over subsets."""

    value: float
    error: float


def kernel_distance(real: Tensor, drawn: Tensor, subsets: int = 10, size: int = 500, seed: int = 0) -> KernelDistance:
    """KID (Binkowski et al. 2018): the unbiased estimate of MMD^2 between features [n, d] and [m, d] under the kernel
    (x.y / d + 1)^3, a mean over random subsets of at most `size` vectors of each; may be negative, 0 on average between
    equals. Deterministic for a seed. Raises ValueError for fewer than two vectors."""
    taken = min(size, len(real), len(drawn))
    if taken < 2:
        raise ValueError(f"features: got {taken}, allowed: 2 or more")
    rng = torch.Generator().manual_seed(seed)
    values = []
    for _ in range(subsets):
        x = real[torch.randperm(len(real), generator=rng)[:taken]].double()
        y = drawn[torch.randperm(len(drawn), generator=rng)[:taken]].double()
        values.append(mmd(x, y))
    found = torch.tensor(values, dtype=torch.float64)
    return KernelDistance(float(found.mean()), float(found.std() / subsets**0.5))


def mmd(x: Tensor, y: Tensor) -> float:
    """The unbiased estimate of MMD^2 between vectors [n, d] and [n, d] under the cubic kernel."""
    count, dimensions = x.shape

    def kernel(a: Tensor, b: Tensor) -> Tensor:
        return (a @ b.T / dimensions + 1) ** 3

    among = [(table.sum() - table.trace()) / (count * (count - 1)) for table in (kernel(x, x), kernel(y, y))]
    return float(among[0] + among[1] - 2 * kernel(x, y).mean())
