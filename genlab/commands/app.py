"""`app`: serves the pages, as an installed program does from any folder."""

from __future__ import annotations

import argparse
import runpy
import sys
from typing import Any

from genlab.logs import of_environment
from genlab.place import APP

# What is asked of every server, by the names that every server has for it; Streamlit's own names work too.
NAMED = {"port": "server.port", "address": "server.address", "base_url_path": "server.baseUrlPath"}


def add_to(verbs: Any) -> None:
    """Declares it."""
    command = verbs.add_parser(
        "app",
        help="serve the app; what follows goes to `streamlit run`",
        epilog="Any option of `streamlit run` may follow, as --server.maxUploadSize 16.",
        allow_abbrev=False,
    )
    command.add_argument("--port", type=int, help="8501, or the next one that is free")
    command.add_argument("--address", help="0.0.0.0 lets other machines in; by default only this one is served")
    command.add_argument("--base-url-path", metavar="PATH", help="the path below which it is served, as courses/genlab")
    command.set_defaults(run=app, more=[])


def app(arguments: argparse.Namespace) -> None:
    """Serves until it is stopped, as `python -m streamlit run` does: commands know nothing else of Streamlit."""
    given = {option: getattr(arguments, name) for name, option in NAMED.items()}
    named = [part for option, value in given.items() if value is not None for part in (f"--{option}", str(value))]
    if of_environment() == "json":
        named += ["--logger.hideWelcomeMessage", "true"]
    sys.argv = ["streamlit", "run", str(APP), *named, *arguments.more]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
