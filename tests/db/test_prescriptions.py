"""Prescribing on a real database: what is stored, what stops it, who sees it, what the draft does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

import pytest

from hisdesk.access import permissions
from hisdesk.access.action import new_id, perform
from hisdesk.access.confirming import confirm
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.allergies.actions import record, refute
from hisdesk.hospital.allergies.queries import of_person as allergies_of
from hisdesk.hospital.allergies.rules import NewAllergy
from hisdesk.hospital.medicines.checks import Kind, Outcome
from hisdesk.hospital.medicines.rules import Formulary
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.prescriptions import queries, rules
from hisdesk.hospital.prescriptions.actions import NewLine, cancel, cancel_line, issue, keep_draft
from hisdesk.hospital.prescriptions.queries import Person, PrescriptionRow
from hisdesk.hospital.timeline import queries as timeline
from hisdesk.hospital.visits.actions import start
from tests.factories import people, prescriptions, visits
from tests.helpers.hospital import PASSWORD, Desk, Hospital, Template


@dataclass(frozen=True)
class Room:
    """A doctor with somebody's record open, and a pharmacy."""

    hospital: Hospital
    doctor: Desk
    front: Desk
    person: Person
    visit_id: UUID
    pharmacy: UUID
    formulary: Formulary

    def line(self, name: str, *values: object, **more: object) -> NewLine:
        return prescriptions.line(prescriptions.found(self.formulary, name), *values, **more)  # type: ignore[arg-type]

    def issued(self, *lines: NewLine) -> UUID:
        return self.doctor.do(issue, self.person, self.pharmacy, lines, self.visit_id).prescription_id

    def row(self, key: UUID, desk: Desk | None = None) -> PrescriptionRow | None:
        desk = desk or self.doctor
        with desk.db.transaction(desk.actor) as tx:
            return queries.prescription(tx, key)

    def dispense(self, line_id: UUID, quantity: int) -> None:
        """What the dispensing does to a line."""
        self.hospital.run("update app.prescription_line set dispensed_quantity = %s where id = %s", quantity, line_id)

    def another(self, role: str = "physician", departments: tuple[str, ...] = ("CARD",)) -> Desk:
        return self.hospital.desk(role, departments, station="FRONT-2")


@pytest.fixture
def room(template: Template) -> Iterator[Room]:
    with Hospital(template) as hospital:
        front = hospital.desk("registration")
        doctor = hospital.desk("physician", station="ROOM-3", title="Dr", family="Kumar")
        patient = people.registered(front, birth_date=dt.date(1970, 5, 1)).patient_id
        visit = visits.added(front, hospital.department(), patient_id=patient)
        patients.opened(doctor.db, doctor.actor, patient)
        pharmacy = prescriptions.pharmacy(hospital)
        known = prescriptions.formulary(hospital, doctor)
        yield Room(hospital, doctor, front, Person(patient), visit.visit_id, pharmacy, known)


def allergic(room: Room, substance: str, severity: str = "moderate") -> UUID:
    assert room.person.patient_id is not None
    new = NewAllergy(substance, "rash", severity)
    return room.doctor.do(record, room.person.patient_id, new).allergy_id


def test_a_prescription_is_stored_as_it_was_signed(room: Room) -> None:
    line = room.line("amoxicillin", "500", "mg", instructions=" until  finished ")
    other = room.line("paracetamol", "1", "g", 4, 3, quantity=Decimal(30), quantity_reason="takes some home")
    row = room.row(room.issued(line, other))
    assert row is not None and (row.status, row.prescriber, row.pharmacy) == ("issued", "Dr Alex Kumar", "Pharmacy")
    first, second = row.lines
    assert (first.medicine, first.quantity, first.quantity_unit, first.instructions) == (
        "amoxicillin",
        Decimal(30),
        "capsule",
        "until finished",
    )
    assert first.sig == line.sig and (second.quantity, second.quantity_reason) == (Decimal(30), "takes some home")


def test_a_repeat_of_the_same_press_prescribes_once(room: Room) -> None:
    op, line = new_id(), room.line("amoxicillin")
    doctor = room.doctor
    first, again = (perform(doctor.db, doctor.actor, issue, op, room.person, room.pharmacy, (line,)) for _ in range(2))
    assert first == again
    with doctor.db.transaction(doctor.actor) as tx:
        assert len(queries.of_person(tx, room.person)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": Decimal(3)}, "0.quantity_reason"),
        ({"quantity": Decimal(0)}, "0.quantity"),
        ({"instructions": "x" * 501}, "0.instructions"),
        ({"medicine_id": new_id()}, "0.medicine"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(room: Room, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as said:
        room.issued(replace(room.line("amoxicillin"), **change))  # type: ignore[arg-type]
    assert set(said.value.fields) == {field}


def test_an_empty_prescription_is_none(room: Room) -> None:
    with pytest.raises(Invalid):
        room.issued()
    with pytest.raises(Invalid, match="at least one line"):
        prescriptions.signed_by_hand(room.doctor, room.person.patient_id, room.pharmacy)  # type: ignore[arg-type]


def test_a_stop_without_an_answer_is_refused(room: Room) -> None:
    allergic(room, "Penicillin")
    with pytest.raises(Conflict, match="line 1"):
        room.issued(room.line("amoxicillin"))


def test_an_override_needs_a_reason_and_is_shown_to_the_pharmacist(room: Room) -> None:
    allergic(room, "Penicillin")
    room.doctor.do(issue, room.person, room.pharmacy, (room.line("paracetamol"),))  # so that the pharmacy knows them
    blank = prescriptions.answered(room.doctor, room.formulary, room.person, room.line("amoxicillin"), sentence="  ")
    with pytest.raises(Invalid):
        room.issued(*blank)
    unknown = prescriptions.answered(
        room.doctor, room.formulary, room.person, room.line("amoxicillin"), reason="because"
    )
    with pytest.raises(Invalid):
        room.issued(*unknown)
    key = room.issued(*prescriptions.answered(room.doctor, room.formulary, room.person, room.line("amoxicillin")))
    seen = room.row(key, room.another("pharmacy", ("PHARM",)))
    assert seen is not None
    (override,) = seen.lines[0].overrides
    assert (override.reason, override.sentence) == ("no alternative", "Nothing else helps.")
    assert override.by == "Dr Alex Kumar" and "Penicillin" in override.finding


def test_a_refuted_allergy_stops_nothing(room: Room) -> None:
    key = allergic(room, "Penicillin")
    room.doctor.do(refute, key, 1, "tolerated amoxicillin in 2025")
    assert room.row(room.issued(room.line("amoxicillin"))) is not None


def test_a_caution_must_be_acknowledged(room: Room) -> None:
    room.issued(room.line("warfarin", count=1))
    with pytest.raises(Conflict):
        room.issued(room.line("doxycycline", count=1))
    answered = prescriptions.answered(room.doctor, room.formulary, room.person, room.line("doxycycline", count=1))
    row = room.row(room.issued(*answered))
    assert row is not None and [o.reason for o in row.lines[0].overrides] == ["acknowledged"]


# ------------------------------------------------------------------------------------------- what the database stops


def by_hand(room: Room, name: str) -> UUID:
    assert room.person.patient_id is not None
    found = prescriptions.found(room.formulary, name)
    return prescriptions.signed_by_hand(room.doctor, room.person.patient_id, room.pharmacy, found.id)


@pytest.mark.parametrize(
    ("substance", "medicine"),
    [
        ("Penicillin", "amoxicillin"),
        ("Amoxicillin 500", "flucloxacillin"),
        ("sulfa", "sulfasalazine"),
        ("acetaminophen", "paracetamol / codeine"),
    ],
)
def test_without_the_program_an_allergy_still_stops(room: Room, substance: str, medicine: str) -> None:
    allergic(room, substance)
    with pytest.raises(Invalid, match="allergy stops"):
        by_hand(room, medicine)
    assert by_hand(room, "tamsulosin")


def test_the_database_stops_what_the_program_stops(room: Room) -> None:
    """Every demo medicine against allergies of many kinds: both say the same."""
    words = ["Penicillins (rash)", "Cefuroxime", "sulfa drugs", "Aspirin", "codeine", "Augmentin", "Latex", "Heparin"]
    keys = {allergic(room, word): word for word in words}
    with room.doctor.db.transaction(room.doctor.actor) as tx:
        facts = queries.facts(tx, room.person)
    assert {a.id for a in facts.allergies} == set(keys)
    wrong = []
    for medicine in room.formulary.medicines:
        line = prescriptions.line(medicine, quantity=Decimal(1))
        answers = prescriptions.findings(room.doctor, room.formulary, room.person, line)[line.id]
        program = {f.about for f in answers if f.kind == Kind.ALLERGY and f.outcome == Outcome.STOP}
        with room.hospital.superuser().connect() as connection:
            database = set(
                connection.exec_driver_sql(
                    "select allergy_id from app.allergy_stops(%s, %s)", (room.person.patient_id, medicine.id)
                ).scalars()
            )
        if program != database:
            wrong.append((medicine.name, {keys[k] for k in program if k}, {keys[k] for k in database}))
    assert wrong == []


def anaphylactic(room: Room) -> tuple[NewLine, str]:
    """A line against an anaphylaxis, and what a second physician would confirm."""
    key = allergic(room, "Penicillin", "anaphylaxis")
    line = room.line("amoxicillin")
    return line, rules.subject(room.person.patient_id, line.medicine_id, key)


def test_an_anaphylaxis_needs_a_second_physician(room: Room) -> None:
    line, subject = anaphylactic(room)
    alone = prescriptions.answered(room.doctor, room.formulary, room.person, line)
    with pytest.raises(Invalid, match="second physician"):
        room.issued(*alone)
    second = room.hospital.account("physician", family="Sharma", title="Dr")
    confirmed = confirm(room.doctor.db, room.doctor.actor, second, PASSWORD, permissions.PRESCRIPTIONS_CREATE, subject)
    both = prescriptions.answered(room.doctor, room.formulary, room.person, line, confirmation_id=confirmed)
    row = room.row(room.issued(*both))
    assert row is not None and row.lines[0].overrides[0].confirmed_by == "Dr Alex Sharma"
    again = prescriptions.answered(
        room.doctor, room.formulary, room.person, room.line("amoxicillin"), confirmation_id=confirmed
    )
    with pytest.raises(Invalid, match="run out"):  # one confirmation, one use
        room.issued(*again)


def test_a_confirmation_is_for_one_medicine_only(room: Room) -> None:
    line, _ = anaphylactic(room)
    second = room.hospital.account("physician")
    other = prescriptions.found(room.formulary, "flucloxacillin")
    subject = rules.subject(room.person.patient_id, other.id, None)
    confirmed = confirm(room.doctor.db, room.doctor.actor, second, PASSWORD, permissions.PRESCRIPTIONS_CREATE, subject)
    lines = prescriptions.answered(room.doctor, room.formulary, room.person, line, confirmation_id=confirmed)
    with pytest.raises(Invalid, match="run out"):
        room.issued(*lines)


@pytest.mark.parametrize("who", ["oneself", "nurse", "wrong password", "nobody"])
def test_who_cannot_confirm(room: Room, who: str) -> None:
    _, subject = anaphylactic(room)
    name = {
        "oneself": room.doctor.actor.user_name,
        "nurse": room.hospital.account("nurse"),
        "wrong password": room.hospital.account("physician"),
        "nobody": "nobody",
    }[who]
    password = "not it" if who == "wrong password" else PASSWORD
    with pytest.raises(Denied):
        confirm(room.doctor.db, room.doctor.actor, name, password, permissions.PRESCRIPTIONS_CREATE, subject)


# ------------------------------------------------------------------------------------------- what becomes of it


def test_the_pharmacy_knows_the_person_while_something_is_to_do(room: Room) -> None:
    pharmacist = room.another("pharmacy", ("PHARM",))

    def sees() -> int:
        with pharmacist.db.transaction(pharmacist.actor) as tx:
            found = tx.exec_driver_sql("select count(*) from app.patient").scalar_one()
            assert isinstance(found, int)
            return found

    assert sees() == 0
    key = room.issued(room.line("amoxicillin"))
    assert sees() == 1
    row = room.row(key)
    assert row is not None
    room.doctor.do(cancel, key, row.version, "changed my mind")
    until = room.hospital.value(
        "select until_at < clock_timestamp() + interval '13 h' from app.care_relationship where source_id = %s", key
    )
    assert until is True


def test_the_status_follows_the_lines(room: Room) -> None:
    key = room.issued(room.line("amoxicillin"), room.line("omeprazole", count=1))
    row = room.row(key)
    assert row is not None
    first, second = row.lines
    said = []
    for line, quantity in ((first, 5), (first, 15), (second, 5), (second, 0)):
        room.dispense(line.id, quantity)
        now = room.row(key)
        assert now is not None
        said.append((now.status, [each.status for each in now.lines]))
    assert said == [
        ("partly dispensed", ["partly dispensed", "issued"]),
        ("partly dispensed", ["dispensed", "issued"]),
        ("dispensed", ["dispensed", "dispensed"]),
        ("partly dispensed", ["dispensed", "issued"]),
    ]
    with pytest.raises(Exception, match="check constraint"):
        room.dispense(second.id, 99)


def test_what_is_dispensed_is_not_cancelled(room: Room) -> None:
    key = room.issued(room.line("amoxicillin"), room.line("omeprazole", count=1))
    row = room.row(key)
    assert row is not None
    room.dispense(row.lines[0].id, 15)
    with pytest.raises(Conflict):
        room.doctor.do(cancel, key, row.version, "too late")
    with pytest.raises(Conflict):
        room.doctor.do(cancel_line, row.lines[0].id, row.lines[0].version, "too late")
    with pytest.raises(Invalid):
        room.doctor.do(cancel_line, row.lines[1].id, row.lines[1].version, " ")
    cancelled = room.doctor.do(cancel_line, row.lines[1].id, row.lines[1].version, "not needed")
    assert (cancelled.lines, cancelled.status) == (1, "dispensed")


def test_a_dead_person_gets_nothing(room: Room) -> None:
    room.hospital.run("update app.patient set deceased_on = current_date where id = %s", room.person.patient_id)
    with pytest.raises(Invalid, match="died"):
        room.issued(room.line("paracetamol"))


# ------------------------------------------------------------------------------------------- without a record


def test_somebody_without_a_record_can_be_prescribed_for(room: Room) -> None:
    visit = visits.added(room.front, room.hospital.department(), anonymous_name="Man in a red coat")
    walk_in = Person(visit_id=visit.visit_id)
    line = room.line("paracetamol")
    with pytest.raises(Invalid, match="Start the consultation"):
        room.doctor.do(issue, walk_in, room.pharmacy, (line,))
    room.doctor.do(start, visit.visit_id, 1)
    key = room.doctor.do(issue, walk_in, room.pharmacy, (line,)).prescription_id
    pharmacist = room.another("pharmacy", ("PHARM",))
    seen = room.row(key, pharmacist)
    assert seen is not None and seen.anonymous_name == "Man in a red coat" and len(seen.lines) == 1
    assert room.row(key, room.another("physician", ("GEN",))) is None
    with room.doctor.db.transaction(room.doctor.actor) as tx:
        assert queries.facts(tx, walk_in).state == "not recorded"
        assert [p.id for p in queries.of_person(tx, walk_in)] == [key]


# ------------------------------------------------------------------------------------------- drafts


def test_a_draft_is_its_authors_alone_and_follows_to_another_room(room: Room) -> None:
    content = ({"medicine": "x", "dose": "500"},)
    room.doctor.do(keep_draft, room.person, content)
    room.doctor.do(keep_draft, room.person, (*content, {"medicine": "y"}))
    elsewhere = room.hospital.sign_in(room.doctor.actor.user_name, "FRONT-2")
    other = room.another()
    drafts = {}
    for name, desk in (("elsewhere", elsewhere), ("other", other)):
        patients.opened(desk.db, desk.actor, room.person.patient_id)  # type: ignore[arg-type]
        with desk.db.transaction(desk.actor) as tx:
            drafts[name] = queries.known(tx, room.person).draft
    assert len(drafts["elsewhere"]) == 2 and drafts["other"] == ()
    room.issued(room.line("paracetamol"))
    with room.doctor.db.transaction(room.doctor.actor) as tx:
        known = queries.known(tx, room.person)
    assert known.draft == () and known.pharmacies == ((room.pharmacy, "Pharmacy"),)


def test_allergies_in_the_facts_are_those_of_the_record(room: Room) -> None:
    allergic(room, "Penicillin")
    assert room.person.patient_id is not None
    with room.doctor.db.transaction(room.doctor.actor) as tx:
        known, listed = queries.facts(tx, room.person), allergies_of(tx, room.person.patient_id)
    assert [a.substance for a in known.allergies] == [r.substance for r in listed.rows]
    assert known.state == "known" and known.allergies[0].recorded_by == "Dr Alex Kumar" and known.age_years is not None


def test_the_timeline_tells_what_was_prescribed_and_cancelled(room: Room) -> None:
    key = room.issued(room.line("amoxicillin", "500", "mg"), room.line("omeprazole", "20", "mg", 1))
    row = room.row(key)
    assert row is not None and room.person.patient_id is not None
    room.doctor.do(cancel_line, row.lines[1].id, row.lines[1].version, "not needed")
    with room.doctor.db.transaction(room.doctor.actor) as tx:
        events = timeline.page(tx, room.person.patient_id, kinds=["prescription"]).events
    assert [(e.what, e.detail, e.by) for e in events] == [
        ("Prescription cancelled: omeprazole", "not needed", "Dr Alex Kumar"),
        ("Prescription issued", "amoxicillin 500 mg, omeprazole 20 mg", "Dr Alex Kumar"),
    ]
