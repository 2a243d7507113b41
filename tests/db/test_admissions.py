"""From the request for a bed to going home, on a real database."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from hisdesk.access.action import new_id, perform
from hisdesk.errors import Conflict, Denied, Invalid, UserError
from hisdesk.hospital.admissions import queries
from hisdesk.hospital.admissions.actions import (
    admit,
    assign,
    cancel_admission,
    cancel_request,
    correct,
    discharge,
    plan_discharge,
    register_newborn,
    request_admission,
    set_isolation,
    set_item,
    swap,
    transfer,
    unassign,
)
from hisdesk.hospital.admissions.rules import NewRequest
from hisdesk.hospital.beds.actions import block, set_status, unblock
from hisdesk.hospital.patients import queries as patients
from hisdesk.hospital.timeline import queries as timeline
from tests.factories import people, visits, wards
from tests.helpers.hospital import Desk, Hospital


@dataclass
class Ward:
    """A ward manager at a desk, and a room of four beds."""

    hospital: Hospital
    desk: Desk
    room: wards.Room

    def board(self) -> dict[str, queries.BedRow]:
        with self.desk.db.transaction(self.desk.actor) as tx:
            return {row.label: row for row in queries.board(tx)}

    def waiting(self) -> list[queries.RequestRow]:
        with self.desk.db.transaction(self.desk.actor) as tx:
            return queries.waiting(tx)

    def asked(self, *, sex: str = "female", **values: Any) -> UUID:
        person = people.registered(self.hospital.desk(station="FRONT-2"), sex=sex)
        return wards.requested(self.hospital, person.patient_id, **values)

    def admitted(self, label: str, **values: Any) -> queries.BedRow:
        self.desk.do(admit, self.asked(**values), 1, self.room.beds[label])
        return self.board()[label]

    def history(self, bed: str) -> list[tuple[str, str]]:
        with self.desk.db.transaction(self.desk.actor) as tx:
            return [(row.status, row.end_reason) for row in queries.stays_in(tx, self.room.beds[bed])]

    def tick(self, row: queries.BedRow) -> None:
        assert row.request_id is not None
        with self.desk.db.transaction(self.desk.actor) as tx:
            items = queries.checklist(tx, row.request_id)
        for item in items:
            self.desk.do(set_item, item.id, item.version, "done" if item.item == "letter" else "not needed")


def _key(value: UUID | None) -> UUID:
    assert value is not None
    return value


@pytest.fixture
def ward(hospital: Hospital) -> Ward:
    desk = hospital.desk("ward_manager", ("W1",), station="WARD-1", given="Lena", family="Wintergate")
    return Ward(hospital, desk, wards.furnished(hospital, "1A", "1B", "2A", "2B", equipment=("oxygen",)))


def test_a_doctor_asks_and_the_ward_knows_the_person_from_then_on(ward: Ward) -> None:
    hospital = ward.hospital
    front = hospital.desk(station="FRONT-2")
    added = visits.added(front, hospital.department())
    doctor = hospital.desk("physician", station="ROOM-3", title="Dr", given="Rajesh", family="Kumar")
    with doctor.db.transaction(doctor.actor) as tx:
        patient_id = _key(tx.exec_driver_sql("select patient_id from app.visit").scalar())
    new = NewRequest(
        patient_id, hospital.department("W1"), "Chest pain", "urgent", equipment=("oxygen",), expected_days=4,
        from_visit_id=added.visit_id,
    )  # fmt: skip
    with pytest.raises(Denied):
        doctor.do(request_admission, new)
    assert ward.waiting() == []
    patients.opened(doctor.db, doctor.actor, patient_id)
    asked = doctor.do(request_admission, new)
    (row,) = ward.waiting()
    assert (row.id, row.reason, row.urgency, row.equipment) == (asked.request_id, "Chest pain", "urgent", ("oxygen",))
    assert row.family and row.doctor == row.requested_by == "Dr Rajesh Kumar"
    with pytest.raises(Conflict, match="has been asked for already"):
        doctor.do(request_admission, NewRequest(patient_id, hospital.department("W1"), "Again"))
    with pytest.raises(Invalid) as refused:
        doctor.do(request_admission, NewRequest(patient_id, hospital.department("W1"), " ", "soon", expected_days=0))
    assert set(refused.value.fields) == {"reason", "urgency", "expected_days"}


def test_a_bed_is_kept_then_taken(ward: Ward) -> None:
    request_id = ward.asked()
    kept = ward.desk.do(assign, request_id, 1, ward.room.beds["1A"])
    bed = ward.board()["1A"]
    assert (bed.status, bed.hold, bed.request_id, bed.stay_id) == ("U", "reserved", request_id, None)
    assert ward.waiting()[0].bed == "1A"
    ward.desk.do(admit, request_id, kept.version)
    bed = ward.board()["1A"]
    assert (bed.status, bed.hold, bed.request_id) == ("O", "", request_id) and bed.stay_id is not None
    assert bed.expected_on is not None and bed.open_items == 7 and bed.family
    assert ward.waiting() == []


def test_a_reservation_is_moved_given_back_and_cancelled(ward: Ward) -> None:
    request_id = ward.asked()
    kept = ward.desk.do(assign, request_id, 1, ward.room.beds["1A"])
    kept = ward.desk.do(assign, request_id, kept.version, ward.room.beds["1B"])
    assert {label: bed.hold for label, bed in ward.board().items()} == {"1A": "", "1B": "reserved", "2A": "", "2B": ""}
    kept = ward.desk.do(unassign, request_id, kept.version)
    assert ward.board()["1B"].hold == ""
    kept = ward.desk.do(assign, request_id, kept.version, ward.room.beds["2A"])
    with pytest.raises(Invalid):
        ward.desk.do(cancel_request, request_id, kept.version, " ")
    ward.desk.do(cancel_request, request_id, kept.version, "went home")
    assert ward.board()["2A"].hold == "" and ward.waiting() == []


def test_who_comes_second_hears_who_has_the_bed(ward: Ward) -> None:
    first, second = ward.asked(), ward.asked()
    ward.desk.do(assign, first, 1, ward.room.beds["1A"])
    kept = r"Bed 1A is reserved for .*, .* already \(Lena Wintergate, \d\d:\d\d\)"
    with pytest.raises(Conflict, match=kept):
        ward.desk.do(assign, second, 1, ward.room.beds["1A"])
    with pytest.raises(Conflict, match=kept):
        ward.desk.do(admit, second, 1, ward.room.beds["1A"])
    ward.desk.do(admit, first, 2)
    with pytest.raises(Conflict, match=r"Bed 1A has .*, .* in it already \(Lena Wintergate"):
        ward.desk.do(admit, second, 1, ward.room.beds["1A"])


def test_a_bed_that_does_not_fit_is_refused_with_the_reason(ward: Ward) -> None:
    wards.furnished(ward.hospital, "3A", sex="male")
    single = wards.furnished(ward.hospital, "4A", sex="female", isolation=True, equipment=("oxygen", "monitor"))
    request_id = ward.asked(isolation="contact", equipment=["oxygen"])
    beds = ward.board()
    with pytest.raises(Conflict, match="3A does not fit: male room, no isolation, no oxygen"):
        ward.desk.do(assign, request_id, 1, beds["3A"].bed_id)
    ward.desk.do(admit, request_id, 1, single.beds["4A"])
    assert ward.board()["4A"].status == "I"


@pytest.mark.parametrize("wanted", ["C", "H", "K"])
def test_a_bed_that_is_not_ready_is_refused(ward: Ward, wanted: str) -> None:
    ward.desk.do(set_status, ward.room.beds["1A"], 1, wanted, "Ceiling leak")
    with pytest.raises(Conflict, match=r"1A: (closed|being made ready|contaminated)"):
        ward.desk.do(admit, ward.asked(), 1, ward.room.beds["1A"])


def test_a_blocked_bed_waits_for_whoever_blocked_it(ward: Ward) -> None:
    blocked = ward.desk.do(block, ward.room.beds["1A"], 1, "Kept for a relative")
    with pytest.raises(Conflict, match="1A: blocked"):
        ward.desk.do(assign, ward.asked(), 1, ward.room.beds["1A"])
    ward.desk.do(unblock, ward.room.beds["1A"], blocked.version)
    ward.desk.do(assign, ward.asked(), 1, ward.room.beds["1A"])


def test_a_transfer_keeps_the_history_and_leaves_a_bed_to_clean(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(transfer, _key(bed.stay_id), 1, ward.room.beds["2A"])
    board = ward.board()
    assert (board["1A"].status, board["1A"].task_kind) == ("H", "clean")
    assert (board["2A"].status, board["2A"].request_id) == ("O", bed.request_id)
    assert board["2A"].admitted_at == bed.admitted_at
    assert ward.history("1A") == [("transferred", "")] and ward.history("2A") == [("admitted", "")]
    with pytest.raises(Conflict, match="transferred"):
        ward.desk.do(transfer, _key(bed.stay_id), 1, ward.room.beds["2B"])


def test_two_people_swap_and_no_bed_is_dirty(ward: Ward) -> None:
    one, two = ward.admitted("1A"), ward.admitted("1B")
    ward.desk.do(swap, _key(one.stay_id), 1, _key(two.stay_id), 1)
    board = ward.board()
    assert (board["1A"].patient_id, board["1B"].patient_id) == (two.patient_id, one.patient_id)
    assert [board[label].status for label in ("1A", "1B")] == ["O", "O"]
    assert ward.hospital.value("select count(*) from app.cleaning_task") == 0


def test_a_swap_that_a_room_forbids_changes_nothing(ward: Ward) -> None:
    male = wards.furnished(ward.hospital, "3A", sex="male")
    one = ward.admitted("1A")
    ward.room.beds["3A"] = male.beds["3A"]
    two = ward.admitted("3A", sex="male")
    with pytest.raises(Conflict, match="3A does not fit: male room"):
        ward.desk.do(swap, _key(one.stay_id), 1, _key(two.stay_id), 1)
    assert ward.board()["1A"].patient_id == one.patient_id


def test_nobody_goes_home_before_the_checklist_is_done(ward: Ward) -> None:
    bed = ward.admitted("1A")
    with pytest.raises(Conflict, match="Discharge letter; Medicines to take home") as refused:
        ward.desk.do(discharge, _key(bed.stay_id), 1)
    assert len(refused.value.theirs["blockers"]) == 7  # type: ignore[arg-type]
    ward.tick(bed)
    ward.desk.do(discharge, _key(bed.stay_id), 1, "care facility")
    board = ward.board()
    assert (board["1A"].status, board["1A"].stay_id, board["1A"].task_kind) == ("H", None, "clean")
    assert ward.history("1A") == [("discharged", "")]
    assert ward.hospital.value("select status from app.admission_request") == "discharged"
    until = ward.hospital.value("select until_at - clock_timestamp() from app.care_relationship where kind = 'stay'")
    assert isinstance(until, dt.timedelta) and dt.timedelta(hours=11.9) < until < dt.timedelta(hours=12.1)


def test_the_database_refuses_what_the_window_would_not_offer(ward: Ward) -> None:
    bed = ward.admitted("1A")
    with pytest.raises(Conflict, match="checklist is not finished"), ward.desk.db.transaction(ward.desk.actor) as tx:
        tx.exec_driver_sql("update app.stay set status = 'discharged', discharged_to = 'home'")
    with pytest.raises(Invalid, match="needs the bed"), ward.desk.db.transaction(ward.desk.actor) as tx:
        tx.exec_driver_sql("update app.stay set status = 'transferred'")
    with pytest.raises(Conflict, match="taken and left by the stay"), ward.desk.db.transaction(ward.desk.actor) as tx:
        tx.exec_driver_sql("update app.bed set status = 'U' where label = '1A'")
    with pytest.raises(Conflict, match="by a stay in a bed"), ward.desk.db.transaction(ward.desk.actor) as tx:
        tx.exec_driver_sql("update app.admission_request set status = 'discharged'")
    assert ward.board()["1A"].stay_id == bed.stay_id


def test_who_dies_or_leaves_against_advice_waits_for_no_checklist(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(discharge, _key(bed.stay_id), 1, "against advice")
    assert ward.board()["1A"].status == "H"


def test_after_isolation_the_bed_is_contaminated(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(set_isolation, _key(bed.request_id), bed.request_version or 0, "contact")
    assert ward.board()["1A"].status == "I"
    ward.desk.do(discharge, _key(bed.stay_id), 1, "died")
    board = ward.board()
    assert (board["1A"].status, board["1A"].task_kind, board["1A"].target_minutes) == ("K", "deep clean", 60)


def test_a_cancelled_admission_keeps_its_reason_and_frees_the_bed(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(cancel_admission, _key(bed.stay_id), 1, "Never came up from the emergency room")
    assert ward.board()["1A"].status == "U"
    assert ward.history("1A") == [("cancelled", "Never came up from the emergency room")]
    row = ward.hospital.value("select cancelled_reason from app.admission_request")
    assert row == "Never came up from the emergency room"
    assert ward.hospital.value("select count(*) from app.cleaning_task") == 0


def test_a_wrong_bed_is_corrected_from_the_same_moment(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(correct, _key(bed.stay_id), 1, ward.room.beds["1B"], "Wrong bed picked")
    board = ward.board()
    assert (board["1A"].status, board["1B"].status) == ("U", "O")
    assert board["1B"].from_at == bed.from_at and ward.history("1A") == [("cancelled", "Wrong bed picked")]


def test_a_planned_discharge_stands_on_the_board(ward: Ward) -> None:
    bed = ward.admitted("1A")
    leaves = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(hours=2)
    ward.desk.do(plan_discharge, _key(bed.request_id), bed.request_version or 0, leaves.date(), leaves)
    assert ward.board()["1A"].leaves_at == leaves
    with pytest.raises(Invalid):
        day = leaves.date() - dt.timedelta(days=3)
        ward.desk.do(plan_discharge, _key(bed.request_id), (bed.request_version or 0) + 1, day)


def test_a_newborn_lies_beside_the_mother_and_moves_with_her(ward: Ward) -> None:
    bed = ward.admitted("1A")
    today = ward.hospital.value("select app.today()")
    assert isinstance(today, dt.date)
    twins = [ward.desk.do(register_newborn, _key(bed.stay_id), sex, today) for sex in ("female", "male")]
    assert twins[0].family_name == bed.family and twins[0].given_names == f"Baby of {bed.given}"
    assert len({twin.mrn for twin in twins}) == 2
    assert ward.board()["1A"].cots == 2
    assert ward.hospital.value("select count(*) from app.related_person where related_id = %s", bed.patient_id) == 2
    ward.desk.do(transfer, _key(bed.stay_id), 1, ward.room.beds["2A"])
    board = ward.board()
    assert (board["1A"].cots, board["2A"].cots, board["1A"].status) == (0, 2, "H")
    ward.tick(board["2A"])
    with pytest.raises(Conflict, match="is still in the cot"):
        ward.desk.do(discharge, _key(board["2A"].stay_id), 1)
    with pytest.raises(Conflict, match="cot stands at this bed"), ward.desk.db.transaction(ward.desk.actor) as tx:
        tx.exec_driver_sql(
            "update app.stay set status = 'discharged', discharged_to = 'home' where id = %s", (board["2A"].stay_id,)
        )
    with ward.desk.db.transaction(ward.desk.actor) as tx:
        babies = queries.cots(tx, board["2A"].bed_id)
    for baby in babies:
        ward.desk.do(discharge, baby.stay_id, baby.stay_version, "against advice")
    ward.desk.do(discharge, _key(board["2A"].stay_id), 1)
    assert ward.board()["2A"].status == "H"


def test_a_newborn_may_go_to_a_bed_of_its_own(ward: Ward) -> None:
    bed = ward.admitted("1A")
    today = ward.hospital.value("select app.today()")
    assert isinstance(today, dt.date)
    born = ward.desk.do(register_newborn, _key(bed.stay_id), "female", today)
    ward.desk.do(transfer, born.stay_id, 1, ward.room.beds["1B"])
    board = ward.board()
    assert (board["1A"].cots, board["1B"].patient_id) == (0, born.patient_id)


def test_another_ward_sees_beds_but_not_who_lies_in_them(ward: Ward) -> None:
    bed = ward.admitted("1A")
    other = ward.hospital.desk("ward_manager", ("GEN",), station="ROOM-3")
    with other.db.transaction(other.actor) as tx:
        (row, *_) = queries.board(tx, [ward.hospital.department("W1")])
        assert (row.status, row.family, row.stay_id) == ("O", "", None)
        assert queries.waiting(tx) == []
    with pytest.raises(Denied):
        other.do(discharge, _key(bed.stay_id), 1, "died")


def test_a_repeat_of_an_admission_admits_once(ward: Ward) -> None:
    request_id, op = ward.asked(), new_id()
    desk = ward.desk
    first = perform(desk.db, desk.actor, admit, op, request_id, 1, ward.room.beds["1A"])
    assert perform(desk.db, desk.actor, admit, op, request_id, 1, ward.room.beds["1A"]) == first
    assert ward.hospital.value("select count(*) from app.stay") == 1


def test_of_four_who_want_one_bed_one_gets_it_and_the_others_hear_who(ward: Ward) -> None:
    stations = ("WARD-1", "FRONT-1", "FRONT-2", "ROOM-3")
    asked = [ward.asked() for _ in stations]
    clerks = [ward.hospital.desk("nurse", ("W1",), station=code, family=f"Clerk{n}") for n, code in enumerate(stations)]
    together, told, won = threading.Barrier(len(clerks)), list[str](), list[UUID]()

    def take(clerk: Desk, request_id: UUID) -> None:
        together.wait()
        try:
            won.append(clerk.do(admit, request_id, 1, ward.room.beds["1A"]).request_id)
        except UserError as error:
            told.append(str(error))

    threads = [threading.Thread(target=take, args=pair) for pair in zip(clerks, asked, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1 and len(told) == 3
    winner = f"Alex Clerk{asked.index(won[0])}"
    assert all("Bed 1A has " in said and winner in said for said in told), told


def test_the_timeline_tells_of_the_stay(ward: Ward) -> None:
    bed = ward.admitted("1A")
    ward.desk.do(transfer, _key(bed.stay_id), 1, ward.room.beds["1B"])
    ward.desk.do(discharge, _key(ward.board()["1B"].stay_id), 1, "against advice")
    patients.opened(ward.desk.db, ward.desk.actor, _key(bed.patient_id))
    with ward.desk.db.transaction(ward.desk.actor) as tx:
        told = timeline.page(tx, _key(bed.patient_id), kinds=["admission"]).events
    assert [event.what for event in told] == [
        "Discharged from bed 1B",
        "Moved to bed 1B",
        "Admitted to bed 1A",
        "Admission asked for: Ward 1",
    ]
    assert told[0].detail == "against advice" and told[0].by == "Lena Wintergate"
