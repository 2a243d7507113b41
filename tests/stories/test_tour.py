"""One person's way through the hospital, from card to clean bed, as `make tour` plays it, without pictures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hisdesk.app import application, tour_means
from hisdesk.desk.demo import tour
from hisdesk.desk.demo.tour_story import Story
from tests.helpers.servers import open_folder

PEOPLE = 60
STEPS_AT_LEAST = 70


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the database's own system user may pass through."""
    folder = open_folder("hisdesk-story-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(400)
def test_the_whole_story_goes_as_told(home: Path) -> None:
    application()
    said: list[str] = []
    story = tour.play(tour_means(home / "hospital", PEOPLE), home, said.append)
    failed = [f"{each.what}: {each.problem}" for each in story.outcomes if each.problem]
    assert not failed, "\n".join([*failed, "", *said])
    assert len(story.outcomes) >= STEPS_AT_LEAST, "steps were left out"


def test_a_step_that_does_not_hold_fails_its_chapter_and_the_tour(home: Path) -> None:
    application()
    after: list[str] = []

    def wrong(story: Story) -> None:
        story.begin_chapter("A chapter")
        with story.step("what is not so"):
            story.check(False, "it is not so")
        after.append("the rest of the chapter")

    story = tour.play(tour_means(home / "hospital", PEOPLE), home, lambda _line: None, chapters=[wrong])
    assert [each.problem for each in story.outcomes] == ["it is not so"]
    assert after == []
