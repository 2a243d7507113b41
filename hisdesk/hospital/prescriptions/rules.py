"""Lines of a prescription: how often, how much, in which words, and what may become of them. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from hisdesk.errors import Invalid

DOSE_UNITS = (
    *("mg", "g", "microgram", "unit", "mmol", "mL", "tablet", "capsule", "puff", "drop", "spray", "suppository"),
    *("patch", "sachet", "lozenge", "pessary", "ampoule", "vial", "enema", "application"),
)
ROUTES = (
    *("oral", "sublingual", "buccal", "intravenous", "intramuscular", "subcutaneous", "inhalation", "nasal"),
    *("ophthalmic", "otic", "topical", "transdermal", "rectal", "vaginal"),
)
FREQUENCIES = ("once", "times a day", "every hours", "times a week")
MOST_LINES = 50
MOST_DAYS = 365

REASONS = {
    "benefit outweighs risk": "The benefit outweighs the risk",
    "tolerated before": "Tolerated before without a reaction",
    "no alternative": "No suitable alternative",
    "allergy doubtful": "The recorded allergy is doubtful",
    "monitored": "Will be monitored",
    "intended": "The combination is intended",
}
"""Why a stop was overridden: the stored code, and what people read."""
ACKNOWLEDGED = "acknowledged"


class Status(StrEnum):
    """Of a prescription and of each line; a prescription's follows its lines'."""

    ISSUED = "issued"
    PARTLY_DISPENSED = "partly dispensed"
    DISPENSED = "dispensed"
    CANCELLED = "cancelled"


OPEN = (Status.ISSUED, Status.PARTLY_DISPENSED)
_MAY_BECOME = {
    Status.ISSUED: {Status.PARTLY_DISPENSED, Status.DISPENSED, Status.CANCELLED},
    Status.PARTLY_DISPENSED: {Status.ISSUED, Status.DISPENSED, Status.CANCELLED},  # back to issued: a reversal
    Status.DISPENSED: {Status.ISSUED, Status.PARTLY_DISPENSED},
    Status.CANCELLED: set(),
}


def may_become(status: str, wanted: str) -> bool:
    """Whether a line may go from one status into another."""
    return Status(wanted) in _MAY_BECOME[Status(status)]


def status_of(lines: Sequence[tuple[str, Decimal]]) -> Status:
    """A prescription's status from its lines' status and dispensed quantity; the database does the same."""
    some = any(quantity > 0 for _, quantity in lines)
    if all(status in (Status.DISPENSED, Status.CANCELLED) for status, _ in lines):
        return Status.DISPENSED if some else Status.CANCELLED
    return Status.PARTLY_DISPENSED if some else Status.ISSUED


class Counted(Protocol):
    """What a quantity is worked out from: `strength_value strength_unit` are in `strength_per unit`."""

    @property
    def strength_value(self) -> Decimal: ...
    @property
    def strength_unit(self) -> str: ...
    @property
    def strength_per(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def pack_size(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Sig:
    """How it is taken. `frequency_count`: so many times a day or a week, or every so many hours."""

    dose_value: Decimal
    dose_unit: str
    route: str
    frequency: str
    frequency_count: int = 1
    as_needed: bool = False
    days: int = 1


_PER_MG = {"g": Decimal(1000), "mg": Decimal(1), "microgram": Decimal("0.001")}


def doses_per_day(sig: Sig) -> Decimal:
    """How many doses there are in a day at most; of those taken by the week, on the day of one."""
    if sig.frequency == "times a day":
        return Decimal(sig.frequency_count)
    if sig.frequency == "every hours":
        return max(Decimal(1), Decimal(24) / sig.frequency_count)
    return Decimal(1)


def doses(sig: Sig) -> int:
    """How many doses the whole course has at most."""
    if sig.frequency == "once":
        return 1
    if sig.frequency == "times a day":
        return sig.frequency_count * sig.days
    if sig.frequency == "every hours":
        return _up(Decimal(sig.days * 24) / sig.frequency_count)
    return _up(Decimal(sig.days * sig.frequency_count) / 7)


def units_per_dose(sig: Sig, medicine: Counted) -> Decimal | None:
    """How many tablets, mL or puffs one dose is; None where strength and dose are not comparable."""
    if sig.dose_unit == medicine.unit:
        return sig.dose_value
    if sig.dose_unit == medicine.strength_unit and medicine.strength_unit != "%":
        amount = sig.dose_value
    elif sig.dose_unit in _PER_MG and medicine.strength_unit in _PER_MG:
        amount = sig.dose_value * _PER_MG[sig.dose_unit] / _PER_MG[medicine.strength_unit]
    else:
        return None
    return amount / medicine.strength_value * medicine.strength_per


def quantity(sig: Sig, medicine: Counted) -> Decimal | None:
    """What the whole course needs, in the medicine's counting unit: rounded up to whole ones, or to whole packs where
    a pack can't be parted. None where it can't be worked out; then somebody types it."""
    each = units_per_dose(sig, medicine)
    if each is None:
        return None
    whole = Decimal(_up(each * doses(sig)))
    if medicine.pack_size:
        whole = _up(whole / medicine.pack_size) * medicine.pack_size
    return whole


def is_odd_dose(sig: Sig, medicine: Counted) -> bool:
    """Whether a dose is not a whole or half of what is counted, as 0.3 of a tablet."""
    each = units_per_dose(sig, medicine)
    return each is not None and medicine.unit in ("tablet", "capsule", "suppository", "patch") and each * 2 % 1 != 0


def age_years(born: dt.date | None, today: dt.date) -> int | None:
    """Whole years; None where the birth date is not known."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# ---------------------------------------------------------------------------------------------------- words

_TIMES = {1: "once", 2: "twice", 3: "three times"}


def frequency_words(sig: Sig) -> str:
    """As people say it: "three times a day", "every 6 hours as needed", "up to 4 times a day as needed"."""
    times = _TIMES.get(sig.frequency_count, f"{sig.frequency_count} times")
    if sig.frequency == "once":
        said = "one dose"
    elif sig.frequency == "times a day":
        said = f"{times} a day"
    elif sig.frequency == "times a week":
        said = f"{times} a week"
    else:
        said = "every hour" if sig.frequency_count == 1 else f"every {sig.frequency_count} hours"
    if not sig.as_needed:
        return said
    most = (
        f"up to {sig.frequency_count} times" + said[said.index(" a ") :] if sig.frequency.startswith("times") else said
    )
    return f"{most.replace('up to 1 times', 'up to once')} as needed"


def days_words(days: int) -> str:
    """ "1 day", "14 days"."""
    return f"{days} day" if days == 1 else f"{days} days"


def sig_problems(sig: Sig) -> dict[str, str]:
    """A sentence for each field that is not right."""
    problems = {}
    if sig.dose_value <= 0 or sig.dose_value > Decimal(1_000_000):
        problems["dose_value"] = "Enter a dose above zero."
    if sig.dose_unit not in DOSE_UNITS:
        problems["dose_unit"] = "Choose the dose's unit."
    if sig.route not in ROUTES:
        problems["route"] = "Choose how it is given."
    if sig.frequency not in FREQUENCIES:
        problems["frequency"] = "Choose how often it is taken."
    elif sig.frequency == "once" and sig.frequency_count != 1:
        problems["frequency_count"] = "A single dose is given once."
    elif not 1 <= sig.frequency_count <= {"every hours": 72, "times a week": 7}.get(sig.frequency, 24):
        problems["frequency_count"] = "This is not possible."
    if not 1 <= sig.days <= MOST_DAYS:
        problems["days"] = f"Enter 1 to {MOST_DAYS} days."
    return problems


def quantity_problems(value: Decimal | None, worked_out: Decimal | None, reason: str) -> dict[str, str]:
    """A quantity is above zero, and one that differs from what was worked out has a reason."""
    if value is None or not 0 < value < Decimal(10_000_000):
        return {"quantity": "Enter how much shall be dispensed."}
    if worked_out is not None and value != worked_out and not reason.strip():
        return {"quantity_reason": "Say why it is not the quantity that was worked out."}
    return {}


def checked_text(text: str, most: int, *, at: str, required: str = "") -> str:
    """A text as it is stored. `required` is the sentence for an empty one; raises Invalid."""
    tidy = " ".join(text.split())
    if required and not tidy:
        raise Invalid({at: required})
    if len(tidy) > most:
        raise Invalid({at: f"This is {len(tidy)} characters long; at most {most} fit. Shorten it."})
    return tidy


def _up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_CEILING))


def subject(patient_id: UUID | None, medicine_id: UUID, allergy_id: UUID | None) -> str:
    """What a second physician confirms: this medicine for this person in spite of this allergy, and nothing else."""
    return f"{patient_id or ''} {medicine_id} {allergy_id or ''}"
