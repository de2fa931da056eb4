"""What a page says where the store refuses."""

from __future__ import annotations

from genlab.locale import said, told
from genlab.runs.store.record import NotYours, UnknownRun
from genlab.views.frame.session import translator


def refusal(error: Exception) -> str:
    """The sentence for the person who asked, in their language where there is one."""
    _ = translator()
    if isinstance(error, NotYours):
        return _("This run is somebody else's: only a fork of it is yours to change.")
    if isinstance(error, UnknownRun):
        return _("This run no longer exists.")
    return told(said(error), _)
