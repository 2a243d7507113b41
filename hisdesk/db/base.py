"""The one metadata that all subjects' tables belong to, and the column types they share."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData(schema="app")


def key() -> sa.Column[object]:
    """A row's own key: a UUIDv7 that the client makes."""
    return sa.Column("id", pg.UUID(as_uuid=True), primary_key=True)


def version() -> sa.Column[int]:
    """Counts changes of a row; an update names the version that it read."""
    return sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1"))


def text(name: str, *, default: str | None = "", nullable: bool = False) -> sa.Column[str]:
    """A text column; empty text, not NULL, where nothing is known."""
    server_default = None if default is None else sa.text(f"'{default}'")
    return sa.Column(name, sa.Text, nullable=nullable, server_default=server_default)


def moment(name: str, *, default: str | None = None, nullable: bool = True) -> sa.Column[object]:
    """A point in time, with its zone."""
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)
