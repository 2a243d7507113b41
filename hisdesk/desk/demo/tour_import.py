"""Chapter 7: an old system's patient list is imported, and the desk finds those people."""

from __future__ import annotations

import csv
import subprocess
import sys
import uuid
from pathlib import Path

from hisdesk.desk.demo.tour_door import FRONT_1
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.imports.synthea import COLUMNS

GIVEN = ("Alcira", "Berthold", "Corisande", "Dagobert", "Eudora", "Fridolin", "Griselda", "Hannibal")
FAMILY = "Quillfeather"
COUNT = 240


def importing(story: Story) -> None:
    """Chapter 7."""
    story.begin_chapter("7 An old patient list")
    player = story.player
    file = patients_csv(story.folder / "patients.csv")
    with story.step(f"`hisdesk admin import-patients` takes a file of {COUNT} people with Synthea's 25 columns"):
        said = story.aside(lambda: _run(file, story.running().home / "server"), "the import", 120)
        story.check(said.returncode == 0, f"it ended with {said.returncode}: {said.stderr or said.stdout}")
        story.check(str(COUNT) in said.stdout, f"it says {said.stdout!r}")
    with story.step("The desk finds them"):
        window = story.go(FRONT_1)
        search = window.home.search
        player.press("Ctrl+K")
        player.type(f"{FAMILY} {GIVEN[2]}")
        player.wait(lambda: player.row(search.list, f"{FAMILY.upper()}, {GIVEN[2]}"), "one of those people")
        story.picture("33-imported-found", window)
        player.press("Escape")


def _run(file: Path, server: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 (our own program, our own file)
        [sys.executable, "-m", "hisdesk", "admin", "--server", str(server), "import-patients", str(file)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=110,
    )


def patients_csv(file: Path, count: int = COUNT) -> Path:
    """A made-up patients.csv as Synthea writes it; always the same people."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_person(number) for number in range(count))
    return file


def _person(number: int) -> dict[str, str]:
    family = FAMILY if number < len(GIVEN) else f"{FAMILY[: 4 + number % 5]}mere{number}"
    values = {
        "Id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"hisdesk tour {number}")),
        "BIRTHDATE": f"{1930 + number % 80}-{1 + number % 12:02}-{1 + number % 28:02}",
        "SSN": f"999-{10 + number % 90}-{1000 + number}",
        "DRIVERS": f"S99{number:06}" if number % 2 else "",
        "PREFIX": "Mrs." if number % 2 else "Mr.",
        "FIRST": GIVEN[number % len(GIVEN)],
        "LAST": family,
        "MAIDEN": "Plumtree" if number % 6 == 1 else "",
        "RACE": "white",
        "ETHNICITY": "nonhispanic",
        "GENDER": "F" if number % 2 else "M",
        "BIRTHPLACE": "Lowmere  Marrowdale  US",
        "ADDRESS": f"{number + 1} Ferry Lane",
        "CITY": "Lowmere",
        "STATE": "Marrowdale",
        "COUNTY": "Marrow County",
        "ZIP": f"{20000 + number}",
        "LAT": "36.419",
        "LON": "-119.411",
        "HEALTHCARE_EXPENSES": "1024.50",
        "HEALTHCARE_COVERAGE": "512.25",
    }
    return {column: values.get(column, "") for column in COLUMNS}
