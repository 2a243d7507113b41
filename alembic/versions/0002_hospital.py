"""The hospital, its departments and its staff."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0002_hospital")


def downgrade() -> None:
    downgrade_sql("0002_hospital")
