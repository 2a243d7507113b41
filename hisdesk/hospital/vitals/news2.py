"""The National Early Warning Score 2. Pure.

Royal College of Physicians: National Early Warning Score (NEWS) 2. Standardising the assessment of acute-illness
severity in the NHS. Updated report of a working party. London: RCP, 2017 (chart 1: the scoring system; chart 4:
clinical response to trigger thresholds). Not for people under 16, not in pregnancy; scale 2 of the oxygen saturation
only where a physician prescribed it. Without all seven measurements there is no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

YOUNGEST_YEARS = 16
CONSCIOUSNESS = ("alert", "new confusion", "voice", "pain", "unresponsive")
"""ACVPU, from the best to the worst."""


URGENT = 5
"""From this score on, as from a single 3, the response is urgent."""
AGAIN_HOURS = ((7, 1), (5, 1), (1, 6), (0, 12))
"""Chart 4: from this score on, the longest time until the next measurement; a single 3 is as urgent as a 5."""
SINGLE_3_HOURS = 1


class Risk(StrEnum):
    """The clinical risk that a score stands for (chart 2 and 4)."""

    LOW = "low"
    LOW_MEDIUM = "low–medium"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class Measured:
    """The seven measurements; None or "" where one is missing. Temperature in °C, systolic pressure in mmHg."""

    respiratory_rate_per_min: int | None = None
    oxygen_saturation_percent: int | None = None
    oxygen_given: bool | None = None
    systolic_mmhg: int | None = None
    pulse_per_min: int | None = None
    consciousness: str = ""
    temperature_celsius: Decimal | None = None


@dataclass(frozen=True)
class Score:
    """The sum, the points of each measurement, and what it calls for."""

    total: int
    points: dict[str, int]

    @property
    def single_3(self) -> bool:
        """Whether one measurement alone has three points."""
        return 3 in self.points.values()

    @property
    def risk(self) -> Risk:
        """Chart 2: 7 and more high, 5 and 6 medium, a single 3 low to medium, else low."""
        if self.total >= 7:
            return Risk.HIGH
        if self.total >= 5:
            return Risk.MEDIUM
        return Risk.LOW_MEDIUM if self.single_3 else Risk.LOW

    @property
    def response(self) -> str:
        """Chart 4: who must come, and how often to measure from now on."""
        if self.risk == Risk.HIGH:
            return "Emergency: call the team with critical care skills now. Monitor continuously."
        if self.risk == Risk.MEDIUM:
            return "Urgent: inform the medical team at once, urgent assessment. Measure at least every hour."
        if self.risk == Risk.LOW_MEDIUM:
            return "Urgent: one measurement alone is 3. Inform the medical team. Measure at least every hour."
        if self.total:
            return "A registered nurse assesses. Measure at least every 4 to 6 hours."
        return "Measure at least every 12 hours."


@dataclass(frozen=True)
class NoScore:
    """Why there is no score."""

    why: str


def score(measured: Measured, *, scale: int = 1, age_years: int | None, pregnant: bool | None) -> Score | NoScore:
    """The score of one round of measuring, or why there is none. `scale` is that of the oxygen saturation, 1 or 2."""
    if age_years is None:
        return NoScore("No score: the age is not known.")
    if age_years < YOUNGEST_YEARS:
        return NoScore(f"No score: NEWS2 is not for people under {YOUNGEST_YEARS}.")
    if pregnant:
        return NoScore("No score: NEWS2 is not for use in pregnancy.")
    missing = [words for name, words in _NAMES.items() if getattr(measured, name) in (None, "")]
    if missing:
        return NoScore(f"No score yet: {', '.join(missing)} not measured.")
    m = measured
    assert m.respiratory_rate_per_min is not None and m.oxygen_saturation_percent is not None  # noqa: S101  # just asked
    assert m.systolic_mmhg is not None and m.pulse_per_min is not None and m.temperature_celsius is not None  # noqa: S101  # just asked
    saturation = m.oxygen_saturation_percent
    return _summed(
        {
            "respiratory_rate_per_min": _steps(m.respiratory_rate_per_min, (8, 3), (11, 1), (20, 0), (24, 2), above=3),
            "oxygen_saturation_percent": _scale_2(saturation, bool(m.oxygen_given))
            if scale == 2
            else _steps(saturation, (91, 3), (93, 2), (95, 1), above=0),
            "oxygen_given": 2 if m.oxygen_given else 0,
            "systolic_mmhg": _steps(m.systolic_mmhg, (90, 3), (100, 2), (110, 1), (219, 0), above=3),
            "pulse_per_min": _steps(m.pulse_per_min, (40, 3), (50, 1), (90, 0), (110, 1), (130, 2), above=3),
            "consciousness": 0 if m.consciousness == "alert" else 3,
            "temperature_celsius": _steps(
                round(m.temperature_celsius * 10), (350, 3), (360, 1), (380, 0), (390, 1), above=2
            ),
        }
    )


_NAMES = {
    "respiratory_rate_per_min": "breathing rate",
    "oxygen_saturation_percent": "oxygen saturation",
    "oxygen_given": "air or oxygen",
    "systolic_mmhg": "blood pressure",
    "pulse_per_min": "pulse",
    "consciousness": "consciousness",
    "temperature_celsius": "temperature",
}


def _summed(points: dict[str, int]) -> Score:
    return Score(sum(points.values()), points)


def _steps(value: int, *steps: tuple[int, int], above: int) -> int:
    """The points of the first step whose upper end is not passed."""
    return next((points for top, points in steps if value <= top), above)


def _scale_2(saturation: int, oxygen_given: bool) -> int:
    """For a target of 88 to 92 %: too much is only too much while oxygen is given."""
    if saturation >= 93 and not oxygen_given:
        return 0
    return _steps(saturation, (83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), above=3)
