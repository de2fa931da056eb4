"""Runs: the store that keeps them, the scheduler that trains them, the bundles that carry them.

Importing this package is cheap: the store's library is imported with `Store` and `Scheduler`, torch in the worker
processes or where a config is checked.
"""

from typing import TYPE_CHECKING, Any

from genlab.runs.store.record import Event, Run, RunError, UnknownRun

if TYPE_CHECKING:
    from genlab.runs.store.store import Store
    from genlab.runs.work.scheduler import Scheduler

__all__ = ["Event", "Run", "RunError", "Scheduler", "Store", "UnknownRun"]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from genlab.runs.store.store import Store

        return Store
    if name == "Scheduler":
        from genlab.runs.work.scheduler import Scheduler

        return Scheduler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
