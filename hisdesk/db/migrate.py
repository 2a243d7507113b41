"""Brings a database to a schema version; the SQL stands in `alembic/sql/<migration>/*.sql`, run in order of name."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa


def folder() -> Path:
    """Where the migrations are: beside the package in a checkout, inside it in an installed wheel."""
    installed = Path(__file__).parents[1] / "_migrations"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "alembic"


def upgrade_sql(name: str) -> None:
    """Called by a migration: runs its SQL files, except `down.sql`."""
    for path in sorted((folder() / "sql" / name).glob("*.sql")):
        if path.name != "down.sql":
            _run(path)


def downgrade_sql(name: str) -> None:
    """Called by a migration: takes back what `upgrade_sql` made."""
    _run(folder() / "sql" / name / "down.sql")


def _run(path: Path) -> None:
    from alembic import op

    connection = op.get_bind()
    # the driver's own cursor without parameters: "%" and ":" in function bodies mean nothing to it
    cursor = connection.connection.cursor()
    cursor.execute("set local check_function_bodies = off")
    cursor.execute(path.read_text(encoding="utf-8"))
    cursor.close()


def upgrade(url: str | sa.URL, revision: str = "head") -> None:
    """Migrates as the `deploy` role. All in one transaction: on any error nothing has changed."""
    from alembic import command

    with _engine(url).begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str | sa.URL, revision: str) -> None:
    """Takes migrations back, newest first. Loses the data of what it drops; never run by the program itself."""
    from alembic import command

    with _engine(url).begin() as connection:
        command.downgrade(_config(connection), revision)


def differences(url: str | sa.URL) -> list[object]:
    """What the declared tables and the database disagree on; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from hisdesk.db.base import metadata

    with _engine(url).connect() as connection:
        declared = {f"{table.schema}.{table.name}" for table in metadata.sorted_tables}

        def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
            # indexes, constraints and server-only tables are the migrations' own business
            return kind == "column" or (kind == "table" and f"app.{name}" in declared)

        context = MigrationContext.configure(
            connection,
            opts={"include_schemas": True, "include_object": ours, "include_name": _app_only, "compare_type": True},
        )
        return list(compare_metadata(context, metadata))


def _app_only(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name == "app"


def head() -> str:
    """The newest migration's name."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(folder())).get_current_head() or ""


def _engine(url: str | sa.URL) -> sa.Engine:
    return sa.create_engine(url, poolclass=sa.NullPool)


def _config(connection: sa.Connection):  # type: ignore[no-untyped-def]  # alembic is imported on use
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
