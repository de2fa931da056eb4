"""Runs: their records, the store that keeps them, the scheduler that trains them, the bundles that carry them.

Importing this package is cheap: the store's library is imported with `Store`, torch in the worker processes or where a
config is checked.
"""

from typing import TYPE_CHECKING, Any

from genlab.runs.record import Event, Run, RunError, UnknownRun

if TYPE_CHECKING:
    from genlab.runs.store import Store

__all__ = ["Event", "Run", "RunError", "Store", "UnknownRun"]


def __getattr__(name: str) -> Any:
    if name != "Store":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from genlab.runs.store import Store

    return Store
