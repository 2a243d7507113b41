"""Beds in the words of the wall: short, without names or diagnoses. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hisdesk.desk.boards.beds_state import BedTile, Words
from hisdesk.desk.kit.dates import MONTHS
from hisdesk.desk.kit.tokens import Status as Shown
from hisdesk.desk.kit.tokens import status
from hisdesk.desk.kit.words import clock
from hisdesk.hospital.beds.queries import BoardBed
from hisdesk.hospital.beds.rules import TAKEN, Hold, Status
from hisdesk.hospital.cleaning.rules import Status as Cleaning

SEXES = {"none": "", "female": "Female", "male": "Male"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TOKENS = {
    Status.UNOCCUPIED: ("U unoccupied", "Free"),
    Status.OCCUPIED: ("O occupied", "Occupied"),
    Status.HOUSEKEEPING: ("H housekeeping", "Cleaning"),
    Status.CONTAMINATED: ("K contaminated", "Contaminated"),
    Status.ISOLATED: ("I isolated", "Isolated"),
    Status.CLOSED: ("C closed", "Closed"),
}
_FILLED = ("ph.bed", "ph.shield-warning", "ph.lock", "ph.bookmark-simple")
"""Drawn filled here, because they are seen from afar."""
_LINE = 16
"""So many letters of a line have room in a tile."""
_BRUSH = "ph.paint-brush-household"


def figures(beds: Sequence[BoardBed], waiting: int, now: dt.datetime) -> tuple[tuple[int, str], ...]:
    """The counts of a ward."""
    free = sum(bed.status == Status.UNOCCUPIED and bed.hold == Hold.NONE for bed in beds)
    cleaning = sum(bed.status in (Status.HOUSEKEEPING, Status.CONTAMINATED) for bed in beds)
    home = sum(leaves_today(bed, now) for bed in beds)
    return (free, "free"), (cleaning, "cleaning"), (home, "home today"), (waiting, "waiting")


def tile(bed: BoardBed, now: dt.datetime, *, age: str = "", stale: bool = False) -> BedTile:
    """What the tile of this bed says; `age` and `stale` as in `BedTile`."""
    lines, beside = _lines(bed, now)
    return BedTile(bed.label, shown_state(bed), bed.initials, lines, beside, age, stale)


def shown_state(bed: BoardBed) -> Shown:
    """Icon, word and colour."""
    name, word = (bed.hold, bed.hold.capitalize()) if bed.hold != Hold.NONE else _TOKENS[Status(bed.status)]
    found = status("bed", name)
    return Shown(found.family, f"{found.icon}-fill" if found.icon in _FILLED else found.icon, word)


def leaves_today(bed: BoardBed, now: dt.datetime) -> bool:
    """Whether the person is expected to go home today, or should have gone already."""
    if bed.status not in TAKEN:
        return False
    planned = bed.leaves_at.astimezone(now.tzinfo).date() if bed.leaves_at else bed.expected_on
    return planned is not None and planned <= now.date()


def _lines(bed: BoardBed, now: dt.datetime) -> tuple[tuple[Words, ...], Words | None]:
    if bed.hold == Hold.BLOCKED or bed.status == Status.CLOSED:
        return (Words(bed.hold_reason, tone="muted"),), None
    if bed.status in TAKEN:
        going = _home(bed, now)
        if bed.isolation:
            return (Words(bed.isolation.capitalize()),), going
        return ((going,) if going else ()), None
    if bed.status == Status.UNOCCUPIED:
        if bed.hold == Hold.RESERVED:
            return ((Words(f"Since {clock(bed.reserved_at)}"),) if bed.reserved_at else ()), None
        return _suits(bed), None
    made_ready = _cleaning(bed, now)
    if bed.hold == Hold.RESERVED:  # the word says "reserved", so the picture says what is still being done
        made_ready = Words(made_ready.text, _BRUSH, made_ready.tone)
    return (made_ready,), None


def _home(bed: BoardBed, now: dt.datetime) -> Words | None:
    """When the person goes home: at what time, on which day, or that it should be today."""
    at = bed.leaves_at.astimezone(now.tzinfo) if bed.leaves_at else None
    if at is not None and at.date() == now.date():
        return Words(f"{at:%H:%M}", "ph.house-line", "ok" if at >= now else "attention")
    on = at.date() if at is not None else bed.expected_on
    if on is None:
        return None
    if on <= now.date():
        return Words("Today", "ph.house-line", "attention")
    near = (on - now.date()).days < 7
    return Words(_DAYS[on.weekday()] if near else f"{on.day:02}-{MONTHS[on.month - 1]}", "ph.house-line")


def _suits(bed: BoardBed) -> tuple[Words, ...]:
    """Whom a free bed suits and what stands at it, in two lines at most."""
    parts = [part for part in (SEXES[bed.sex], *bed.equipment) if part]
    lines: list[str] = []
    for number, part in enumerate(parts):
        rest = len(parts) - number - 1
        if lines and len(f"{lines[-1]}, {part}") <= _LINE - (3 if rest and len(lines) == 2 else 0):
            lines[-1] += f", {part}"
        elif len(lines) < 2:
            lines.append(part)
        else:
            lines[-1] += f" +{rest + 1}"
            break
    if lines:
        lines[0] = lines[0][:1].upper() + lines[0][1:]
    return tuple(Words(line) for line in lines)


def _cleaning(bed: BoardBed, now: dt.datetime) -> Words:
    """How far the clean is; before it is begun, who sees to it, or how long the bed has been like that."""
    if bed.cleaning == Cleaning.STARTED and bed.cleaning_started_at and bed.cleaning_minutes:
        done = _minutes(bed.cleaning_started_at, now)
        late = done > bed.cleaning_minutes
        return Words(f"{done} of {bed.cleaning_minutes} min", tone="critical" if late else "primary")
    if bed.cleaning == Cleaning.ACCEPTED:
        return Words("On the way")
    if bed.cleaning:
        return Words("Waiting")
    minutes = _minutes(bed.since, now)
    return Words(f"{minutes} min" if minutes < 60 else f"{minutes // 60} h")


def _minutes(since: dt.datetime, now: dt.datetime) -> int:
    return max(0, int((now - since).total_seconds() // 60))


def old_beds(labels: Sequence[str], everything: int, oldest: str) -> str:
    """The sentence at the foot: "5A, 5B: no news for 4 min, shown grey"."""
    if not labels:
        return f"No news for {oldest}"
    if len(labels) == everything:
        who = "All beds" if everything > 1 else labels[0]
    else:
        who = ", ".join(labels) if len(labels) <= 4 else f"{len(labels)} beds"
    return f"{who}: no news for {oldest}, shown grey"
