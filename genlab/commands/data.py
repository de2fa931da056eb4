"""`data list`, `data get NAME`."""

from __future__ import annotations

import argparse
from typing import Any

from genlab.commands.output import emit
from genlab.data import DATASETS, available, get


def add_to(verbs: Any) -> None:
    """Declares the two."""
    actions = verbs.add_parser("data", help="the data sets").add_subparsers(required=True, metavar="ACTION")
    command = actions.add_parser("list", help="which there are, and which are here")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=show)
    command = actions.add_parser("get", help="fetch one, with its checksums verified")
    command.add_argument("name")
    command.set_defaults(run=lambda arguments: get(arguments.name))


def show(arguments: argparse.Namespace) -> None:
    """Every data set, a line each."""
    for name, data in DATASETS.items():
        here = available(name)
        if arguments.json:
            emit({"name": name, "kind": data.kind, "about": data.about, "available": here}, as_json=True)
        else:
            print(f"{name:20} {data.kind:7} {'here' if here else 'to get':7} {data.about}")
