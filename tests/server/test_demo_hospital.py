"""The demo hospital: made once, kept, started again; passwords random and private; its people can sign in."""

from __future__ import annotations

import json
import multiprocessing
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hisdesk import config
from hisdesk.access.sign_in import sign_in
from hisdesk.commands import demo_hospital, server
from hisdesk.commands.admin import main as admin
from hisdesk.db.database import Database
from hisdesk.embedded.postgres import EmbeddedPostgres
from hisdesk.errors import Unavailable, UserError
from hisdesk.hospital.departments.queries import departments
from hisdesk.hospital.medicines.queries import formulary
from hisdesk.hospital.orders.queries import work_list
from hisdesk.hospital.patients.queries import find
from hisdesk.hospital.prescriptions.queries import prescription
from hisdesk.hospital.visits.queries import queue
from hisdesk.live.topics import may_hear
from tests.helpers.servers import free_port, open_folder, wait_for


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = open_folder("hisdesk-test-demo-")
    yield folder / "demo"
    demo_hospital.remove(folder / "demo", say=lambda _text: None)
    folder.rmdir()  # nothing else was put beside it


@pytest.fixture(scope="module")
def made(home: Path) -> list[str]:
    """What the first start said."""
    said: list[str] = []
    demo_hospital.start(home, said.append, people=40).stop()
    return said


@pytest.fixture
def running(home: Path, made: list[str]) -> Iterator[demo_hospital.RunningDemo]:
    demo = demo_hospital.start(home, lambda _text: None)
    yield demo
    demo.stop()


def _database(station: config.Station) -> Database:
    at = station.database
    return Database(
        f"postgresql+psycopg2://{at.role}:{station.secrets.database_password}@{at.host}:{at.port}/{at.name}", size=1
    )


def test_passwords_are_random_private_and_kept(home: Path, made: list[str]) -> None:
    file = home / "passwords.json"
    passwords = json.loads(file.read_text())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(set(passwords.values())) == len(passwords) > 10
    assert all(len(p) >= 16 for p in passwords.values())
    assert not any(p in "".join(made) for p in passwords.values())


def test_it_is_made_by_a_process_of_its_own_whose_end_is_said() -> None:
    folder = open_folder("hisdesk-test-demo-")
    killed: list[str] = []

    def say(text: str) -> None:
        for process in multiprocessing.active_children():
            if process.name == "demo hospital":
                killed.append(text)
                process.kill()

    try:
        with pytest.raises(Unavailable, match="interrupted"):
            demo_hospital.start(folder / "demo", say, people=40)
        assert killed and not EmbeddedPostgres(folder / "demo" / "postgres").running()
    finally:
        demo_hospital.remove(folder / "demo", say=lambda _text: None)
        folder.rmdir()


def test_what_goes_wrong_in_making_it_is_raised(tmp_path: Path) -> None:
    nobody = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/postgres"
    with pytest.raises((UserError, RuntimeError)) as caught:
        demo_hospital._make_apart(lambda _text: None, tmp_path, nobody, free_port(), free_port(), 40)
    assert "interrupted" not in str(caught.value) and "secret" not in str(caught.value)


def test_a_second_start_makes_nothing_anew(running: demo_hospital.RunningDemo, home: Path) -> None:
    said: list[str] = []
    before = (home / "passwords.json").read_bytes()
    running.stop()
    again = demo_hospital.start(home, said.append)
    try:
        assert all(again.states().values())
        assert not any("Registering" in text or "Schema" in text for text in said)
        assert (home / "passwords.json").read_bytes() == before
    finally:
        again.stop()


def test_its_people_sign_in_find_somebody_and_see_a_live_day(running: demo_hospital.RunningDemo) -> None:
    nadia = next(person for person in running.people if person.user_name == "nadia")
    station = config.load_station(nadia.station_folder)
    db = _database(station)
    try:
        signed = sign_in(db, nadia.user_name, nadia.password, station.secrets.private_key)
        assert signed.actor.station == nadia.station_code == "FRONT-1"
        assert not signed.must_change
        assert any(found.family_name == "Smith" for found in find(db, signed.actor, "smith john"))
        with db.transaction(signed.actor) as tx:
            waiting = queue(tx)
        assert {row.status for row in waiting} >= {"waiting", "with doctor"}
        assert any(row.family == "Smith" and row.department == "Cardiology" for row in waiting)
    finally:
        db.close()


def test_its_departments_have_orders_in_every_state(running: demo_hospital.RunningDemo) -> None:
    statuses = set()
    for user in ("lena", "amir", "noah"):
        person = next(person for person in running.people if person.user_name == user)
        station = config.load_station(person.station_folder)
        db = _database(station)
        try:
            signed = sign_in(db, person.user_name, person.password, station.secrets.private_key)
            with db.transaction(signed.actor) as tx:
                listed = work_list(tx)
            assert listed, f"nothing is asked of {person.station_code}"
            assert all(row.family and row.asked_by for row in listed), "a department knows whom it works for"
            statuses |= {row.status for row in listed}
        finally:
            db.close()
    assert statuses == {"pending", "in progress", "completed", "cancelled"}


def test_its_pharmacy_has_prescriptions_to_dispense_and_knows_for_whom(running: demo_hospital.RunningDemo) -> None:
    clara = next(person for person in running.people if person.user_name == "clara")
    station = config.load_station(clara.station_folder)
    db = _database(station)
    try:
        signed = sign_in(db, clara.user_name, clara.password, station.secrets.private_key)
        with db.transaction(signed.actor) as tx:
            known = formulary(tx)
            waiting = tx.exec_driver_sql(
                "select p.id, n.family_name from app.prescription p join app.patient n on n.id = p.patient_id"
                " where p.status = 'issued'"
            ).all()
            first = prescription(tx, waiting[0].id)
    finally:
        db.close()
    assert len({m.name for m in known.medicines}) >= 150 and len(known.interactions) >= 100
    assert all(m.atc for m in known.medicines) and all(row.family_name for row in waiting)
    assert first is not None and first.lines and first.prescriber


def test_its_relay_empties_the_outbox(running: demo_hospital.RunningDemo, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(running.home / "server")
    wait_for(lambda: admin(["--server", folder, "check"]) == 0, "every check is well")
    assert "BAD" not in capsys.readouterr().out.rsplit("Database", 1)[1]


def test_check_names_what_is_not_well(home: Path, made: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    demo_hospital.start(home, lambda _text: None).stop()
    assert admin(["--server", str(home / "server"), "check"]) == 1
    out = capsys.readouterr().out
    assert "BAD  Database" in out
    assert "BAD  Broker" in out


def test_accounts_made_at_the_server_can_sign_in(
    running: demo_hospital.RunningDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--server", str(running.home / "server")]
    words = [
        "create-user",
        "zoe",
        "--family",
        "Hart",
        "--given",
        "Zoë",
        "--role",
        "registration",
        "--department",
        "card",
    ]
    assert admin([*folder, *words]) == 0
    password = capsys.readouterr().out.split("password ")[1].split()[0]
    station = config.load_station(running.station_folder("FRONT-2"))
    db = _database(station)
    try:
        assert sign_in(db, "zoe", password, station.secrets.private_key).must_change
        assert admin([*folder, "reset-password", "zoe"]) == 0
        again = capsys.readouterr().out.split("password ")[1].split()[0]
        assert again != password
        assert sign_in(db, "zoe", again, station.secrets.private_key).must_change
    finally:
        db.close()
    assert admin([*folder, *words]) == 1
    assert "taken" in capsys.readouterr().err
    assert admin([*folder, "reset-password", "nobody"]) == 1
    assert "no account" in capsys.readouterr().err


def test_a_station_enrolled_anew_shuts_the_old_credential_out(
    running: demo_hospital.RunningDemo, tmp_path: Path
) -> None:
    old = config.load_station(running.station_folder("ROOM-6"))
    words = ["enrol-station", "room-6", "--title", "Consulting room 6", "--room", "Room 6", "--into", str(tmp_path)]
    assert admin(["--server", str(running.home / "server"), *words]) == 0
    new = config.load_station(tmp_path)
    assert new.code == "ROOM-6"
    assert new.secrets.database_password != old.secrets.database_password
    shut, opened = _database(old), _database(new)
    try:
        with opened.transaction() as tx:
            assert tx.exec_driver_sql("select 1").scalar() == 1
        with pytest.raises(Unavailable), shut.transaction():
            pass
    finally:
        shut.close()
        opened.close()
    config.write_station(running.station_folder("ROOM-6"), new)


def test_the_broker_lets_each_kind_of_station_hear_its_own(running: demo_hospital.RunningDemo) -> None:
    deploy = running.server.deploy()
    with deploy.transaction() as tx:
        clinics = {row.id for row in departments(tx) if row.kind == "clinic"}
    deploy.close()
    users = running.broker.users.read()
    board, desk = (config.load_station(running.station_folder(code)).broker.user for code in ("HALL-1", "FRONT-1"))
    assert set(users[board].hears) == set(may_hear("board", clinics))
    assert list(users[desk].hears) == may_hear("desk")


def test_a_missing_server_folder_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin(["--server", str(tmp_path), "check"]) == 1
    assert "hisdesk admin create-database" in capsys.readouterr().err


def test_the_server_folder_comes_back_as_written(tmp_path: Path) -> None:
    written = server.Server("Hospital “X”", "db", 5432, "his", "mq", 1883, "", {"deploy": "a'b\"c"}, bytes(32))
    server.write_server(tmp_path, written)
    assert server.load_server(tmp_path) == written
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert "a'b" not in (tmp_path / "server.toml").read_text()


def test_its_past_is_written_down_and_signed(running: demo_hospital.RunningDemo) -> None:
    deploy = running.server.deploy()
    try:
        with deploy.transaction() as tx:
            counts = tx.exec_driver_sql(
                """select (select count(*) from app.note where status = 'signed'),
                       (select count(*) from app.note_addendum), (select count(*) from app.diagnosis where problem),
                       (select count(*) from app.icd10),
                       (select count(*) from app.note n join app.patient p on p.id = n.patient_id
                        where (p.family_name, p.given_names) = ('Smith', 'John')
                          and n.signed_at < now() - interval '4 years')"""
            ).one()
    finally:
        deploy.close()
    signed, addenda, problems, codes, long_ago = counts
    assert signed > 20 and addenda > 3 and problems > 5 and codes > 90_000 and long_ago >= 3


def test_what_was_dispensed_is_an_entry_out_of_lots_that_were_there(running: demo_hospital.RunningDemo) -> None:
    """Each line's quantity is the sum of its entries, and each lot's that of its movements."""
    connection = running.postgres.connect("hisdesk")
    try:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from app.dispensing")
            assert cursor.fetchone()[0] > 0
            cursor.execute(
                """select count(*) from app.prescription_line l where l.dispensed_quantity <> coalesce((
                       select sum(case when d.reverses is null then i.quantity else -i.quantity end)
                       from app.dispensing_item i join app.dispensing d on d.id = i.dispensing_id
                       where i.line_id = l.id), 0)"""
            )
            assert cursor.fetchone()[0] == 0
            cursor.execute(
                """select count(*) from app.lot l where l.on_hand <> coalesce((
                       select sum(m.quantity) from app.stock_move m where m.lot_id = l.id), 0)"""
            )
            assert cursor.fetchone()[0] == 0
    finally:
        connection.close()
