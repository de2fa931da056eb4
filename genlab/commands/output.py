"""What every command prints."""

from __future__ import annotations

import json
from typing import Any


def emit(record: dict[str, Any], as_json: bool) -> None:
    """One result on stdout: a JSON object on its line, or `key value` lines for a person."""
    if as_json:
        print(json.dumps(record), flush=True)
        return
    for key, value in record.items():
        if isinstance(value, dict):
            emit(value, as_json=False)
        else:
            print(f"{key:>24}  {value:.6g}" if isinstance(value, float) else f"{key:>24}  {value}", flush=True)
