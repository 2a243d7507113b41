"""Unsaved text: on the disk within a second, for its author alone, and there after kill -9."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hisdesk.desk.kit import drafts as module
from hisdesk.desk.kit.drafts import Damaged, Drafts
from tests.desk.kit.fakes import person

KEY = "register patient"
TEXT = {"family_name": "Marroway", "notes": "chest pain since morning", "born": dt.date(1958, 9, 14), "phone": None}


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    made = Drafts(tmp_path / "drafts", person(), within_s=0.01)
    yield made
    made.close()


def reopened(drafts: Drafts, name: str = "nora", secret: bytes = b"s" * 32) -> Drafts:
    return Drafts(drafts.path(KEY).parent, person(name, secret))


def test_what_was_typed_is_found_again_with_its_time(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    found = reopened(drafts).find(KEY)
    assert found is not None
    assert found.values == {**TEXT, "born": "1958-09-14"}
    assert abs((dt.datetime.now(dt.UTC) - found.typed_at).total_seconds()) < 60
    assert reopened(drafts).find("another form") is None


def test_steady_typing_does_not_put_the_writing_off(
    qtbot: QtBot, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delay counts from the first unsaved stroke, so a stroke every few milliseconds still reaches the disk."""
    slow = Drafts(drafts.path(KEY).parent, person(), within_s=0.15)
    strokes = 0

    def type_on() -> bool:
        nonlocal strokes
        strokes += 1
        slow.keep(KEY, {"notes": "x" * strokes})
        return slow.path(KEY).exists()

    qtbot.waitUntil(type_on, timeout=5000)
    slow.close()
    assert module.WITHIN_S < 1


def test_the_file_says_nothing_about_its_author_or_its_text(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    (path,) = drafts.path(KEY).parent.iterdir()
    content = path.read_bytes()
    for word in (b"Marroway", b"chest", b"family_name", b"nora", KEY.encode()):
        assert word not in content and word.decode() not in path.name
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    drafts.keep(KEY, TEXT)
    assert drafts.flush() and path.read_bytes() != content, "every writing has a nonce of its own"


def test_nobody_else_can_open_it(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    other, same_user_other_secret = reopened(drafts, "mallory"), reopened(drafts, "nora", b"x" * 32)
    for thief in (other, same_user_other_secret):
        assert thief.path(KEY) != drafts.path(KEY)
        assert thief.find(KEY) is None
        thief.path(KEY).write_bytes(drafts.path(KEY).read_bytes())
        with pytest.raises(Damaged):
            thief.find(KEY)


def test_a_draft_moved_to_another_form_does_not_open(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    drafts.path("prescription").write_bytes(drafts.path(KEY).read_bytes())
    with pytest.raises(Damaged):
        drafts.find("prescription")


def test_saved_text_is_forgotten(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush() and drafts.path(KEY).exists()
    drafts.keep(KEY, {"late": "stroke"})
    drafts.remove(KEY)
    assert drafts.flush()
    assert list(drafts.path(KEY).parent.iterdir()) == []


def test_a_damaged_file_is_set_aside_with_a_message(drafts: Drafts) -> None:
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    path = drafts.path(KEY)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(Damaged, match="set aside"):
        drafts.find(KEY)
    assert not path.exists() and len(list(path.parent.glob("*.damaged-*"))) == 1
    assert drafts.find(KEY) is None, "the next opening is quiet"


def test_old_drafts_are_removed(drafts: Drafts) -> None:
    for key in ("old", "new"):
        drafts.keep(key, TEXT)
    assert drafts.flush()
    folder = drafts.path("old").parent
    stranger = folder / "letter.txt"
    stranger.write_text("not ours")
    for path in (drafts.path("old"), stranger):
        os.utime(path, (time.time() - 31 * 86_400,) * 2)
    assert drafts.remove_old() == 1
    assert not drafts.path("old").exists() and drafts.path("new").exists() and stranger.exists()


def test_a_full_disk_is_admitted(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    drafts.keep(KEY, TEXT)
    assert drafts.flush()
    assert "No space left" in drafts.failed
    assert list(drafts.path(KEY).parent.iterdir()) == [], "no half file stays"
    monkeypatch.undo()
    drafts.keep(KEY, TEXT)
    assert drafts.flush() and drafts.failed == ""


def test_no_drafts_without_a_sign_in_secret(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        Drafts(tmp_path, person("nora", b""))


TYPIST = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QLineEdit
    from hisdesk.desk.kit.drafts import Drafts
    from tests.desk.kit.fakes import person

    app = QApplication([])
    drafts = Drafts(Path(sys.argv[1]), person())
    line = QLineEdit()
    line.textChanged.connect(lambda text: drafts.keep("register patient", {"notes": text}))
    line.show()
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: QTest.keyClicks(line, "ab "))
    timer.start()
    print("typing", flush=True)
    app.exec()
    """
)


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_what_was_typed_survives_kill_9(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    root = Path(__file__).resolve().parents[3]
    typist = subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(folder)], stdout=subprocess.PIPE, cwd=root, env={**os.environ}
    )
    reader = Drafts(folder, person())
    seen: set[bytes] = set()

    def written_several_times() -> bool:
        if reader.path(KEY).exists():
            seen.add(reader.path(KEY).read_bytes())
        return len(seen) >= 3

    try:
        qtbot.waitUntil(written_several_times, timeout=20_000)
    finally:
        typist.send_signal(signal.SIGKILL)
        typist.wait()
        assert typist.stdout is not None
        typist.stdout.close()
    found = reader.find(KEY)
    assert found is not None and found.values["notes"].startswith("ab ab ab ")
