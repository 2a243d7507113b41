"""NEWS2 against the RCP's scoring table: every edge of every band, both oxygen scales."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.vitals.news2 import CONSCIOUSNESS, Measured, NoScore, Risk, Score, score

WELL = Measured(16, 97, False, 120, 70, "alert", Decimal("37.0"))

# chart 1 of the report: the edges of each band and their points
TABLE = {
    "respiratory_rate_per_min": {3: 3, 8: 3, 9: 1, 11: 1, 12: 0, 20: 0, 21: 2, 24: 2, 25: 3, 40: 3},
    "oxygen_saturation_percent": {80: 3, 91: 3, 92: 2, 93: 2, 94: 1, 95: 1, 96: 0, 100: 0},
    "systolic_mmhg": {60: 3, 90: 3, 91: 2, 100: 2, 101: 1, 110: 1, 111: 0, 219: 0, 220: 3, 250: 3},
    "pulse_per_min": {30: 3, 40: 3, 41: 1, 50: 1, 51: 0, 90: 0, 91: 1, 110: 1, 111: 2, 130: 2, 131: 3, 180: 3},
    "consciousness": {"alert": 0, "new confusion": 3, "voice": 3, "pain": 3, "unresponsive": 3},
    "temperature_celsius": {"34.0": 3, "35.0": 3, "35.1": 1, "36.0": 1, "36.1": 0, "38.0": 0, "38.1": 1, "39.0": 1,
                            "39.1": 2, "41.0": 2},
}  # fmt: skip
SCALE_2_ON_AIR = {80: 3, 83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 0, 97: 0, 100: 0}
SCALE_2_ON_OXYGEN = {83: 3, 84: 2, 85: 2, 86: 1, 87: 1, 88: 0, 92: 0, 93: 1, 94: 1, 95: 2, 96: 2, 97: 3, 100: 3}


def given_score(measured: Measured, **more: object) -> Score:
    found = score(measured, **{"age_years": 50, "pregnant": None, **more})  # type: ignore[arg-type]
    assert isinstance(found, Score)
    return found


@pytest.mark.parametrize(("name", "value", "points"), [(n, v, p) for n, band in TABLE.items() for v, p in band.items()])
def test_every_edge_of_the_table(name: str, value: object, points: int) -> None:
    typed = Decimal(value) if name == "temperature_celsius" else value  # type: ignore[arg-type]
    found = given_score(replace(WELL, **{name: typed}))
    assert (found.total, found.points[name]) == (points, points)


@pytest.mark.parametrize(
    ("saturation", "oxygen", "points"),
    [(s, False, p) for s, p in SCALE_2_ON_AIR.items()] + [(s, True, p) for s, p in SCALE_2_ON_OXYGEN.items()],
)
def test_scale_2_counts_too_much_oxygen_only_while_it_is_given(saturation: int, oxygen: bool, points: int) -> None:
    found = given_score(replace(WELL, oxygen_saturation_percent=saturation, oxygen_given=oxygen), scale=2)
    assert found.points["oxygen_saturation_percent"] == points
    assert found.total == points + (2 if oxygen else 0)


@pytest.mark.parametrize(
    ("measured", "total", "risk", "says"),
    [
        (WELL, 0, Risk.LOW, "12 hours"),
        (replace(WELL, pulse_per_min=100), 1, Risk.LOW, "4 to 6 hours"),
        (replace(WELL, systolic_mmhg=88), 3, Risk.LOW_MEDIUM, "one measurement alone"),
        (replace(WELL, respiratory_rate_per_min=22, oxygen_given=True, pulse_per_min=95), 5, Risk.MEDIUM, "every hour"),
        (Measured(26, 90, True, 85, 135, "voice", Decimal("39.5")), 19, Risk.HIGH, "Emergency"),
    ],
)
def test_what_a_score_calls_for(measured: Measured, total: int, risk: Risk, says: str) -> None:
    found = given_score(measured)
    assert (found.total, found.risk) == (total, risk)
    assert says in found.response


@pytest.mark.parametrize("name", list(Measured.__dataclass_fields__))
def test_an_incomplete_round_has_no_score(name: str) -> None:
    found = score(replace(WELL, **{name: "" if name == "consciousness" else None}), age_years=50, pregnant=False)
    assert isinstance(found, NoScore) and "not measured" in found.why


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"age_years": 15, "pregnant": None}, "under 16"),
        ({"age_years": 30, "pregnant": True}, "pregnancy"),
        ({"age_years": None, "pregnant": None}, "age is not known"),
    ],
)
def test_for_whom_there_is_no_score(more: dict[str, object], says: str) -> None:
    found = score(WELL, **more)  # type: ignore[arg-type]
    assert isinstance(found, NoScore) and says in found.why


@given(
    st.builds(
        Measured,
        st.integers(0, 80),
        st.integers(40, 100),
        st.booleans(),
        st.integers(30, 300),
        st.integers(0, 300),
        st.sampled_from(CONSCIOUSNESS),
        st.decimals(20, 45, places=1),
    ),
    st.sampled_from([1, 2]),
)
def test_a_score_is_the_sum_of_its_points(measured: Measured, scale: int) -> None:
    found = given_score(measured, scale=scale)
    assert found.total == sum(found.points.values()) and 0 <= found.total <= 20
    assert len(found.points) == 7 and set(found.points.values()) <= {0, 1, 2, 3}
    assert found.single_3 == (3 in found.points.values())
