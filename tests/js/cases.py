"""python -m js.cases: writes what the browser's modules are compared with, a file a subject, to tests/js/cases/."""

from __future__ import annotations

import json
from pathlib import Path

from js.oracles import bound, drawing, latent, mixtures, nets, places, playground, walks

FOLDER = Path(__file__).parent / "cases"


def main() -> None:
    """Writes them all."""
    FOLDER.mkdir(exist_ok=True)
    for subject in (bound, drawing, latent, mixtures, nets, places, playground, walks):
        name = subject.__name__.rpartition(".")[2]
        (FOLDER / f"{name}.json").write_text(json.dumps(subject.cases(), allow_nan=False))


if __name__ == "__main__":
    main()
