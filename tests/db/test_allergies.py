"""Allergies in their four states, and the timeline that shows them."""

from __future__ import annotations

import pytest

from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.allergies import queries
from hisdesk.hospital.allergies.actions import declare_none_known, record, refute
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline.queries import page
from hisdesk.hospital.visits.actions import call, complete, start
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital


@pytest.fixture
def front(hospital: Hospital) -> Desk:
    return hospital.desk("registration")


@pytest.fixture
def doctor(hospital: Hospital) -> Desk:
    return hospital.desk("physician", station="ROOM-3", title="Dr", given="Priya", family="Sharma")


@pytest.fixture
def patient(hospital: Hospital, front: Desk, doctor: Desk):  # type: ignore[no-untyped-def]
    done = people.registered(front)
    visits.added(front, hospital.department(), patient_id=done.patient_id)
    patients.opened(doctor.db, doctor.actor, done.patient_id)
    return done.patient_id


def state(desk: Desk, patient) -> tuple[str, list[str]]:  # type: ignore[no-untyped-def]
    with desk.db.transaction(desk.actor) as tx:
        shown = patients.banner(tx, patient).allergies
        assert queries.of_person(tx, patient).state == shown
    return shown.state, [line.substance for line in shown.lines]


def test_the_four_states(front: Desk, doctor: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    assert state(doctor, patient) == ("not recorded", [])
    doctor.do(declare_none_known, patient)
    assert state(doctor, patient) == ("none known", [])
    done = doctor.do(record, patient, NewAllergy("Penicillin", "rash", "mild"))
    assert done.withdrawn
    doctor.do(record, patient, NewAllergy("Latex", severity="anaphylaxis"))
    assert state(doctor, patient) == ("known", ["Latex", "Penicillin"])
    assert state(front, patient) == ("unavailable", [])  # the front desk may not know, and is not told "none"


def test_none_known_is_refused_while_an_allergy_stands(doctor: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    done = doctor.do(record, patient, NewAllergy("Penicillin"))
    with pytest.raises(Conflict, match="Penicillin"):
        doctor.do(declare_none_known, patient)
    with pytest.raises(Invalid):
        doctor.do(refute, done.allergy_id, 1, " ")
    doctor.do(refute, done.allergy_id, 1, "Tested negative")
    assert state(doctor, patient) == ("not recorded", [])
    doctor.do(declare_none_known, patient)
    assert state(doctor, patient) == ("none known", [])


def test_after_an_allergy_is_refuted_an_older_none_known_does_not_come_back(doctor: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    doctor.do(declare_none_known, patient)
    done = doctor.do(record, patient, NewAllergy("Penicillin"))
    doctor.do(refute, done.allergy_id, 1, "Wrong person", entered_in_error=True)
    assert state(doctor, patient) == ("not recorded", [])


def test_the_same_allergy_is_recorded_once_and_refuted_once(doctor: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    done = doctor.do(record, patient, NewAllergy("Penicillin"))
    with pytest.raises(Conflict, match="recorded already"):
        doctor.do(record, patient, NewAllergy("penicillin"))
    doctor.do(refute, done.allergy_id, 1, "Tested negative")
    with pytest.raises(Conflict, match="refuted"):
        doctor.do(refute, done.allergy_id, 1, "Tested negative")
    doctor.do(record, patient, NewAllergy("Penicillin"))


def test_recording_needs_the_permission_and_the_open_record(hospital: Hospital, front: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Denied):
        front.do(record, patient, NewAllergy("Penicillin"))
    stranger = hospital.desk("physician", ("GEN",), station="FRONT-2")
    with pytest.raises(Denied):
        stranger.do(record, patient, NewAllergy("Penicillin"))
    with pytest.raises(Denied):
        stranger.do(declare_none_known, patient)


def test_the_timeline_tells_everything_newest_first_in_pages(doctor: Desk, patient) -> None:  # type: ignore[no-untyped-def]
    with doctor.db.transaction(doctor.actor) as tx:
        visit = page(tx, patient).events[0].source_id
    doctor.do(call, visit, 1, "Room 3")
    doctor.do(start, visit, 2)
    doctor.do(record, patient, NewAllergy("Penicillin", "rash", "mild"))
    doctor.do(complete, visit, 3)
    expected = [
        "Visit completed", "Allergy recorded: Penicillin", "With the doctor", "Called to Room 3",
        "Arrived at Cardiology", "Registered",
    ]  # fmt: skip
    with doctor.db.transaction(doctor.actor) as tx:
        whole = page(tx, patient)
        paged, cursor = [], None
        while True:
            part = page(tx, patient, cursor, size=2)
            paged += part.events
            cursor = part.more
            if cursor is None:
                break
    assert [e.what for e in whole.events] == expected
    assert tuple(paged) == whole.events
    assert whole.events[1].detail == "rash · mild" and whole.events[1].by == "Dr Priya Sharma"


def test_the_timeline_of_a_closed_record_is_empty(hospital: Hospital, patient) -> None:  # type: ignore[no-untyped-def]
    stranger = hospital.desk("physician", ("GEN",), station="FRONT-2")
    with stranger.db.transaction(stranger.actor) as tx:
        assert page(tx, patient).events == ()
