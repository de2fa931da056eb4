"""`script`: a run as a file of its own, Python or a notebook, that needs torch and torchvision alone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

KINDS = (".py", ".ipynb")


def add_to(verbs: Any) -> None:
    """Declares `script`."""
    command = verbs.add_parser("script", help="write a run as a script that needs torch and torchvision alone")
    command.add_argument("folder", type=Path, metavar="DIR", help="a run's folder or zip")
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="FILE.py or FILE.ipynb")
    command.set_defaults(run=write)


def write(arguments: argparse.Namespace) -> None:
    """Writes the script, and beside it the images that torchvision does not have."""
    out: Path = arguments.out
    if out.suffix not in KINDS:
        raise ValueError(f"--out: got {out.name}, allowed: FILE{' or FILE'.join(KINDS)}")
    from genlab.runs.bundle import read_bundle
    from genlab.runs.scripts import of_bundle
    from genlab.scripts import beside, notebook, script

    asked = of_bundle(read_bundle(arguments.folder))
    text = script(asked)
    out.write_text(text if out.suffix == ".py" else notebook(text), encoding="utf-8")
    for name, content in beside(asked.data).items():
        out.with_name(name).write_bytes(content)
        print(f"{name}: the images, beside it", file=sys.stderr)
