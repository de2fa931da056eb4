"""The one lab of this process: its store and the scheduler that trains what is in it."""

from __future__ import annotations

import gc
import json
import logging
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit.runtime.pages_manager import PagesManager

from genlab.live.queues.together import Together
from genlab.live.web import squeeze
from genlab.live.web.head import served
from genlab.place import PRETRAINED
from genlab.runs.store.record import SHIPPED, Run, RunError, UnknownRun
from genlab.runs.trouble import Standstill, StoreTrouble, WrongSetup
from genlab.runs.upkeep import keep_small
from genlab.runs.work.pauses import Pauses

if TYPE_CHECKING:
    from genlab.runs import Store
    from genlab.runs.work.scheduler import Scheduler

# The folder of the course's recordings, beside the runs that every page may show.
RECORDED = "recorded"
# After the first page is painted: what follows imports for a second or two. Where nobody comes, from the start.
OPEN_DELAY = 1.5
# What a store in trouble could not take is tried again after half a second, a second, ... at most so many.
LONGEST_PAUSE = 15.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lab:
    """A store and its scheduler."""

    store: Store
    scheduler: Scheduler


def lab() -> Lab:
    """This process' lab, made when first asked for. Kept here and not in Streamlit's cache, which any browser can
    clear. Raises StoreTrouble."""
    return make_lab() if make_lab.cache_info().currsize else _open()


@cache
def make_lab() -> Lab:
    """What `lab` hands out; tests clear its cache to have a lab of their own."""
    # Imported now and not with the server: they would delay its first page by a quarter of a second.
    from genlab.runs import Store
    from genlab.runs.work.scheduler import Scheduler

    try:
        store = Store()
        return Lab(store, Scheduler(store))
    except WrongSetup as error:
        log.error("%s", error)
        raise StoreTrouble("setup") from error


_open = Together(lambda: make_lab())  # two first visitors must not make two


def standstill(run_id: str | None = None) -> Standstill | None:
    """Why a run, or any that should train, does not; None where nothing is in the way."""
    if not make_lab.cache_info().currsize:
        return None
    scheduler = lab().scheduler
    return scheduler.standstill() if run_id is None or run_id in scheduler.wanted else None


def waits(run_id: str, _: Callable[[str], str], ordinals: bool) -> str | None:
    """The place in line of a run that would train and may not yet, in words; None of another. _ translates; ordinals:
    whether the language has a word of its own for a place ("3rd")."""
    place = lab().scheduler.places.get(run_id) if make_lab.cache_info().currsize else None
    if place is None:
        return None
    return _("waits: {place} in line").format(place=ordinal(place) if ordinals else place)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, ... 11th, ... 21st."""
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def shipped_ids() -> list[str]:
    """The ids of the runs that ship with the app: the names of the folders in pretrained/."""
    return sorted(path.parent.name for path in PRETRAINED.glob("*/run.json"))


def shipped_runs() -> list[Run]:
    """The runs that ship with the app, which the first call puts into the store, so that pages show them like any
    other, in place of those of another version; a call beside it waits. Where the store takes nothing just now, those
    that are in it."""
    store = lab().store
    present = without_recordings(store.list(SHIPPED))
    if not _unpacking.over or not wanted(present):
        return present
    try:
        _unpack()
    except StoreTrouble:
        _unpacking.failed()
        return present
    _unpacking.worked()
    return without_recordings(store.list(SHIPPED))


def without_recordings(runs: list[Run]) -> list[Run]:
    """The runs that pages offer: what the course has recorded stands in its chapter alone."""
    return [run for run in runs if not (PRETRAINED / RECORDED / run.id).exists()]


def is_usual(run: Run) -> bool:
    """Whether a shipped run is one that a page begins with: those of the preset best are there to be chosen."""
    return run.preset != "best"


def shipped_on(family: str, data: str) -> str | None:
    """The id of the family's shipped run on points, which is named after both; None where none ships. Asks no store."""
    name = f"{family}-{data}"
    return name if name in shipped_ids() else None


def recorded_run(run_id: str) -> Run | None:
    """A recording of the course, put into the store when it is first asked for; None where none of that name ships."""
    store, folder = lab().store, PRETRAINED / RECORDED / run_id
    if not (folder / "run.json").exists():
        return None
    with suppress(UnknownRun):
        present = store.get(run_id)
        if as_shipped(present, folder):
            return present
        store.delete(run_id, owner=SHIPPED)
    from genlab.runs.bundle import import_bundle

    with suppress(RunError):  # another server on this store was quicker
        import_bundle(store, folder, owner=SHIPPED, run_id=run_id)
    return store.get(run_id)


def wanted(present: list[Run]) -> list[str]:
    """The ids of those runs of pretrained/ that are not in the store, or only those of another version."""
    runs = {run.id: run for run in present}
    return [
        run_id for run_id in shipped_ids() if run_id not in runs or not as_shipped(runs[run_id], PRETRAINED / run_id)
    ]


def as_shipped(run: Run, folder: Path) -> bool:
    """Whether a run of the store is the one in a folder of pretrained/: of the same data and seed, as far, in the
    same time. No two trainings take the same time to the last digit."""
    facts = json.loads((folder / "run.json").read_text())
    named = ("family", "data", "seed", "step")
    same = all(getattr(run, name) == facts[name] for name in named)
    return same and math.isclose(run.seconds, facts["seconds"])


def unpack() -> None:
    """Puts the runs that ship with the app into the store."""
    store = lab().store
    present = store.list(SHIPPED)
    if ids := wanted(present):
        from genlab.runs.bundle import import_bundle

        older = {run.id for run in present}
        for run_id in ids:
            with suppress(RunError):  # another server on this store was quicker
                if run_id in older:
                    store.delete(run_id, owner=SHIPPED)
                import_bundle(store, PRETRAINED / run_id, owner=SHIPPED, run_id=run_id)


_unpack = Together(unpack)
_unpacking = Pauses(LONGEST_PAUSE)


@asynccontextmanager
async def lifespan(get_ready: Callable[[], None], app: Any) -> AsyncIterator[None]:
    """Training goes on as long as the server lives. Pages get ready at once, while the first visitor's browser fetches
    Streamlit's scripts; workers are warmed a moment after the first page is served."""
    # A folder named pages makes Streamlit treat the first visitor's script as an older kind of app, in which a deep
    # link is "not found" until the first page has called st.navigation.
    PagesManager.uses_pages_directory = False
    closing = threading.Event()
    threading.Thread(target=get_ready, daemon=True).start()
    threading.Thread(target=open_later, args=(closing,), daemon=True).start()
    yield
    closing.set()
    if make_lab.cache_info().currsize:
        lab().scheduler.stop()


def open_later(closing: threading.Event) -> None:
    """Opens the lab when a first page had the time to be painted; not in a server that closes."""
    came = served.wait(OPEN_DELAY)
    if not closing.wait(OPEN_DELAY if came else 0):
        open_lab(closing)


def open_lab(closing: threading.Event) -> None:
    """Lets the store's runs train, warms the workers and unpacks the shipped runs; a store that is locked or away is
    waited for, until the server closes."""
    squeeze.begun.set()
    pauses = Pauses(LONGEST_PAUSE)
    while not closing.is_set():
        try:
            ours = lab()
        except StoreTrouble:
            pauses.failed()
            closing.wait(pauses.until - time.monotonic())
            continue
        ours.scheduler.start()
        ours.scheduler.warm()
        with suppress(StoreTrouble):  # the next page that shows them tries again
            shipped_runs()
        threading.Thread(target=keep_small, args=(ours.store, closing), daemon=True, name="genlab-upkeep").start()
        # What is imported by now lives for ever: full collections need not walk it (they stall a busy server).
        gc.freeze()
        return
