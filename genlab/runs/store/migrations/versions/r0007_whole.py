"""Checkpoints of large nets are kept in short; those that are there are whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """None is in short yet."""
    op.add_column("checkpoints", sa.Column("whole", sa.Boolean))
