"""What a note holds, when it can be signed, and the abbreviations of its text."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.desk.doctor.note_shortcuts import SHORTCUTS, expanded
from hisdesk.errors import Invalid
from hisdesk.hospital.notes import rules
from hisdesk.hospital.notes.rules import Coded, Content, DiagnosisStatus, Status

TODAY = dt.date(2026, 11, 21)
coded = st.builds(Coded, st.sampled_from(["I10", "J18.9", "E11.9"]), st.just("A title"), st.booleans())
contents = st.builds(
    Content,
    **{name: st.text(max_size=40) for name in rules.SECTIONS},
    diagnoses=st.lists(coded, max_size=5).map(tuple),
    next_visit_on=st.none() | st.dates(TODAY, TODAY + dt.timedelta(days=900)),
)


@given(contents)
def test_a_content_comes_back_from_json_as_it_was(content: Content) -> None:
    assert rules.from_plain(rules.plain(content)) == content


@given(contents)
def test_what_is_signed_is_tidy_and_stays_so(content: Content) -> None:
    if rules.why_not_sign(content):
        with pytest.raises(Invalid):
            rules.signable(content, TODAY)
        return
    once = rules.signable(content, TODAY)
    assert rules.signable(once, TODAY) == once
    codes = [each.code for each in once.diagnoses]
    assert sorted(codes) == sorted({each.code for each in content.diagnoses})
    for code in codes:
        was = any(each.problem for each in content.diagnoses if each.code == code)
        assert next(each.problem for each in once.diagnoses if each.code == code) == was
    assert "".join(once.subjective.split()) == "".join(content.subjective.split())


@given(contents, st.sampled_from(rules.SECTIONS), st.text(min_size=1, max_size=5))
def test_a_text_that_was_typed_on_goes_on(content: Content, name: str, more: str) -> None:
    later = replace(content, **{name: getattr(content, name) + more})
    assert rules.goes_on(later, content) and rules.goes_on(content, content)
    assert not rules.goes_on(content, later)


def test_a_text_without_a_code_or_day_of_the_earlier_one_is_another() -> None:
    earlier = Content(plan="Rest", diagnoses=(Coded("I10", "x"),), next_visit_on=TODAY)
    assert not rules.goes_on(replace(earlier, diagnoses=()), earlier)
    assert not rules.goes_on(replace(earlier, next_visit_on=None), earlier)
    assert rules.goes_on(earlier, replace(earlier, next_visit_on=None, diagnoses=()))


@pytest.mark.parametrize(
    ("content", "blank", "signable"),
    [
        (Content(), True, False),
        (Content(plan=" \n\t"), True, False),
        (Content(next_visit_on=TODAY), False, False),
        (Content(treatment="Rest"), False, True),
        (Content(diagnoses=(Coded("I10", "x"),)), False, True),
    ],
)
def test_a_note_needs_words_or_a_diagnosis(content: Content, blank: bool, signable: bool) -> None:
    assert rules.is_blank(content) is blank and (rules.why_not_sign(content) == "") is signable


def test_too_long_and_too_late_are_told_at_their_field() -> None:
    with pytest.raises(Invalid) as met:
        rules.checked(Content(plan="x" * (rules.LONGEST + 1)))
    assert list(met.value.fields) == ["plan"]
    with pytest.raises(Invalid) as met:
        rules.signable(Content(plan="x", next_visit_on=TODAY - dt.timedelta(days=1)), TODAY)
    assert list(met.value.fields) == ["next_visit_on"]
    with pytest.raises(Invalid) as met:
        rules.checked(Content(diagnoses=tuple(Coded(f"A{n}", "x") for n in range(rules.MOST_CODED + 1))))
    assert list(met.value.fields) == ["diagnoses"]


def test_what_is_over_stays_over() -> None:
    assert not any(rules.may_become(s, w) for s in (Status.SIGNED, Status.DISCARDED) for w in Status)
    assert not any(rules.diagnosis_may_become(DiagnosisStatus.ERROR, w) for w in DiagnosisStatus)
    assert rules.diagnosis_may_become("resolved", "active") and not rules.diagnosis_may_become("active", "active")


@pytest.mark.parametrize(
    ("before", "short"),
    [(".nad", ".nad"), ("Chest: .resp", ".resp"), ("Fine .cvs", ".cvs")],
)
def test_an_abbreviation_behind_a_blank_is_written_out(before: str, short: str) -> None:
    assert expanded(before) == (short, SHORTCUTS[short])


@pytest.mark.parametrize("before", ["", "nad", "text.nad", ".nadx", ".NAD", ".nad ", "2.5", "."])
def test_nothing_else_is(before: str) -> None:
    assert expanded(before) is None
