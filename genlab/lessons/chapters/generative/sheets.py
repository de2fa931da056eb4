"""The four sheets of chapter 1: real test digits, and what an AE, a VAE and a GAN draw.

    python -m genlab.lessons.chapters.generative.sheets

writes four.png, which the question shows before it is guessed: two rows a sheet, in the order of SHEETS.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from genlab.lessons.sheets import sheet

if TYPE_CHECKING:
    from torch import Tensor

FILE = Path(__file__).with_name("four.png")
# From above: what the question calls A to D.
SHEETS = ("vae-20", "gan", "real", "ae-20")
COLUMNS = 9
SEED = 1
GREY = 0.25  # of the lines between pictures, and between sheets


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
    """The picture."""
    import torch

    rows = []
    for name in SHEETS:
        pictures = drawn(name, 2 * COLUMNS, SEED)
        rows += [("", pictures[:COLUMNS]), ("", pictures[COLUMNS:]), ("", torch.full((COLUMNS, 28, 28), GREY))]
    FILE.write_bytes(base64.b64decode(sheet("", rows[:-1]).png))


if __name__ == "__main__":
    main()
