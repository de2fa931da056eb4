"""What the program logs: lines of text, or by GENLAB_LOG=json one JSON object a line, for those who gather logs.
Neither has people's keys, passwords, codes of classes or nicknames."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading

VARIABLE = "GENLAB_LOG"
FORMS = ("text", "json")
HIDDEN = "***"
NAMED = "code|password|nickname|genlab_key"
# A visitor's key (live/web/keys.py), a password within a URL, what stands behind one of these names.
SECRETS = (
    re.compile(r"(?<![\w-])()()[A-Za-z0-9_-]{21}[AQgw](?![\w-])"),
    re.compile(r"()(://[^\s:/@]*:)[^\s@]+(?=@)"),
    re.compile(
        r"()(\b(?:code|password|nickname|genlab_key)\b\\?[\"']?\s*[=:]\s*\\?[\"']?)[^\s&\"'\\,;)}]+", re.IGNORECASE
    ),
)


def of_environment() -> str:
    """The form of the logs that GENLAB_LOG asks for; raises ValueError for another than "text" and "json"."""
    form = os.environ.get(VARIABLE) or FORMS[0]
    if form not in FORMS:
        raise ValueError(f"{VARIABLE}: got {form!r}, allowed: {', '.join(FORMS)}")
    return form


def without_secrets(line: str) -> str:
    """The line with stars for what nobody is to read in a log. Nothing of that is logged on purpose: this is for what
    libraries say of a request or of a database's address."""
    for secret in SECRETS:
        line = secret.sub(rf"\2{HIDDEN}", line)
    return line


def set_up() -> bool:
    """Begins to write JSON where that is asked for; whether it is."""
    if of_environment() != "json":
        return False
    from pythonjsonlogger.json import JsonFormatter  # only where it is wanted: the first page waits for imports

    class Formatter(JsonFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return without_secrets(super().format(record))

    handler = logging.StreamHandler(sys.stderr)
    renamed = {"levelname": "level", "name": "logger", "exc_info": "trace"}
    handler.setFormatter(
        Formatter("%(levelname)s %(name)s %(message)s %(process)d", rename_fields=renamed, timestamp="time")
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("genlab").setLevel(logging.INFO)
    logging.captureWarnings(True)
    threading.excepthook = _of_thread
    return True


def _of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        logging.getLogger(__name__).error("a thread has died", exc_info=ended.exc_value)
