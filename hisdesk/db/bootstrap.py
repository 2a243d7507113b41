"""What only a superuser can do, once per database: roles, extensions, and taking away what everybody has by default.

Everything after that is done by `deploy`, which owns nothing but may act as the owners.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

OWNERS = ("his_owner", "his_auth", "his_audit", "his_search")
SERVICES = ("deploy", "relay", "scheduler", "gateway")

# Functions every role may call by default and no station needs: locks that block others, large objects, other
# connections' statements (tokens show there), messages past the outbox.
_TAKEN_AWAY = r"""
select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and (
    p.proname ~ '^(pg_(try_)?advisory|lo_|loread$|lowrite$|pg_notify$)'
    or p.proname ~ '^pg_stat_get_(activity|backend|progress|wal_senders)'
    or p.proname in ('pg_logical_emit_message', 'pg_export_snapshot', 'pg_database_size', 'pg_tablespace_size'))
"""
# Comparisons that are "leakproof" run before the policies and on indexes, and EXPLAIN ANALYZE counts what they let
# through: with those of text and bytes anybody's name could be spelled out. Those of keys, numbers and moments stay,
# since lists are read by them.
_LEAKY = """
select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proleakproof
    and p.proargtypes::oid[] && array['text', 'bpchar', 'varchar', 'bytea']::regtype[]::oid[]
"""
_VIEWS = ("pg_stat_activity", "pg_stat_ssl", "pg_stat_gssapi", "pg_stat_replication", "pg_prepared_xacts")


def create_roles(connection: sa.Connection, passwords: Mapping[str, str]) -> None:
    """Makes the roles of the house (once per server) and sets the services' passwords.

    `connection` is a superuser's, in autocommit; `passwords` has one for each of `SERVICES`.
    """
    have = set(connection.exec_driver_sql("select rolname from pg_roles").scalars())
    for owner in OWNERS:
        if owner not in have:
            connection.exec_driver_sql(f"create role {owner} nologin {'bypassrls' if owner == 'his_search' else ''}")
    if "app_station" not in have:
        connection.exec_driver_sql("create role app_station nologin")
    for service in SERVICES:
        if service not in have:
            connection.exec_driver_sql(f"create role {service} login")
        connection.exec_driver_sql(f"alter role {service} password {_literal(passwords[service])}")
    connection.exec_driver_sql("alter role deploy bypassrls createrole")
    connection.exec_driver_sql(f"grant {', '.join(OWNERS)} to deploy")
    connection.exec_driver_sql("grant app_station to deploy with admin option")
    # elsewhere on the server a station could make temporary tables and take locks
    for database in ("postgres", "template1"):
        connection.exec_driver_sql(f"revoke connect, temporary on database {database} from public")
    for parameter in ("track_activities", "log_min_error_statement"):
        connection.exec_driver_sql(f"grant set on parameter {parameter} to deploy")


def create_database(connection: sa.Connection, name: str, *, template: str | None = None) -> None:
    """Makes an empty database (or a copy of `template`) that only the house's roles can connect to.

    `connection` is a superuser's, in autocommit, on another database of the same server.
    """
    quoted = quote(name)
    source = f"template {quote(template)}" if template else "template template0 encoding 'UTF8'"
    connection.exec_driver_sql(f"create database {quoted} owner his_owner {source}")
    connection.exec_driver_sql(f"revoke all on database {quoted} from public")
    connection.exec_driver_sql(f"grant connect on database {quoted} to app_station, {', '.join(SERVICES)}")


def database_exists(connection: sa.Connection, name: str) -> bool:
    """Whether the server has a database of that name."""
    return bool(connection.exec_driver_sql("select 1 from pg_database where datname = %s", (name,)).scalar())


def knows_time_zone(connection: sa.Connection, name: str) -> bool:
    """Whether the server knows a time zone of that name."""
    return bool(connection.exec_driver_sql("select 1 from pg_timezone_names where name = %s", (name,)).scalar())


def prepare_database(connection: sa.Connection) -> None:
    """Extensions, schemas and revoked defaults of a new database. `connection`: a superuser's, in it, autocommit."""
    run = connection.exec_driver_sql
    owners = ", ".join(OWNERS)
    run("create schema ext")
    for extension in ("pg_trgm", "btree_gist", "unaccent", "fuzzystrmatch"):
        run(f"create extension {extension} schema ext")
    run("revoke all on schema public from public")
    run("revoke usage on language plpgsql from public")
    run(f"grant usage on language plpgsql to {owners}")
    run(f"grant usage on schema ext to {owners}")
    # The extensions' functions keep no rights of their own: only the owners' functions may call them.
    run("revoke execute on all functions in schema ext from public")
    run(f"grant execute on all functions in schema ext to {owners}")
    run(f"alter default privileges for role {owners} revoke execute on functions from public")
    for schema, owner in (("app", "his_owner"), ("auth", "his_auth"), ("audit", "his_audit")):
        run(f"create schema {schema} authorization {owner}")
    run("grant create, usage on schema app to his_search")
    for function in run(_TAKEN_AWAY).scalars().all():
        run(f"revoke execute on function {function} from public")
    for function in run(_LEAKY).scalars().all():
        run(f"alter function {function} not leakproof")
    for view in _VIEWS:
        run(f"revoke all on {view} from public")


def quote(name: str) -> str:
    """A name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    escaped = value.replace("'", "''").replace("%", "%%")
    if "\\" in value:
        raise ValueError("a password with a backslash")
    return f"'{escaped}'"
