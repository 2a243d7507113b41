"""What one department asks of another."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0008_orders")


def downgrade() -> None:
    downgrade_sql("0008_orders")
