"""The one lab of this process: its store and the scheduler that trains what is in it."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit.runtime.pages_manager import PagesManager

from genlab.runs.record import Run, RunError

if TYPE_CHECKING:
    from genlab.runs.scheduler import Scheduler
    from genlab.runs.store import Store

PRETRAINED = Path(__file__).resolve().parents[2] / "pretrained"
SHIPPED = "shipped"
# After the first page is painted: what follows imports for a second or two.
OPEN_DELAY = 1.5
_opening = threading.Lock()
_importing = threading.Lock()


@dataclass(frozen=True)
class Lab:
    """A store and its scheduler."""

    store: Store
    scheduler: Scheduler


def lab() -> Lab:
    """This process' lab, made when first asked for. Kept here and not in Streamlit's cache, which any browser can
    clear."""
    with _opening:  # two first visitors must not make two
        return make_lab()


@cache
def make_lab() -> Lab:
    """What `lab` hands out; tests clear its cache to have a lab of their own."""
    # Imported now and not with the server: they would delay its first page by a quarter of a second.
    from genlab.runs.scheduler import Scheduler
    from genlab.runs.store import Store

    store = Store()
    return Lab(store, Scheduler(store))


def shipped_ids() -> list[str]:
    """The ids of the runs that ship with the app: the names of the folders in pretrained/."""
    return sorted(path.parent.name for path in PRETRAINED.glob("*/run.json"))


def shipped_runs() -> list[Run]:
    """The runs that ship with the app, which the first call puts into the store, so that pages show them like any
    other; a call beside it waits."""
    store = lab().store
    with _importing:
        present = {run.id for run in store.list(SHIPPED)}
        if absent := [run_id for run_id in shipped_ids() if run_id not in present]:
            from genlab.runs.bundle import import_bundle

            for run_id in absent:
                with suppress(RunError):  # another server on this store was quicker
                    import_bundle(store, PRETRAINED / run_id, owner=SHIPPED, run_id=run_id)
    return store.list(SHIPPED)


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Training goes on as long as the server lives. Workers are warmed a moment after the first page is served."""
    # A folder named pages makes Streamlit treat the first visitor's script as an older kind of app, in which a deep
    # link is "not found" until the first page has called st.navigation.
    PagesManager.uses_pages_directory = False
    later = threading.Timer(OPEN_DELAY, open_lab)
    later.daemon = True
    later.start()
    yield
    later.cancel()
    if make_lab.cache_info().currsize:
        lab().scheduler.stop()


def open_lab() -> None:
    """Lets the store's runs train, warms the workers and unpacks the shipped runs."""
    ours = lab()
    ours.scheduler.start()
    ours.scheduler.warm()
    shipped_runs()
    # What is imported by now lives for ever: full collections need not walk it (they stall a busy server).
    gc.freeze()
