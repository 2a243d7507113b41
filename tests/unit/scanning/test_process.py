"""Cards are read elsewhere: what crosses, who outlives whom, what is said when the other process is gone."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest

from hisdesk.desk.kit.bugs import report
from hisdesk.errors import Conflict, Denied, Invalid, SignedOut, Unavailable, UserError
from hisdesk.scanning import specimens
from hisdesk.scanning.camera import CameraAbsent, CameraBusy
from hisdesk.scanning.process import Child, ProcessFault, Scanner
from hisdesk.scanning.reader import read_card
from hisdesk.scanning.reading import crop
from tests.helpers import processes
from tests.helpers.processes import Counter
from tests.helpers.servers import wait_for

PERSON = specimens.Person(
    "TENBRUIN", "OSRIC JALE", dt.date(1984, 6, 23), "M", "U4418207K", dt.date(2021, 11, 9), dt.date(2031, 11, 9)
)
ENDED = "It stopped. Try again."
PATIENCE_S = 600.0  # longer than any test may take


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert multiprocessing.active_children() == []


@pytest.fixture
def child() -> Iterator[Child[Counter]]:
    with closing(Child(Counter, ENDED, PATIENCE_S)) as made:
        yield made


@pytest.fixture
def scanner() -> Iterator[Scanner]:
    with closing(Scanner()) as made:
        yield made


def end_it() -> None:
    """As the system ends a process when memory is short."""
    (process,) = multiprocessing.active_children()
    process.kill()
    process.join()


# one process


def test_it_is_made_once_elsewhere_and_kept(child: Child[Counter]) -> None:
    assert not child.running
    assert child.call(Counter.add, 2) == 2
    assert child.call(Counter.add, more=3) == 5
    assert child.running and child.call(processes.pid) != os.getpid()


def test_one_that_was_started_early_is_the_one_that_answers(child: Child[Counter]) -> None:
    child.start()
    (process,) = multiprocessing.active_children()
    child.start()
    assert child.call(processes.pid) == process.pid


@pytest.mark.parametrize(
    "error",
    [
        UserError("This file is empty."),
        Invalid({"birth_date": "A day in the past."}),
        Conflict("Somebody else was first.", {"city": "Lowmere"}),
        SignedOut("Sign in again."),
        Denied("You may not."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_for_people_cross_as_they_are(child: Child[Counter], error: UserError) -> None:
    args = {Invalid: lambda: (vars(error)["fields"],), Conflict: lambda: (str(error), vars(error)["theirs"])}
    with pytest.raises(type(error)) as caught:
        child.call(processes.fail, type(error), *args.get(type(error), lambda: (str(error),))())
    assert (type(caught.value), str(caught.value), vars(caught.value)) == (type(error), str(error), vars(error))


def test_a_fault_crosses_with_its_places_and_without_its_values(
    child: Child[Counter], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ProcessFault) as caught:
        child.call(processes.divide, "Tenbruin")
    report(caught.value)
    assert " ZeroDivisionError at " in caplog.text and caplog.text.strip().endswith(" divide")
    assert "Tenbruin" not in caplog.text
    assert child.call(Counter.add, 1) == 1


def test_what_cannot_be_made_is_said_at_the_first_use() -> None:
    with closing(Child(processes.refused, ENDED, PATIENCE_S)) as child:
        for _ in range(2):
            with pytest.raises(Denied, match="Not at this station"):
                child.call(Counter.add, 1)
    with closing(Child(processes.never_made, ENDED, PATIENCE_S)) as child, pytest.raises(ProcessFault) as caught:
        child.call(Counter.add, 1)
    assert caught.value.kind == "TypeError"


def test_a_crash_is_told_and_the_next_use_starts_anew(child: Child[Counter]) -> None:
    before = child.call(processes.pid)
    with pytest.raises(Unavailable, match=ENDED):
        child.call(processes.die)
    assert not child.running
    assert child.call(Counter.add, 1) == 1 and child.call(processes.pid) != before


def test_one_that_ended_while_it_had_nothing_to_do_is_not_missed(child: Child[Counter]) -> None:
    child.call(Counter.add, 1)
    end_it()
    assert child.call(Counter.add, 1) == 1


def test_one_that_is_silent_too_long_is_ended(child: Child[Counter]) -> None:
    child.call(Counter.add, 1)
    child._patience_s = 0.0
    with pytest.raises(Unavailable, match=ENDED):
        child.call(processes.hang)
    assert multiprocessing.active_children() == []


def test_one_that_cannot_be_started_is_told(child: Child[Counter], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_process: object) -> None:
        raise OSError("no memory")

    monkeypatch.setattr(multiprocessing.get_context("spawn").Process, "start", refuse)
    with pytest.raises(Unavailable, match=ENDED):
        child.call(Counter.add, 1)
    monkeypatch.undo()
    assert child.call(Counter.add, 1) == 1


def test_closing_ends_it_in_the_middle_of_its_work_and_for_good(child: Child[Counter]) -> None:
    said: list[str] = []

    def work() -> None:
        try:
            child.call(processes.hang)
        except Unavailable as error:
            said.append(str(error))

    child.call(Counter.add, 1)
    asking = threading.Thread(target=work)
    asking.start()
    wait_for(child._lock.locked, "the call")
    child.close()
    asking.join()
    assert said == [ENDED] and not child.running
    with pytest.raises(Unavailable):
        child.call(Counter.add, 1)
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_is_left_to_the_program(child: Child[Counter]) -> None:
    child.call(Counter.add, 1)
    os.kill(child.call(processes.pid), signal.SIGINT)
    assert child.call(Counter.add, 1) == 2


PROGRAM = """
import sys
from hisdesk.scanning.process import Child
from tests.helpers.processes import Counter, pid
child = Child(Counter, "", 60.0)
print(child.call(pid), flush=True)
sys.stdin.read()
"""


def test_it_ends_when_the_program_is_killed() -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert program.stdout is not None
    other = int(program.stdout.readline())
    assert alive(other)
    program.kill()
    program.communicate()
    wait_for(lambda: not alive(other), "the other process ends")


def alive(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


# reading


def test_a_card_is_read_as_it_would_be_here(scanner: Scanner, tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    specimens.travel_document(specimens.td1(PERSON), PERSON).save(path)
    here, shown = read_card(path), scanner.read(path, 500)
    there = shown.reading
    assert there.kind == here.kind == "id_card" and there.messages == here.messages
    assert {name: field.value for name, field in there.fields.items()} == {
        name: field.value for name, field in here.fields.items()
    }
    assert there.picture.shape == (315, 500, 3)
    scale = 500 / here.picture.shape[1]
    for name, field in here.fields.items():
        assert there.fields[name].box == pytest.approx([scale * value for value in field.box], abs=1)
        assert np.array_equal(shown.pieces[name], crop(here, name)), "the piece is as sharp as the picture was"
    whole = scanner.read(path, 1600).reading
    assert np.array_equal(whole.picture, here.picture) and whole.fields == here.fields


def test_a_picture_from_memory_is_read_too(scanner: Scanner) -> None:
    card = np.asarray(specimens.travel_document(specimens.td1(PERSON), PERSON).convert("RGB"))[:, :, ::-1]
    reading = scanner.read(np.ascontiguousarray(card), 1600).reading
    assert reading.fields["document_number"].value == "U4418207K"


def test_refusals_keep_their_words(scanner: Scanner, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="up to 64 megapixels can be read"):
        scanner.read(np.broadcast_to(np.uint8(0), (10_000, 20_000)), 1600)
    (tmp_path / "card.jpg").write_text("this is a letter")
    with pytest.raises(UserError, match="not a picture"):
        scanner.read(tmp_path / "card.jpg", 1600)
    with pytest.raises(UserError, match="empty"):
        scanner.read(b"", 1600)


def test_a_missing_text_reader_is_said(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HISDESK_TESSERACT", "no-such-program")
    with pytest.raises(Unavailable, match="not installed on this station"):
        scanner.read(np.full((600, 900, 3), 200, np.uint8), 1600)


def test_a_path_is_meant_from_where_it_was_chosen(
    scanner: Scanner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner.warm()
    (tmp_path / "card.png").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="empty"):
        scanner.read("card.png", 1600)


def test_a_reader_that_dies_is_told_in_a_sentence() -> None:
    with closing(Scanner(make_reader=processes.dying_reader)) as scanner:
        for _ in range(2):
            with pytest.raises(Unavailable, match=r"The card could not be read: .* Try again, or type"):
                scanner.read(b"", 1600)


def test_warming_starts_the_reader_alone(scanner: Scanner) -> None:
    scanner.warm()
    assert scanner._reader.running and not scanner._camera.running
    scanner.close()
    scanner.warm()
    assert not scanner._reader.running


def test_all_that_reading_needs_is_there_before_the_first_card(scanner: Scanner) -> None:
    scanner.warm()
    heavy = {"cv2", "numpy", "zxingcpp", "PIL", "hisdesk.scanning.reader"}
    assert heavy <= scanner._reader.call(processes.loaded)


# the camera


@pytest.mark.parametrize(("make", "kind"), [("no_camera", CameraAbsent), ("held_camera", CameraBusy)])
def test_an_absent_or_busy_camera_is_told_as_ever(make: str, kind: type[Unavailable]) -> None:
    with closing(Scanner(make_camera=getattr(processes, make))) as scanner:
        with pytest.raises(kind) as caught:
            scanner.open_camera(0)
        assert str(caught.value) == str(kind())  # type: ignore[call-arg]  # both know their sentence
        scanner.close_camera()


def test_pictures_come_until_the_camera_is_unplugged() -> None:
    with closing(Scanner(make_camera=processes.camera_unplugged_soon)) as scanner:
        scanner.open_camera(0)
        for _ in range(2):
            frame = scanner.grab()
            assert frame.shape == (48, 64, 3) and frame.dtype == np.uint8
            assert frame[0, 0].tolist() == [10, 20, 30]
        with pytest.raises(CameraAbsent):
            scanner.grab()


def test_the_device_is_let_go_and_nothing_comes_from_a_closed_camera() -> None:
    with closing(Scanner(make_camera=processes.camera_unplugged_soon)) as scanner:
        scanner.open_camera(0)
        assert not scanner._camera.call(processes.released)
        scanner.close_camera()
        assert scanner._camera.call(processes.released)
        with pytest.raises(CameraAbsent):
            scanner.grab()


def test_closing_a_camera_that_never_opened_starts_nothing(scanner: Scanner) -> None:
    scanner.close_camera()
    assert multiprocessing.active_children() == []


def test_a_camera_whose_process_ends_is_told_and_can_be_opened_again() -> None:
    with closing(Scanner(make_camera=processes.camera_unplugged_soon)) as scanner:
        scanner.open_camera(0)
        with pytest.raises(Unavailable, match="The camera stopped"):
            scanner._camera.call(processes.die)
        scanner.close_camera()
        scanner.open_camera(0)
        assert scanner.grab().shape == (48, 64, 3)
