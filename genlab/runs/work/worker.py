"""The life of a worker process. Light on purpose: the server names these functions, only the worker runs them."""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from genlab.logs import set_up
from genlab.runs.trouble import StoreTrouble, WrongSetup

if TYPE_CHECKING:
    from genlab.runs.work.hot import HotRuns

SECONDS_BETWEEN_LOOKS = 0.5
NICENESS = 10
# How many a worker keeps ready for their next slice: a class of a hundred on two cores.
HOT_RUNS = 50


def start_worker(parent: int) -> None:
    """Makes this process a polite worker of process `parent`: lower priority, gone when the parent is gone."""
    # Ctrl-C in a terminal reaches all its processes; the parent ends its workers in order, after their last slice.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Not on every system, and not where the process may not.
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)
    set_up()
    threading.Thread(target=_end_with, args=(parent,), daemon=True, name="watch-parent").start()


def _end_with(parent: int) -> None:
    # Even a parent killed without a word leaves its children to another process: that is what this sees.
    while os.getppid() == parent:
        time.sleep(SECONDS_BETWEEN_LOOKS)
    os._exit(1)


def prepare(threads: int) -> int:
    """Imports and tries all that training needs, with `threads` threads; returns the process' id."""
    _prepare_once(threads)
    return os.getpid()


def use_torch(threads: int) -> None:
    """Imports torch, with so many threads."""
    import torch

    torch.set_num_threads(threads)
    # Numbers too small to matter make a CPU slow.
    torch.set_flush_denormal(True)


@lru_cache(maxsize=1)
def _prepare_once(threads: int) -> None:
    use_torch(threads)
    from genlab.runs.work.hot import rehearse

    rehearse()
    gc.freeze()


def run_slice(url: str, run_id: str, seconds: float, save: bool = False, threads: int = 1) -> int:
    """Advances one run of the store at `url` by one slice, see HotRuns.advance; returns the process' id."""
    _prepare_once(threads)
    _hot_runs(url).advance(run_id, seconds, save)
    return os.getpid()


@lru_cache(maxsize=4)
def _hot_runs(url: str) -> HotRuns:
    from genlab.devices import of_environment
    from genlab.runs.store.store import Store
    from genlab.runs.work.hot import HotRuns

    try:
        # Not made here: where the server's file is gone, an empty one in its place would hide it.
        return HotRuns(Store(url, make=False), of_environment())
    except (WrongSetup, ValueError) as error:  # a cluster's worker may lack what the server has
        logging.getLogger(__name__).error("%s", error)
        raise StoreTrouble("setup") from error
