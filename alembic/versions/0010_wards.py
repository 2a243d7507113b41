"""Beds, admissions and stays, cleaning tasks."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0010_wards")


def downgrade() -> None:
    downgrade_sql("0010_wards")
