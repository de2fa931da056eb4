"""Writes what PCA's components leave of MNIST's test images, for machines on which MNIST is not: pca.json.

    python -m pretrained.pca

{"mnist": the mean squared error a pixel of 0, 1, ... 64 components of the training images, on the test images}.
"""

from __future__ import annotations

import json
from pathlib import Path

from genlab.runs.looks.pca import components_of

FILE = Path(__file__).with_name("pca.json")
DATA = "mnist"
MOST = 64  # the largest N that a page offers


def main() -> None:
    """Writes the file; raises ValueError where the data is not here."""
    found = components_of(DATA)
    if found is None:
        raise ValueError(f"{DATA} is not on this machine: python -m genlab data get {DATA}")
    FILE.write_text(json.dumps({DATA: [round(float(error), 7) for error in found.errors[: MOST + 1]]}) + "\n")


if __name__ == "__main__":
    main()
