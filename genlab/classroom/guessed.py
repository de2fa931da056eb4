"""How often one may be wrong about a class's code: who tries codes one after the other soon has to wait.

Counted in this process: a server that is started anew has forgotten, and each of several counts for itself.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from genlab.classroom.record import ClassError, UnknownClass
from genlab.locale import N_

KNOWN_AT_MOST = 10_000


@dataclass(frozen=True)
class Allowance:
    """So many at once, and one more after each so many seconds."""

    at_once: int
    seconds: float


# A browser's typing; all that come from one address, as a whole school does.
OF_A_BROWSER, OF_AN_ADDRESS = Allowance(5, 12.0), Allowance(60, 1.0)


class Guesses:
    """Who was wrong, and how lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.lock = threading.Lock()
        # Until when what each has been wrong about counts, one after the other.
        self.until: OrderedDict[str, float] = OrderedDict()

    def may_guess(self, who: str, allowed: Allowance) -> bool:
        """Whether one more wrong guess is left."""
        with self.lock:
            return self.until.get(who, 0.0) - self.clock() <= (allowed.at_once - 1) * allowed.seconds

    def was_wrong(self, who: str, allowed: Allowance) -> None:
        """Notes a wrong guess."""
        with self.lock:
            self.until[who] = max(self.until.pop(who, 0.0), self.clock()) + allowed.seconds
            if len(self.until) > KNOWN_AT_MOST:
                self.until.popitem(last=False)


guesses = Guesses()


@contextmanager
def guessing(browser: str, address: str | None) -> Iterator[None]:
    """Within, a code is looked up. Raises ClassError at once where this browser, or all from its address, have been
    wrong too often."""
    counted = [(f"browser {browser}", OF_A_BROWSER)]
    if address:
        counted.append((f"address {address}", OF_AN_ADDRESS))
    if not all(guesses.may_guess(who, allowed) for who, allowed in counted):
        raise ClassError(N_("Too many wrong codes came from here: wait a minute, and ask your teacher for the code."))
    try:
        yield
    except UnknownClass:
        for who, allowed in counted:
            guesses.was_wrong(who, allowed)
        raise
