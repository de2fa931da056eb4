"""What people guessed and found at the questions of the chapters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One row for each question that somebody answered."""
    op.create_table(
        "answers",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("chapter", sa.String(100), primary_key=True),
        sa.Column("question", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("guess", sa.JSON),
        sa.Column("result", sa.JSON),
        sa.Column("run_ids", sa.JSON, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
    )
