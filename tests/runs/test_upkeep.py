"""What a server does by itself: it cleans its store once a day, and a store in trouble is no end of that."""

from __future__ import annotations

import threading
from unittest.mock import Mock

from genlab.runs.store.space import Cleaned
from genlab.runs.trouble import StoreTrouble
from genlab.runs.upkeep import DAY, KEEP_DAYS, KEEP_MEGABYTES, keep_small


def test_the_store_is_cleaned_at_once_and_once_a_day_until_the_server_closes() -> None:
    store, closing = Mock(), Mock(spec=threading.Event())
    store.clean.side_effect = [Cleaned(2, 3.0), StoreTrouble("busy"), Cleaned(0, 3.0)]
    closing.is_set.side_effect = [False, False, False, True]
    keep_small(store, closing)
    assert [call.args for call in store.clean.call_args_list] == [(KEEP_DAYS, KEEP_MEGABYTES)] * 3
    assert [call.args for call in closing.wait.call_args_list] == [(DAY,)] * 3
