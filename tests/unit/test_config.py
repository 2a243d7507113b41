"""A station's settings: written whole, read back the same, and every fault in words for the person at the desk."""

from __future__ import annotations

import dataclasses
import json
import os

import keyring
import pytest
from keyring.backend import KeyringBackend

from hisdesk import config
from hisdesk.errors import UserError

STATION = config.Station(
    code="FRONT-1",
    hospital='St. "Mary" – Ünïversity\nHospital',
    database=config.DatabaseAddress("db.example.org", 5432, "hisdesk", "station_front_1"),
    broker=config.BrokerAddress("mq.example.org", 1883, "front-1"),
    secrets=config.Secrets("pässword", "broker secret", bytes(range(32))),
    printers={"ticket": "Receipt 80mm", "label 25 × 50": "Zebra"},
    camera="front",
)


class Memory(KeyringBackend):
    """A keyring that forgets with the test."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture
def memory_keyring():
    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def test_what_is_written_is_read_back(tmp_path):
    config.write_station(tmp_path / "station", STATION)
    assert config.load_station(tmp_path / "station") == STATION


def test_secrets_are_for_the_owner_alone_and_not_in_the_settings(tmp_path):
    config.write_station(tmp_path, STATION)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    settings = (tmp_path / "station.toml").read_text(encoding="utf-8")
    assert "pässword" not in settings
    assert "broker secret" not in settings


def test_secrets_that_others_can_read_are_refused(tmp_path):
    config.write_station(tmp_path, STATION)
    (tmp_path / "secrets.json").chmod(0o644)
    with pytest.raises(UserError, match="can be read by others"):
        config.load_station(tmp_path)


def test_secrets_in_the_keyring(tmp_path, memory_keyring):
    station = dataclasses.replace(STATION, secrets_in="keyring")
    config.write_station(tmp_path, station)
    assert not (tmp_path / "secrets.json").exists()
    assert config.load_station(tmp_path) == station
    memory_keyring.kept.clear()
    with pytest.raises(UserError, match="keyring holds no secrets for station FRONT-1"):
        config.load_station(tmp_path)


def test_secrets_never_show_in_a_traceback_or_log():
    shown = repr(STATION) + repr(STATION.secrets)
    assert "pässword" not in shown
    assert "broker secret" not in shown
    assert repr(STATION.secrets.private_key) not in shown


def test_a_crash_while_writing_leaves_the_old_settings(tmp_path, monkeypatch):
    config.write_station(tmp_path, STATION)

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        config.write_station(tmp_path, dataclasses.replace(STATION, code="FRONT-2"))
    assert config.load_station(tmp_path) == STATION
    assert sorted(p.name for p in tmp_path.iterdir()) == ["secrets.json", "station.toml"]


def test_which_folder_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("HISDESK_STATION", str(tmp_path / "named"))
    assert config.station_folder(tmp_path / "argument") == tmp_path / "argument"
    assert config.station_folder() == tmp_path / "named"
    monkeypatch.delenv("HISDESK_STATION")
    assert config.station_folder().name == "hisdesk"


def test_a_computer_that_is_not_enrolled_says_who_can_help(tmp_path):
    with pytest.raises(UserError, match=r"not enrolled yet.*hisdesk admin enrol-station"):
        config.load_station(tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("port = 5432", 'port = "many"'), r"\[database\] port must be a number"),
        (("port = 5432", "port = 70000"), r"\[database\] port must be a number"),
        (("[broker]", "[brooker]"), r"section \[broker\] is missing"),
        (('code = "FRONT-1"', "code = 7"), "code must be a text"),
        (('secrets = "file"', 'secrets = "drawer"'), 'secrets must be "file" or "keyring"'),
        (('code = "FRONT-1"', "code = "), "damaged"),
    ],
)
def test_damaged_settings_are_explained(tmp_path, change, sentence):
    config.write_station(tmp_path, STATION)
    file = tmp_path / "station.toml"
    before = file.read_text(encoding="utf-8")
    assert change[0] in before
    file.write_text(before.replace(*change, 1), encoding="utf-8")
    with pytest.raises(UserError, match=sentence):
        config.load_station(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"database_password": "x", "broker_password": "y", "private_key": "%%"}']
)
def test_damaged_secrets_are_explained_without_showing_them(tmp_path, text):
    config.write_station(tmp_path, STATION)
    (tmp_path / "secrets.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"damaged\. Enrol the station again"):
        config.load_station(tmp_path)


def test_missing_secrets_are_explained(tmp_path):
    config.write_station(tmp_path, STATION)
    (tmp_path / "secrets.json").unlink()
    with pytest.raises(UserError, match="secrets are missing"):
        config.load_station(tmp_path)


def test_a_private_file_is_private_from_its_first_moment(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "fsync", lambda handle: seen.append(os.fstat(handle).st_mode & 0o777))
    config.write_private(tmp_path / "secret", json.dumps({}))
    assert seen == [0o600]


def test_the_demo_and_the_logs_have_their_own_places(tmp_path, monkeypatch):
    monkeypatch.setenv("HISDESK_DEMO_HOME", str(tmp_path / "demo"))
    monkeypatch.setenv("HISDESK_LOGS", str(tmp_path / "logs"))
    assert config.demo_home() == tmp_path / "demo"
    assert config.log_folder() == tmp_path / "logs"
    monkeypatch.delenv("HISDESK_DEMO_HOME")
    assert config.demo_home().name == "hisdesk-demo"
