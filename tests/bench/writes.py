"""Work lists and writes under the whole fence, against the same rows without it, in the same run."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from hisdesk.access.action import new_id, perform
from hisdesk.access.actor import Actor
from hisdesk.access.administration import AuditFilter, AuditPages, audit
from hisdesk.access.cipher import FieldCipher
from hisdesk.db.database import Database
from hisdesk.hospital.patients import actions, rules
from hisdesk.hospital.visits import actions as visit_actions
from hisdesk.hospital.visits import queries
from tests.bench.report import Row, attempt, paired, row
from tests.helpers.search_desk import SearchHospital

WRITERS = 8
SECONDS, ROUNDS = 4.0, 3
LIST = 100
SMALL_AUDIT, LARGE_AUDIT = 100_000, 1_000_000  # deep enough for page 5,000

Writer = Callable[[Actor, Database, UUID], Iterator[None]]


@dataclass
class Bench:
    """A hospital with a registration desk whose person serves one clinic with a hundred people in its queue."""

    hospital: SearchHospital
    db: Database
    actor: Actor
    cipher: FieldCipher
    clinic: UUID


def prepare(hospital: SearchHospital) -> Bench:
    """Puts a hundred people into the queue, and makes bare copies of the tables that the writes are held against."""
    clinic = hospital.run("select id from app.department where code = 'CARD'")[0][0]
    # loaded by the superuser past the triggers, so what they would have kept is written here
    hospital.run("set session_replication_role = replica")
    hospital.run(
        """insert into app.visit (id, patient_id, department_id, number, ticket, arrived_at)
           select gen_random_uuid(), p.id, %s, row_number() over (), 'C ' || lpad((row_number() over ())::text, 3, '0'),
               clock_timestamp() - random() * interval '1 h'
           from (select id from app.patient order by mrn limit %s) p""",
        (str(clinic), LIST),
    )
    hospital.run(
        """insert into app.care_relationship (source_id, kind, patient_id, department_id, from_at)
           select id, 'visit', patient_id, department_id, arrived_at from app.visit"""
    )
    hospital.run("set session_replication_role = origin")
    hospital.run(
        """create schema bare;
           create table bare.patient (like app.patient including generated including defaults including indexes);
           create table bare.patient_name
               (like app.patient_name including generated including defaults including indexes);
           create table bare.insurance_policy (like app.insurance_policy including defaults including indexes);
           create table bare.emergency_contact (like app.emergency_contact including defaults including indexes);
           create table bare.mrn_issued (like app.mrn_issued including indexes);
           create table bare.op_done (like app.op_done including defaults including indexes);
           create table bare.opening (like auth.opening including defaults including indexes);
           create table bare.outbox (like app.outbox including identity including defaults including indexes);
           create table bare.log (like audit.log including identity including defaults including indexes);
           create table bare.visit as select * from app.visit;
           create unique index on bare.visit (id);
           create index on bare.visit (department_id, day, status);
           create index on bare.visit (patient_id, arrived_at);
           create table bare.person as select * from app.patient;
           create unique index on bare.person (id);
           grant usage on schema bare to app_station;
           grant all on all tables in schema bare to app_station;
           analyze"""
    )
    hospital.run("update auth.setting set value = 100000000 where unit in ('1/min', '1/h')")
    actor = hospital.front.bearer
    assert isinstance(actor, Actor)
    return Bench(hospital, hospital.front.db, actor, FieldCipher({1: bytes(32)}, {1: bytes(32)}), UUID(str(clinic)))


def measure(few: SearchHospital, many: SearchHospital) -> list[Row]:
    """Figures of lists and writes, in two loaded hospitals; each is lost alone."""
    small, large = prepare(few), prepare(many)
    fill_audit(small, SMALL_AUDIT)
    fill_audit(large, LARGE_AUDIT)
    figures: dict[str, Callable[[], list[Row]]] = {
        "list_100": lambda: [row(
            "list_100", "work list of 100 people under forced policies, against the same join without",
            paired(lambda: _list(large), lambda: _bare_list(large), 200), 4.0)],
        "save": lambda: [row(
            "save", "register a person under the fence, against all the same rows inserted bare", _save(large), 4.0)],
        "writers": lambda: [row(
            "writers", "throughput of 8 desks calling from a queue, commit_delay 4 ms, against the same rows bare",
            _writers(large), 0.7, at_least=True)],
        "paging": lambda: [row("paging", "page 5,000 of the audit against page 1", _paging(large), 2.0)],
        "growth": lambda: [row(
            "growth", "work list at ten times the people",
            paired(lambda: _list(large), lambda: _list(small), 200), 1.5)],
        "growth_audit": lambda: [row(
            "growth_audit", "audit page at ten times the rows",
            paired(lambda: _audit(large), lambda: _audit(small), 60), 1.5)],
    }  # fmt: skip
    return [found for name, figure in figures.items() for found in attempt(name, figure)]


def _list(bench: Bench) -> None:
    with bench.db.transaction(bench.actor) as tx:
        assert len(queries.queue(tx, [bench.clinic])) == LIST


def _bare_list(bench: Bench) -> None:
    """The same statement on copies without policies, row for row, in a transaction with the same token."""
    with bench.db.transaction(bench.actor) as tx:
        rows = queries.queue(_Bare(tx), [bench.clinic])  # type: ignore[arg-type]
        assert len(rows) == LIST


class _Bare:
    """Sends the list's own statement to the bare tables."""

    def __init__(self, tx: sa.Connection) -> None:
        self._tx = tx

    def exec_driver_sql(self, statement: str, values: Any = None) -> Any:
        bare = statement.replace("app.visit ", "bare.visit ").replace("app.patient ", "bare.person ")
        assert bare != statement
        return self._tx.exec_driver_sql(bare, values)


def _save(bench: Bench) -> float:
    bench.hospital.run("delete from auth.opening")
    return paired(lambda: _register(bench, bench.db), lambda: _bare_save(bench.db), 100)


def _register(bench: Bench, db: Database) -> None:
    family, given = _name()
    person = rules.Person(family_name=family, given_names=given, birth_date=dt.date(1984, 6, 23), sex="male")
    new = actions.NewPatient(
        person,
        policies=(rules.NewPolicy(payer="Lowmere Mutual", member_number="LM-7731-0924"),),
        contacts=(rules.NewContact(name="Wenna Tenbruin", relation="sister", phone="+1 555 0187"),),
    )
    perform(db, bench.actor, actions.register, new_id(), new, bench.cipher)


def _name() -> tuple[str, str]:
    """One of a thousand family names and a hundred given names, so that some are met often."""
    number = uuid4().int
    return f"Tenbruin{chr(97 + number % 26)}{number % 40}", f"Osric{number % 100}"


def _bare_save(db: Database) -> None:
    """Every row that a registration leaves, the fence's own among them, as ordinary inserts in one transaction."""
    key, (family, given) = new_id(), _name()
    mrn, born = str(uuid4().int)[:9], dt.date(1984, 6, 23)
    with db.engine.connect() as connection:
        run = connection.exec_driver_sql
        run("begin")
        run("insert into bare.op_done (op_id, user_id, action, result) values (%s, %s, 'register', '{}')", (key, key))
        run("insert into bare.mrn_issued (mrn, station, issued_at) values (%s, 'st', now())", (mrn,))
        run(
            "insert into bare.opening (session_id, patient_id, how, until_at) values (%s, %s, 'new', now())", (key, key)
        )
        run("insert into bare.patient (id, mrn, family_name, given_names, birth_date, sex) "
            "values (%s, %s, %s, %s, %s, 'male')", (key, mrn, family, given, born))  # fmt: skip
        run("insert into bare.patient_name (id, patient_id, use, family_name, given_names) "
            "values (%s, %s, 'official', %s, %s)", (new_id(), key, family, given))  # fmt: skip
        run("insert into bare.insurance_policy (id, patient_id, payer, member_number_enc, member_number_index) "
            "values (%s, %s, 'Lowmere Mutual', %s, %s)", (new_id(), key, b"x" * 40, uuid4().bytes * 2))  # fmt: skip
        run("insert into bare.emergency_contact (id, patient_id, name, relation, phone) "
            "values (%s, %s, 'Wenna Tenbruin', 'sister', '+1 555 0187')", (new_id(), key))  # fmt: skip
        for table in ("patient", "patient_name", "insurance_policy", "emergency_contact"):
            after = f'{{"id": "{key}", "family_name": "{family}", "given_names": "{given}", "version": 1}}'
            run("insert into bare.log (session_id, user_id, verb, table_name, key, patient_id, after) "
                "values (%s, %s, 'created', %s, %s, %s, %s)", (key, key, table, key, key, after))  # fmt: skip
            run("insert into bare.outbox (table_name, key, operation, version, patient_id) "
                "values (%s, %s, 'I', 1, %s)", (table, key, key))  # fmt: skip
        run("commit")


def _writers(bench: Bench) -> float:
    """Calls a second of eight desks at once, against the bare rows of the same, commit delay 4 ms in both."""
    visits = [str(r[0]) for r in bench.hospital.run("select id from app.visit order by id limit %s", (WRITERS,))]
    bench.hospital.run("alter system set commit_delay = 4000")
    bench.hospital.run("alter system set commit_siblings = 1")
    bench.hospital.run("select pg_reload_conf()")
    try:
        ours = bare = 0.0
        for _ in range(ROUNDS):  # turn by turn, so that both meet the same load
            bench.hospital.run("update app.visit set status = 'waiting', version = 1")
            bench.hospital.run("update bare.visit set status = 'waiting', version = 1")
            ours += _rate(bench, visits, _calls)
            bare += _rate(bench, visits, _bare_calls)
        return ours / bare
    finally:
        bench.hospital.run("alter system reset commit_delay")
        bench.hospital.run("alter system reset commit_siblings")
        bench.hospital.run("select pg_reload_conf()")


def _calls(actor: Actor, db: Database, visit: UUID) -> Iterator[None]:
    """Calls one visit and puts it back, again and again, as two desks' actions would."""
    version = 1
    while True:
        version = perform(db, actor, visit_actions.call, new_id(), visit, version, "Room 4").version
        yield
        version = perform(db, actor, visit_actions.put_back, new_id(), visit, version).version
        yield


def _bare_calls(_actor: Actor, db: Database, visit: UUID) -> Iterator[None]:
    """The rows of the same: the visit changed, what was done, audit and outbox."""
    version = 1
    while True:
        for status in ("called", "waiting"):
            op, row = new_id(), f'{{"id": "{visit}", "status": "{status}", "version": {version}, "reason": "cough"}}'
            with db.engine.connect() as connection:
                run = connection.exec_driver_sql
                run("begin")
                run("insert into bare.op_done (op_id, user_id, action, result) values (%s, %s, 'call', '{}')", (op, op))
                run("update bare.visit set status = %s, called_room = 'Room 4', version = version + 1 "
                    "where id = %s and version = %s", (status, visit, version))  # fmt: skip
                run("insert into bare.log (session_id, user_id, verb, table_name, key, patient_id, before, after) "
                    "values (%s, %s, 'changed', 'visit', %s, %s, %s, %s)", (op, op, visit, op, row, row))  # fmt: skip
                run("insert into bare.outbox (table_name, key, operation, version, department_id, patient_id) "
                    "values ('visit', %s, 'U', 1, %s, %s)", (visit, op, op))  # fmt: skip
                run("commit")
            version += 1
            yield


def _rate(bench: Bench, visits: Sequence[str], writer: Writer) -> float:
    """Writes a second of eight writers, each a process of its own with its own visit and connection, as desks are."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(WRITERS), context.SimpleQueue()
    url = bench.db.engine.url.render_as_string(hide_password=False)
    desks = [
        context.Process(target=_write, args=(writer, url, bench.actor, visit, ready, results), daemon=True)
        for visit in visits
    ]
    for desk in desks:
        desk.start()
    try:
        return float(sum(results.get() for _ in desks))
    finally:
        for desk in desks:
            desk.join()


def _write(writer: Writer, url: str, actor: Actor, visit: str, ready: Barrier, results: SimpleQueue[float]) -> None:
    """Runs in a desk's process: writes a second, all desks at the same time; 0 when it failed."""
    db, rate = Database(url, size=1), 0.0
    try:
        steps = writer(actor, db, UUID(visit))
        next(steps)  # connected, and everything is imported
        ready.wait(60)
        done, began = 0, time.perf_counter()
        while time.perf_counter() < began + SECONDS:
            next(steps)
            done += 1
        rate = done / (time.perf_counter() - began)
    finally:
        db.close()
        results.put(rate)


def fill_audit(bench: Bench, rows: int) -> None:
    """So many rows of audit, as the years would leave them."""
    bench.hospital.run(
        """insert into audit.log (at, user_id, station, verb, table_name, key, before, after)
           select clock_timestamp() - g * interval '1 s', %s, 'st_bench', 'changed', 'visit', gen_random_uuid(),
               '{"status": "waiting"}', '{"status": "called"}' from generate_series(1, %s) g""",
        (str(bench.actor.user_id), rows),
    )
    bench.hospital.run("analyze audit.log")
    bench.hospital.run(
        "insert into auth.role_grant select r.role_id, 'audit', 'view' from auth.account_role r where r.user_id = %s "
        "on conflict do nothing",
        (str(bench.actor.user_id),),
    )


def _audit(bench: Bench) -> None:
    assert len(audit(bench.db, bench.actor, AuditFilter(), most=LIST)) == LIST


def _paging(bench: Bench) -> float:
    newest = bench.hospital.run("select max(id) from audit.log")[0][0]
    deep = bench.hospital.run(
        "select id from audit.log where id <= %s order by id desc offset %s limit 1", (newest, 4_999 * LIST)
    )[0][0]

    pages = AuditPages(bench.db, bench.actor, AuditFilter())

    def page(before: int) -> None:
        assert len(pages.page(before=before, most=LIST)) == LIST

    return paired(lambda: page(deep), lambda: page(newest), 60)
