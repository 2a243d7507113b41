"""Notes, diagnoses and problems, the ICD-10 list, drafts that follow their author."""

from __future__ import annotations

from hisdesk.db.migrate import downgrade_sql, upgrade_sql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upgrade_sql("0006_consultations")


def downgrade() -> None:
    downgrade_sql("0006_consultations")
