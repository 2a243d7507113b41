"""Walk-in queues and what a hall display may show."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0005_visits")


def downgrade() -> None:
    downgrade_sql("0005_visits")
