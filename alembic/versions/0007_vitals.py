"""Vital signs and the early warning score."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0007_vitals")


def downgrade() -> None:
    downgrade_sql("0007_vitals")
