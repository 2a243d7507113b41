"""Runs migrations as the `deploy` role; the database URL comes from the caller, never from a file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from hisdesk.db.base import metadata
from hisdesk.hospital import all_tables

all_tables.load()


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table="schema_version",
        version_table_schema="app",
        include_schemas=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
