"""`store clean`: the store stays small."""

from __future__ import annotations

import argparse
from typing import Any

from genlab.commands.output import emit
from genlab.runs.upkeep import KEEP_DAYS, KEEP_MEGABYTES


def add_to(verbs: Any) -> None:
    """Declares it."""
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
