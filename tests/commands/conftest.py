"""What the tests of the command line share: running it here, and folders that it has trained."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from genlab.__main__ import main

SMALL = ("--threads", "1", "--set", "hidden=32", "--set", "batch=32")


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status and what it wrote."""

    status: object
    out: str
    err: str


def run_here(*arguments: object) -> Outcome:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status: object = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse ends by itself
            status = end.code
    return Outcome(status, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def genlab() -> Callable[..., Outcome]:
    """genlab(*arguments): what `python -m genlab` does with them, in this process."""
    return run_here


@pytest.fixture(autouse=True)
def settings_of_torch() -> Iterator[None]:
    """What `train` sets for its whole process goes back."""
    yield
    torch.set_flush_denormal(False)
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """trained(family, data): a folder with a model of twenty steps; made once, not to be written to."""
    folders: dict[tuple[str, str], Path] = {}

    def folder(family: str, data: str) -> Path:
        if (family, data) not in folders:
            place = tmp_path_factory.mktemp("trained") / f"{family}-{data}"
            outcome = run_here("train", family, "--data", data, "--steps", 20, *SMALL, "--out", place)
            assert outcome.status == 0, outcome.err
            folders[family, data] = place
        return folders[family, data]

    return folder
