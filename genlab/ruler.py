"""The ruler: a small frozen digit classifier, whose features measure generated digits of every family alike."""

from __future__ import annotations

from functools import cache

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.utils import convert_conv2d_weight_memory_format

from genlab.place import PRETRAINED
from genlab.seeded import drawn_with

WEIGHTS = PRETRAINED / "ruler" / "ruler.safetensors"
# So many images at once, channels last: their maps stay in a processor's cache, which makes it four times as fast.
BLOCK = 125


class Ruler(nn.Module):
    """Images [n, 1, 28, 28] in [0, 1] to 64 features and to the logits of ten digits."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3), nn.ReLU(), nn.AvgPool2d(2, 2, padding=1, count_include_pad=False),
            nn.Flatten(), nn.Linear(64 * 9, 64), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Linear(64, 10)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.features(images))

    @torch.no_grad()
    def measure(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Features [n, 64] in float64 and classes [n] of images [n, 1, 28, 28]."""
        blocks = images.contiguous(memory_format=torch.channels_last).split(BLOCK)
        features = torch.cat([self.features(block) for block in blocks])
        return features.double(), self.head(features).argmax(dim=1)


@cache
def ruler() -> Ruler:
    """The ruler that ships with the app (98.9 % of MNIST's test digits right; pretrained/make.py trains it)."""
    with drawn_with(0):  # what is drawn is overwritten
        model = Ruler()
    model.load_state_dict(load_file(WEIGHTS))
    return convert_conv2d_weight_memory_format(model.eval().requires_grad_(False), torch.channels_last)


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean [d] and covariance [d, d] of features [n, d]."""
    return features.mean(dim=0), torch.cov(features.T)


def frechet_distance(one: tuple[Tensor, Tensor], two: tuple[Tensor, Tensor]) -> float:
    """|m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)) between two Gaussians (Dowson and Landau 1982; used on features by
    Heusel et al. 2017); each a (mean [d], covariance [d, d])."""
    (mean_1, covariance_1), (mean_2, covariance_2) = one, two
    # tr (S1 S2)^(1/2) is the sum of the singular values of S1^(1/2) S2^(1/2): no complex root, and none of a singular S
    cross = torch.linalg.svdvals(_root(covariance_1) @ _root(covariance_2)).sum()
    shift = (mean_1 - mean_2).square().sum()
    return float(shift + covariance_1.trace() + covariance_2.trace() - 2 * cross)


def _root(covariance: Tensor) -> Tensor:
    """The symmetric root of a covariance [d, d], by singular values: features that never fire are no singular case."""
    vectors, values, _ = torch.linalg.svd(covariance)
    return (vectors * values.sqrt()) @ vectors.T
