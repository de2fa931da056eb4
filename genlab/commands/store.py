"""`store clean`, `store backup`, `store restore`: the store stays small, and is not lost."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genlab.commands.output import emit
from genlab.runs.upkeep import KEEP_DAYS, KEEP_MEGABYTES

if TYPE_CHECKING:
    from genlab.runs.store.backup import Copied


def add_to(verbs: Any) -> None:
    """Declares the three."""
    actions = verbs.add_parser("store", help="where the app's runs are kept").add_subparsers(
        required=True, metavar="ACTION"
    )
    command = actions.add_parser("clean", help="delete runs that nobody has used for long; never one used this week")
    command.add_argument("--days", type=float, default=KEEP_DAYS, help=f"unused for so long ({KEEP_DAYS})")
    command.add_argument(
        "--megabytes",
        type=float,
        default=KEEP_MEGABYTES,
        help=f"then the longest unused, until so much is left ({KEEP_MEGABYTES})",
    )
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=clean)
    command = actions.add_parser("backup", help="the whole store as one file, while the server goes on")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=backup)
    command = actions.add_parser("restore", help="what a backup holds into the store; all of it or nothing")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--replace", action="store_true", help="delete what is in the store")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=restore)


def clean(arguments: argparse.Namespace) -> None:
    """Cleans, and says what went and what is left."""
    from genlab.runs import Store

    for name in ("days", "megabytes"):
        if not getattr(arguments, name) >= 0:
            raise ValueError(f"--{name}: got {getattr(arguments, name):g}, allowed: numbers from 0")
    store = Store()
    cleaned = store.clean(arguments.days, arguments.megabytes)
    store.close()
    if arguments.json:
        emit({"runs": cleaned.runs, "megabytes": round(cleaned.megabytes, 1)}, as_json=True)
    else:
        print(f"{cleaned.runs} runs deleted; {cleaned.megabytes:.1f} MB of pictures and weights are left")


def backup(arguments: argparse.Namespace) -> None:
    """Writes FILE, and says what it holds."""
    from genlab.runs import Store

    store = Store()
    try:
        written = store.backup(arguments.file)
    finally:
        store.close()
    tell(arguments, written, "written")


def restore(arguments: argparse.Namespace) -> None:
    """Reads FILE, and says what the store now holds."""
    from genlab.runs import Store

    store = Store()
    try:
        restored = store.restore(arguments.file, arguments.replace)
    finally:
        store.close()
    tell(arguments, restored, "restored")


def tell(arguments: argparse.Namespace, copied: Copied, done: str) -> None:
    """What was copied."""
    if arguments.json:
        emit({"runs": copied.runs, "megabytes": round(copied.megabytes, 1)}, as_json=True)
    else:
        print(f"{copied.runs} runs {done}, {copied.megabytes:.1f} MB")
