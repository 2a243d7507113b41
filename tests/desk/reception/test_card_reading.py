"""Cards at a front desk: the process with the windows reads none itself, and outlives the one that does."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hisdesk.desk.reception import ways
from hisdesk.scanning.process import Scanner
from tests.desk.reception import cards
from tests.desk.reception.conftest import FrontDesk
from tests.desk.reception.test_register import take
from tests.helpers.processes import dying_reader

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtGui import QImage
from hisdesk.desk.reception import card_reading
from hisdesk.errors import Unavailable
from hisdesk.scanning.process import Scanner
scanner = Scanner()
for source in (Path(sys.argv[1]), QImage(sys.argv[1])):
    card = card_reading.read(scanner, source, "file")
    print(card.kind, card.picture.width(), len(card.jpeg) > 0, all(read.crop.width() for read in card.reads))
try:
    scanner.open_camera(63)
except Unavailable as error:
    print(type(error).__name__)
scanner.close()
print(sorted({"cv2", "zxingcpp", "pytesseract", "PIL"} & set(sys.modules)))
"""


def test_the_process_with_the_windows_imports_no_decoder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(cards.identity_card(tmp_path))],
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read, pasted, camera, imported = done.stdout.splitlines()
    assert read == pasted == "id_card 1012 True True"
    assert camera == "CameraAbsent" and imported == "[]"


def test_the_reader_is_started_when_the_form_is_first_seen(front: FrontDesk) -> None:
    assert multiprocessing.active_children() == []
    front.register()
    (reader,) = multiprocessing.active_children()
    front.arrivals()
    front.register()
    assert multiprocessing.active_children() == [reader]


def test_a_reader_that_dies_is_told_and_the_next_card_is_read(
    front: FrontDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = front.register()
    with monkeypatch.context() as broken:
        broken.setattr(front.home.session.desk, "scanner", Scanner(make_reader=dying_reader))
        screen.card.take(cards.identity_card(tmp_path), "file")
        front.until(lambda: not screen.card.reading)
        (notice,) = screen.card.notices.shown
        assert notice.title == "The picture was not read"
        assert notice.text.startswith("The card could not be read: ") and "Try again, or type" in notice.text
    take(front, screen, cards.identity_card(tmp_path))
    assert screen.form.plain_values()["family_name"] == "Tenbruin" and not screen.card.notices.shown


def test_signing_out_in_the_middle_of_a_card_leaves_nothing_behind(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.open(ways.REGISTER)
    screen.card.take(cards.identity_card(tmp_path), "file")
    front.until(front.home.session.desk.scanner._reader._lock.locked)
    front.home.close_session()
    assert multiprocessing.active_children() == []
