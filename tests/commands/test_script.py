"""`script`: a folder's run as a file of its own, and as a notebook that runs from top to bottom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from genlab.runs.bundle import read_bundle

RUN = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=200, kernel_name="python3").execute()
print(book.cells[-1].outputs[-1]["text"])
"""


def terms_of(folder: Path) -> dict[str, float]:
    """What the run ended at, without what the ruler says of its samples: no script has the ruler."""
    ruled = {f"{name}{floor}" for name in ("frechet", "coverage") for floor in ("", "_floor")}
    return {key: value for key, value in ends(folder).items() if key not in ruled}


def ends(folder: Path) -> dict[str, float]:
    """The last point of a folder's run, without what is measured beside its terms (genlab.training.sources)."""
    return {key: value for key, value in read_bundle(folder).points[-1][1].items() if key != "spread"}


def printed(folder: Path, *command: str) -> dict[str, float]:
    """The last line that a process prints which cannot see the lab."""
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, *command], cwd=folder, env=bare, text=True, capture_output=True, timeout=250,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.mark.parametrize("family", ["ae", "vae", "gan"])
def test_a_script_of_a_folder_ends_where_its_run_did(
    family: str, genlab: Callable[..., Any], trained: Any, tmp_path: Path
) -> None:
    folder = trained(family, "mnist5k")
    outcome = genlab("script", folder, "--out", tmp_path / "run.py")
    assert (outcome.status, outcome.out) == (0, ""), outcome.err
    assert {path.name for path in tmp_path.iterdir()} == {"run.py", "mnist5k.pt"}
    said = printed(tmp_path, "run.py")
    assert said == {key: pytest.approx(value, rel=1e-4, abs=1e-6) for key, value in terms_of(folder).items()}


def test_a_notebook_runs_from_top_to_bottom(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    folder = trained("vae", "mnist5k")
    assert genlab("script", folder, "--out", tmp_path / "run.ipynb").status == 0
    book = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    nbformat.validate(book)
    assert [cell.cell_type for cell in book.cells[:2]] == ["markdown", "code"]
    said = printed(tmp_path, "-c", RUN, "run.ipynb")
    assert said == {key: pytest.approx(value, rel=1e-4, abs=1e-6) for key, value in terms_of(folder).items()}


def test_what_is_no_script_is_refused_in_one_line(genlab: Callable[..., Any], trained: Any, tmp_path: Path) -> None:
    outcome = genlab("script", trained("ae", "line"), "--out", tmp_path / "run.txt")
    assert outcome.status == 2
    assert outcome.err == "genlab: --out: got run.txt, allowed: FILE.py or FILE.ipynb\n"
    outcome = genlab("script", tmp_path / "nothing", "--out", tmp_path / "run.py")
    assert (outcome.status, outcome.err.count("\n")) == (2, 1)
