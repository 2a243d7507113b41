"""What the server can tell of itself, for `hisdesk admin check` and the health window."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True)
class Health:
    """Figures of one look at the database. `backlog` counts changes not yet relayed, up to 1,000."""

    server_version: str
    schema: str
    backlog: int
    backlog_age_s: int
    administrators: int
    stations: int


def health(tx: sa.Connection) -> Health:
    """Looks once. For the `deploy` service."""
    row = tx.exec_driver_sql(
        """
        select current_setting('server_version') as server_version,
            (select version_num from app.schema_version) as schema,
            o.backlog, coalesce(extract(epoch from clock_timestamp() - o.oldest), 0)::integer as backlog_age_s,
            (select count(distinct a.user_id) from auth.account a join auth.account_role r on r.user_id = a.user_id
             join auth.role_grant g on g.role_id = r.role_id and g.module = 'roles' and g.act = 'edit'
             where not a.disabled) as administrators,
            (select count(*) from auth.station where revoked_at is null) as stations
        from (select count(*) as backlog, min(created_at) as oldest
              from (select created_at from app.outbox where published_at is null limit 1000) u) o
        """
    ).one()
    return Health(**row._mapping)
