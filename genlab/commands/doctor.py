"""`doctor`: what is installed, found and writable, and how fast this machine is."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import tempfile
import time
from typing import Any

from genlab.commands.output import emit
from genlab.home import data_folders, home
from genlab.runs.setup import check
from genlab.runs.trouble import StoreTrouble, WrongSetup

PACKAGES = ("streamlit", "torch", "SQLAlchemy", "distributed", "psycopg")
TRIED_BYTES = 10 * 2**20
TRIED_SECONDS = 1.0


def add_to(verbs: Any) -> None:
    """Declares it."""
    command = verbs.add_parser("doctor", help="what is installed, found, writable, and how fast")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=doctor)


def doctor(arguments: argparse.Namespace) -> None:
    """A line a finding. Raises WrongSetup after the last where genlab cannot work as it is set up."""
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
    }
    found |= {package: version(package) for package in PACKAGES}
    found["home"] = str(home())
    found["data_folders"] = [str(folder) for folder in data_folders() if folder.is_dir()]
    wrong: Exception | None = None
    try:
        check()
        found |= written() | stored() | trained()
    except (WrongSetup, StoreTrouble, ValueError, OSError) as error:
        wrong, found["wrong"] = error, str(error)
    if arguments.json:
        emit(found, as_json=True)
    else:
        for name, value in found.items():
            print(f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}")
    if wrong is not None:
        raise wrong


def version(package: str) -> str:
    """The version of a package, or that it is not there."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def written() -> dict[str, float]:
    """How fast GENLAB_HOME is written, to the disk itself, in megabytes a second."""
    began = time.perf_counter()
    with tempfile.TemporaryFile(dir=home()) as file:
        file.write(os.urandom(TRIED_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return {"disk_megabytes_a_second": round(TRIED_BYTES / 1e6 / (time.perf_counter() - began), 1)}


def stored() -> dict[str, Any]:
    """What is in the store, and how long a question takes."""
    from genlab.runs import Store

    store = Store()
    began = time.perf_counter()
    states = store.states()
    took = time.perf_counter() - began
    store.close()
    return {"runs": sum(states.values()), "store_milliseconds": round(1000 * took, 1)}


def trained() -> dict[str, Any]:
    """The device, and the steps a second of a small run on it."""
    from genlab.data import load
    from genlab.devices import of_environment
    from genlab.models import FAMILIES
    from genlab.training import Trainer

    family = next(iter(FAMILIES.values()))
    settings = family.preset(next(iter(family.presets))[0], "points")
    trainer = Trainer(family.name, settings, load("ring8"), 0, of_environment())
    trainer.advance(seconds=TRIED_SECONDS)
    return {"device": str(trainer.device), "steps_a_second": round(trainer.step / trainer.seconds)}
