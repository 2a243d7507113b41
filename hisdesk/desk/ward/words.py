"""Beds, stays and requests in the words of the ward. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hisdesk.desk.kit.dates import MONTHS, age_years, show_age
from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.tokens import status
from hisdesk.desk.kit.words import clock
from hisdesk.hospital.admissions.queries import BedRow, RequestRow
from hisdesk.hospital.admissions.rules import day
from hisdesk.hospital.beds.rules import Hold, Status
from hisdesk.hospital.cleaning import rules as cleaning
from hisdesk.hospital.patients import names

ISOLATIONS = {
    "": "No isolation",
    "contact": "Contact isolation",
    "droplet": "Droplet isolation",
    "airborne": "Airborne isolation",
    "protective": "Protective isolation",
}
EQUIPMENT = {
    "oxygen": "Oxygen",
    "suction": "Suction",
    "monitor": "Monitor",
    "bariatric": "Bariatric bed",
    "air mattress": "Air mattress",
    "dialysis": "Dialysis",
}
DISCHARGED_TO = {
    "home": "Home",
    "other hospital": "Another hospital",
    "care facility": "A care facility",
    "against advice": "Against medical advice",
    "died": "Died",
}
ROOM_SEXES = {"none": "Mixed", "female": "Female", "male": "Male"}
STATES = {
    Status.UNOCCUPIED: "Free",
    Status.HOUSEKEEPING: "To be cleaned",
    Status.CONTAMINATED: "Contaminated: deep clean",
    Status.CLOSED: "Closed",
}
_TOKENS = {
    Status.UNOCCUPIED: "U unoccupied",
    Status.OCCUPIED: "O occupied",
    Status.HOUSEKEEPING: "H housekeeping",
    Status.CONTAMINATED: "K contaminated",
    Status.ISOLATED: "I isolated",
    Status.CLOSED: "C closed",
}
_LETTERS = {"female": "F", "male": "M"}


@dataclass(frozen=True)
class Line:
    """A line of a tile: its words and tone (a tone of the theme's text, or a status family)."""

    text: str
    tone: str = "secondary"


@dataclass(frozen=True)
class Tile:
    """What a tile says. `share` is how much of a clean has been done, None without one."""

    state: Shown
    name: str
    lines: tuple[Line, ...]
    left: Line
    right: Line
    flags: tuple[str, ...] = ()
    filled: bool = False
    share: float | None = None

    @property
    def spoken(self) -> str:
        """The tile for a screen reader."""
        said = (self.state.word, self.name, *(line.text for line in self.lines), self.left.text, self.right.text)
        return ", ".join(part for part in said if part)


def now() -> dt.datetime:
    """This moment, in the zone of this desk."""
    return dt.datetime.now().astimezone()


def short_name(family: str, given: str) -> str:
    """ "ELDERMERE, S." where a whole name has no room; "Baby of ELDERMERE" for a newborn."""
    if given.startswith(names.NEWBORN):
        return names.display(family, names.NEWBORN)
    initial = f"{given.strip()[0].upper()}." if given.strip() else ""
    return ", ".join(part for part in (names.upper(family.strip()), initial) if part)


def name(row: BedRow | RequestRow) -> str:
    """FAMILY, Given."""
    return names.display(row.family, row.given) or "Unidentified person"


def short_day(on: dt.date) -> str:
    """ "19-Mar"."""
    return f"{on.day:02}-{MONTHS[on.month - 1]}"


def age_sex(born: dt.date | None, sex: str, on: dt.date) -> str:
    """ "74y F"; what is not known is left out."""
    if born is None:
        age = "age not known"
    else:
        years = age_years(born, on)
        age = f"{years}y" if years >= 2 else show_age(born, on)
    return " ".join(part for part in (age, _LETTERS.get(sex, "")) if part)


def since(at: dt.datetime, moment: dt.datetime) -> str:
    """A wait: "24 min", "2 h", "3 d"."""
    minutes = max(0, int((moment - at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def is_here(row: BedRow) -> bool:
    """Whether somebody lies in the bed."""
    return row.status in (Status.OCCUPIED, Status.ISOLATED)


def leaves_today(row: BedRow, moment: dt.datetime) -> bool:
    """Whether the person is expected to go home today, or should have gone already."""
    if not is_here(row) or row.stay_id is None:
        return False
    planned = row.leaves_at.astimezone(moment.tzinfo).date() if row.leaves_at else row.expected_on
    return planned is not None and planned <= moment.date()


def left_to_do(row: BedRow) -> str:
    """What blocks a discharge, in one line."""
    todo = [f"{row.open_items} to do"] if row.open_items else []
    todo += ["newborn in the cot"] if row.cots else []
    return ", ".join(todo) or "Nothing blocks it"


def shown_state(row: BedRow) -> Shown:
    """Icon, word and colour of a bed."""
    if row.hold == Hold.RESERVED:
        return status("bed", "reserved")
    if row.hold == Hold.BLOCKED:
        return status("bed", "blocked")
    found = status("bed", _TOKENS[Status(row.status)])
    return Shown(found.family, found.icon, "Free") if row.status == Status.UNOCCUPIED else found


def tile(row: BedRow, moment: dt.datetime) -> Tile:
    """What the tile of this bed says now."""
    state = shown_state(row)
    if row.hold == Hold.RESERVED:
        return Tile(state, _whose(row), _person(row, moment), Line("Kept for this person"), Line(""), filled=True)
    if row.hold == Hold.BLOCKED:
        return Tile(state, "", (Line(row.hold_reason),), _whom(row), Line(""), filled=True)
    if row.status == Status.CLOSED:
        return Tile(state, "", (Line(row.hold_reason),), Line(""), Line(""), filled=True)
    if row.status == Status.UNOCCUPIED:
        lines = (Line(f"Ready since {clock(row.since)}"), *_equipment(row))
        return Tile(state, "", lines, _whom(row), Line(""), filled=True)
    if is_here(row):
        return _occupied(row, state, moment)
    return _dirty(row, state, moment)


def _whose(row: BedRow) -> str:
    return short_name(row.family, row.given) or "Another ward's patient"


def _person(row: BedRow, moment: dt.datetime) -> tuple[Line, ...]:
    if row.patient_id is None:
        return ()
    age = age_sex(row.born, row.sex, moment.date())
    stay = f"day {day(row.admitted_at, moment)}" if row.stay_id and row.admitted_at else ""
    return tuple(Line(text) for text in (" · ".join(p for p in (age, stay) if p), row.reason, row.doctor) if text)


def _occupied(row: BedRow, state: Shown, moment: dt.datetime) -> Tile:
    flags = (["ph.shield-warning"] if row.isolation else []) + (["ph.baby"] if row.cots else [])
    left = _news2(row, moment)
    if leaves_today(row, moment) and left.tone != "critical":
        blocked = bool(row.open_items or row.cots)
        left = Line(left_to_do(row) if blocked else "Ready", "attention" if blocked else "ok")
    return Tile(state, _whose(row), _person(row, moment), left, _home(row, moment), tuple(flags))


def _news2(row: BedRow, moment: dt.datetime) -> Line:
    """The score of a day at most: 5 or more, or 3 in one sign, calls for an urgent answer (RCP, NEWS2, 2017)."""
    if row.measured_at is None or moment - row.measured_at > dt.timedelta(hours=24):
        return Line("")
    if row.news2 is None:
        return Line("NEWS2 incomplete", "attention")
    return Line(f"NEWS2 {row.news2}", "critical" if row.news2 >= 5 or row.news2_single_3 else "secondary")


def _home(row: BedRow, moment: dt.datetime) -> Line:
    if row.leaves_at is not None and row.leaves_at.astimezone(moment.tzinfo).date() == moment.date():
        return Line(clock(row.leaves_at), "ok")
    if row.expected_on is None:
        return Line("open") if row.stay_id else Line("")
    return Line("today", "attention") if leaves_today(row, moment) else Line(short_day(row.expected_on))


def _dirty(row: BedRow, state: Shown, moment: dt.datetime) -> Tile:
    kind = (Line("Deep clean"),) if row.task_kind == "deep clean" else ()
    asked = (*kind, Line(f"Asked {clock(row.asked_at or row.since)}"))
    if row.task_id is None or row.asked_at is None or row.target_minutes is None:
        return Tile(state, "", asked, Line(""), Line(""), filled=True)
    task = _Clock(row.task_status, row.target_minutes, row.asked_at, row.started_at)
    if row.task_status == cleaning.Status.STARTED:
        share = cleaning.share_done(task, moment)
        late = "critical" if cleaning.is_late(task, moment) else "primary"
        lines = (Line(f"{row.cleaner}, {clock(row.started_at)}"),)
        return Tile(state, "", lines, Line(cleaning.clock(task, moment), late), Line(""), filled=True, share=share)
    who = {
        cleaning.Status.WAITING: "Nobody is free",
        cleaning.Status.OFFERED: f"Offered to {row.cleaner}",
        cleaning.Status.ACCEPTED: f"{row.cleaner} is coming",
    }[cleaning.Status(row.task_status)]
    tone = "critical" if cleaning.is_late(task, moment) else "secondary"
    return Tile(state, "", asked, Line(who, tone), Line(""), filled=True)


@dataclass(frozen=True)
class _Clock:
    status: str
    target_minutes: int
    asked_at: dt.datetime
    started_at: dt.datetime | None


def _whom(row: BedRow) -> Line:
    """Whom a bed is good for."""
    parts = ("" if row.room_sex == "none" else ROOM_SEXES[row.room_sex], "isolation" if row.room_isolation else "")
    text = " · ".join(part for part in parts if part)
    return Line(text[:1].upper() + text[1:])


def _equipment(row: BedRow) -> tuple[Line, ...]:
    """What stands at the bed, two things in a line."""
    pairs = [row.equipment[start : start + 2] for start in range(0, len(row.equipment), 2)]
    lines = [" · ".join(pair) for pair in pairs]
    return tuple(Line(text[:1].upper() + text[1:]) for text in lines)


def room_line(rows: list[BedRow]) -> str:
    """What stands beside a room's name: "Female, 4 beds"."""
    first = rows[0]
    sex = ROOM_SEXES[first.room_sex]
    beds = f"{len(rows)} bed{'s' if len(rows) != 1 else ''}"
    return ", ".join((sex, *(["isolation"] if first.room_isolation else []), beds))


def needs_line(row: RequestRow, moment: dt.datetime) -> str:
    """ "54y M · chest pain · oxygen"."""
    parts = (age_sex(row.born, row.sex, moment.date()), row.reason, *row.equipment, row.isolation)
    return " · ".join(part for part in parts if part)
