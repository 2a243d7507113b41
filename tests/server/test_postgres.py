"""The embedded PostgreSQL: it keeps data, asks for passwords, and comes back whatever happened to its program."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from hisdesk.embedded import place as places
from hisdesk.embedded.ports import HOST
from hisdesk.embedded.postgres import Address, EmbeddedPostgres
from hisdesk.errors import Unavailable
from tests.helpers.servers import free_port, wait_for

only_root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="is about running as root")


def ask(address: Address, question: str) -> str:
    with closing(psycopg2.connect(address.url())) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    assert row is not None
    return str(row[0])


def postmasters(data: Path) -> list[psutil.Process]:
    """Every live process of a server on this data."""
    found = []
    for process in psutil.process_iter(["name", "status"]):
        if process.info["name"].startswith("postgres") and process.info["status"] != psutil.STATUS_ZOMBIE:
            with suppress(psutil.Error):
                if Path(process.cwd()) == data:
                    found.append(process)
    return found


def remember(address: Address, word: str) -> None:
    with closing(psycopg2.connect(address.url())) as connection, connection.cursor() as cursor:
        cursor.execute("create table kept (word text)")
        cursor.execute("insert into kept values (%s)", (word,))
        connection.commit()


def test_data_port_and_password_survive_a_restart(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    first = server.start()
    remember(first, "Ærøskøbing")
    assert server.running()
    server.stop()
    assert not server.running()
    assert postmasters(server.place.data) == []

    again = EmbeddedPostgres(folder, fast=True)
    with again:
        assert again.address == first
        assert ask(first, "select word from kept") == "Ærøskøbing"
    assert postmasters(server.place.data) == []


def test_it_asks_for_a_password_from_the_start_and_listens_on_this_machine_only(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        address = server.address
        assert address is not None
        for wrong in ("", "postgres", "wrong"):
            with pytest.raises(psycopg2.OperationalError, match="password"):
                psycopg2.connect(address.url(password=wrong, user="postgres"))
        methods = ask(address, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules")
        assert methods == "scram-sha-256"
        assert (
            ask(address, "select left(rolpassword, 14) from pg_authid where rolname = 'postgres'") == "SCRAM-SHA-256$"
        )
        assert ask(address, "show listen_addresses") == HOST
        assert ask(address, "show unix_socket_directories") == ""
        listening = {c.laddr.ip for c in postmasters(server.place.data)[0].net_connections() if c.status == "LISTEN"}
        assert listening == {HOST}


def test_files_with_secrets_are_private_and_the_address_hides_its_password(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        assert server.address is not None
        assert (folder / "password").stat().st_mode & 0o777 == 0o600
        assert server.place.data.stat().st_mode & 0o077 == 0
        assert len(server.address.password) >= 32
        assert server.address.password not in repr(server.address)
        # initdb's own copy of the password is gone
        assert [path.name for path in server.place.data.parent.glob("*.word")] == []


def test_letters_beyond_ascii_are_letters_and_checksums_are_on(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        assert server.address is not None
        assert ask(server.address, "select lower('ÄÉŁ')") == "äéł"
        assert ask(server.address, "show data_checksums") == "on"
        with closing(psycopg2.connect(server.address.url())) as connection, connection.cursor() as cursor:
            cursor.execute("create extension pg_trgm")
            cursor.execute("select cardinality(show_trgm('Äé'))")
            assert cursor.fetchone() == (3,)


def test_no_value_of_a_failing_statement_reaches_the_log(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        assert server.address is not None
        with closing(psycopg2.connect(server.address.url())) as connection, connection.cursor() as cursor:
            cursor.execute("create table person (name text primary key)")
            cursor.execute("insert into person values ('Zanzibar Quux')")
            with pytest.raises(psycopg2.IntegrityError):
                cursor.execute("insert into person values ('Zanzibar Quux')")
        log = server.place.data / "log"
        wait_for(lambda: "duplicate key" in "".join(f.read_text() for f in log.iterdir()), "the error is logged")
        assert "Zanzibar" not in "".join(path.read_text() for path in log.iterdir())


def test_a_taken_port_is_replaced_and_a_wish_is_kept(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    wish = free_port()
    try:
        assert server.start(port=wish).port == wish
        server.stop()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((HOST, wish))
            other.listen()
            moved = server.start()
            assert moved.port != wish
        server.stop()
        assert server.start() == moved
    finally:
        server.stop()


def test_a_pid_file_that_names_somebody_else_blocks_nothing_and_harms_nobody(folder: Path) -> None:
    """As after a reboot: the file is there, its number belongs to another program by now."""
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    pid_file = server.place.data / "postmaster.pid"
    stale = pid_file.read_text()
    server.stop()
    place = server.place
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    # The worst case: the other program runs as the server's own user, so PostgreSQL itself would refuse to start.
    worst = subprocess.Popen(["/bin/sleep", "1000"], **place.run_as())  # type: ignore[call-overload]
    try:
        for other in (stranger, worst):
            pid_file.write_text(f"{other.pid}\n" + stale.split("\n", 1)[1])
            place.hand_over(pid_file)
            with EmbeddedPostgres(folder, fast=True) as again:
                assert again.running()
            assert other.poll() is None
    finally:
        for other in (stranger, worst):
            other.kill()
            other.wait()
        assert stranger.stdin is not None
        stranger.stdin.close()


OWNER = textwrap.dedent(
    """
    import sys
    from hisdesk.embedded.postgres import EmbeddedPostgres
    server = EmbeddedPostgres(sys.argv[1], fast=True)
    server.start()
    print("guard", server._guard.pid, flush=True)
    sys.stdin.read()
    server.stop()
    """
)


def program(folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A program that owns the server of `folder`, and its guard's pid."""
    started = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert started.stdout is not None
    return started, int(started.stdout.readline().split()[1])


def end(started: subprocess.Popen[str]) -> None:
    started.kill()
    started.communicate()


def test_when_its_program_is_killed_the_server_stops_and_starts_again_with_its_data(folder: Path) -> None:
    started, _ = program(folder)
    server = EmbeddedPostgres(folder, fast=True)
    data = server.place.data
    assert postmasters(data) != []
    remember(server.start(), "kept")  # as a guest
    assert not server.owner
    end(started)
    wait_for(lambda: postmasters(data) == [], "the guard stops the server")
    with EmbeddedPostgres(folder, fast=True) as again:
        assert again.owner
        assert again.address is not None
        assert ask(again.address, "select word from kept") == "kept"


def test_when_program_and_guard_are_killed_the_running_server_is_adopted(folder: Path) -> None:
    started, guard = program(folder)
    os.kill(guard, signal.SIGKILL)
    end(started)
    server = EmbeddedPostgres(folder, fast=True)
    data = server.place.data
    before = {process.pid for process in postmasters(data)}
    assert before != set()
    server.start()
    assert server.owner
    assert {process.pid for process in postmasters(data)} & before != set()  # not started anew
    server.stop()
    assert postmasters(data) == []


def test_a_left_over_server_set_up_for_tests_is_not_adopted_for_real_data(folder: Path) -> None:
    started, guard = program(folder)
    os.kill(guard, signal.SIGKILL)
    end(started)
    with EmbeddedPostgres(folder, fast=False) as server:
        assert server.address is not None
        assert ask(server.address, "show fsync") == "on"


@pytest.mark.slow
def test_a_server_killed_hard_starts_again(folder: Path) -> None:
    """Postmaster gone without a word, its pid file and perhaps a backend left; what was committed is there."""
    server = EmbeddedPostgres(folder)
    address = server.start()
    remember(address, "kept")
    data = server.place.data
    pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie", "the postmaster is gone")
    server.stop()
    with EmbeddedPostgres(folder) as again:
        assert again.address == address
        assert ask(address, "select word from kept") == "kept"


def test_starting_twice_is_harmless_and_a_server_that_died_is_brought_back(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        address, data = server.address, server.place.data
        assert address is not None
        pid_file = data / "postmaster.pid"
        first = pid_file.read_text().split("\n", 1)[0]
        assert server.start() == address
        assert pid_file.read_text().split("\n", 1)[0] == first
        os.kill(int(first), signal.SIGKILL)
        wait_for(lambda: not server.running(), "it is dead")
        assert server.start() == address
        assert pid_file.read_text().split("\n", 1)[0] != first
    assert postmasters(data) == []


def test_a_second_program_is_a_guest_and_does_not_stop_the_first_ones_server(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as first:
        with EmbeddedPostgres(folder, fast=True) as second:
            assert (first.owner, second.owner) == (True, False)
            assert second.address == first.address
        assert first.running()
        with pytest.raises(Unavailable, match="in use"):
            EmbeddedPostgres(folder).remove()
    assert not first.running()


def test_a_creation_cut_short_is_begun_again(folder: Path) -> None:
    half = folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(folder, fast=True) as server:
        assert server.running()
    assert not half.exists()


def test_remove_leaves_nothing(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    server.start()
    data = server.place.data
    server.remove()
    assert not data.exists()
    assert postmasters(data) == []
    assert {path.name for path in folder.iterdir()} <= {"owner.lock"}


def test_a_missing_password_file_is_told_in_words(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        data = server.place.data
    (folder / "password").unlink()
    with pytest.raises(Unavailable, match="password file"):
        server.start()
    assert postmasters(data) == []
    assert (data / "PG_VERSION").exists()  # nothing was thrown away


# -- as root --------------------------------------------------------------------------------------------------------


def modes(*paths: Path) -> dict[Path, tuple[int, int]]:
    """Rights and owners of these paths and all their parents."""
    return {p: (p.stat().st_mode, p.stat().st_uid) for path in paths for p in (path, *path.parents)}


@only_root
def test_root_keeps_data_where_the_system_user_gets_to_and_touches_no_rights(tmp_path: Path, folder: Path) -> None:
    private = tmp_path / "private" / "demo"
    private.mkdir(parents=True)
    for path in (private, private.parent):
        path.chmod(0o700)
    programs = places._wheel_programs()
    before = modes(private, programs / "bin", programs / "lib", folder)
    said: list[str] = []
    server = EmbeddedPostgres(private, fast=True, say=said.append, root_base=folder / "base")
    with server:
        place = server.place
        assert place.account is not None
        assert place.account.uid != 0
        assert place.data.parent == folder / "base"
        assert {process.uids().real for process in postmasters(place.data)} == {place.account.uid}
        assert any(str(place.data) in sentence and place.account.name in sentence for sentence in said)
    assert modes(private, programs / "bin", programs / "lib", folder) == before
    # the same place the next time, without another word
    said.clear()
    with EmbeddedPostgres(private, fast=True, say=said.append, root_base=folder / "base") as again:
        assert again.place.data == place.data
    assert said == []
    server.remove()
    assert not place.data.exists()


@only_root
@pytest.mark.slow
def test_programs_that_others_cannot_reach_are_copied_not_opened(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = places._wheel_programs().parent
    hidden = tmp_path / "venv" / package.name / "pginstall"
    shutil.copytree(package / "pginstall", hidden, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), tmp_path / "venv" / f"{package.name}.libs")
    (tmp_path / "venv").chmod(0o700)
    monkeypatch.setattr(places, "_wheel_programs", lambda: hidden)
    before = modes(hidden)
    said: list[str] = []
    with EmbeddedPostgres(folder / "pg", fast=True, say=said.append, root_base=folder / "base") as server:
        assert server.place.programs.is_relative_to(folder / "base")
        assert server.running()
        assert not any(str(hidden) in process.exe() for process in postmasters(server.place.data))
    assert any("copied" in sentence for sentence in said)
    assert modes(hidden) == before
