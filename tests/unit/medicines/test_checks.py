"""Allergies, interactions, duplicates and doses, against the demo formulary."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.hospital.medicines.checks import Facts, Finding, Kind, KnownAllergy, Outcome, Taken, checked, worst
from hisdesk.hospital.medicines.rules import Medicine
from tests.factories.formulary import demo, medicine

ADULT = 40


def line(name: str, dose: str = "1", unit: str = "", per_day: int = 1, since: dt.date | None = None) -> Taken:
    found = medicine(name)
    return Taken(uuid4(), found.id, Decimal(dose), unit or found.unit, Decimal(per_day), since)


def allergy(substance: str, **values: object) -> KnownAllergy:
    return KnownAllergy(uuid4(), substance, **values)  # type: ignore[arg-type]


def known(*allergies: KnownAllergy) -> Facts:
    return Facts("known", allergies, age_years=ADULT)


def findings(facts: Facts, *lines: Taken, kind: Kind) -> list[Finding]:
    return [f for f in checked(demo(), facts, lines)[lines[0].id] if f.kind == kind]


@pytest.mark.parametrize(
    ("recorded", "prescribed", "outcome"),
    [
        ("Penicillin", "amoxicillin", Outcome.STOP),
        ("penicillins, as a child", "piperacillin / tazobactam", Outcome.STOP),
        ("Amoxicillin", "amoxicillin", Outcome.STOP),
        ("Amoxicillin", "flucloxacillin", Outcome.STOP),
        ("Penicillin", "ceftriaxone", Outcome.CAUTION),
        ("Cefuroxime", "amoxicillin", Outcome.CAUTION),
        ("Penicillin", "doxycycline", Outcome.OK),
        ("Sulfa drugs", "sulfamethoxazole / trimethoprim", Outcome.STOP),
        ("Sulfonamides", "indapamide", Outcome.CAUTION),
        ("Ibuprofen", "naproxen", Outcome.STOP),
        ("Aspirin", "diclofenac", Outcome.STOP),
        ("Acetaminophen", "paracetamol / codeine", Outcome.STOP),
        ("Codeine", "morphine", Outcome.STOP),
        ("Paracetamol", "morphine", Outcome.OK),  # that one combination holds both says nothing
        ("Augmentin", "ampicillin", Outcome.STOP),
        ("Latex", "amoxicillin", Outcome.NOT_CHECKED),
    ],
)
def test_an_allergy_is_recognised(recorded: str, prescribed: str, outcome: Outcome) -> None:
    found = findings(known(allergy(recorded)), line(prescribed), kind=Kind.ALLERGY)
    assert [f.outcome for f in found] == [outcome]


@pytest.mark.parametrize(("category", "outcome"), [("medication", Outcome.NOT_CHECKED), ("food", Outcome.OK)])
def test_what_the_lists_do_not_know_is_said(category: str, outcome: Outcome) -> None:
    found = findings(known(allergy("Unheardofine", category=category)), line("amoxicillin"), kind=Kind.ALLERGY)
    assert [f.outcome for f in found] == [outcome] and "Unheardofine" in found[0].text


def test_a_refuted_allergy_does_not_count() -> None:
    found = findings(known(allergy("Penicillin", status="refuted")), line("amoxicillin"), kind=Kind.ALLERGY)
    assert [f.outcome for f in found] == [Outcome.OK]


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("not recorded", Outcome.NOT_CHECKED),
        ("unavailable", Outcome.NOT_CHECKED),
        ("none known", Outcome.OK),
    ],
)
def test_not_asked_is_not_none_known(state: str, outcome: Outcome) -> None:
    found = findings(Facts(state), line("amoxicillin"), kind=Kind.ALLERGY)
    assert [f.outcome for f in found] == [outcome]


def test_a_stop_says_what_which_reaction_when_and_by_whom() -> None:
    noted = allergy(
        "Penicillin",
        reaction="swollen face",
        severity="anaphylaxis",
        noted_on=dt.date(2019, 9, 3),
        recorded_by="Dr P. Larkwell",
    )
    (stop,) = findings(known(noted), line("amoxicillin"), kind=Kind.ALLERGY)
    assert stop.title == "Stopped by a known allergy to Penicillin" and stop.needs_second and stop.about == noted.id
    for said in ("penicillins", "swollen face — anaphylaxis", "03-Sep-2019", "Dr P. Larkwell"):
        assert said in stop.text


def test_interactions_by_substance_and_by_group() -> None:
    facts = Facts("none known", current=(line("warfarin", since=dt.date(2026, 1, 2)),))
    (found,) = findings(facts, line("ibuprofen"), kind=Kind.INTERACTION)
    assert found.outcome == Outcome.STOP and found.about == medicine("warfarin").id
    (found,) = findings(facts, line("doxycycline"), kind=Kind.INTERACTION)
    assert found.outcome == Outcome.CAUTION and "INR" in found.text


def test_an_interaction_is_found_from_both_sides() -> None:
    both = (line("sildenafil"), line("isosorbide mononitrate"))
    found = checked(demo(), Facts("none known"), both)
    assert all(any(f.kind == Kind.INTERACTION and f.outcome == Outcome.STOP for f in found[b.id]) for b in both)


def test_a_medicine_that_no_pair_names_is_not_checked_for_interactions() -> None:
    facts = Facts("none known", current=(line("warfarin"),))
    (found,) = findings(facts, line("tamsulosin"), kind=Kind.INTERACTION)
    assert found.outcome == Outcome.NOT_CHECKED and "tamsulosin" in found.text and "warfarin" in found.text


def test_the_same_substance_and_the_same_group_twice() -> None:
    facts = Facts("none known", current=(line("paracetamol", since=dt.date(2026, 1, 2)), line("ramipril")))
    (found,) = findings(facts, line("paracetamol / codeine"), kind=Kind.DUPLICATE)
    assert found.outcome == Outcome.CAUTION and "02-Jan-2026" in found.text
    (found,) = findings(facts, line("lisinopril"), kind=Kind.DUPLICATE)
    assert found.outcome == Outcome.CAUTION and "C09AA" in found.text
    (found,) = findings(facts, line("amoxicillin"), kind=Kind.DUPLICATE)
    assert found.outcome == Outcome.OK


@pytest.mark.parametrize(
    ("dose", "unit", "per_day", "outcome"),
    [
        ("1000", "mg", 4, Outcome.OK),
        ("1", "g", 4, Outcome.OK),
        ("2", "tablet", 4, Outcome.OK),
        ("3", "tablet", 1, Outcome.STOP),
        ("1000", "mg", 5, Outcome.STOP),
        ("1", "puff", 1, Outcome.NOT_CHECKED),
    ],
)
def test_doses_beyond_the_recorded_maximum(dose: str, unit: str, per_day: int, outcome: Outcome) -> None:
    found = findings(Facts("none known", age_years=ADULT), line("paracetamol", dose, unit, per_day), kind=Kind.DOSE)
    assert [f.outcome for f in found] == [outcome]


def test_two_lines_of_one_substance_are_added_up() -> None:
    two = (line("paracetamol", "1000", "mg", 3), line("paracetamol", "1000", "mg", 2))
    (found,) = findings(Facts("none known", age_years=ADULT), *two, kind=Kind.DOSE)
    assert found.outcome == Outcome.STOP and "5000 mg a day" in found.text


@pytest.mark.parametrize("age", [None, 7])
def test_the_maximum_is_an_adults(age: int | None) -> None:
    small = findings(Facts("none known", age_years=age), line("paracetamol", "500", "mg"), kind=Kind.DOSE)
    large = findings(Facts("none known", age_years=age), line("paracetamol", "2000", "mg"), kind=Kind.DOSE)
    assert [f.outcome for f in small] == [Outcome.NOT_CHECKED] and [f.outcome for f in large] == [Outcome.STOP]


def test_a_medicine_without_a_maximum_is_not_checked() -> None:
    (found,) = findings(Facts("none known", age_years=ADULT), line("warfarin", "5", "mg"), kind=Kind.DOSE)
    assert found.outcome == Outcome.NOT_CHECKED


def test_a_medicine_out_of_the_formulary_is_not_checked_at_all() -> None:
    unknown = Taken(uuid4(), uuid4(), Decimal(1), "tablet")
    (found,) = checked(demo(), known(allergy("Penicillin")), [unknown]).values()
    assert {f.kind for f in found} == set(Kind) and {f.outcome for f in found} == {Outcome.NOT_CHECKED}
    assert worst(found) == Outcome.NOT_CHECKED


medicines = st.sampled_from(demo().medicines)


@given(st.lists(medicines, min_size=1, max_size=6), st.lists(medicines, max_size=6), st.sampled_from(ALLERGENS := [
    "Penicillin", "Sulfa", "Ibuprofen", "Codeine", "Latex", "Heparin", ""]))  # fmt: skip
def test_every_line_answers_every_check(lines: list[Medicine], current: list[Medicine], allergen: str) -> None:
    def taken(m: Medicine) -> Taken:
        return Taken(uuid4(), m.id, Decimal(1), m.unit, Decimal(1))

    facts = Facts("known", (allergy(allergen),) if allergen else (), tuple(map(taken, current)), ADULT)
    asked = [taken(m) for m in lines]
    found = checked(demo(), facts, asked)
    assert set(found) == {each.id for each in asked}
    for answers in found.values():
        assert {f.kind for f in answers} == set(Kind)
        assert worst(answers) == answers[0].outcome
        assert not {"none found", "none"} & {f.text.lower() for f in answers}


@given(medicines, medicines)
def test_interactions_do_not_depend_on_the_order(one: Medicine, other: Medicine) -> None:
    def said(a: Medicine, b: Medicine) -> set[Outcome]:
        taken = Taken(uuid4(), a.id, Decimal(1), a.unit)
        facts = Facts("none known", current=(Taken(uuid4(), b.id, Decimal(1), b.unit),))
        return {f.outcome for f in checked(demo(), facts, [taken])[taken.id] if f.kind == Kind.INTERACTION}

    assert said(one, other) == said(other, one)
