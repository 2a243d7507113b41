"""The formulary, prescriptions, stock by lot, dispensing."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0009_pharmacy")


def downgrade() -> None:
    downgrade_sql("0009_pharmacy")
