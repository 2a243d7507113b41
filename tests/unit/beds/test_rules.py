"""Which bed fits whom, in what order, and which state may follow which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hisdesk.errors import Conflict, Invalid
from hisdesk.hospital.beds import rules
from hisdesk.hospital.beds.rules import EQUIPMENT, ISOLATIONS, SEXES, Needs, Status

WARD, OTHER = uuid4(), uuid4()
_KEY = UUID(int=1)


@dataclass(frozen=True)
class Bed:
    label: str = "1A"
    department_id: UUID = WARD
    room_sex: str = "none"
    room_isolation: bool = False
    distance_m: int = 10
    equipment: tuple[str, ...] = ()
    status: str = "U"
    hold: str = ""
    bed_id: UUID = _KEY


beds = st.builds(
    Bed,
    label=st.from_regex(r"[1-9][0-9]?[A-D]", fullmatch=True),
    department_id=st.sampled_from([WARD, OTHER]),
    room_sex=st.sampled_from(SEXES),
    room_isolation=st.booleans(),
    distance_m=st.integers(0, 60),
    equipment=st.lists(st.sampled_from(EQUIPMENT), unique=True).map(tuple),
    status=st.sampled_from([str(s) for s in Status]),
    hold=st.sampled_from(["", "reserved", "blocked"]),
    bed_id=st.uuids(),
)
needs = st.builds(
    Needs,
    sex=st.sampled_from(["female", "male", "other", "unknown"]),
    department_id=st.just(WARD),
    isolation=st.sampled_from(ISOLATIONS),
    equipment=st.lists(st.sampled_from(EQUIPMENT), unique=True).map(tuple),
    urgency=st.sampled_from(["emergency", "urgent", "normal"]),
)


@given(beds, needs)
def test_a_bed_that_fits_is_free_and_has_what_is_needed(bed: Bed, wanted: Needs) -> None:
    found = rules.fit(bed, wanted)
    assert found.fits == (not found.problems) == bool(found.reasons)
    if found.fits:
        assert rules.is_free(bed) and set(wanted.equipment) <= set(bed.equipment)
        assert bed.room_sex in ("none", wanted.sex) and (bed.room_isolation or not wanted.isolation)
    else:
        assert not rules.is_free(bed) or rules.unsuitable(bed, wanted)


@given(st.lists(beds, max_size=12), needs)
def test_the_ranking_loses_no_bed_and_puts_those_that_fit_first(many: list[Bed], wanted: Needs) -> None:
    order = rules.ranked(many, wanted)
    assert sorted(f.bed_id for f in order) == sorted(b.bed_id for b in many)
    assert [f.fits for f in order] == sorted((f.fits for f in order), reverse=True)
    assert order == rules.ranked(list(reversed(many)), wanted) or len({b.label for b in many}) < len(many)


def test_what_speaks_for_a_bed_and_against_it() -> None:
    wanted = Needs("male", WARD, "", ("oxygen",))
    assert rules.fit(Bed("2D", room_sex="male", equipment=("oxygen",)), wanted).words == "2D: male room, oxygen"
    assert rules.fit(Bed("1D", room_sex="female"), wanted).words == "1D: female room, no oxygen"
    assert rules.fit(Bed("3C", status="C"), wanted).words == "3C: closed"
    assert rules.fit(Bed("3D", hold="blocked"), wanted).words == "3D: blocked"
    assert rules.fit(Bed("4A"), Needs("unknown", WARD)).words == "4A: nothing special needed"


def test_the_best_bed_is_on_the_wanted_ward_wastes_nothing_and_is_near_for_who_is_urgent() -> None:
    near, far = Bed("1A", distance_m=5), Bed("1B", distance_m=40)
    equipped = Bed("1C", distance_m=1, equipment=("monitor",))
    single = Bed("1D", distance_m=1, room_isolation=True)
    away = Bed("1E", department_id=OTHER, distance_m=1)
    every = [away, single, equipped, far, near]
    calm, urgent = Needs("male", WARD), Needs("male", WARD, urgency="urgent")
    assert [f.label for f in rules.ranked(every, urgent)] == ["1A", "1B", "1C", "1D", "1E"]
    assert [f.label for f in rules.ranked(every, calm)] == ["1B", "1A", "1C", "1D", "1E"]
    assert rules.ranked(every, urgent)[0].reasons == ("5 m from the nurses",)
    assert rules.ranked([away], calm)[0].reasons == ("another ward",)


def test_the_summary_names_what_fits_and_why_free_beds_do_not() -> None:
    wanted = Needs("male", WARD)
    every = [Bed("2D"), Bed("1D", room_sex="female"), Bed("3C", status="C"), Bed("1A", status="O")]
    fits = rules.ranked(every, wanted)
    assert rules.summary(fits) == "Fits 2D. Not 1D: female room. Not 3C: closed."
    assert rules.summary(rules.ranked([replace(every[0], status="O")], wanted)) == "No free bed fits."


@pytest.mark.parametrize("status", list(Status))
def test_nobody_puts_a_person_into_a_bed_by_its_state(status: Status) -> None:
    assert not any(rules.may_become(status, taken) for taken in rules.TAKEN)
    if status in rules.TAKEN:
        assert not rules.NEXT[status]
        with pytest.raises(Conflict, match="This bed is occupied"):
            rules.require(status, Status.UNOCCUPIED)


def test_labels_sort_as_people_count() -> None:
    assert sorted(["10A", "2B", "2A", "1D"], key=rules.natural) == ["1D", "2A", "2B", "10A"]


def test_equipment_is_kept_in_its_own_order() -> None:
    assert rules.checked_equipment(["monitor", "oxygen"]) == ["oxygen", "monitor"]
    with pytest.raises(Invalid):
        rules.checked_equipment(["piano"])
