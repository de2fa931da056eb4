"""What a server does by itself once a day: old runs go."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from genlab.runs.trouble import StoreTrouble

if TYPE_CHECKING:
    from genlab.runs import Store

KEEP_DAYS = 180
KEEP_MEGABYTES = 10_000
DAY = 24 * 3600.0

log = logging.getLogger(__name__)


def keep_small(store: Store, closing: threading.Event) -> None:
    """Cleans the store now and once a day until the server closes; one in trouble is cleaned the next day."""
    while not closing.is_set():
        try:
            cleaned = store.clean(KEEP_DAYS, KEEP_MEGABYTES)
        except StoreTrouble as trouble:
            log.warning("the store is not cleaned: %s", trouble.kind)
        else:
            if cleaned.runs:
                log.info("%d old runs deleted, %.0f MB are left", *cleaned)
        closing.wait(DAY)
