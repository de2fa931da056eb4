"""The lesson: the component that asks a chapter's questions, runs their experiments and says what they found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("lesson", "symbols")


def lesson(data: dict[str, Any], key: str, follow: Callable[[], None]) -> None:
    """Mounts it; data is what genlab/views/course/chapter.py makes. When an experiment begins to train runs, the page
    is drawn anew, with these on its stage; follow() is called when another question is chosen in a chapter of several
    stages."""
    _mount(data, key, on_stage_change=lambda: None, on_question_change=follow)  # so that the browser may send them
