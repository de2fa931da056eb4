"""Why a run failed, in its parts: pages say it in other languages than English."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Empty for runs that failed before: their sentence stays as it is."""
    op.add_column("runs", sa.Column("error_parts", sa.JSON))
