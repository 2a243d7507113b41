"""The fence: signing in, sessions, audit, outbox, roles and permissions."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0001_fence")


def downgrade() -> None:
    downgrade_sql("0001_fence")
