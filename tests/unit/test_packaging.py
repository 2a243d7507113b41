"""The wheel is built, installed into an empty environment, and creates a database from there, without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from hisdesk.embedded.postgres import Address, EmbeddedPostgres
from tests.helpers.servers import open_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that nothing lands in the checkout, with the build backend that is already here."""
    copy, out = tmp_path_factory.mktemp("sources") / "hisdesk", tmp_path_factory.mktemp("wheel")
    left_out = (".git", ".venv", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", "tests")
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*left_out))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The programs' folder of an environment that holds the wheel; its requirements are lent by this one."""
    place = tmp_path_factory.mktemp("empty") / "env"
    venv.create(place, with_pip=False, symlinks=os.name == "posix")
    layout = {"base": str(place), "platbase": str(place)}
    site = Path(sysconfig.get_path("purelib", "venv", layout))
    # A folder named in a .pth file is searched after the environment's own, and its own .pth files are not read:
    # the checkout, which is installed here in editable form, stays out of sight.
    (site / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = next((place / folder).resolve() for folder in ("bin", "Scripts") if (place / folder).is_dir())
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python / "python"),
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
    ]
    subprocess.run([*pip, "--force-reinstall", str(wheel)], check=True, capture_output=True)
    return python


def run(program: Path, *words: str, cwd: Path, **environment: str) -> str:
    """What the program prints, from a folder that is not the checkout."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "HISDESK_"))}
    result = subprocess.run(
        [str(program), *words], cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    return result.stdout


def test_the_wheel_carries_code_migrations_and_resources_and_no_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    def count(beginning: str, end: str) -> int:
        return sum(n.startswith(beginning) and n.endswith(end) for n in names)

    for folder, inside, end in (
        ("alembic", "hisdesk/_migrations", ".py"),
        ("alembic", "hisdesk/_migrations", ".sql"),
        ("resources", "hisdesk/_resources", ".ttf"),
        ("resources", "hisdesk/_resources", ".json"),
    ):
        there = [p for p in (ROOT / folder).rglob(f"*{end}") if "__pycache__" not in p.parts]
        assert there
        assert count(f"{inside}/", end) == len(there), f"{folder}/**/*{end}"
    assert "hisdesk/__main__.py" in names
    assert "server_sync/__init__.py" in names
    assert {n.split("/")[0] for n in names if not n.split("/")[0].endswith(".dist-info")} == {"hisdesk", "server_sync"}
    assert [n for n in names if n.startswith("tests/")] == []


def test_the_installed_command_runs_without_the_checkout(installed, tmp_path):
    assert run(installed / "hisdesk", "--version", cwd=tmp_path).startswith("hisdesk ")
    where = run(installed / "python", "-c", "import hisdesk.errors as e; print(e.__file__)", cwd=tmp_path).strip()
    assert not Path(where).is_relative_to(ROOT)


def test_the_installed_program_finds_its_resources(installed, tmp_path):
    probe = "from hisdesk.resources import resource; print(resource('themes', 'tokens.json'))"
    found = Path(run(installed / "python", "-c", probe, cwd=tmp_path).strip())
    assert not found.is_relative_to(ROOT)
    assert json.loads(found.read_text(encoding="utf-8"))


@pytest.fixture
def server() -> Iterator[Address]:
    """A cluster of its own: the command makes roles, and other tests' roles have other passwords."""
    folder = open_folder("hisdesk-test-wheel-")
    running = EmbeddedPostgres(folder, fast=True)
    yield running.start()
    running.stop()
    shutil.rmtree(folder)


def test_the_installed_program_creates_a_database(installed, server, tmp_path):
    words = ["--server", str(tmp_path / "server"), "create-database", "--hospital", "Wheel", "--port", str(server.port)]
    run(installed / "hisdesk", "admin", *words, cwd=tmp_path, HISDESK_SUPERUSER_PASSWORD=server.password)
    with closing(psycopg2.connect(server.url("hisdesk"))) as connection, connection.cursor() as cursor:
        cursor.execute("select version_num from app.schema_version")
        newest = max(p.name for p in (ROOT / "alembic/versions").glob("[0-9]*.py"))
        assert cursor.fetchone() == (newest.split("_")[0],)
        cursor.execute("select to_regclass('app.patient') is not null and to_regclass('app.visit') is not null")
        assert cursor.fetchone() == (True,)
