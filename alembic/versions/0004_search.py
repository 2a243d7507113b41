"""Finding people: comparable names, a vocabulary of their words, the one search box, similar people."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0004_search")


def downgrade() -> None:
    downgrade_sql("0004_search")
