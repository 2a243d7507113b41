"""How often, how much, in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.prescriptions import rules
from hisdesk.hospital.prescriptions.rules import Sig, Status
from tests.factories.formulary import medicine

D = Decimal


def sig(dose: str, unit: str, frequency: str = "times a day", count: int = 1, days: int = 1, **values: bool) -> Sig:
    return Sig(D(dose), unit, "oral", frequency, count, days=days, **values)


@pytest.mark.parametrize(
    ("name", "form", "how", "needed"),
    [
        ("amoxicillin", "capsule", sig("500", "mg", count=3, days=5), "30"),  # the first strength is 250 mg
        ("amoxicillin", "oral suspension", sig("250", "mg", count=3, days=7), "300"),  # 210 mL are three bottles
        ("paracetamol", "tablet", sig("1", "g", count=4, days=3, as_needed=True), "24"),
        ("salbutamol", "inhaler", sig("200", "microgram", count=4, days=30), "400"),  # two inhalers of 200 puffs
        ("methotrexate", "tablet", sig("10", "mg", "times a week", 1, 28), "16"),
        ("fentanyl", "patch", sig("1", "patch", "every hours", 72, 15), "5"),
        ("ramipril", "capsule", sig("2.5", "mg", "once"), "1"),
        ("prednisolone", "tablet", sig("12.5", "mg", count=1, days=3), "8"),  # seven and a half
        ("hydrocortisone", "cream", sig("1", "application", count=2, days=7), None),
    ],
)
def test_the_quantity_is_worked_out(name: str, form: str, how: Sig, needed: str | None) -> None:
    found = rules.quantity(how, medicine(name, form))
    assert found == (None if needed is None else D(needed))


sigs = st.builds(
    Sig,
    st.decimals("0.5", "2000", places=1),
    st.sampled_from(["mg", "tablet"]),
    st.just("oral"),
    st.sampled_from(["times a day", "every hours", "times a week"]),
    st.integers(1, 12),
    st.booleans(),
    st.integers(1, 90),
)


@given(sigs)
def test_a_quantity_is_enough_for_every_dose_and_never_a_unit_too_much(how: Sig) -> None:
    tablets = medicine("paracetamol", "tablet")
    found = rules.quantity(how, tablets)
    each = rules.units_per_dose(how, tablets)
    assert found is not None and each is not None
    assert found % 1 == 0 and found - 1 < each * rules.doses(how) <= found


@given(sigs, st.integers(1, 90))
def test_more_days_never_need_less(how: Sig, more: int) -> None:
    longer = replace(how, days=how.days + more)
    assert rules.doses(longer) >= rules.doses(how)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (sig("1", "g", count=1), "once a day"),
        (sig("1", "g", count=2), "twice a day"),
        (sig("1", "g", count=3), "three times a day"),
        (sig("1", "g", count=4, as_needed=True), "up to 4 times a day as needed"),
        (sig("1", "g", count=1, as_needed=True), "up to once a day as needed"),
        (sig("1", "g", "every hours", 6), "every 6 hours"),
        (sig("1", "g", "every hours", 1, as_needed=True), "every hour as needed"),
        (sig("1", "g", "times a week", 1), "once a week"),
        (sig("1", "g", "once"), "one dose"),
    ],
)
def test_frequencies_in_words(how: Sig, said: str) -> None:
    assert rules.frequency_words(how) == said


@pytest.mark.parametrize(
    ("how", "field"),
    [
        (sig("0", "mg"), "dose_value"),
        (sig("1", "spoon"), "dose_unit"),
        (Sig(D(1), "mg", "by ear", "once"), "route"),
        (sig("1", "mg", "often"), "frequency"),
        (sig("1", "mg", "once", 2), "frequency_count"),
        (sig("1", "mg", "times a week", 8), "frequency_count"),
        (sig("1", "mg", days=0), "days"),
        (sig("1", "mg", days=366), "days"),
    ],
)
def test_what_is_not_right_is_said_at_its_field(how: Sig, field: str) -> None:
    assert set(rules.sig_problems(how)) == {field}
    assert rules.sig_problems(sig("1", "mg", count=3, days=5)) == {}


def test_another_quantity_needs_a_reason() -> None:
    assert set(rules.quantity_problems(D(10), D(15), " ")) == {"quantity_reason"}
    assert rules.quantity_problems(D(10), D(15), "has five left") == {}
    assert rules.quantity_problems(D(15), D(15), "") == rules.quantity_problems(D(15), None, "") == {}
    assert set(rules.quantity_problems(None, D(15), "")) == {"quantity"}


def test_states_of_a_line() -> None:
    assert rules.may_become("issued", "cancelled") and rules.may_become("partly dispensed", "cancelled")
    assert not rules.may_become("dispensed", "cancelled") and not rules.may_become("cancelled", "issued")


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([("issued", 0), ("issued", 0)], Status.ISSUED),
        ([("issued", 0), ("dispensed", 5)], Status.PARTLY_DISPENSED),
        ([("cancelled", 0), ("dispensed", 5)], Status.DISPENSED),
        ([("cancelled", 0), ("cancelled", 0)], Status.CANCELLED),
        ([("cancelled", 3), ("cancelled", 0)], Status.DISPENSED),
    ],
)
def test_a_prescription_follows_its_lines(lines: list[tuple[str, int]], status: Status) -> None:
    assert rules.status_of([(s, D(q)) for s, q in lines]) == status


def test_age() -> None:
    assert rules.age_years(dt.date(2000, 6, 15), dt.date(2018, 6, 14)) == 17
    assert rules.age_years(dt.date(2000, 6, 15), dt.date(2018, 6, 15)) == 18
    assert rules.age_years(None, dt.date(2018, 6, 15)) is None


def test_odd_doses_of_tablets() -> None:
    tablets = medicine("paracetamol", "tablet")
    assert rules.is_odd_dose(sig("300", "mg"), tablets) and not rules.is_odd_dose(sig("250", "mg"), tablets)


def test_texts_are_tidied() -> None:
    assert rules.checked_text("  after\n meals ", 500, at="instructions") == "after meals"
    with pytest.raises(Invalid):
        rules.checked_text("x" * 501, 500, at="instructions")
    with pytest.raises(Invalid):
        rules.checked_text(" ", 5, at="reason", required="Say why.")
