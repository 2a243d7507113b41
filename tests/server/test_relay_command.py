"""`hisdesk-sync` as it is run on a server: configuration, signals, log, check."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hisdesk.embedded.broker import EmbeddedBroker
from hisdesk.errors import UserError
from server_sync import settings
from server_sync.settings import Settings
from tests.helpers import servers
from tests.helpers.servers import wait_for
from tests.server.conftest import HEARS_ALL, OUTBOX, Outbox, settings_for

COMMAND = [sys.executable, "-m", "server_sync"]


@pytest.fixture
def scratch() -> Iterator[Outbox]:
    address = servers.postgres().address
    assert address is not None
    with servers.scratch_database(address) as name:
        made = Outbox(address.url(name))
        connection = made.connection()
        with connection, connection.cursor() as cursor:
            cursor.execute(OUTBOX)
        connection.close()
        yield made


@pytest.fixture
def config(tmp_path: Path, scratch: Outbox, embedded_broker: EmbeddedBroker) -> Path:
    path = tmp_path / "sync.toml"
    password = embedded_broker.add_user("relay", "relay", HEARS_ALL)
    settings_for(scratch.url, embedded_broker, password).write(path)
    return path


def check(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, "--check", "--config", str(config)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_relays_until_told_to_stop_and_logs_no_keys(
    config: Path, scratch: Outbox, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"
    with log.open("wb") as errors:
        process = subprocess.Popen([*COMMAND, "--config", str(config)], stderr=errors)
    try:
        written = scratch.add(30)
        wait_for(lambda: scratch.sent() == written, "the rows are sent")
        done = check(config)
        assert done.returncode == 0
        assert done.stdout.strip() == "backlog=0 oldest_s=0 database=up broker=up relay=heard"
        process.send_signal(number)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    text = log.read_text()
    events = [word for line in text.splitlines() for word in line.split() if word.startswith("event=")]
    assert events[0] == "event=start"
    assert events[-1] == "event=stop"
    assert {"event=broker", "event=database"} <= set(events)
    assert not any(str(key) in text for key in written)
    loaded = settings.load(config)
    assert loaded.broker_password not in text
    assert loaded.database_url not in text


def test_check_tells_what_is_wrong(config: Path, scratch: Outbox, embedded_broker: EmbeddedBroker) -> None:
    scratch.add(3)
    embedded_broker.stop()
    done = check(config)
    assert done.returncode == 1
    assert done.stdout.startswith("backlog=3 ")
    assert "database=up broker=away relay=none" in done.stdout


def test_without_a_usable_configuration_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        COMMAND, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}, cwd=Path.cwd()
    )
    assert done.returncode == 2
    assert "HISDESK_SYNC_CONFIG" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_survive_the_file_and_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "sync.toml"
    path.write_text("old")
    path.chmod(0o644)
    stored = Settings("postgresql://relay:p%22w@h/db", "broker.example", 1883, "relay", 'quo"te\\ü')
    stored.write(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert settings.is_private(path)
    assert settings.load(path, {}) == stored
    assert settings.load(None, {"HISDESK_SYNC_CONFIG": str(path)}) == stored
    assert 'quo"te' not in repr(stored)
    assert "p%22w" not in repr(stored)
    path.chmod(0o640)
    assert not settings.is_private(path)


def test_secrets_may_come_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "sync.toml"
    path.write_text('[broker]\nhost = "h"\nport = 1883\nuser = "relay"\n')
    loaded = settings.load(
        path, {"HISDESK_SYNC_DATABASE_URL": "postgresql://x", "HISDESK_SYNC_BROKER_PASSWORD": "secret"}
    )
    assert (loaded.database_url, loaded.broker_password) == ("postgresql://x", "secret")


@pytest.mark.parametrize(
    "text", ["", "[broker", "[database]\nurl = 'x'", "[database]\nurl='x'\n[broker]\nhost='h'\nport='p'\nuser='u'"]
)
def test_a_wrong_file_is_told_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sync.toml"
    path.write_text(text)
    with pytest.raises(UserError, match="configuration"):
        settings.load(path, {})
    with pytest.raises(UserError, match="cannot be read"):
        settings.load(tmp_path / "missing.toml", {})


def test_it_ends_with_its_parent_when_asked_to(config: Path, scratch: Outbox) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--while-open", "--config", str(config)], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        written = scratch.add(1)
        wait_for(lambda: scratch.sent() == written, "it relays")
        assert process.poll() is None
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(10)
