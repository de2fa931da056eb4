"""Classes, who is in them, and what they guessed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Three tables; a member's answers go with the member."""
    op.create_table(
        "classes",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False, index=True),
        sa.Column("opened", sa.Float, nullable=False),
        sa.Column("ended", sa.Float),
        sa.Column("look", sa.String(2000)),
        sa.Column("looked", sa.Float),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tried", sa.Float, nullable=False),
    )
    op.create_table(
        "members",
        sa.Column("owner", sa.String(200), primary_key=True),
        sa.Column("code", sa.String(6), sa.ForeignKey("classes.code"), nullable=False, index=True),
        sa.Column("nickname", sa.String(40), nullable=False),
        sa.Column("joined", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_table(
        "class_answers",
        sa.Column("owner", sa.String(200), sa.ForeignKey("members.owner", ondelete="CASCADE"), primary_key=True),
        sa.Column("chapter", sa.String(100), primary_key=True),
        sa.Column("question", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("guess", sa.JSON, nullable=False),
    )
