"""A patient list in Synthea's form (patients.csv, 25 columns): what each line says, or why it cannot be used. Pure.

Synthea writes digits behind names to mark them as made up ("Aaron697"); they are left away, or nobody would be found.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from uuid import UUID

from hisdesk.errors import Invalid
from hisdesk.hospital.patients import rules

COLUMNS = (
    "Id", "BIRTHDATE", "DEATHDATE", "SSN", "DRIVERS", "PASSPORT", "PREFIX", "FIRST", "LAST", "SUFFIX", "MAIDEN",
    "MARITAL", "RACE", "ETHNICITY", "GENDER", "BIRTHPLACE", "ADDRESS", "CITY", "STATE", "COUNTY", "ZIP", "LAT", "LON",
    "HEALTHCARE_EXPENSES", "HEALTHCARE_COVERAGE",
)  # fmt: skip
NOT_USED = ("SUFFIX", "MARITAL", "BIRTHPLACE", "COUNTY", "LAT", "LON", "HEALTHCARE_EXPENSES", "HEALTHCARE_COVERAGE")

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})")
_SEXES = {"M": "male", "F": "female", "": "unknown"}
_MADE_UP = re.compile(r"(?<=\D)\d+(?=\s|$)")


@dataclass(frozen=True)
class Problem:
    """Why a line was skipped. `line` counts from 1, the heading is line 1."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}"


@dataclass(frozen=True)
class Row:
    """One usable line."""

    line: int
    id: UUID
    person: rules.Person
    died_on: dt.date | None
    maiden: str
    identifiers: tuple[rules.NewIdentifier, ...]


def sha256(path: Path) -> str:
    """The file's own hash, for the audit."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def read(path: Path, today: dt.date) -> Iterator[Row | Problem]:
    """Each line of a .csv or .csv.gz file as a row or a problem. Raises Invalid for an unusable file."""
    try:
        with _open(path) as file:
            yield from _lines(file, today)
    except FileNotFoundError as error:
        raise Invalid({"file": f"There is no file {path}."}, f"There is no file {path}.") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _unusable("The file is damaged: it cannot be unpacked. Fetch it again; nothing was imported.") from error
    except OSError as error:
        raise _unusable(f"The file cannot be read: {error.strerror}.") from error


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unusable("The file is encoded in UTF-16. Save it as “CSV UTF-8” and try again; nothing was imported.")
    if beginning.startswith(b"PK"):
        raise _unusable(
            "This is a spreadsheet or zip file. Save it as “CSV UTF-8” and try again; nothing was imported."
        )
    packed = beginning.startswith(b"\x1f\x8b")
    return cast(IO[bytes], gzip.open(path, "rb")) if packed else path.open("rb")


def _lines(file: IO[bytes], today: dt.date) -> Iterator[Row | Problem]:
    # bytes that are not UTF-8 become lone surrogates, so that one bad line is one problem and not the end
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text)
    try:
        heading = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error) as error:
        raise _unusable("The file is empty or no CSV file; nothing was imported.") from error
    missing = [name for name in COLUMNS if name not in heading]
    if missing:
        raise _unusable(f"The heading lacks {', '.join(missing)}; nothing was imported.")
    ids: dict[UUID, int] = {}
    people: dict[tuple[str, str, dt.date | None, str], int] = {}
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(line, f"cannot be read as CSV ({error})")
            continue
        if fields:
            yield _known(_row(line, heading, fields, today), ids, people)


def _known(
    found: Row | Problem, ids: dict[UUID, int], people: dict[tuple[str, str, dt.date | None, str], int]
) -> Row | Problem:
    """The row, or a problem when the file has the same person before."""
    if isinstance(found, Problem):
        return found
    person = found.person
    same = (person.family_name.casefold(), person.given_names.casefold(), person.birth_date, person.sex)
    if found.id in ids:
        return Problem(found.line, f"the same Id as line {ids[found.id]}")
    ids[found.id] = found.line
    if same in people:
        return Problem(found.line, f"the same name, birth date and sex as line {people[same]}")
    people[same] = found.line
    return found


def _row(line: int, heading: list[str], fields: list[str], today: dt.date) -> Row | Problem:
    if any("\udc80" <= c <= "\udcff" for field in fields for c in field):
        return Problem(line, "is not encoded in UTF-8. Save the file as “CSV UTF-8”")
    if len(fields) != len(heading):
        return Problem(line, f"has {len(fields)} fields, the heading has {len(heading)}")
    value = dict(zip(heading, (field.strip() for field in fields), strict=True))
    try:
        return _checked(line, value, today)
    except Invalid as error:
        return Problem(line, "; ".join(f"{name}: {text}" for name, text in error.fields.items()))


def _checked(line: int, value: dict[str, str], today: dt.date) -> Row:
    try:
        key = UUID(value["Id"])
    except ValueError as error:
        raise Invalid({"Id": f"“{value['Id'][:40]}” is no UUID"}) from error
    born = date(value["BIRTHDATE"], "BIRTHDATE")
    if born is None:
        raise Invalid({"BIRTHDATE": "is missing"})
    died = date(value["DEATHDATE"], "DEATHDATE")
    if died is not None and not born <= died <= today:
        raise Invalid({"DEATHDATE": "is before the birth date or in the future"})
    person = rules.checked(
        rules.Person(
            family_name=without_digits(value["LAST"]),
            given_names=without_digits(value["FIRST"]),
            title=value["PREFIX"],
            birth_date=born,
            sex=_SEXES.get(value["GENDER"].upper(), "other"),
            ethnicity=", ".join(part for part in (value["RACE"], value["ETHNICITY"]) if part),
            street=value["ADDRESS"],
            city=value["CITY"],
            region=value["STATE"],
            postcode=value["ZIP"],
        ),
        today,
    )
    return Row(line, key, person, died, rules.clean_text(without_digits(value["MAIDEN"]))[:200], _identifiers(value))


def _identifiers(value: dict[str, str]) -> tuple[rules.NewIdentifier, ...]:
    found = []
    if value["PASSPORT"]:
        found.append(rules.NewIdentifier("passport", value["PASSPORT"]))
    if value["DRIVERS"]:
        found.append(rules.NewIdentifier("driving_licence", value["DRIVERS"], value["STATE"]))
    if value["SSN"]:
        found.append(rules.NewIdentifier("other", value["SSN"], "US social security"))
    return tuple(rules.checked_identifier(new) for new in found)


def date(text: str, column: str) -> dt.date | None:
    """An ISO date; None for an empty one. A date that can be read two ways is never guessed. Raises Invalid."""
    if not text:
        return None
    if _ISO.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError as error:
            raise Invalid({column: f"{text} is no day of the calendar"}) from error
    parts = _SLASHED.fullmatch(text)
    if parts and int(parts[1]) <= 12 and int(parts[2]) <= 12:
        raise Invalid({column: f"{text} can be read two ways; write year-month-day, like 1981-04-03"})
    raise Invalid({column: f"“{text[:20]}” is no date in the form year-month-day, like 1981-04-03"})


def without_digits(name: str) -> str:
    """A name without the digits that Synthea writes behind its words: "Jorge Luis88" → "Jorge Luis"."""
    return _MADE_UP.sub("", name).strip()


def _unusable(sentence: str) -> Invalid:
    return Invalid({"file": sentence}, sentence)
