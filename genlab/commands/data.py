"""`data list`, `data get NAME`, `data add PATH`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from genlab.commands.output import emit
from genlab.data import DATASETS, OWN, available, describe, get
from genlab.data.own import shelf

OWNER = "command line"


def add_to(verbs: Any) -> None:
    """Declares the three."""
    actions = verbs.add_parser("data", help="the data sets").add_subparsers(required=True, metavar="ACTION")
    command = actions.add_parser("list", help="which there are, and which are here")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=show)
    command = actions.add_parser("get", help="fetch one, with its checksums verified")
    command.add_argument("name")
    command.set_defaults(run=lambda arguments: get(arguments.name))
    command = actions.add_parser("add", help="bring your own: pictures or points; prints the name to train with")
    command.add_argument("path", type=Path, help="a folder or zip of pictures, .npy, .npz, idx files, or a .csv")
    command.add_argument("--name", default="", help="how it is called in lists; by default as the file")
    command.add_argument(
        "--shape", choices=("centred", "fitted"), help="pictures: cropped and centred as MNIST's, or whole"
    )
    command.add_argument("--polarity", choices=("keep", "invert"), help="pictures: leave light and dark, or swap them")
    command.add_argument("--share", action="store_true", help="let everybody choose it in the app")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=add)


def show(arguments: argparse.Namespace) -> None:
    """Every data set, a line each."""
    for name in (*DATASETS, *shelf.names()):
        data = describe(name)
        here = available(name)
        if arguments.json:
            record = {"name": name, "kind": data.kind, "about": data.about, "available": here}
            emit(record | ({"title": data.title} if name.startswith(OWN) else {}), as_json=True)
        else:
            about = f"{data.title}: {data.about}" if name.startswith(OWN) else data.about
            print(f"{name:20} {data.kind:7} {'here' if here else 'to get':7} {about}")


def add(arguments: argparse.Namespace) -> None:
    """Reads, keeps, and prints the name to train with; what was done with the data is said on stderr."""
    from genlab.data.own.bring import bring  # late, for it needs Pillow and scipy

    inverted = None if arguments.polarity is None else arguments.polarity == "invert"
    path = arguments.path.expanduser()
    brought = bring(path, path.resolve().name, title=arguments.name, shape=arguments.shape, inverted=inverted)
    name = shelf.keep(brought, OWNER)
    if arguments.share:
        shelf.share(name, OWNER)
    for note in brought.notes:
        print(note, file=sys.stderr)
    if arguments.json:
        facts = {"title": brought.title, "kind": brought.kind, "examples": len(brought.examples)}
        emit({"name": name} | facts | {"classes": brought.classes, "notes": brought.notes}, as_json=True)
    else:
        print(name)


def named(name: str) -> str:
    """The data set of that name; where there is none, one's own of that title."""
    titled = [own for own in shelf.names() if describe(own).title == name] if name not in DATASETS else []
    return titled[0] if len(titled) == 1 else name
