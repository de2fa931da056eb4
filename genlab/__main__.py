"""The command line: `python -m genlab`, or `genlab` where it is installed. Numbers go to stdout (one JSON
object a line with --json), progress for people to stderr; wrong input ends with one clear line and exit 2."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from genlab.commands import app, compare, data, doctor, runs, script, store, train, use
from genlab.data import DataUnavailable
from genlab.runs.setup import PASSING, check
from genlab.runs.trouble import StoreTrouble, WrongSetup

WRONG_INPUT = 2
FAILED = 1
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_INPUT, f"genlab: {message}\n")


def parser() -> Parser:
    """The whole command line."""
    top = Parser(prog="python -m genlab", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for module in (train, use, compare, script, data, runs, store, doctor, app):
        module.add_to(verbs)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    whole = parser()
    chosen, more = whole.parse_known_args(arguments)
    if more and "more" not in chosen:
        whole.error(f"unrecognized arguments: {' '.join(more)}")
    chosen.more = more
    try:
        if chosen.verb != "doctor":  # which says what is wrong among the rest
            check()
        chosen.run(chosen)
    except (ValueError, OSError, DataUnavailable, WrongSetup) as error:
        print(f"genlab: {' '.join(str(error).split())}", file=sys.stderr)
        return WRONG_INPUT
    except StoreTrouble as error:
        print(f"genlab: {error}", file=sys.stderr)
        return FAILED if error.kind in PASSING else WRONG_INPUT
    except ArithmeticError as error:
        print(f"genlab: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("genlab: interrupted; what was trained is kept", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
