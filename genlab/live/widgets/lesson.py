"""The lesson: the component that asks a chapter's questions, runs their experiments and says what they found."""

from __future__ import annotations

from typing import Any

from genlab.live.components import browser_component

_mount = browser_component("lesson", "symbols")


def lesson(data: dict[str, Any], key: str) -> None:
    """Mounts it; data is what genlab/views/course/chapter.py makes. When an experiment begins to train runs, the page
    is drawn anew, with these on its stage."""
    _mount(data, key, on_stage_change=lambda: None)  # declared, so that the browser may send it
