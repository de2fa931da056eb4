"""The four sheets of chapter 1: real test digits, and what an AE, a VAE and a GAN draw.

    python -m genlab.lessons.chapters.generative.sheets

writes four.png, which the question shows before it is guessed: a row a sheet, in the order of SHEETS.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from genlab.lessons.anatomy import Sheet
from genlab.lessons.sheets import sheet

if TYPE_CHECKING:
    from torch import Tensor

FILE = Path(__file__).with_name("four.png")
# From above: what the question calls A to D.
SHEETS = ("vae-20", "gan", "real", "ae-20")
COLUMNS = 12
SEED = 1
GAP = 6  # pixels between sheets


def drawn(name: str, count: int, seed: int) -> Tensor:
    """Pictures [count, 1, 28, 28] of one of SHEETS, by the seed."""
    import torch

    from genlab.lessons.digits import digits
    from genlab.lessons.shipped import shipped_model

    generator = torch.Generator().manual_seed(seed)
    if name == "real":
        return digits().test[torch.randperm(len(digits().test), generator=generator)[:count]]
    return shipped_model(name).sample(count, generator).clamp(0, 1)


def main() -> None:
    """The picture: a row a sheet, a line between two."""
    strips = [as_array(sheet("", [("", drawn(name, COLUMNS, SEED))])) for name in SHEETS]
    parts = [part for strip in strips for part in (strip, np.full((GAP, strip.shape[1]), 64, dtype=np.uint8))]
    Image.fromarray(np.concatenate(parts[:-1])).save(FILE, optimize=True)


def as_array(made: Sheet) -> np.ndarray:
    """A sheet's pixels."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(made.png))))


if __name__ == "__main__":
    main()
