"""What the tests of divergences begin with: random distributions from a seed."""

import torch
from hypothesis import strategies as st

seeds = st.integers(0, 2**31)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def random_generator(seed):
    return torch.Generator().manual_seed(seed)


def distributions(seed, *shape):
    logits = 3 * torch.randn(2, *shape, generator=random_generator(seed), dtype=torch.float64)
    return logits.softmax(-1)
