"""`hisdesk tour`: one person's way from the front desk to the ward, through the real windows, each step checked."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from hisdesk.desk.demo import (
    tour_administrator,
    tour_consultation,
    tour_door,
    tour_finding,
    tour_import,
    tour_orders,
    tour_pharmacy,
    tour_queue,
    tour_register,
    tour_trouble,
    tour_ward,
)
from hisdesk.desk.demo.tour_pictures import Pictures
from hisdesk.desk.demo.tour_player import GapMeter, Player
from hisdesk.desk.demo.tour_story import ChapterOver, Means, Outcome, Story
from hisdesk.desk.kit.theme import theme

CHAPTERS: tuple[Callable[[Story], None], ...] = (
    tour_door.demo_opens,
    tour_door.signing_in,
    tour_register.registering,
    tour_finding.finding,
    tour_finding.two_desks,
    tour_queue.queueing,
    tour_queue.consulting,
    tour_consultation.noting,
    tour_consultation.another_room,
    tour_consultation.prescribing,
    tour_consultation.asking_for_a_bed,
    tour_consultation.signing,
    tour_orders.ordering,
    tour_consultation.adding_to_the_note,
    tour_pharmacy.dispensing,
    tour_pharmacy.history_and_stock,
    tour_ward.admitting,
    tour_ward.vital_signs,
    tour_ward.changing_beds,
    tour_ward.leaving,
    tour_administrator.a_new_account,
    tour_administrator.a_permission_taken,
    tour_administrator.the_audit,
    tour_import.importing,
    tour_trouble.help_and_lock,
    tour_trouble.broker_away,
    tour_trouble.database_away,
)


def play(
    means: Means,
    folder: Path,
    say: Callable[[str], None],
    *,
    pictures: Pictures | None = None,
    meter: GapMeter | None = None,
    chapters: Sequence[Callable[[Story], None]] = CHAPTERS,
) -> Story:
    """Plays the chapters in order; a chapter ends at its first failed step. `folder` is for files of the story."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("make the application first")
    theme().apply(app, "light")
    keep_open, before = app.quitOnLastWindowClosed(), theme().reduced_motion
    app.setQuitOnLastWindowClosed(False)
    story = Story(Player(meter), means, say, pictures)
    story.folder = folder
    story.witness.start()
    if meter is not None:
        meter.start()
    try:
        for chapter in chapters:
            try:
                chapter(story)
            except ChapterOver:
                if story.hospital is None:
                    break
    finally:
        if meter is not None:
            meter.stop()
        story.close()
        story.witness.stop()
        app.setQuitOnLastWindowClosed(keep_open)
        theme().reduced_motion = before
    return story


def run(pictures: Path, means: Callable[[Path], Means], say: Callable[[str], None]) -> int:
    """Plays everything in a hospital of its own, which is removed at the end. 0 when every step went as told."""
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="hisdesk-tour-"))
    home.chmod(0o711)  # where root runs it, the database belongs to another system user
    taken = Pictures(pictures)
    try:
        story = play(means(home / "hospital"), home, say, pictures=taken)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for line in summary(story.outcomes, story.known.figures, time.monotonic() - began):
        say(line)
    say(f"{len(taken.taken)} pictures in {pictures}")
    return 1 if any(each.problem for each in story.outcomes) else 0


def summary(outcomes: Sequence[Outcome], figures: dict[str, float], seconds: float) -> list[str]:
    """How it went, in a few lines."""
    failed = [each for each in outcomes if each.problem]
    lines = ["", f"{len(outcomes)} steps in {seconds:.0f} s, {len(failed)} failed"]
    lines += [f"  {each.chapter}: {each.what}\n    {each.problem}" for each in failed]
    lines += [f"  {name}: {value:.0f}" for name, value in figures.items()]
    return lines
