"""What is known about allergies, in four states, and what may be written down."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Invalid
from hisdesk.hospital.allergies import rules
from hisdesk.hospital.allergies.rules import AllergyLine, NewAllergy

TODAY = dt.date(2026, 11, 21)
ASKED = dt.datetime(2026, 3, 17, 9, 0, tzinfo=dt.UTC)
lines = st.lists(
    st.builds(
        AllergyLine,
        id=st.uuids(),
        substance=st.sampled_from(["Penicillin", "latex", "Egg", "birch pollen"]),
        severity=st.sampled_from(rules.SEVERITIES),
    ),
    max_size=6,
)
declarations = st.sampled_from([None, "none known", "withdrawn"])


@given(lines, declarations)
def test_who_may_not_see_is_told_nothing_and_never_none(known: list[AllergyLine], declared: str | None) -> None:
    assert rules.state_of(False, known, declared, ASKED) == rules.AllergyState("unavailable")


@given(lines.filter(bool), declarations)
def test_a_recorded_allergy_beats_every_answer_and_the_worst_comes_first(
    known: list[AllergyLine], declared: str | None
) -> None:
    state = rules.state_of(True, known, declared, ASKED)
    assert state.state == "known" and state.asked_at is None
    assert sorted(state.lines, key=lambda line: line.id) == sorted(known, key=lambda line: line.id)
    worst = [rules.SEVERITIES.index(line.severity) for line in state.lines]
    assert worst == sorted(worst, reverse=True)
    assert rules.state_of(True, reversed(known), declared).lines[0].severity == state.lines[0].severity


def test_equally_bad_ones_are_listed_by_name_whatever_their_case() -> None:
    known = [AllergyLine(uuid4(), substance) for substance in ("latex", "Penicillin", "Egg")]
    assert [line.substance for line in rules.state_of(True, known).lines] == ["Egg", "latex", "Penicillin"]


@pytest.mark.parametrize(
    ("declared", "state", "asked"),
    [("none known", "none known", ASKED), ("withdrawn", "not recorded", None), (None, "not recorded", None)],
)
def test_without_allergies_only_an_answer_that_stands_means_none(
    declared: str | None, state: str, asked: dt.datetime | None
) -> None:
    found = rules.state_of(True, [], declared, ASKED)
    assert (found.state, found.lines, found.asked_at) == (state, (), asked)


def refused(**values: object) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        rules.checked(NewAllergy(**{"substance": "Latex", **values}), TODAY)  # type: ignore[arg-type]
    return error.value.fields


def test_texts_are_tidied() -> None:
    stored = rules.checked(NewAllergy("  Bee \n venom ", " swelling  of the face"), TODAY)
    assert (stored.substance, stored.reaction) == ("Bee venom", "swelling of the face")


def test_every_problem_is_said_at_once() -> None:
    tomorrow = TODAY + dt.timedelta(days=1)
    problems = refused(
        substance=" ", reaction="x" * 501, severity="bad", category="drink", code="c" * 41, noted_on=tomorrow
    )
    assert set(problems) == {"substance", "reaction", "severity", "category", "code", "noted_on"}
    assert all(sentence.endswith(".") for sentence in problems.values())


@given(st.text(max_size=260))
def test_whatever_is_typed_is_stored_tidy_or_refused_with_a_sentence(text: str) -> None:
    try:
        stored = rules.checked(NewAllergy(text), TODAY)
    except Invalid as error:
        assert error.fields["substance"].endswith(".")
        return
    assert 1 <= len(stored.substance) <= 200
    assert rules.checked(stored, TODAY) == stored
