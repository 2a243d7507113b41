"""Notes on a real database: a draft is its author's alone, what is signed is locked, nothing of two rooms is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa

from hisdesk.access.action import new_id, perform
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.imports import icd10
from hisdesk.hospital.imports.icd10 import Code
from hisdesk.hospital.notes import actions, queries
from hisdesk.hospital.notes.actions import Place, add_addendum, discard, keep_draft, sign
from hisdesk.hospital.notes.rules import Coded, Content
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits.actions import cancel, complete, start
from tests.factories import people, visits
from tests.helpers.hospital import Desk, Hospital

CODES = (
    Code("E11.9", "Type 2 diabetes mellitus without complications", True),
    Code("I10", "Essential (primary) hypertension", True),
    Code("J18", "Pneumonia, unspecified organism", False),
    Code("J18.9", "Pneumonia, unspecified organism", True),
)
PNEUMONIA = Coded("J18.9", "Pneumonia, unspecified organism")
HYPERTENSION = Coded("I10", "Essential (primary) hypertension", problem=True)
WRITTEN = Content(subjective="Cough.", plan="X-ray today.", diagnoses=(PNEUMONIA,))


@dataclass(frozen=True)
class Case:
    """A doctor with somebody in the room, and a colleague of the same department with the record open."""

    hospital: Hospital
    front: Desk
    doctor: Desk
    colleague: Desk
    place: Place

    def notes(self, desk: Desk | None = None) -> queries.Notes:
        desk = desk or self.doctor
        with desk.db.transaction(desk.actor) as tx:
            return queries.of_person(tx, self.place.patient_id)


@pytest.fixture
def case(hospital: Hospital) -> Case:
    icd10.load(hospital.deploy, CODES)
    front = hospital.desk("registration")
    doctor = hospital.desk("physician", station="ROOM-3", name="first", title="Dr", given="Anselm", family="Oakhollow")
    colleague = hospital.desk("physician", station="FRONT-2")
    patient = people.registered(front).patient_id
    visit = visits.added(front, hospital.department(), patient_id=patient)
    for desk in (doctor, colleague):
        patients.opened(desk.db, desk.actor, patient)
    doctor.do(start, visit.visit_id, 1)
    return Case(hospital, front, doctor, colleague, Place(patient, visit.visit_id))


def kept(place: Place, done: actions.Kept) -> Place:
    return replace(place, id=done.note_id, version=done.version)


# ---------------------------------------------------------------------------------------------------- drafts


def test_a_draft_is_its_authors_alone_and_goes_to_any_room(case: Case) -> None:
    case.doctor.do(keep_draft, case.place, WRITTEN)
    assert case.notes(case.colleague).notes == ()
    elsewhere = case.hospital.sign_in("first", "FRONT-1")
    (found,) = case.notes(elsewhere).notes
    assert (found.status, found.content, found.author) == ("draft", WRITTEN, "Dr Anselm Oakhollow")


def test_a_draft_is_in_no_audit_and_its_signature_is(case: Case) -> None:
    written = "select count(*) from audit.log where table_name = 'note'"
    told = "select count(*) from app.outbox where table_name = 'note' and patient_id = %s"
    place = kept(case.place, case.doctor.do(keep_draft, case.place, Content(plan="Rest")))
    case.doctor.do(keep_draft, place, Content(plan="Rest. Fluids."))
    assert case.hospital.value(written) == 0
    assert case.hospital.value(told, case.place.patient_id) == 2
    case.doctor.do(sign, replace(place, version=2), WRITTEN)
    assert case.hospital.value(written) == 1 and case.hospital.value(told, case.place.patient_id) == 3


def test_the_second_room_is_told_and_gets_both_versions(case: Case) -> None:
    elsewhere = case.hospital.sign_in("first", "FRONT-1")
    patients.opened(elsewhere.db, elsewhere.actor, case.place.patient_id)
    first = case.doctor.do(keep_draft, case.place, Content(plan="Mine"))
    with pytest.raises(Conflict, match="You wrote in this note in another room at") as met:
        elsewhere.do(keep_draft, case.place, Content(plan="Mine, too"))
    assert met.value.theirs["content"] == Content(plan="Mine") and met.value.theirs["version"] == 1
    elsewhere.do(keep_draft, kept(case.place, first), Content(plan="Upstairs"))
    with pytest.raises(Conflict) as met:
        case.doctor.do(keep_draft, kept(case.place, first), Content(plan="Downstairs"))
    assert met.value.theirs["content"] == Content(plan="Upstairs") and met.value.theirs["id"] == first.note_id


def test_a_repeat_of_the_same_save_does_nothing_twice(case: Case) -> None:
    op, values = new_id(), (case.place, WRITTEN)
    once = perform(case.doctor.db, case.doctor.actor, keep_draft, op, *values)
    assert perform(case.doctor.db, case.doctor.actor, keep_draft, op, *values) == once
    assert case.hospital.value("select version from app.note") == 1


def test_a_discarded_draft_is_gone_and_a_new_one_can_begin(case: Case) -> None:
    first = case.doctor.do(keep_draft, case.place, WRITTEN)
    with pytest.raises(Denied):
        case.colleague.do(discard, first.note_id, first.version)
    case.doctor.do(discard, first.note_id, first.version)
    assert case.notes().notes == ()
    with pytest.raises(Conflict, match="threw this draft away"):
        case.doctor.do(keep_draft, kept(case.place, first), WRITTEN)
    assert case.doctor.do(keep_draft, case.place, WRITTEN).note_id != first.note_id


def test_a_note_belongs_to_a_visit_of_that_person_and_of_the_own_department(case: Case) -> None:
    other = people.registered(case.front).patient_id
    elsewhere = visits.added(case.front, case.hospital.department(), patient_id=other)
    with pytest.raises(Invalid, match="another person's"):
        case.doctor.do(keep_draft, replace(case.place, visit_id=elsewhere.visit_id), WRITTEN)
    stranger = case.hospital.desk("physician", ("GEN",), station="FRONT-1")
    case.hospital.run(
        """insert into auth.opening (session_id, patient_id, how, until_at)
           select s.id, %s, 'search', clock_timestamp() + interval '1 h' from auth.session s where s.user_id = %s""",
        case.place.patient_id,
        stranger.actor.user_id,
    )
    with pytest.raises(Denied, match="not in one of your queues"):
        stranger.do(keep_draft, case.place, WRITTEN)
    patients.opened(case.doctor.db, case.doctor.actor, other)
    case.front.do(cancel, elsewhere.visit_id, 1, "went home")
    with pytest.raises(Conflict, match="cancelled"):
        case.doctor.do(keep_draft, Place(other, elsewhere.visit_id), WRITTEN)


def test_the_department_knows_the_person_while_a_note_is_not_signed(case: Case) -> None:
    until = "select until_at > clock_timestamp() from app.care_relationship where kind = 'note'"
    assert case.hospital.value(until) is None
    done = case.doctor.do(keep_draft, case.place, WRITTEN)
    assert case.hospital.value(until) is True
    case.doctor.do(complete, case.place.visit_id, 2)
    case.hospital.run("update app.care_relationship set until_at = clock_timestamp() where kind = 'visit'")
    patients.close(case.doctor.db, case.doctor.actor, case.place.patient_id)
    patients.opened(case.doctor.db, case.doctor.actor, case.place.patient_id)
    case.doctor.do(sign, kept(case.place, done), WRITTEN)
    assert case.hospital.value(until) is False


# ---------------------------------------------------------------------------------------------------- signing


def test_signing_locks_completes_and_records_in_one_step(case: Case) -> None:
    done = case.doctor.do(keep_draft, case.place, Content(plan="Rest"))
    signed = case.doctor.do(sign, kept(case.place, done), replace(WRITTEN, diagnoses=(PNEUMONIA, HYPERTENSION)), 2)
    assert signed.completed
    visit = "select status from app.visit where id = %s"
    assert case.hospital.value(visit, case.place.visit_id) == "completed"
    seen = case.notes(case.colleague)
    (note,) = seen.notes
    assert note.status == "signed" and note.signed_at is not None and note.author == "Dr Anselm Oakhollow"
    assert {(d.code, d.title, d.problem) for d in seen.diagnoses} == {
        ("J18.9", "Pneumonia, unspecified organism", False),
        ("I10", "Essential (primary) hypertension", True),
    }
    assert [p.code for p in seen.problems] == ["I10"]


def test_a_visit_that_moved_on_leaves_nothing_signed(case: Case) -> None:
    case.doctor.do(complete, case.place.visit_id, 2)
    with pytest.raises(Conflict, match="already “completed”"):
        case.doctor.do(sign, case.place, WRITTEN, 2)
    assert case.hospital.value("select count(*) from app.note") == 0
    assert case.doctor.do(sign, case.place, WRITTEN).completed is False


def test_an_empty_note_and_a_day_gone_by_are_refused_with_sentences(case: Case) -> None:
    with pytest.raises(Invalid) as met:
        case.doctor.do(sign, case.place, Content(plan="  "))
    assert "Nothing is written" in met.value.fields["subjective"]
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=2)
    with pytest.raises(Invalid) as met:
        case.doctor.do(sign, case.place, replace(WRITTEN, next_visit_on=yesterday))
    assert "next_visit_on" in met.value.fields


@pytest.mark.parametrize("text", ["subjective", "objective", "assessment", "plan", "treatment"])
def test_what_is_signed_is_changed_by_nobody(case: Case, text: str) -> None:
    signed = case.doctor.do(sign, case.place, WRITTEN)
    with pytest.raises(Conflict, match=r"You signed this note at .* Write an addendum"):
        case.doctor.do(keep_draft, replace(case.place, id=signed.note_id, version=signed.version), Content(plan="x"))
    with case.hospital.deploy.engine.connect() as server, pytest.raises(sa.exc.DBAPIError, match="not changed"):
        server.exec_driver_sql("begin")
        server.exec_driver_sql(f"update app.note set {text} = 'other'")
    with case.hospital.superuser().connect() as root, pytest.raises(sa.exc.DBAPIError, match="not changed"):
        root.exec_driver_sql("delete from app.note")


def test_a_code_that_is_no_diagnosis_is_refused_and_nothing_is_signed(case: Case) -> None:
    for code in ("J18", "X99.9"):
        with pytest.raises((Invalid, Conflict)):
            case.doctor.do(sign, case.place, replace(WRITTEN, diagnoses=(Coded(code, "made up"),)))
    assert case.hospital.value("select count(*) from app.note") == 0


# ---------------------------------------------------------------------------------------------------- addenda


def test_an_addendum_keeps_author_time_and_reason_and_the_note_stays(case: Case) -> None:
    note_id = case.doctor.do(sign, case.place, WRITTEN).note_id
    case.colleague.do(add_addendum, note_id, case.place.patient_id, "late entry", "Result came later", "No growth.")
    (note,) = case.notes().notes
    (added,) = note.addenda
    assert note.content == WRITTEN
    assert (added.kind, added.reason, added.text) == ("late entry", "Result came later", "No growth.")
    assert added.author and abs(dt.datetime.now(dt.UTC) - added.written_at) < dt.timedelta(minutes=5)
    with pytest.raises(Invalid):
        case.doctor.do(add_addendum, note_id, case.place.patient_id, "addendum", " ", "text")
    with case.hospital.superuser().connect() as root, pytest.raises(sa.exc.DBAPIError, match="not changed"):
        root.exec_driver_sql("update app.note_addendum set text = 'other'")


def test_a_draft_has_no_addendum(case: Case) -> None:
    done = case.doctor.do(keep_draft, case.place, WRITTEN)
    with pytest.raises(Invalid, match="Only a signed note"):
        case.doctor.do(add_addendum, done.note_id, case.place.patient_id, "addendum", "why", "text")


# ---------------------------------------------------------------------------------------------------- problems


def test_a_problem_stands_once_is_resolved_and_can_come_back(case: Case) -> None:
    problem = case.doctor.do(actions.record_problem, case.place.patient_id, "E11.9")
    with pytest.raises(Conflict, match="already"):
        case.doctor.do(actions.record_problem, case.place.patient_id, "E11.9")
    again = Coded("E11.9", "Type 2 diabetes mellitus without complications", problem=True)
    case.doctor.do(sign, case.place, replace(WRITTEN, diagnoses=(again,)))
    assert [p.id for p in case.notes().problems] == [problem]
    today = dt.datetime.now(dt.UTC).date()
    done = case.doctor.do(actions.resolve, problem, 1, today)
    assert case.notes().problems == ()
    with pytest.raises(Conflict, match="now “resolved”"):
        case.doctor.do(actions.resolve, problem, 1, today)
    assert case.doctor.do(actions.reactivate, problem, done.version).status == "active"
    assert [p.id for p in case.notes().problems] == [problem]


def test_a_mistake_needs_a_reason_and_stays_readable(case: Case) -> None:
    problem = case.doctor.do(actions.record_problem, case.place.patient_id, "I10")
    with pytest.raises(Invalid):
        case.doctor.do(actions.mark_error, problem, 1, " ")
    done = case.doctor.do(actions.mark_error, problem, 1, "Another person's")
    (row,) = case.notes().diagnoses
    assert (row.status, row.status_reason) == ("entered in error", "Another person's")
    with pytest.raises(Conflict):
        case.doctor.do(actions.reactivate, problem, done.version)


def test_the_timeline_tells_what_was_signed_added_and_found(case: Case) -> None:
    case.doctor.do(keep_draft, case.place, WRITTEN)
    with case.doctor.db.transaction(case.doctor.actor) as tx:
        assert timeline.page(tx, case.place.patient_id, kinds=("note", "diagnosis")).events == ()
    stored = case.notes().notes[0]
    place = replace(case.place, id=stored.id, version=stored.version)
    signed = case.doctor.do(sign, place, replace(WRITTEN, diagnoses=(HYPERTENSION,)))
    case.doctor.do(add_addendum, signed.note_id, case.place.patient_id, "addendum", "why", "more")
    with case.doctor.db.transaction(case.doctor.actor) as tx:
        events = timeline.page(tx, case.place.patient_id, kinds=("note", "diagnosis")).events
    assert {(e.kind, e.what) for e in events} == {
        ("note", "Note signed"),
        ("note", "Addendum to a note"),
        ("diagnosis", "Problem: Essential (primary) hypertension"),
    }
    assert {e.by for e in events} == {"Dr Anselm Oakhollow"}
