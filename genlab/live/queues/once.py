"""Answers that are costly to make: each made once, one at a time, and kept for whoever asks next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, ParamSpec, TypeVar

Question = ParamSpec("Question")
Answer = TypeVar("Answer")


class Crowded(RuntimeError):
    """So many wait for an answer already that another would wait too long."""

    def __init__(self, most: int) -> None:
        super().__init__(f"waiting: got more than {most} at once; ask again in a moment")


class Once(Generic[Question, Answer]):
    """The answers of `make`, by its arguments.

    They are made on one thread: what one of them takes of the machine, many cannot take at once, and memory that one
    gives back is the next one's. The latest `kept` answers stay; a failure is not kept. name: the thread's.
    """

    def __init__(self, make: Callable[Question, Answer], kept: int, waiting_at_most: int, name: str) -> None:
        self._make, self._kept, self._most = make, kept, waiting_at_most
        self._maker = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._answers: OrderedDict[object, Future[Answer]] = OrderedDict()

    def ask(self, *question: Question.args, **named: Question.kwargs) -> Future[Answer]:
        """The answer, perhaps still to come. Raises Crowded."""
        key = (question, tuple(sorted(named.items())))
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or (answer.done() and answer.exception() is not None):
                if sum(not other.done() for other in self._answers.values()) >= self._most:
                    raise Crowded(self._most)
                answer = self._answers[key] = self._maker.submit(self._make, *question, **named)
            self._answers.move_to_end(key)
            while len(self._answers) > self._kept and next(iter(self._answers.values())).done():
                self._answers.popitem(last=False)
            return answer

    def clear(self) -> None:
        """Forgets all answers."""
        with self._lock:
            self._answers.clear()
