"""Whether each family's notebook runs from top to bottom where there is nothing but torch and torchvision.

    PYTHONPATH=. python tests/scripts/notebooks.py [FAMILY ...] [--python PATH]

Makes an environment with torch, torchvision and what runs a notebook (ipykernel, nbclient): minutes, and gigabytes
where pip takes PyTorch's CUDA build; or uses the one whose Python is given. A few steps of each family on the embedded
digits are trained here and told there. One JSON object a family on stdout; exits 1 where one fails or ends elsewhere.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from genlab.models import FAMILIES
from genlab.runs.bundle import read_bundle

ROOT = Path(__file__).resolve().parents[2]
STEPS, CLOSE = 40, 1e-4
RUN = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=600, kernel_name="python3").execute()
print(book.cells[-1].outputs[-1]["text"])
"""


def fresh(folder: Path) -> Path:
    """The Python of a new environment there, with the versions of torch and torchvision that are pinned here."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pinned = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("torch")]
    command = [python, "-m", "pip", "install", "--quiet", *pinned, "ipykernel", "nbclient"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return python


def told(python: Path, folder: Path, family: str) -> dict[str, Any]:
    """A run of the family, and by how much its notebook's last line is away from its last point, at most."""
    run, book = folder / family, folder / f"{family}.ipynb"
    lab = [sys.executable, "-m", "genlab"]
    train = [*lab, "train", family, "--data", "mnist5k", "--steps", str(STEPS), "--out", run]
    subprocess.run(train, check=True, cwd=ROOT, capture_output=True)
    subprocess.run([*lab, "script", run, "--out", book], check=True, cwd=ROOT, capture_output=True)
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", RUN, book.name], cwd=folder, env=bare, text=True, capture_output=True, check=False
    )
    if done.returncode:
        return {"family": family, "error": done.stderr.strip().splitlines()[-1]}
    said = json.loads(done.stdout.strip().splitlines()[-1])
    own = read_bundle(run).points[-1][1]
    away = {key: abs(value - own[key]) / max(abs(own[key]), CLOSE) for key, value in said.items()}
    return {
        "family": family,
        "terms": len(said),
        "away": max(away.values()),
        "furthest": max(away, key=away.__getitem__),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, help="of an environment that is there")
    parser.add_argument("families", nargs="*", help="all by default")
    arguments = parser.parse_args()
    given: Path | None = arguments.python
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = given.absolute() if given else fresh(folder / "environment")
        for family in arguments.families or FAMILIES:
            outcome = told(python, folder, family)
            worst = max(worst, outcome.get("away", math.inf))
            print(json.dumps(outcome), flush=True)
    return int(worst > CLOSE)


if __name__ == "__main__":
    sys.exit(main())
