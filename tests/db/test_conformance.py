"""Every table, function and grant keeps the rules of the fence, and each check is shown able to fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
import sqlalchemy as sa

import hisdesk
from hisdesk.access import permissions
from hisdesk.access.action import REGISTRY
from hisdesk.access.actor import Permission
from tests.db import catalogue
from tests.helpers.hospital import Hospital, Template

Check = Callable[[sa.Connection], set[str]]

# each check with a wrong thing that it must name
CHECKS: list[tuple[Check, str, str]] = [
    (catalogue.without_forced_policies, "create table app.wrong (id uuid)", "app.wrong"),
    (
        catalogue.without_forced_policies,
        """create table app.wrong (id uuid); alter table app.wrong enable row level security;
           create policy read on app.wrong for select using (true)""",
        "app.wrong",
    ),
    (
        catalogue.without_forced_policies,
        """create table app.wrong (id uuid); alter table app.wrong enable row level security;
           alter table app.wrong force row level security""",
        "app.wrong",
    ),
    (catalogue.without_record, "create table app.wrong (id uuid)", "app.wrong"),
    (catalogue.without_record, "alter table app.patient disable trigger record", "app.patient"),
    (
        catalogue.without_record,
        """create table app.wrong (id uuid); create trigger record after insert on app.wrong
           for each row execute function audit.record('id', '', '', '')""",
        "app.wrong",
    ),
    (
        catalogue.policies_that_call_too_often,
        "create policy wrong on app.staff for select using (auth.has('users', 'view'))",
        "app.staff.wrong",
    ),
    (
        catalogue.definers_without_path,
        "create function app.wrong() returns int language sql security definer as 'select 1'",
        "app.wrong()",
    ),
    (
        catalogue.definers_without_path,
        """create function app.wrong() returns int language sql security definer set search_path = app
           as 'select 1'""",
        "app.wrong()",
    ),
    (
        catalogue.triggers_without_path,
        "create function app.wrong() returns trigger language plpgsql as 'begin return null; end'",
        "app.wrong()",
    ),
    (
        catalogue.callable_by_everybody,
        "create function app.wrong() returns int language sql as 'select 1'",
        "app.wrong()",
    ),
    (catalogue.too_much_granted, "grant delete on app.visit to app_station", "app.visit: DELETE"),
    (catalogue.too_much_granted, "grant update on app.visit to app_station", "app.visit: UPDATE"),
    (catalogue.too_much_granted, "grant truncate on app.patient to app_station", "app.patient: TRUNCATE"),
    (catalogue.too_much_granted, "grant select on app.patient to public", "app.patient: everybody"),
    (catalogue.too_much_granted, "grant usage on sequence app.mrn_body to app_station", "app.mrn_body: sequence"),
    (catalogue.too_much_granted, "grant create on schema app to app_station", "schema app: create"),
    (catalogue.readable_outside_app, "grant select on audit.log to app_station", "audit.log"),
    (catalogue.readable_outside_app, "grant select (salt) on auth.account to app_station", "auth.account"),
    (
        catalogue.server_columns_granted,
        "grant update (called_by) on app.visit to app_station",
        "visit.called_by: UPDATE",
    ),
    (
        catalogue.foreign_keys_without_index,
        "create table app.wrong (p uuid constraint wrong_fk references app.patient)",
        "app.wrong.wrong_fk",
    ),
    (catalogue.owned_by_others, "alter table app.staff owner to deploy", "app.staff is deploy's"),
    (
        catalogue.clinical_columns_that_do_not_exist,
        "insert into audit.clinical_column values ('allergy', 'wrong')",
        "allergy.wrong",
    ),
    (
        catalogue.text_about_people_nobody_judged,
        "delete from audit.clinical_column where (table_name, column_name) = ('allergy', 'status_reason')",
        "allergy.status_reason",
    ),
    (catalogue.text_about_people_nobody_judged, "alter table app.visit add column wrong text", "visit.wrong"),
    (
        catalogue.text_judged_in_vain,
        "insert into audit.clinical_column values ('patient', 'language')",
        "patient.language",
    ),
    *(
        (catalogue.permissions_without_lock, "insert into auth.permission values ('wrong', 'view', true, 'x')", named)
        for named in ("kiosk_patient: wrong.view", "superadmin: wrong.view", "registration: wrong.view")
    ),
    (
        catalogue.permissions_without_lock,
        "insert into auth.permission values ('wrong', 'view', false, 'x')",
        "wall_board: wrong.view",
    ),
]


@pytest.fixture
def catalog(module_hospital: Hospital) -> Iterator[sa.Connection]:
    """The superuser's connection in a transaction that is rolled back."""
    engine = sa.create_engine(module_hospital.superuser().url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("check", sorted({c for c, _, _ in CHECKS}, key=lambda c: c.__name__))
def test_nothing_breaks_the_rule(catalog: sa.Connection, check: Check) -> None:
    assert check(catalog) == set()


@pytest.mark.parametrize(("check", "wrong", "named"), CHECKS)
def test_the_check_names_what_is_wrong(catalog: sa.Connection, check: Check, wrong: str, named: str) -> None:
    catalog.exec_driver_sql(wrong.replace("%", "%%"))
    assert named in check(catalog)


@pytest.mark.debian
def test_nothing_breaks_a_rule_on_postgresql_15(template_15: Template) -> None:
    with Hospital(template_15) as hospital, hospital.superuser().connect() as connection:
        assert {name for check, _, _ in CHECKS for name in check(connection)} == set()


def test_the_infrastructure_list_names_only_tables_that_exist(catalog: sa.Connection) -> None:
    assert set(catalogue.INFRASTRUCTURE) - catalogue.tables(catalog) == set()
    assert all(reason for reasons in catalogue.INFRASTRUCTURE.values() for reason in reasons.values())


def test_the_list_of_bare_foreign_keys_names_only_keys_that_exist_and_need_it(
    catalog: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = dict(catalogue.BARE_FOREIGN_KEYS)
    monkeypatch.setattr(catalogue, "BARE_FOREIGN_KEYS", {})
    assert catalogue.foreign_keys_without_index(catalog) == set(listed)
    assert all(listed.values())


def test_every_permission_is_named_in_the_program_and_in_the_table(catalog: sa.Connection) -> None:
    stored = {Permission(*row) for row in catalog.exec_driver_sql("select module, act from auth.permission")}
    assert stored == permissions.ALL
    assert len(permissions.ALL) > 20


def test_every_action_needs_a_permission_that_exists() -> None:
    for path in Path(hisdesk.__file__).parent.glob("**/*.py"):
        if "@action(" in path.read_text(encoding="utf-8") and "desk" not in path.parts[-3:]:
            name = ".".join(path.relative_to(Path(hisdesk.__file__).parents[1]).with_suffix("").parts)
            import_module(name)
    unknown = {name: act.permission for name, act in REGISTRY.items() if act.permission not in permissions.ALL}
    assert unknown == {}
    assert "hospital.patients.register" in REGISTRY


def test_a_lock_in_the_grid_stands_on_a_permission_and_no_role_holds_what_is_locked(catalog: sa.Connection) -> None:
    held = catalog.exec_driver_sql(
        """select r.name, l.module, l.act from auth.grant_lock l join auth.role r on r.id = l.role_id
           join auth.role_grant g on (g.role_id, g.module, g.act) = (l.role_id, l.module, l.act)
           where l.reason not like 'somebody must%%'"""
    ).all()
    assert held == []


def test_stations_and_owners_cannot_do_what_only_the_server_may(catalog: sa.Connection) -> None:
    able = catalog.exec_driver_sql(
        """select rolname from pg_roles where rolname ~ '^(his_|app_station|st_)'
           and (rolsuper or rolcreaterole or rolcreatedb or rolreplication
                or rolbypassrls and rolname <> 'his_search' or rolcanlogin and rolname !~ '^st_')"""
    ).scalars()
    assert list(able) == []


def test_stations_are_members_of_nothing_but_app_station(catalog: sa.Connection) -> None:
    memberships = catalog.exec_driver_sql(
        """select m.rolname, g.rolname from pg_auth_members a join pg_roles m on m.oid = a.member
           join pg_roles g on g.oid = a.roleid where m.rolname ~ '^(st_|app_station)' and g.rolname <> 'app_station'"""
    ).all()
    assert memberships == []
