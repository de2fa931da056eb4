"""Streamlit's and uvicorn's logs go where ours go, in the same form."""

from __future__ import annotations

import logging

from streamlit import logger as of_streamlit

from genlab.logs import set_up

OF_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")


def gather() -> None:
    """Sets the logs up as GENLAB_LOG asks; raises ValueError for what it does not know."""
    if not set_up():
        return
    # Streamlit gives each of its loggers a handler of its own, also those that come with later imports.
    of_streamlit.setup_formatter = to_root
    of_streamlit.update_formatter()
    for name in OF_UVICORN:
        to_root(logging.getLogger(name))


def to_root(logger: logging.Logger) -> None:
    """Lets a logger write by the one handler."""
    logger.handlers.clear()
    logger.propagate = True
