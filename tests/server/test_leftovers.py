"""Killing pytest leaves no server running."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.helpers import servers
from tests.helpers.servers import wait_for

PROGRAM = """
import sys
from tests.helpers import servers
pg, mq = servers.postgres(), servers.broker()
with servers.debian_postgres() as debian, servers.mosquitto() as mosquitto:
    print(*(server.folder for server in (pg, mq, debian, mosquitto)), flush=True)
    sys.stdin.read()
"""


def servers_of(folders: list[str]) -> list[psutil.Process]:
    """Live processes that have one of these folders on their command line or as working folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE:
            continue
        try:
            place = " ".join([*(process.info["cmdline"] or []), process.cwd()])
        except psutil.Error:
            continue
        if any(folder in place for folder in folders):
            found.append(process)
    return found


@pytest.mark.slow
@pytest.mark.debian
def test_nothing_is_left_running_when_the_test_process_is_killed() -> None:
    servers.require_debian(servers.DEBIAN_POSTGRES / "postgres", "postgresql-15")
    servers.require_debian(servers.MOSQUITTO, "mosquitto")
    tests = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert tests.stdout is not None
    folders = tests.stdout.readline().split()
    try:
        assert len(folders) == 4
        for folder in folders:
            assert servers_of([folder]) != [], folder
        tests.kill()
        tests.communicate()
        wait_for(lambda: servers_of(folders) == [], "all servers end")
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
