"""The house rules that a tool alone does not see. The import contracts themselves are in pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.unit.architecture.sources import ROOT, imports, python_files, texts

MOST_LINES = 600
SQL_ROOMS = (
    "hisdesk/db/*",
    "hisdesk/access/*",
    "hisdesk/hospital/*/tables.py",
    "hisdesk/hospital/*/queries.py",
    "hisdesk/hospital/*/actions.py",
    "alembic/*",
    "hisdesk/embedded/postgres.py",  # asks its own server two settings, before there is a database
    "server_sync/outbox.py",  # the relay's three statements, under its own role
)
SQL = re.compile(
    r"^\s*(select\s+\S|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*(not\s+)?(materialized\s*)?\("
    r"|create\s+(table|role|schema|function|index|policy|database|extension|trigger|view)\s|create\s+or\s+replace\s"
    r"|alter\s+(table|role|schema|function|system|database)\s|drop\s+(table|role|schema|database)\s|grant\s+\S+\s+(on|to)\s|truncate\s)",
    re.IGNORECASE,
)
QT_ROOMS = ("hisdesk/desk/*", "hisdesk/app.py", "hisdesk/__main__.py")
MQTT_ROOMS = ("hisdesk/live/*", "server_sync/*")
EVERYTHING_DRAWERS = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def in_rooms(file: Path, rooms: Iterable[str]) -> bool:
    return any(fnmatch(file.as_posix(), room) for room in rooms)


def importers(*libraries: str) -> list[tuple[Path, int, str]]:
    return [
        (file, line, name)
        for file in python_files()
        for line, name in imports(file)
        if any(name == library or name.startswith(f"{library}.") for library in libraries)
    ]


def test_the_tests_read_the_real_sources():
    files = {file.as_posix() for file in python_files()}
    assert {"hisdesk/__main__.py", "hisdesk/db/database.py", "installers/bootstrap.py"} <= files


def test_no_import_goes_in_a_circle():
    """Not by way of an import inside a function either, or of one for types only."""
    modules = {".".join(f.with_suffix("").parts): f for f in python_files("hisdesk", "server_sync")}

    def module(name: str) -> str:
        return name if name in modules else name.rpartition(".")[0]

    known = {name: {module(found) for _, found in imports(file)} & modules.keys() for name, file in modules.items()}
    assert known["hisdesk.desk.kit.icons"] >= {"hisdesk.desk.kit.theme"}
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_package_markers_stay_empty():
    full = [f for f in python_files(*("hisdesk", "server_sync", "tests")) if f.name == "__init__.py"]
    assert full
    assert [f.as_posix() for f in full if (ROOT / f).read_bytes().strip()] == []
    assert not (ROOT / "alembic/__init__.py").exists(), "it would hide the library of the same name"


def test_no_file_is_longer_than_a_person_can_hold_in_mind():
    files = python_files("hisdesk", "server_sync", "ml", "alembic", "installers", "tests")
    lines = {f.as_posix(): len((ROOT / f).read_text(encoding="utf-8").splitlines()) for f in files}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_no_room_is_a_drawer_for_everything():
    parts = [(f, set(f.with_suffix("").parts)) for f in python_files("hisdesk", "server_sync", "ml")]
    assert [f.as_posix() for f, names in parts if names & EVERYTHING_DRAWERS] == []


def test_qt_stays_in_the_windows():
    found = importers("PySide6", "shiboken6", "qtawesome", "qtpy")
    assert found, "the windows themselves import Qt"
    assert [str(hit) for hit in found if not in_rooms(hit[0], QT_ROOMS)] == []


def test_mqtt_stays_in_live_and_in_the_relay():
    found = importers("paho")
    assert found, "the subscriber imports paho"
    assert [str(hit) for hit in found if not in_rooms(hit[0], MQTT_ROOMS)] == []


def test_nobody_keeps_mapped_objects():
    """docs/decisions/0001: SQLAlchemy Core, no ORM session."""
    assert [str(hit) for hit in importers("sqlalchemy.orm", "sqlalchemy.ext.declarative")] == []


def test_sql_stays_in_its_rooms():
    found = [(f, line, text) for f in python_files() for line, text in texts(f) if SQL.search(text)]
    assert any(f.as_posix().startswith("hisdesk/db/") for f, _, _ in found), "the search still recognises SQL"
    outside = [f"{f}:{line}: {text.strip()[:60]}" for f, line, text in found if not in_rooms(f, SQL_ROOMS)]
    assert outside == []


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ("select 1", True),
        ("\n  INSERT INTO app.visit (id) values (%s)", True),
        ("update app.visit set status = %s", True),
        ("with found as (select 1) select * from found", True),
        ("create role x login", True),
        ("Select a department", True),  # a sentence that starts so is worth another wording
        ("Update the phone number", False),
        ("Create user", False),
        ("selected", False),
    ],
)
def test_what_counts_as_sql(text, is_sql):
    assert bool(SQL.search(text)) is is_sql


# Which parts of another subject each part of a subject may import (docs/decisions/0002).
BETWEEN_SUBJECTS = {
    "tables": set(),
    "rules": set(),
    "queries": {"tables", "rules"},
    "actions": {"queries", "rules", "tables"},
}


def test_subjects_meet_only_where_they_may():
    wrong = []
    for file in python_files("hisdesk/hospital"):
        part = file.stem
        if len(file.parts) != 4 or part not in BETWEEN_SUBJECTS:
            continue
        for line, name in imports(file):
            words = name.split(".")
            elsewhere = words[:2] == ["hisdesk", "hospital"] and len(words) > 3 and words[2] != file.parts[2]
            if elsewhere and words[3] in BETWEEN_SUBJECTS and words[3] not in BETWEEN_SUBJECTS[part]:
                wrong.append(f"{file}:{line}: {part} may not import {name}")
    assert wrong == []


def test_the_import_contracts_have_no_exceptions():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert len(settings["contracts"]) >= 12
    assert [c["name"] for c in settings["contracts"] if "ignore_imports" in c] == []


SELF_EXPLAINING = ("S603",)  # "a subprocess": ours never go through a shell, and there is no more to say
OPT_OUT = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<rest>.*)")


def test_every_opt_out_of_a_check_names_it_and_says_why():
    bare = []
    for file in python_files(*("hisdesk", "server_sync", "ml", "alembic", "installers")):
        for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), start=1):
            found = OPT_OUT.search(line)
            explained = found and (
                re.search(r"\w{2}", found["rest"]) or (found["codes"] or "")[1:].strip() in SELF_EXPLAINING
            )
            if found and not (found["codes"] and explained):
                bare.append(f"{file}:{number}: {line.strip()}")
            if re.search(r"#\s*type:\s*ignore(?!\[)", line):
                bare.append(f"{file}:{number}: {line.strip()}")
    assert bare == []
