"""Eight clerks want the same hundred beds, each for somebody else, all at once and through the actions."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.hospital.admissions.actions import admit
from hisdesk.hospital.admissions.tables import admission_request
from hisdesk.hospital.demo.actions import load_people
from hisdesk.hospital.demo.people import people
from hisdesk.hospital.patients.tables import patient
from tests.bench.race import CLERKS, ROUNDS, STATIONS, race
from tests.bench.report import Row, row
from tests.factories import wards
from tests.helpers import servers
from tests.helpers.hospital import Desk, Hospital, make_template

BEDS = ROUNDS


def measure() -> list[Row]:
    """How many beds were won, and how many of those who lost were told who has the bed."""
    address = servers.postgres().address
    if address is None:
        raise RuntimeError("the embedded database has no address")
    with Hospital(make_template(address)) as hospital:
        beds = list(wards.furnished(hospital, *(f"{n}A" for n in range(1, BEDS + 1))).beds.values())
        clerks = [
            hospital.desk("nurse", ("W1",), station=STATIONS[n % len(STATIONS)], family=f"Clerk{n}")
            for n in range(CLERKS)
        ]
        requests = _requests(hospital, clerks[0])

        def take(clerk: int, place: int) -> object:
            return clerks[clerk].do(admit, requests[place * len(clerks) + clerk], 1, beds[place])

        won, told = race(clerks, BEDS, take, "in it already (Alex Clerk")
        lie = hospital.value("select count(distinct bed_id) from app.stay where until_at is null")
    lost = CLERKS * BEDS - BEDS
    return [
        row("race_bed", f"{CLERKS} clerks want {BEDS} beds: beds that two people have, or nobody",
            abs(BEDS - won) + abs(BEDS - int(str(lie))), 0, "beds"),
        row("race_bed_told", "who lost and was not told who has the bed", lost - told, 0, "people"),
    ]  # fmt: skip


def _requests(hospital: Hospital, desk: Desk) -> list[UUID]:
    """A request for each clerk and bed, each of another person."""
    load_people(hospital.deploy, desk.cipher, people(CLERKS * BEDS, 1))
    ward = hospital.department("W1")
    with hospital.deploy.transaction() as tx:
        keys = list(tx.execute(sa.select(patient.c.id).limit(CLERKS * BEDS)).scalars())
        rows = [{"id": new_id(), "patient_id": key, "department_id": ward, "reason": "Pneumonia"} for key in keys]
        tx.execute(sa.insert(admission_request).inline(), rows)
    return [each["id"] for each in rows]
