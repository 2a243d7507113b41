"""People, their names, numbers, policies, documents and allergies."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0003_patients")


def downgrade() -> None:
    downgrade_sql("0003_patients")
