"""The other ruler: a second frozen net of another make, so that nobody's samples please one net alone.

Where the first ruler is a classifier, this one was never told a class: it is the encoder of an autoencoder that
rebuilds turned, scaled and shifted digits from noisy ones with a hole in them.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from genlab.ruler import BLOCK, WEIGHTS
from genlab.seeded import drawn_with

OTHER_WEIGHTS = WEIGHTS.parents[1] / "ruler-2" / "ruler.safetensors"
FEATURES = 64


class OtherRuler(nn.Module):
    """Images [n, 1, 28, 28] in [0, 1] to 64 features, whose variances over MNIST's training digits are 1 on average."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 4, 2, 1), nn.ELU(), nn.Conv2d(16, 32, 4, 2, 1), nn.ELU(),
            nn.Flatten(), nn.Linear(32 * 49, FEATURES),
        )  # fmt: skip

    @torch.no_grad()
    def measure(self, images: Tensor) -> Tensor:
        """Features [n, 64] in float64 of images [n, 1, 28, 28]."""
        blocks = images.contiguous(memory_format=torch.channels_last).split(BLOCK)
        return torch.cat([self.features(block) for block in blocks]).double()


@cache
def other_ruler() -> OtherRuler:
    """The other ruler that ships with the app (pretrained/second.py trains it)."""
    with drawn_with(0):  # what is drawn is overwritten
        model = OtherRuler()
    model.load_state_dict({name: weight.float() for name, weight in load_file(OTHER_WEIGHTS).items()})
    return convert_conv2d_weight_memory_format(model.eval().requires_grad_(False), torch.channels_last)


@cache
def hashes() -> dict[str, str]:
    """SHA-256 of the files of both rulers, by what is measured with them: numbers of two files are not compared."""
    return {name: file_hash(path) for name, path in (("frechet", WEIGHTS), ("frechet_2", OTHER_WEIGHTS))}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return sha256(path.read_bytes()).hexdigest()
