"""What several ask for at the same time is made by the first of them, for all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Together(Generic[Answer]):
    """Calls `make` for all who ask while it works: they get what came of it, be it trouble.

    One after the other, each would wait for a locked store in turn, and the last of a class for a minute.
    """

    def __init__(self, make: Callable[[], Answer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._under_way: Future[Answer] | None = None

    def __call__(self) -> Answer:
        """What `make` gives, or raises."""
        with self._lock:
            found = self._under_way
            answer = self._under_way = found or Future()
        if found is None:
            try:
                answer.set_result(self._make())
            except BaseException as error:
                answer.set_exception(error)
            finally:
                with self._lock:
                    self._under_way = None
        return answer.result()
