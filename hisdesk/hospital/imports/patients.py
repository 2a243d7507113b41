"""Taking over another system's patient list at the server, under the `deploy` credential. First form: Synthea's CSV.

Everything usable is imported in one transaction, so that nothing is ever half imported; every line that is not is
reported and skipped. A second run of the same file imports nothing again: Synthea's Id becomes the person's key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.access.cipher import FieldCipher
from hisdesk.db.database import Database
from hisdesk.hospital.imports import actions, queries, synthea
from hisdesk.hospital.imports.synthea import Problem, Row
from hisdesk.hospital.patients.rules import FIELDS
from hisdesk.hospital.patients.tables import patient, patient_identifier, patient_name

BATCH = 1000
MOST_PROBLEMS = 1000

PERSON = ("id", "mrn", *FIELDS, "deceased_on")
NAME = ("id", "patient_id", "use", "family_name", "given_names", "from_at", "version")
NUMBER = ("id", "patient_id", "kind", "number_enc", "number_index", "issuing_state", "recorded_at", "version")

Say = Callable[[str], None]


@dataclass(frozen=True)
class ImportReport:
    """What became of a file. `problems` holds the first thousand of `skipped` lines."""

    file: str
    sha256: str
    imported: int = 0
    already: int = 0
    skipped: int = 0
    former_names: int = 0
    numbers: int = 0
    numbers_left_out: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def read(self) -> int:
        return self.imported + self.already + self.skipped

    @property
    def complete(self) -> bool:
        """Whether every line of the file is now in the database."""
        return self.skipped == 0

    def lines(self) -> list[str]:
        """The report for a person."""
        said = [
            f"{self.file}: {self.read:,} people read, {self.imported:,} imported, {self.already:,} were here already, "
            f"{self.skipped:,} lines skipped.",
            "Digits behind names (Aaron697) were left away; maiden names were kept as former names "
            f"({self.former_names:,}).",
            f"Not imported: {', '.join(synthea.NOT_USED)}.",
        ]
        if self.numbers:
            said.append(f"{self.numbers:,} document numbers were stored encrypted.")
        if self.numbers_left_out:
            said.append(f"{self.numbers_left_out:,} document numbers were left out, because no key was given.")
        said += [str(problem) for problem in self.problems]
        if self.skipped > len(self.problems):
            said.append(f"… and {self.skipped - len(self.problems):,} more lines.")
        return said


def import_patients(
    deploy: Database, path: Path | str, *, say: Say = lambda text: None, cipher: FieldCipher | None = None
) -> ImportReport:
    """Imports a Synthea `patients.csv` or `.csv.gz`. `say` hears of the progress.

    Without a `cipher` document numbers are left out. Raises Invalid for a file that cannot be used at all, and
    Unavailable; nothing is imported then.
    """
    path = Path(path)
    lines = synthea.read(path, dt.date.today())  # noqa: DTZ011 (the server's own calendar day)
    with deploy.transaction() as tx:
        actions.begin(tx)
        report = ImportReport(path.name, "")
        while part := list(islice(lines, BATCH)):
            report = _take(tx, part, report, cipher)
            say(f"{report.read:,} lines read, {report.imported:,} people imported")
        report = replace(report, sha256=synthea.sha256(path))
        actions.note(tx, patient, {name: value for name, value in asdict(report).items() if name != "problems"})
        if report.imported:
            actions.recount_words(tx)
    return report


def _take(
    tx: sa.Connection, part: Iterable[Row | Problem], report: ImportReport, cipher: FieldCipher | None
) -> ImportReport:
    """One batch of lines: the new people stored, the rest counted."""
    problems = [each for each in part if isinstance(each, Problem)]
    rows = [each for each in part if isinstance(each, Row)]
    here = queries.known(tx, [row.id for row in rows])
    doubles = _doubles(tx, [row for row in rows if row.id not in here])
    problems += doubles
    doubled = {problem.line for problem in doubles}
    new = [row for row in rows if row.id not in here and row.line not in doubled]
    numbers = _store(tx, new, cipher) if new else 0
    return replace(
        report,
        imported=report.imported + len(new),
        already=report.already + sum(row.id in here for row in rows),
        skipped=report.skipped + len(problems),
        former_names=report.former_names + sum(bool(row.maiden) for row in new),
        numbers=report.numbers + numbers,
        numbers_left_out=report.numbers_left_out + (0 if cipher else sum(len(row.identifiers) for row in new)),
        problems=tuple(sorted((*report.problems, *problems), key=lambda p: p.line))[:MOST_PROBLEMS],
    )


def _doubles(tx: sa.Connection, rows: list[Row]) -> list[Problem]:
    """People registered here under another key."""
    found = queries.alike(
        tx,
        [
            queries.Candidate(r.line, r.person.family_name, r.person.given_names, r.person.birth_date, r.person.sex)
            for r in rows
        ],
    )
    return [Problem(line, f"is registered already, with the MRN {mrn}") for line, mrn in sorted(found.items())]


def _store(tx: sa.Connection, rows: list[Row], cipher: FieldCipher | None) -> int:
    actions.load(tx, patient, PERSON, _people(rows, actions.next_mrns(tx, len(rows))))
    actions.load(tx, patient_name, NAME, _names(rows))
    numbers = list(_numbers(rows, cipher)) if cipher else []
    actions.load(tx, patient_identifier, NUMBER, numbers)
    return len(numbers)


def _people(rows: list[Row], mrns: Iterable[str]) -> Iterator[dict[str, Any]]:
    for row, mrn in zip(rows, mrns, strict=True):
        yield {"id": row.id, "mrn": mrn, **asdict(row.person), "deceased_on": row.died_on}


def _names(rows: list[Row]) -> Iterator[dict[str, Any]]:
    now = dt.datetime.now(dt.UTC)
    for row in rows:
        name = {"patient_id": row.id, "given_names": row.person.given_names, "from_at": now, "version": 1}
        yield {"id": new_id(), "use": "official", "family_name": row.person.family_name, **name}
        if row.maiden:
            yield {"id": new_id(), "use": "former", "family_name": row.maiden, **name}


def _numbers(rows: list[Row], cipher: FieldCipher) -> Iterator[dict[str, Any]]:
    now = dt.datetime.now(dt.UTC)
    for row in rows:
        for new in row.identifiers:
            row_id = new_id()
            sealed = cipher.encrypt_text("patient_identifier", "number_enc", row_id, new.number)
            yield {
                "id": row_id,
                "patient_id": row.id,
                "kind": new.kind,
                "number_enc": "\\x" + sealed.hex(),
                "number_index": "\\x" + cipher.number_index(new.number).hex(),
                "issuing_state": new.issuing_state,
                "recorded_at": now,
                "version": 1,
            }
