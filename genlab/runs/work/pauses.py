"""Pauses that grow while something goes on failing."""

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
