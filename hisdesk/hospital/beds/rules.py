"""States of a bed, and which bed fits whom. Pure. States are those of HL7 version 2.x, table 0116 (Bed Status)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from hisdesk.errors import Conflict, Invalid


class Status(StrEnum):
    """HL7 table 0116. "Isolated" is occupied by somebody in isolation, "contaminated" what they leave."""

    CLOSED = "C"
    HOUSEKEEPING = "H"
    ISOLATED = "I"
    CONTAMINATED = "K"
    OCCUPIED = "O"
    UNOCCUPIED = "U"


class Hold(StrEnum):
    """What keeps a bed from being given, apart from its state."""

    NONE = ""
    RESERVED = "reserved"
    BLOCKED = "blocked"


SEXES = ("none", "female", "male")
EQUIPMENT = ("oxygen", "suction", "monitor", "bariatric", "air mattress", "dialysis")
ISOLATIONS = ("", "contact", "droplet", "airborne", "protective")
REASON_LENGTH = 120

# what a person may set; occupied and isolated follow the stays
NEXT: dict[Status, frozenset[Status]] = {
    Status.UNOCCUPIED: frozenset({Status.HOUSEKEEPING, Status.CONTAMINATED, Status.CLOSED}),
    Status.HOUSEKEEPING: frozenset({Status.UNOCCUPIED, Status.CONTAMINATED, Status.CLOSED}),
    Status.CONTAMINATED: frozenset({Status.UNOCCUPIED, Status.HOUSEKEEPING, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.UNOCCUPIED, Status.HOUSEKEEPING}),
    Status.OCCUPIED: frozenset(),
    Status.ISOLATED: frozenset(),
}
TAKEN = (Status.OCCUPIED, Status.ISOLATED)
_IS = {
    Status.CLOSED: "closed",
    Status.HOUSEKEEPING: "being made ready",
    Status.CONTAMINATED: "contaminated",
    Status.OCCUPIED: "occupied",
    Status.ISOLATED: "occupied",
    Status.UNOCCUPIED: "free",
}


class Place(Protocol):
    """What the choice of a bed looks at. `sex`, `isolation` and `distance_m` (from the nurses) are the room's."""

    @property
    def bed_id(self) -> UUID: ...
    @property
    def label(self) -> str: ...
    @property
    def department_id(self) -> UUID: ...
    @property
    def room_sex(self) -> str: ...
    @property
    def room_isolation(self) -> bool: ...
    @property
    def distance_m(self) -> int: ...
    @property
    def equipment(self) -> Sequence[str]: ...
    @property
    def status(self) -> str: ...
    @property
    def hold(self) -> str: ...


@dataclass(frozen=True)
class Needs:
    """Who needs a bed: `sex` as in the record, `department_id` the wanted ward."""

    sex: str
    department_id: UUID
    isolation: str = ""
    equipment: tuple[str, ...] = ()
    urgency: str = "normal"


@dataclass(frozen=True)
class Fit:
    """Whether a bed fits and why: `reasons` speak for it, `problems` against it (none: it fits)."""

    bed_id: UUID
    label: str
    problems: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the bed may be given."""
        return not self.problems

    @property
    def words(self) -> str:
        """ "2D: male room, oxygen" or "1D: female room"."""
        return f"{self.label}: {', '.join(self.problems or self.reasons)}"


def may_become(status: str, wanted: str) -> bool:
    """Whether a person may set this state; buttons and actions ask this alike."""
    return Status(wanted) in NEXT[Status(status)]


def is_free(place: Place) -> bool:
    """Whether somebody can be put there now."""
    return place.status == Status.UNOCCUPIED and place.hold == Hold.NONE


def unsuitable(place: Place, needs: Needs) -> tuple[str, ...]:
    """What the bed lacks for this person, whether or not it is free: the room's sex, isolation, equipment."""
    problems = []
    if place.room_sex != "none" and place.room_sex != needs.sex:
        problems.append(f"{place.room_sex} room")
    if needs.isolation and not place.room_isolation:
        problems.append("no isolation")
    problems += [f"no {item}" for item in needs.equipment if item not in place.equipment]
    return tuple(problems)


def fit(place: Place, needs: Needs) -> Fit:
    """One bed against one person's needs."""
    problems: tuple[str, ...]
    if place.hold == Hold.BLOCKED:
        problems = ("blocked",)
    elif place.hold == Hold.RESERVED:
        problems = ("reserved",)
    elif place.status != Status.UNOCCUPIED:
        problems = (_IS[Status(place.status)],)
    else:
        problems = unsuitable(place, needs)
    return Fit(place.bed_id, place.label, problems, () if problems else _reasons(place, needs))


def _reasons(place: Place, needs: Needs) -> tuple[str, ...]:
    reasons = []
    if place.room_sex != "none":
        reasons.append(f"{place.room_sex} room")
    if needs.isolation:
        reasons.append("isolation room")
    reasons += list(needs.equipment)
    if place.department_id != needs.department_id:
        reasons.append("another ward")
    if needs.urgency != "normal" and place.distance_m:
        reasons.append(f"{place.distance_m} m from the nurses")
    return tuple(reasons) or ("nothing special needed",)


def ranked(places: Iterable[Place], needs: Needs) -> list[Fit]:
    """Beds that fit, best first, then the others by label.

    First the wanted ward; then beds whose room and equipment are not kept from somebody who needs them; then, nearer
    to the nurses for who is urgent, farther for who is not.
    """

    def order(place: Place) -> tuple[object, ...]:
        near = place.distance_m if needs.urgency != "normal" else -place.distance_m
        return (
            place.department_id != needs.department_id,
            place.room_isolation and not needs.isolation,
            len(set(place.equipment) - set(needs.equipment)),
            near,
            natural(place.label),
        )

    judged = [(fit(place, needs), place) for place in places]
    good = sorted((each for each in judged if each[0].fits), key=lambda each: order(each[1]))
    bad = sorted((each for each in judged if not each[0].fits), key=lambda each: natural(each[0].label))
    return [each[0] for each in (*good, *bad)]


def summary(fits: Sequence[Fit], most: int = 2) -> str:
    """ "Fits 2D, 3A. Not 1D: female room. Not 3C: closed." Beds where somebody lies are not worth a word."""
    good = [each.label for each in fits if each.fits]
    free = [each for each in fits if not each.fits and each.problems[0] not in ("occupied", "reserved")]
    first = f"Fits {', '.join(good[:3])}." if good else "No free bed fits."
    return " ".join([first, *(f"Not {each.words}." for each in free[:most])])


def natural(label: str) -> tuple[int, str]:
    """ "2B" before "10A"."""
    digits = "".join(c for c in label if c.isdigit())
    return (int(digits) if digits else 0, label)


def checked_equipment(equipment: Collection[str], at: str = "equipment") -> list[str]:
    """In the order of the list; raises Invalid for what is not in it."""
    unknown = [item for item in equipment if item not in EQUIPMENT]
    if unknown:
        raise Invalid({at: f"Not a known piece of equipment: {unknown[0]}."})
    return [item for item in EQUIPMENT if item in equipment]


def require(status: str, wanted: str) -> None:
    """Raises Conflict when a person may not set this state."""
    if not may_become(status, wanted):
        raise Conflict(f"This bed is {_IS[Status(status)]}; it can't be {_IS[Status(wanted)]} now.", {"status": status})
