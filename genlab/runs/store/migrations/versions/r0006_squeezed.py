"""Pictures and weights are squeezed as they are written. What is there stays, and is read as it stands; an older genlab
could not read what is new, and refuses a store of this version."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """The tables are the same."""
