"""A run that its owner has pinned is never cleaned away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nobody has pinned a run yet."""
    op.add_column("runs", sa.Column("pinned", sa.Boolean))
