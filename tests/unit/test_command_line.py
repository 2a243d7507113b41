"""The `hisdesk` command: help is light, every command reaches its room, and faults are sentences."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest

from hisdesk import __main__ as command
from hisdesk import arguments
from hisdesk.errors import UserError

HEAVY = ("PySide6", "sqlalchemy", "psycopg2", "cv2", "reportlab", "paho", "numpy", "alembic", "platformdirs")
PROBE = """
import sys
from hisdesk.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("LOADED", *(m for m in {heavy!r} if m in sys.modules))
"""


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["desk", "--help"], ["board", "--help"], ["demo", "-h"], ["admin", "-h"]]
)
def test_help_and_version_load_nothing_heavy(words):
    result = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *words], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1].split() == ["LOADED"]
    assert "hisdesk" in result.stdout


@pytest.fixture
def called(monkeypatch):
    """Stands in for the rooms; tells which was entered and with what."""
    calls = []
    monkeypatch.setattr(command, "_run", lambda module, function, argv: calls.append((module, function, argv)) or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return calls


@pytest.mark.parametrize(
    ("words", "room"),
    [
        ([], ("hisdesk.app", "desk", [])),
        (["--station", "/x"], ("hisdesk.app", "desk", ["--station", "/x"])),
        (["desk"], ("hisdesk.app", "desk", [])),
        (["board", "queue", "--department", "CARD"], ("hisdesk.app", "board", ["queue", "--department", "CARD"])),
        (["board", "beds", "--ward", "MED1"], ("hisdesk.app", "board", ["beds", "--ward", "MED1"])),
        (["demo"], ("hisdesk.app", "demo", [])),
        (["tour"], ("hisdesk.app", "tour", [])),
        (["scan", "a.png", "--json"], ("hisdesk.commands.scan", "main", ["a.png", "--json"])),
        (["admin", "check"], ("hisdesk.commands.admin", "main", ["check"])),
    ],
)
def test_each_command_reaches_its_room(called, words, room):
    assert command.main(words) == 0
    assert called == [room]


@pytest.mark.parametrize(
    "words",
    [
        ["dance"],
        ["--dance"],
        ["board"],
        ["board", "doors"],
        ["board", "queue", "--screen", "0"],
        ["board", "queue", "--ward", "MED1"],
        ["board", "beds", "--department", "CARD"],
    ],
)
def test_a_wrong_command_line_is_explained_and_opens_nothing(called, capsys, words):
    with pytest.raises(SystemExit) as end:
        command.main(words)
    assert end.value.code == 2
    assert "usage: hisdesk" in capsys.readouterr().err
    assert called == []


def test_a_fault_that_a_person_can_understand_is_said_and_ends_with_1(monkeypatch, capsys):
    room = types.SimpleNamespace(main=lambda _argv: (_ for _ in ()).throw(UserError("The file is not a picture.")))
    monkeypatch.setattr(command.importlib, "import_module", lambda _name: room)
    assert command.main(["scan", "a.txt"]) == 1
    assert capsys.readouterr().err == "The file is not a picture.\n"


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", True),
        ({"DISPLAY": ":0"}, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", False),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({}, "win32", False),
        ({}, "darwin", False),
    ],
)
def test_where_a_window_can_open(environment, platform, expected):
    assert command.no_screen(environment, platform) is expected


@pytest.fixture
def without_screen(called, monkeypatch):
    monkeypatch.setattr(command, "no_screen", lambda *_: True)
    return called


def test_the_demo_without_a_screen_names_the_tour(without_screen, monkeypatch, capsys):
    monkeypatch.setenv("CI", "true")
    assert command.main(["demo"]) == 0
    assert "make tour" in capsys.readouterr().err
    monkeypatch.delenv("CI")
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(isatty=lambda: True))
    assert command.main(["demo"]) == 1
    assert without_screen == []
    assert command.main(["demo", "--prepare-only"]) == 0
    assert without_screen == [("hisdesk.app", "demo", ["--prepare-only"])]


def test_the_tour_needs_no_screen(without_screen, monkeypatch):
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert command.main(["tour"]) == 0
    assert command.os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert without_screen == [("hisdesk.app", "tour", [])]


def test_the_desk_without_a_screen_says_so(without_screen, capsys):
    assert command.main(["desk"]) == 1
    assert "no screen" in capsys.readouterr().err
    assert without_screen == []


def test_arguments_of_the_board():
    board = arguments.board(["queue", "--department", "CARD", "--screen", "2", "--station", "/s"])
    assert board == arguments.BoardArguments("queue", Path("/s"), "CARD", 2, windowed=False)
    beds = arguments.board(["beds", "--ward", "MED1", "--windowed"])
    assert beds == arguments.BoardArguments("beds", None, None, 1, windowed=True, ward="MED1")
