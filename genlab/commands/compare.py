"""`compare`: every family on the same data, seed, ruler and time, a row a model."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from genlab.commands.output import emit
from genlab.commands.train import DATA, positive

SECONDS = 10.0
MOST_SECONDS = 24 * 3600.0


def add_to(verbs: Any) -> None:
    """Declares `compare`."""
    command = verbs.add_parser(
        "compare", help="train every family for the same time on the same data; a row a model, by one ruler"
    )
    command.add_argument("--data", default=DATA, help=f"a data set's name (default: {DATA}; see: data list)")
    command.add_argument("--seconds", type=positive, default=SECONDS, help="of training for each model (default: 10)")
    command.add_argument("--seed", type=int, default=0, help="default: 0")
    command.add_argument("--threads", type=int, help="threads to train with; by default one for points, else all cores")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.set_defaults(run=compare)


def compare(arguments: argparse.Namespace) -> None:
    """Prints {"model", "data", "seconds", "steps", "metrics"} for each row, as soon as it is there; as JSON also
    "measured", all that `evaluate` says of it, and "over_seconds", how near its samples came while it trained."""
    import torch

    from genlab.commands.data import named
    from genlab.commands.train import threads_for
    from genlab.data import describe
    from genlab.runs.store import checks
    from genlab.side_by_side.names import OVER_SECONDS
    from genlab.side_by_side.trained import compared

    checks.seed(arguments.seed)
    if arguments.seconds > MOST_SECONDS:
        raise ValueError(f"--seconds: got {arguments.seconds:g}, allowed: up to {MOST_SECONDS:g}")
    name = named(arguments.data)
    kind = describe(name).kind
    torch.set_flush_denormal(True)
    torch.set_num_threads(threads_for(kind, arguments.threads))

    def began(model: str) -> None:
        print(f"{model}: {arguments.seconds:g} s of training", file=sys.stderr, flush=True)

    for row in compared(name, arguments.seconds, arguments.seed, began):
        record: dict[str, Any] = {"model": row.name, "data": name, "seconds": round(row.seconds, 3), "steps": row.steps}
        record |= {"metrics": dict(row.metrics)}
        if arguments.json:
            record |= {"measured": dict(row.measured), "over_seconds": {OVER_SECONDS[kind]: row.over_seconds}}
        emit(record, arguments.json)
        if not arguments.json:
            print(flush=True)
