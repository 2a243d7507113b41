"""Registering people and changing their records, on a real database behind the fence."""

from __future__ import annotations

import datetime as dt

import pytest

from hisdesk.access import sign_in
from hisdesk.access.action import new_id, perform
from hisdesk.access.cipher import Unreadable
from hisdesk.errors import Conflict, Denied, Invalid
from hisdesk.hospital.documents import queries as documents
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.patients import mrn, queries
from hisdesk.hospital.patients.actions import (
    NewPatient,
    add_contact,
    add_identifier,
    add_policy,
    deactivate,
    edit,
    reactivate,
    register,
)
from hisdesk.hospital.patients.rules import Name, NewContact, NewIdentifier, NewPolicy, Person
from tests.factories import people
from tests.helpers.hospital import Hospital

JPEG = b"\xff\xd8\xff\xe0" + b"a picture" * 50


def form(**values: object) -> NewPatient:
    return people.new_patient(
        family_name="O'Brien-Łukasiewicz",
        given_names="Zoë 🌸",
        preferred_name="Zee",
        other_names=(Name("Smith", "Zoe"),),
        identifiers=(NewIdentifier("passport", "L 898 902 C3", "UTO"),),
        policies=(NewPolicy("Blue Cross", "Gold", "XYZ-123 456", "G77", details={"copays": ["10 USD"]}),),
        contacts=(NewContact("Sam", "brother", "+1 202 555 0143"),),
        documents=(NewDocument("insurance_card", "Insurance card", "image/jpeg", JPEG, "camera"),),
        **values,
    )


def test_a_person_is_registered_with_everything_that_hangs_on_them(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = desk.do(register, form(), desk.cipher)
    assert mrn.is_valid(done.mrn)
    with desk.db.transaction(desk.actor) as tx:
        chart = queries.chart(tx, done.patient_id, desk.cipher)
        papers = documents.of_person(tx, done.patient_id)
        picture = documents.content(tx, papers[0].id, desk.cipher)
    assert (chart.record.family_name, chart.record.given_names) == ("O'Brien-Łukasiewicz", "Zoë 🌸")
    assert chart.names[0].use == "official"
    assert {(n.use, n.family_name, n.given_names) for n in chart.names} == {
        ("official", "O'Brien-Łukasiewicz", "Zoë 🌸"),
        ("former", "Smith", "Zoe"),
        ("preferred", "", "Zee"),
    }
    assert [(i.kind, i.number, i.issuing_state) for i in chart.identifiers] == [("passport", "L 898 902 C3", "UTO")]
    policy = chart.policies[0]
    assert (policy.payer, policy.member_number, policy.group_number) == ("Blue Cross", "XYZ-123 456", "G77")
    assert policy.details == {"copays": ["10 USD"]}
    assert [(c.name, c.relation, c.phone) for c in chart.contacts] == [("Sam", "brother", "+1 202 555 0143")]
    assert [(p.kind, p.content_bytes, p.source) for p in papers] == [("insurance_card", len(JPEG), "camera")]
    assert picture.content == JPEG


def test_numbers_and_pictures_are_stored_encrypted_and_bound_to_their_row(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = desk.do(register, form(), desk.cipher)
    for column, table in (("number_enc", "patient_identifier"), ("content_enc", "document")):
        stored = hospital.value(f"select {column} from app.{table} where patient_id = %s", done.patient_id)
        assert isinstance(stored, memoryview)
        assert b"898" not in bytes(stored) and b"a picture" not in bytes(stored)
    other = people.registered(desk, identifiers=(NewIdentifier("passport", "P1234567"),))
    hospital.run(
        """update app.patient_identifier set number_enc = (
               select i.number_enc from app.patient_identifier i where i.patient_id = %s) where patient_id = %s""",
        done.patient_id,
        other.patient_id,
    )
    with desk.db.transaction(desk.actor) as tx, pytest.raises(Unreadable):
        queries.chart(tx, other.patient_id, desk.cipher)


def test_a_double_click_registers_one_person(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    new, op = form(), new_id()
    first = perform(desk.db, desk.actor, register, op, new, desk.cipher)
    second = perform(desk.db, desk.actor, register, op, new, desk.cipher)
    assert first == second
    assert hospital.value("select count(*) from app.patient") == 1


def test_two_clicks_with_two_op_ids_still_register_one_person(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    new = form()
    desk.do(register, new, desk.cipher)
    with pytest.raises(Conflict):
        desk.do(register, new, desk.cipher)
    assert hospital.value("select count(*) from app.patient") == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"birth_date": dt.date.today() + dt.timedelta(days=2)}, "birth_date"),  # noqa: DTZ011
        ({"family_name": "", "given_names": ""}, "family_name"),
        ({"family_name": "x" * 500}, "family_name"),
        ({"email": "nobody"}, "email"),
        ({"phone": "call me"}, "phone"),
        ({"documents": (NewDocument("id_card", "ID card", "image/jpeg", b"text"),)}, "documents.0.content"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_sentence_and_nothing_is_saved(
    hospital: Hospital, values: dict[str, object], field: str
) -> None:
    desk = hospital.desk("registration")
    with pytest.raises(Invalid) as refused:
        people.registered(desk, **values)
    assert refused.value.fields[field].endswith(".")
    assert hospital.value("select count(*) from app.patient") == 0
    assert hospital.value("select count(*) from app.op_done") == 0


@pytest.mark.parametrize("family", ["X", "山田", "בן־דוד", "🌸", 'Robert"); drop table app.patient;--', "%s {0} \\"])
def test_unusual_names_come_back_as_they_were_typed(hospital: Hospital, family: str) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk, family_name=family)
    with desk.db.transaction(desk.actor) as tx:
        assert queries.chart(tx, done.patient_id).record.family_name == family


def test_an_edit_meets_somebody_elses_and_sees_both_versions(hospital: Hospital) -> None:
    anna = hospital.desk("registration", family="Ruiz", given="Anna")
    done = people.registered(anna, phone="+1 202 555 0001")
    berta = hospital.desk("registration", station="FRONT-2")
    queries.find(berta.db, berta.actor, done.mrn)
    chart = queries.opened(berta.db, berta.actor, done.patient_id)
    anna.do(edit, done.patient_id, 1, {"phone": "+1 202 555 0002", "city": "Reno"})
    with pytest.raises(Conflict, match="Anna Ruiz") as met:
        berta.do(edit, done.patient_id, chart.record.version, {"phone": "+1 202 555 0003"})
    assert met.value.theirs == {"phone": "+1 202 555 0002", "version": 2}
    saved = berta.do(edit, done.patient_id, 2, {"phone": "+1 202 555 0003"})
    assert saved.version == 3
    with berta.db.transaction(berta.actor) as tx:
        record = queries.chart(tx, done.patient_id).record
    assert (record.phone, record.city) == ("+1 202 555 0003", "Reno")


def test_a_closed_record_is_not_taken_for_a_conflict(hospital: Hospital) -> None:
    anna, berta = hospital.desk("registration"), hospital.desk("registration", station="FRONT-2")
    done = people.registered(anna)
    with pytest.raises(Denied):
        berta.do(edit, done.patient_id, 1, {"phone": "+1 202 555 0003"})
    queries.close(anna.db, anna.actor, done.patient_id)
    with pytest.raises(Denied):
        anna.do(edit, done.patient_id, 1, {"phone": "+1 202 555 0003"})


def test_marriage_keeps_the_old_name_and_a_correction_does_not(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk, family_name="Smitth", given_names="Joan")
    desk.do(edit, done.patient_id, 1, {"family_name": "Smith"})
    desk.do(edit, done.patient_id, 2, {"family_name": "Grey", "preferred_name": "Jo"}, name_change="new name")
    with desk.db.transaction(desk.actor) as tx:
        chart = queries.chart(tx, done.patient_id)
    kept = {(n.use, n.family_name, n.given_names, n.until_at is not None) for n in chart.names}
    assert kept == {
        ("official", "Grey", "Joan", False),
        ("former", "Smith", "Joan", True),
        ("preferred", "", "Jo", False),
    }
    found = queries.find(desk.db, desk.actor, "smith joan")
    assert [(f.id, f.family_name) for f in found] == [(done.patient_id, "Grey")]
    assert "former name" in found[0].matched


def test_preferred_names_change_and_go(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk, preferred_name="Bob")
    desk.do(edit, done.patient_id, 1, {"preferred_name": "Rob"})
    desk.do(edit, done.patient_id, 2, {"preferred_name": ""})
    with desk.db.transaction(desk.actor) as tx:
        names = queries.chart(tx, done.patient_id).names
    assert sorted((n.use, n.given_names) for n in names if n.use != "official") == [("alias", "Bob"), ("alias", "Rob")]


def test_a_name_cannot_be_emptied(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk, given_names="")
    with pytest.raises(Invalid) as refused:
        desk.do(edit, done.patient_id, 1, {"family_name": "  "})
    assert "family_name" in refused.value.fields


def test_a_record_goes_out_of_use_with_a_reason_and_comes_back(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk)
    with pytest.raises(Invalid):
        desk.do(deactivate, done.patient_id, 1, "  ")
    desk.do(deactivate, done.patient_id, 1, "Registered twice")
    with desk.db.transaction(desk.actor) as tx:
        assert queries.chart(tx, done.patient_id).record.status_reason == "Registered twice"
    desk.do(reactivate, done.patient_id, 2)
    desk.do(deactivate, done.patient_id, 3, "Threatened staff", blacklist=True)
    with desk.db.transaction(desk.actor) as tx:
        assert queries.banner(tx, done.patient_id).status == "blacklisted"


def test_who_may_edit_but_not_deactivate_cannot_do_it_by_hand(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk)
    from tests.factories import visits

    visits.added(desk, hospital.department(), patient_id=done.patient_id)
    nurse = hospital.desk("nurse", station="ROOM-3")
    queries.opened(nurse.db, nurse.actor, done.patient_id)
    nurse.do(edit, done.patient_id, 1, {"phone": "+1 202 555 0007"})
    with pytest.raises(Denied, match=r"patients\.delete"), nurse.db.transaction(nurse.actor) as tx:
        tx.exec_driver_sql(
            "update app.patient set status = 'inactive', status_reason = 'x' where id = %s", (done.patient_id,)
        )


def test_more_hangs_on_a_person_later(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk)
    desk.do(add_identifier, done.patient_id, NewIdentifier("id_card", "T-22000129"), desk.cipher)
    desk.do(add_policy, done.patient_id, NewPolicy("Aetna", member_number="M 1"), desk.cipher)
    desk.do(add_contact, done.patient_id, NewContact("Kim"))
    assert [f.id for f in queries.find(desk.db, desk.actor, "T22000129", desk.cipher)] == [done.patient_id]
    assert queries.find(desk.db, desk.actor, "T22000128", desk.cipher) == []


def test_an_unidentified_person_needs_no_name(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    done = people.registered(desk, family_name="", given_names="", unidentified=True, birth_date_estimated=True)
    with desk.db.transaction(desk.actor) as tx:
        shown = queries.banner(tx, done.patient_id)
    assert shown.unidentified and shown.estimated and shown.family == ""


def test_somebody_similar_is_named_with_reasons(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    born = dt.date(1981, 4, 12)
    done = people.registered(desk, family_name="Meyer", given_names="Katharina", birth_date=born)
    alike = queries.similar(desk.db, desk.actor, queries.Draft("Meier", "Katarina", born))
    assert [s.id for s in alike] == [done.patient_id]
    assert "same birth date" in alike[0].reasons
    assert queries.similar(desk.db, desk.actor, queries.Draft("Unlike", "Anybody", dt.date(1950, 1, 1))) == []
    queries.opened(desk.db, desk.actor, done.patient_id)


def test_the_audit_holds_hashes_in_place_of_ciphertext(hospital: Hospital) -> None:
    desk = hospital.desk("registration")
    desk.do(register, form(), desk.cipher)
    after = hospital.value("select after from audit.log where table_name = 'patient_identifier'")
    assert isinstance(after, dict)
    assert after["number_enc"].startswith("sha256 ") and len(after["number_enc"]) == 23


def test_a_person_without_the_permission_is_refused_before_and_by_the_database(hospital: Hospital) -> None:
    doctor = hospital.desk("physician")
    with pytest.raises(Denied, match=r"patients\.create"):
        people.registered(doctor)
    with pytest.raises(Denied, match=r"patients\.create"), doctor.db.transaction(doctor.actor) as tx:
        tx.exec_driver_sql("select app.next_mrn()")


def test_a_signed_out_person_is_told_so(hospital: Hospital) -> None:
    from hisdesk.errors import SignedOut

    desk = hospital.desk("registration")
    sign_in.sign_out(desk.db, desk.actor)
    with pytest.raises(SignedOut):
        people.registered(desk)


def test_defaults_of_a_form_are_the_defaults_of_the_table() -> None:
    assert Person().sex == "unknown" and Person().blood_group == ""
