"""What one owner may have here, as the environment says: asked for when the app starts, so no database is imported."""

from __future__ import annotations

import os

from genlab.runs.trouble import WrongSetup

RUNS, RUNS_PER_OWNER = "GENLAB_RUNS_PER_OWNER", 12
MEGABYTES, MEGABYTES_PER_OWNER = "GENLAB_MEGABYTES_PER_OWNER", 5000


def runs_per_owner() -> int:
    """How many runs of one owner train at the same time: GENLAB_RUNS_PER_OWNER, by default 12. Raises WrongSetup."""
    return _whole_number(RUNS, RUNS_PER_OWNER)


def megabytes_per_owner() -> int:
    """How much one owner's runs may take: GENLAB_MEGABYTES_PER_OWNER, by default 5,000. Raises WrongSetup."""
    return _whole_number(MEGABYTES, MEGABYTES_PER_OWNER)


def _whole_number(variable: str, usual: int) -> int:
    got = os.environ.get(variable) or str(usual)
    if not got.isascii() or not got.isdigit() or int(got) < 1:
        raise WrongSetup(f"{variable}: got {got!r}, allowed: whole numbers from 1")
    return int(got)
