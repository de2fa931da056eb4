"""Pauses that grow while something goes on failing, and those of what takes long."""

from __future__ import annotations

import time
from dataclasses import dataclass

FIRST_SECONDS = 0.5


@dataclass
class Pauses:
    """Half a second after the first failure, twice as long after each other one, `longest` seconds at most."""

    longest: float
    failures: int = 0
    until: float = 0.0

    @property
    def over(self) -> bool:
        """Whether it may be tried (again)."""
        return time.monotonic() >= self.until

    def failed(self) -> None:
        """It has failed (again)."""
        # No pause begins within another: several that fail together are one failure.
        if self.over:
            self.until = time.monotonic() + min(self.longest, FIRST_SECONDS * 2**self.failures)
            self.failures += 1

    def worked(self) -> None:
        """It has worked."""
        self.failures, self.until = 0, 0.0


@dataclass
class Seldom:
    """What may take a fifth of the time at most: after each time it rests four times as long as it took."""

    rest: float = 4.0
    began: float = 0.0
    until: float = 0.0

    @property
    def over(self) -> bool:
        """Whether its rest is."""
        return time.monotonic() >= self.until

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, *_: object) -> None:
        now = time.monotonic()
        self.until = now + self.rest * (now - self.began)
