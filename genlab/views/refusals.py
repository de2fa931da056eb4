"""What a page says where the store refuses."""

from __future__ import annotations

from genlab.runs.store.record import NotYours, UnknownRun
from genlab.runs.trouble import StoreTrouble
from genlab.views.session import translator


def refusal(error: Exception) -> str:
    """The sentence for the person who asked, in their language where there is one."""
    _ = translator()
    if isinstance(error, NotYours):
        return _("This run is somebody else's: only a fork of it is yours to change.")
    if isinstance(error, UnknownRun):
        return _("This run no longer exists.")
    return _(str(error)) if isinstance(error, StoreTrouble) else str(error)
