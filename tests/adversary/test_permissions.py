"""Each permission missing, all others held: the database refuses, whatever the window would have done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from uuid import UUID, uuid4

import psycopg2
import pytest

from hisdesk.access import permissions
from hisdesk.access.actor import Permission
from hisdesk.errors import Denied
from hisdesk.hospital.patients import queries
from tests.adversary.attacker import Attacker, attacker
from tests.adversary.conftest import World

STATIONS = cycle(("FRONT-1", "FRONT-2", "ROOM-3"))
OTHER_ROLE = "00000000-0000-7000-8000-000000001003"


@dataclass(frozen=True)
class Try:
    """What somebody attempts; True when it worked."""

    who: Attacker
    world: World
    new: UUID

    def one(self, statement: str, *values: object) -> bool:
        try:
            return self.who.count(statement, *values) > 0
        except psycopg2.Error as error:
            assert error.pgcode in {"42501", "HD403"}, error
            return False

    def asked_the_audit(self, wanted: str) -> UUID:
        """A question to the audit, committed; what comes next is rolled back as all else."""
        token = str(self.who.value("select current_setting('hisdesk.token')"))
        self.who.sql("select auth.ask(%s, %s, null, 'audit')", self.new, wanted)
        self.who.commit()
        self.who.begin(token)
        return self.new


def _insert(t: Try, table: str, columns: str, values: str) -> bool:
    return t.one(
        f"insert into app.{table} (id, patient_id, {columns}) values (gen_random_uuid(), %s, {values})",
        t.world.patient.patient_id,
    )


def _order(t: Try, kind: str) -> bool:
    card = t.world.hospital.department()
    return _insert(
        t,
        "clinical_order",
        "kind, title, from_department_id, to_department_id",
        f"'{kind}', 'x', '{card}', '{card}'",
    )


def _accept(t: Try) -> bool:
    """A cleaning task that was offered to whoever attempts it."""
    t.world.hospital.run(
        "update app.cleaning_task set offered_to = %s, status = 'offered'", t.who.value("select auth.uid()")
    )
    return t.one("update app.cleaning_task set status = 'accepted'")


def _key(t: Try, table: str) -> object:
    """A row's key, seen from behind the fence."""
    return t.world.hospital.value(f"select id from app.{table} limit 1")


CREDENTIAL = ("$2b$12$abcdefghijklmnopqrstuu", b"k" * 32)

ATTEMPTS: dict[Permission, Callable[[Try], bool]] = {
    permissions.PATIENTS_VIEW: lambda t: t.one("select id from app.patient where id = %s", t.world.patient.patient_id),
    permissions.PATIENTS_CREATE: lambda t: t.one("select app.next_mrn()"),
    permissions.PATIENTS_EDIT: lambda t: t.one(
        "update app.patient set phone = '1', version = version + 1 where id = %s", t.world.patient.patient_id
    ),
    permissions.PATIENTS_DELETE: lambda t: t.one(
        "update app.patient set status = 'inactive', status_reason = 'x' where id = %s", t.world.patient.patient_id
    ),
    permissions.DOCUMENTS_VIEW: lambda t: t.one("select id from app.document"),
    permissions.DOCUMENTS_CREATE: lambda t: _insert(
        t, "document", "kind, title, media_type, content_enc, content_bytes", "'photo', 'x', 'image/png', 'x', 1"
    ),
    permissions.ALLERGIES_VIEW: lambda t: t.one("select id from app.allergy"),
    permissions.ALLERGIES_CREATE: lambda t: _insert(t, "allergy", "substance", "'Latex'"),
    permissions.ALLERGIES_EDIT: lambda t: t.one("update app.allergy set reaction = 'rash'"),
    permissions.VISITS_VIEW: lambda t: t.one("select id from app.visit"),
    permissions.VISITS_CREATE: lambda t: t.one(
        "insert into app.visit (id, anonymous_name, department_id) values (%s, 'x', %s)",
        t.new,
        t.world.hospital.department(),
    ),
    permissions.VISITS_EDIT: lambda t: t.one("update app.visit set priority = 'urgent'"),
    permissions.NOTES_VIEW: lambda t: t.one("select id from app.note"),
    permissions.NOTES_CREATE: lambda t: _insert(t, "note", "visit_id", f"'{t.world.visit.visit_id}'"),
    permissions.NOTES_EDIT: lambda t: t.one(
        "update app.diagnosis set status = 'resolved', resolved_on = current_date"
    ),
    permissions.ORDERS_VIEW: lambda t: t.one("select id from app.clinical_order"),
    permissions.ORDERS_CREATE: lambda t: _order(t, "care instruction"),
    permissions.ORDERS_APPROVE: lambda t: _order(t, "diagnostic request"),
    permissions.ORDERS_EDIT: lambda t: t.one("update app.clinical_order set status = 'in progress'"),
    permissions.PRESCRIPTIONS_VIEW: lambda t: t.one("select id from app.prescription_line"),
    permissions.PRESCRIPTIONS_CREATE: lambda t: _insert(
        t, "prescription", "department_id", f"'{t.world.hospital.department('PHARM')}'"
    ),
    permissions.PRESCRIPTIONS_EDIT: lambda t: t.one(
        "update app.prescription_line set status = 'cancelled', cancelled_reason = 'x'"
    ),
    permissions.MEDICINES_VIEW: lambda t: t.one("select id from app.medicine"),
    permissions.MEDICINES_EDIT: lambda t: t.one("update app.medicine set controlled = true"),
    permissions.VITALS_VIEW: lambda t: t.one("select id from app.vital_signs"),
    permissions.VITALS_CREATE: lambda t: _insert(t, "vital_signs", "pulse_per_min", "80"),
    permissions.VITALS_EDIT: lambda t: t.one(
        "update app.vital_signs set status = 'entered in error', status_reason = 'x'"
    ),
    permissions.VITALS_APPROVE: lambda t: _insert(t, "oxygen_scale", "scale, reason", "2, 'x'"),
    permissions.STOCK_VIEW: lambda t: t.one("select id from app.lot"),
    permissions.STOCK_CREATE: lambda t: t.one(
        "insert into app.lot (id, department_id, medicine_id, lot_number, expires_on)"
        " values (%s, %s, %s, 'X-1', current_date)",
        t.new, t.world.hospital.department("PHARM"), _key(t, "medicine"),
    ),
    permissions.STOCK_EDIT: lambda t: t.one(
        "insert into app.stock_move (id, lot_id, kind, quantity, reason) values (%s, %s, 'counted', 1, 'x')",
        t.new, _key(t, "lot"),
    ),
    permissions.DISPENSINGS_VIEW: lambda t: t.one("select id from app.dispensing"),
    permissions.DISPENSINGS_CREATE: lambda t: t.one(
        "insert into app.dispensing (id, prescription_id) values (%s, %s)", t.new, _key(t, "prescription")
    ),
    permissions.DISPENSINGS_EDIT: lambda t: t.one(
        "insert into app.dispensing (id, prescription_id, reverses, reason) values (%s, %s, %s, 'x')",
        t.new, _key(t, "prescription"), _key(t, "dispensing"),
    ),
    permissions.DISPENSING_HISTORY_VIEW: lambda t: t.one("select auth.ask(%s, '{}', null, 'dispensings')", t.new),
    permissions.BEDS_VIEW: lambda t: t.one("select id from app.stay"),
    permissions.BEDS_EDIT: lambda t: t.one(
        "update app.bed set status = 'C', hold_reason = 'x' where label = '1C'"
    ),
    permissions.BEDS_ADMIN: lambda t: t.one("update app.bed set label = '9Z' where label = '1C'"),
    permissions.ADMISSIONS_VIEW: lambda t: t.one("select id from app.admission_request"),
    permissions.ADMISSIONS_CREATE: lambda t: _insert(
        t, "admission_request", "department_id, reason", f"'{t.world.hospital.department('W1')}', 'x'"
    ),
    permissions.ADMISSIONS_EDIT: lambda t: t.one("update app.discharge_item set status = 'done'"),
    permissions.CLEANING_VIEW: lambda t: t.one("select id from app.cleaning_task"),
    permissions.CLEANING_EDIT: _accept,
    permissions.USERS_VIEW: lambda t: t.one("select * from auth.accounts()"),
    permissions.USERS_CREATE: lambda t: t.one(
        "select auth.create_account(%s, 'newcomer', null, %s, %s, '{}', '{}')", t.new, *CREDENTIAL
    ),
    permissions.USERS_EDIT: lambda t: t.one(
        "select auth.set_password(%s, %s, %s)", t.world.front.actor.user_id, *CREDENTIAL
    ),
    permissions.USERS_ADMIN: lambda t: t.one(
        "select auth.set_account(%s, 1, '{}', '{}', false)", t.world.front.actor.user_id
    ),
    permissions.ROLES_VIEW: lambda t: t.one("select * from auth.grid(%s)", OTHER_ROLE),
    permissions.ROLES_EDIT: lambda t: t.one(
        "select auth.change_grants(%s, 1, '{documents.view}', '{}')", OTHER_ROLE
    ),
    permissions.DEPARTMENTS_CREATE: lambda t: t.one(
        "insert into app.department (id, code, name, ticket_letter, kind) values (%s, 'NEW', 'New', 'N', 'office')",
        t.new,
    ),
    permissions.DEPARTMENTS_EDIT: lambda t: t.one("update app.department set name = 'Other' where code = 'W1'"),
    permissions.STATIONS_VIEW: lambda t: t.one("select * from auth.stations()"),
    permissions.AUDIT_VIEW: lambda t: t.one("select auth.ask(%s, '{}', null, 'audit')", t.new),
    permissions.AUDIT_EXPORT: lambda t: t.one("select audit.export('{}')"),
    permissions.CLINICAL_AUDIT_VIEW: lambda t: "Penicillin" in json.dumps(
        [row[0] for row in t.who.sql("select after from audit.entries(%s)", t.asked_the_audit('{"table": "allergy"}'))]
    ),
}  # fmt: skip


def test_every_permission_is_attempted() -> None:
    assert set(ATTEMPTS) == permissions.ALL


@pytest.fixture
def attempt(world: World) -> Iterator[Callable[[Permission | None], Try]]:
    """Somebody with all permissions but one (or with all), whose transaction is rolled back."""
    opened: list[Attacker] = []

    def make(missing: Permission | None) -> Try:
        role, name = uuid4(), f"all_but_{uuid4().hex[:8]}"
        hospital = world.hospital
        hospital.run("insert into auth.role (id, name, title) values (%s, %s, 'x')", role, name)
        hospital.run(
            """insert into auth.role_grant select %s, module, act from auth.permission
               where (module, act) is distinct from (%s, %s)""",
            role,
            missing.module if missing else None,
            missing.act if missing else None,
        )
        station = next(STATIONS)  # each has a limit of tries a minute
        desk = hospital.desk(name, ("CARD", "W1", "PHARM"), station=station)
        who = attacker(hospital, station)
        opened.append(who)
        hospital.run(  # the record is open: what is tried must fail for want of the permission alone
            """insert into auth.opening (session_id, patient_id, how, until_at)
               select s.id, %s, 'search', clock_timestamp() + interval '1 h'
               from auth.session s where s.user_id = %s""",
            world.patient.patient_id,
            desk.actor.user_id,
        )
        who.begin(desk.actor)
        return Try(who, world, uuid4())

    yield make
    for who in opened:
        who.rollback()
        who.connection.close()


@pytest.mark.parametrize("permission", sorted(ATTEMPTS), ids=str)
def test_without_the_permission_the_database_refuses(
    attempt: Callable[[Permission | None], Try], permission: Permission
) -> None:
    assert not ATTEMPTS[permission](attempt(permission)), f"done without {permission}"


@pytest.mark.parametrize("permission", sorted(ATTEMPTS), ids=str)
def test_with_it_the_same_is_done(attempt: Callable[[Permission | None], Try], permission: Permission) -> None:
    assert ATTEMPTS[permission](attempt(None)), f"not even with {permission}"


@pytest.mark.parametrize("table", ["patient_name", "patient_identifier", "insurance_policy", "emergency_contact"])
def test_who_may_only_look_adds_nothing_to_an_open_record(world: World, table: str) -> None:
    columns = {
        "patient_name": ("use, family_name, given_names", "'alias', 'x', 'y'"),
        "patient_identifier": ("kind, number_enc, number_index", "'other', 'x', sha256('x')"),
        "insurance_policy": ("payer", "'x'"),
        "emergency_contact": ("name", "'x'"),
    }[table]
    with attacker(world.hospital, "ROOM-3") as who:
        who.carry(world.doctor.actor)
        who.refused(
            f"insert into app.{table} (id, patient_id, {columns[0]}) values (gen_random_uuid(), %s, {columns[1]})",
            world.patient.patient_id,
        )
        assert who.count(f"update app.{table} set version = version + 1") == 0


def test_nobody_raises_their_own_rights(fresh: World) -> None:
    admin = fresh.hospital.desk("superadmin", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(admin.actor)
        superadmin = who.value("select id from auth.roles() where name = 'superadmin'")
        privacy = who.value("select id from auth.roles() where name = 'privacy_officer'")
        who.refused("select auth.change_grants(%s, 1, '{patients.view}', '{}')", superadmin, code="HD403")
        who.refused(
            "select auth.set_account(%s, 1, %s, '{}', false)", admin.actor.user_id, [superadmin, privacy], code="HD403"
        )
        who.refused("select auth.set_password(%s, %s, %s)", admin.actor.user_id, *CREDENTIAL, code="HD403")


def test_a_locked_permission_cannot_be_granted_even_by_an_administrator(fresh: World) -> None:
    admin = fresh.hospital.desk("superadmin", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(admin.actor)
        front = who.value("select id from auth.roles() where name = 'registration'")
        version = who.value("select version from auth.roles() where name = 'registration'")
        who.refused("select auth.change_grants(%s, %s, '{allergies.view}', '{}')", front, version, code="HD403")


def test_the_helpdesk_resets_no_administrators_password(fresh: World) -> None:
    admin = fresh.hospital.desk("superadmin", (), station="FRONT-2")
    helpdesk = fresh.hospital.desk("helpdesk", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(helpdesk.actor)
        who.refused("select auth.set_password(%s, %s, %s)", admin.actor.user_id, *CREDENTIAL, code="HD403")
        who.sql("select auth.set_password(%s, %s, %s)", fresh.front.actor.user_id, *CREDENTIAL)


def test_the_last_key_to_roles_cannot_be_thrown_away(fresh: World) -> None:
    admin = fresh.hospital.desk("superadmin", (), station="FRONT-1")
    fresh.hospital.run("insert into auth.role (id, name, title) values (%s, 'manager', 'x')", uuid4())
    fresh.hospital.run("insert into auth.role_grant select id, 'users', 'admin' from auth.role where name = 'manager'")
    manager = fresh.hospital.desk("manager", (), station="FRONT-2")
    with attacker(fresh.hospital, "FRONT-2") as who:
        who.carry(manager.actor)
        change = "select auth.set_account(%s, 1, '{}', '{}', %s)"
        who.refused(change, admin.actor.user_id, True, code="HD422")
        who.refused(change, admin.actor.user_id, False, code="HD422")
        fresh.hospital.account("superadmin", ())
        who.sql(change, admin.actor.user_id, True)


def test_a_record_opened_by_one_session_is_not_open_to_another(world: World) -> None:
    other = world.hospital.desk("registration", ("GEN",), station="FRONT-2")
    with world.front.db.transaction(world.front.actor) as tx:
        assert queries.chart(tx, world.stranger.patient_id).record.id == world.stranger.patient_id
    with other.db.transaction(other.actor) as tx, pytest.raises(Denied):
        queries.chart(tx, world.stranger.patient_id)
