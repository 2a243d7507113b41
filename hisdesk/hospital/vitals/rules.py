"""What may be recorded as vital signs, with units and plausible ranges. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from hisdesk.errors import Invalid
from hisdesk.hospital.vitals.news2 import CONSCIOUSNESS, Measured, NoScore, Score, score

LONGEST_NOTE = 500
LONGEST_REASON = 200
EARLIEST = dt.timedelta(hours=72)
"""How long ago a measurement may be that is written down now."""


@dataclass(frozen=True)
class Range:
    """What can be measured at all, and within it what is usual for an adult; outside the usual one is asked again."""

    words: str
    unit: str
    least: Decimal
    most: Decimal
    usual_least: Decimal
    usual_most: Decimal
    places: int = 0


def _range(words: str, unit: str, least: str, most: str, usual_least: str, usual_most: str, places: int = 0) -> Range:
    return Range(words, unit, Decimal(least), Decimal(most), Decimal(usual_least), Decimal(usual_most), places)


RANGES: Mapping[str, Range] = {
    "respiratory_rate_per_min": _range("Breathing rate", "/min", "0", "80", "8", "30"),
    "oxygen_saturation_percent": _range("Oxygen saturation", "%", "40", "100", "85", "100"),
    "oxygen_flow_l_per_min": _range("Oxygen", "L/min", "0", "80", "0", "15", 1),
    "systolic_mmhg": _range("Systolic pressure", "mmHg", "30", "300", "80", "220"),
    "diastolic_mmhg": _range("Diastolic pressure", "mmHg", "10", "200", "40", "120"),
    "pulse_per_min": _range("Pulse", "/min", "0", "300", "40", "150"),
    "temperature_celsius": _range("Temperature", "°C", "20", "45", "34", "41", 1),
    "pain": _range("Pain", "of 10", "0", "10", "0", "10"),
    "weight_kg": _range("Weight", "kg", "0.2", "500", "2", "250", 2),
    "height_cm": _range("Height", "cm", "20", "260", "45", "220", 1),
}
"""By column. The outer limits are the database's too; the usual ones only ask "is that right?"."""


@dataclass(frozen=True)
class NewVitals:
    """One round of measuring; None where something was not measured. Units stand in the names."""

    measured_at: dt.datetime
    respiratory_rate_per_min: int | None = None
    oxygen_saturation_percent: int | None = None
    oxygen_given: bool | None = None
    oxygen_flow_l_per_min: Decimal | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    pulse_per_min: int | None = None
    consciousness: str = ""
    temperature_celsius: Decimal | None = None
    pain: int | None = None
    weight_kg: Decimal | None = None
    height_cm: Decimal | None = None
    pregnant: bool | None = None
    note: str = ""

    @property
    def measured(self) -> Measured:
        """What the early warning score is made of."""
        return Measured(**{name: getattr(self, name) for name in Measured.__dataclass_fields__})


@dataclass(frozen=True)
class About:
    """What the score needs to know of the person: age in whole years, and the oxygen scale that stands."""

    age_years: int | None
    oxygen_scale: int = 1


def problems(new: NewVitals, now: dt.datetime) -> dict[str, str]:
    """What cannot be recorded, by field; {} when all is well."""
    wrong = {}
    for name, limits in RANGES.items():
        value = getattr(new, name)
        if value is None:
            continue
        number = Decimal(value)
        if not limits.least <= number <= limits.most:
            wrong[name] = f"{limits.words} is between {limits.least} and {limits.most} {limits.unit}. Measure again."
        elif number != round(number, limits.places):
            wrong[name] = f"At most {limits.places} decimal places." if limits.places else "A whole number."
    if new.consciousness and new.consciousness not in CONSCIOUSNESS:
        wrong["consciousness"] = "Choose one of the list."
    if new.systolic_mmhg is not None and new.diastolic_mmhg is not None and new.diastolic_mmhg >= new.systolic_mmhg:
        wrong.setdefault("diastolic_mmhg", "It is below the systolic pressure. Are they the wrong way round?")
    if new.oxygen_flow_l_per_min and new.oxygen_given is False:
        wrong.setdefault("oxygen_flow_l_per_min", "No flow without oxygen. Choose oxygen, or empty the flow.")
    if new.measured_at > now + dt.timedelta(minutes=2):
        wrong["measured_at"] = "This is in the future."
    elif new.measured_at < now - EARLIEST:
        wrong["measured_at"] = f"At most {EARLIEST.days * 24} hours ago."
    if len(new.note) > LONGEST_NOTE:
        wrong["note"] = f"At most {LONGEST_NOTE} characters."
    return wrong


def unusual(new: NewVitals) -> dict[str, str]:
    """What is possible but rare, by field: the window asks whether it is right, and takes it when it is."""
    odd = {}
    for name, limits in RANGES.items():
        value = getattr(new, name)
        if value is not None and not limits.usual_least <= Decimal(value) <= limits.usual_most:
            odd[name] = f"Unusual: mostly {limits.usual_least} to {limits.usual_most} {limits.unit}. Is it right?"
    return odd


def checked(new: NewVitals, now: dt.datetime) -> NewVitals:
    """The same, cleaned. Raises Invalid by field, also when nothing was measured."""
    wrong = problems(new, now)
    empty = all(value in (None, "") for name, value in asdict(new).items() if name in RANGES or name == "consciousness")
    if empty and not wrong:
        wrong["respiratory_rate_per_min"] = "Nothing is measured yet."
    if wrong:
        raise Invalid(wrong)
    return NewVitals(**{**asdict(new), "note": " ".join(new.note.split())})


def scored(new: NewVitals, about: About) -> Score | NoScore:
    """The early warning score of this round, or why there is none."""
    return score(new.measured, scale=about.oxygen_scale, age_years=about.age_years, pregnant=new.pregnant)


def columns(new: NewVitals, about: About) -> dict[str, Any]:
    """The row as it is stored, with its score where there is one."""
    found = scored(new, about)
    total = found.total if isinstance(found, Score) else None
    single = isinstance(found, Score) and found.single_3
    return {**asdict(new), "oxygen_scale": about.oxygen_scale, "news2": total, "news2_single_3": single}
