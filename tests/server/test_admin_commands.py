"""`hisdesk admin …` at a hospital with a broker of its own: what is written, and what it then lets in."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hisdesk import config
from hisdesk.access.sign_in import refreshed, sign_in
from hisdesk.commands import server as servers
from hisdesk.commands.admin import SUPERUSER_PASSWORD
from hisdesk.commands.admin import main as admin
from hisdesk.embedded.broker_files import UsersFile, digest
from hisdesk.errors import SignedOut, Unavailable
from hisdesk.live.topics import HEARTBEAT, may_hear
from server_sync import settings
from tests.helpers.hospital import PASSWORD, Hospital
from tests.helpers.servers import drop_database

Run = Callable[..., int]


@pytest.fixture
def home(hospital: Hospital, tmp_path: Path) -> Path:
    """The server folder of a hospital that has Mosquitto."""
    template, at = hospital.template, hospital.address
    server = servers.Server(
        "Made-up Hospital",
        at.host,
        at.port,
        hospital.name,
        "mq",
        1883,
        "",
        template.services,
        template.server_private_key,
    )
    servers.write_server(tmp_path / "server", server)
    return tmp_path / "server"


@pytest.fixture
def run(home: Path) -> Run:
    return lambda *words: admin(["--server", str(home), *map(str, words)])


def users(home: Path) -> UsersFile:
    return servers.broker_users(home, servers.load_server(home))


ZONE = "select time_zone || ' ' || version from app.hospital"


def test_the_hospitals_days_begin_where_the_command_says(
    run: Run, hospital: Hospital, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SUPERUSER_PASSWORD, hospital.address.password)
    make = ("create-database", "--superuser", hospital.address.superuser)
    before = hospital.value(ZONE)
    assert run(*make, "--time-zone", "Europe/Nowhere") == 1
    assert "no time zone “Europe/Nowhere”" in capsys.readouterr().err
    assert run(*make) == 0
    assert hospital.value(ZONE) == before
    assert [run(*make, "--time-zone", "Pacific/Kiritimati") for _ in range(2)] == [0, 0]
    assert hospital.value(ZONE) == "Pacific/Kiritimati 2"
    assert hospital.value("select app.today() = (now() at time zone 'Pacific/Kiritimati')::date")


def test_a_new_database_begins_in_the_time_zone_that_was_asked_for(
    run: Run, home: Path, hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SUPERUSER_PASSWORD, hospital.address.password)
    name = f"{hospital.name}_new"
    servers.write_server(home, replace(servers.load_server(home), database_name=name))
    try:
        assert run("create-database", "--superuser", hospital.address.superuser, "--time-zone", "Asia/Tokyo") == 0
        deploy = servers.load_server(home).deploy()
        with deploy.transaction() as tx:
            assert tx.exec_driver_sql(ZONE).scalar() == "Asia/Tokyo 1"
        deploy.close()
    finally:
        drop_database(hospital.address, name)


def test_a_station_is_given_its_user_at_the_broker(
    run: Run, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("enrol-station", "spare-1", "--title", "Spare desk", "--into", tmp_path / "spare") == 0
    assert "mosquitto-files" in capsys.readouterr().out
    station = config.load_station(tmp_path / "spare")
    user = users(home).read()[station.broker.user]
    assert user.secret == digest(station.secrets.broker_password)
    assert list(user.hears) == may_hear("desk")
    assert not user.publishes


def test_a_revoked_station_is_nobody_at_the_database_and_at_the_broker(
    run: Run, home: Path, hospital: Hospital, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("enrol-station", "lost-1", "--title", "Lost", "--into", tmp_path / "lost") == 0
    assert run("enrol-station", "kept-1", "--title", "Kept", "--into", tmp_path / "kept") == 0
    lost = config.load_station(tmp_path / "lost")
    name = hospital.account("registration")
    db = hospital.connect(lost.database.role, lost.secrets.database_password)
    actor = sign_in(db, name, PASSWORD, lost.secrets.private_key).actor
    capsys.readouterr()
    assert run("revoke-station", "Lost-1") == 0
    assert "LOST-1 is revoked" in (said := capsys.readouterr().out) and "mosquitto-files" in said
    with pytest.raises(SignedOut):
        refreshed(db, actor)
    db.close()
    with pytest.raises(Unavailable), hospital.connect(lost.database.role, lost.secrets.database_password).transaction():
        pass
    assert set(users(home).read()) == {"st_kept_1"}
    assert run("revoke-station", "nowhere") == 1
    assert "no station NOWHERE" in capsys.readouterr().err


def test_the_relays_settings_are_written_for_the_relay(run: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "relay.toml"
    assert run("relay-settings", file) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written, relay = settings.load(file, {}), users(home).read()["relay"]
    assert written.database_url.startswith("postgresql://relay:")
    assert (written.broker_host, written.broker_port, written.broker_user) == ("mq", 1883, "relay")
    assert relay.secret == digest(written.broker_password)
    assert relay.publishes and relay.hears == (HEARTBEAT,)


def test_mosquittos_files_name_everybody_who_was_enrolled(
    run: Run, hospital: Hospital, home: Path, tmp_path: Path
) -> None:
    into = tmp_path / "mosquitto"
    into.mkdir()
    board = ("enrol-station", "spare-2", "--title", "Hall", "--kind", "board", "--department", "card")
    assert run(*board, "--into", tmp_path / "spare") == 0
    assert run("relay-settings", tmp_path / "relay.toml") == 0
    assert run("mosquitto-files", into) == 0
    passwords, rules = into / servers.MOSQUITTO_PASSWORDS, into / servers.MOSQUITTO_RULES
    assert [stat.S_IMODE(file.stat().st_mode) for file in (passwords, rules)] == [0o600, 0o600]
    known = users(home).read()
    assert passwords.read_text().splitlines() == [f"{name}:{known[name].mosquitto}" for name in ("relay", "st_spare_2")]
    relay, hall = rules.read_text().split("\n\n")
    assert relay.splitlines() == ["user relay", f"topic read {HEARTBEAT}", "topic write hisdesk/v1/#"]
    topics = may_hear("board", [hospital.department("CARD")])
    assert hall.splitlines() == ["user st_spare_2", *(f"topic read {topic}" for topic in topics)]


def test_a_folder_that_cannot_be_written_is_named(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("mosquitto-files", tmp_path / "nowhere") == 1
    assert f"{tmp_path / 'nowhere' / servers.MOSQUITTO_PASSWORDS} can't be written" in capsys.readouterr().err
    assert run("relay-settings", tmp_path / "nowhere" / "relay.toml") == 1
    assert "can't be written" in capsys.readouterr().err


def test_the_embedded_broker_needs_no_files_of_mosquittos(
    run: Run, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = servers.load_server(home)
    servers.write_server(home, replace(server, broker_users=str(tmp_path / "broker")))
    assert run("mosquitto-files", tmp_path) == 1
    assert "embedded" in capsys.readouterr().err
    assert not (tmp_path / servers.MOSQUITTO_RULES).exists()
