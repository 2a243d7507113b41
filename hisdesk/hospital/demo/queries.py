"""What the tour looks up past the policies, as the deploying service: whom to play with, and what is really stored."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from hisdesk.hospital.documents.tables import document
from hisdesk.hospital.notes.tables import note
from hisdesk.hospital.patients.tables import insurance_policy, patient, patient_identifier, patient_name
from hisdesk.hospital.stock.tables import lot
from hisdesk.hospital.visits.tables import visit


@dataclass(frozen=True)
class Example:
    """Somebody of the demo hospital. `former` is an old family name, "" where there is none."""

    id: UUID
    mrn: str
    family_name: str
    given_names: str
    birth_date: dt.date
    phone: str
    former: str = ""

    @property
    def shown(self) -> str:
        """As lists show the name."""
        return f"{self.family_name.upper()}, {self.given_names}"


_EXAMPLE = (
    patient.c.id,
    patient.c.mrn,
    patient.c.family_name,
    patient.c.given_names,
    patient.c.birth_date,
    patient.c.phone,
)


def named(tx: sa.Connection, family_name: str, given_names: str) -> Example:
    """The first person of that name who was registered."""
    found = tx.execute(
        sa.select(*_EXAMPLE)
        .where(patient.c.family_name == family_name, patient.c.given_names == given_names)
        .order_by(patient.c.registered_at)
        .limit(1)
    ).one()
    return Example(*found)


def renamed(tx: sa.Connection) -> Example:
    """Somebody living with a long plain name that nobody else has, a former family name and a phone number."""
    twin = patient.alias()
    alone = ~sa.exists().where(twin.c.family_name == patient.c.family_name, twin.c.id != patient.c.id)
    found = tx.execute(
        sa.select(*_EXAMPLE, patient_name.c.family_name)
        .join(patient_name, patient_name.c.patient_id == patient.c.id)
        .where(
            patient_name.c.use == "former",
            patient_name.c.family_name != patient.c.family_name,
            patient.c.family_name.regexp_match("^[A-Z][a-z]{6,}$"),
            patient.c.given_names.regexp_match("^[A-Z][a-z]{3,}$"),
            patient_name.c.family_name.regexp_match("^[A-Z][a-z]{3,}$"),
            patient.c.birth_date.is_not(None),
            ~patient.c.birth_date_estimated,
            patient.c.phone != "",
            patient.c.status == "active",
            patient.c.deceased_on.is_(None),
        )
        .order_by(alone.desc(), patient.c.mrn)
        .limit(1)
    ).one()
    return Example(*found)


def with_mrn(tx: sa.Connection, number: str) -> Example:
    """The one person with this MRN."""
    return Example(*tx.execute(sa.select(*_EXAMPLE).where(patient.c.mrn == number)).one())


def by_mrn(tx: sa.Connection, number: str) -> list[UUID]:
    """The people with this MRN: one, or none."""
    return list(tx.execute(sa.select(patient.c.id).where(patient.c.mrn == number)).scalars())


def ciphertexts(tx: sa.Connection, patient_id: UUID) -> dict[str, bytes]:
    """What is stored of a person's numbers and pictures, exactly as it lies in the database."""
    number = tx.execute(
        sa.select(patient_identifier.c.number_enc).where(patient_identifier.c.patient_id == patient_id)
    ).scalar_one()
    policy = tx.execute(
        sa.select(insurance_policy.c.member_number_enc, insurance_policy.c.group_number_enc).where(
            insurance_policy.c.patient_id == patient_id
        )
    ).one()
    pictures = tx.execute(sa.select(document.c.content_enc).where(document.c.patient_id == patient_id)).scalars()
    found = {"document number": number, "member number": policy[0], "group number": policy[1]}
    found |= {f"picture {place}": content for place, content in enumerate(pictures, 1)}
    return {what: bytes(value) for what, value in found.items()}


def openings(tx: sa.Connection, patient_id: UUID, station: str) -> int:
    """How often this record was opened from this station, as the audit has it."""
    count = tx.exec_driver_sql(
        "select count(*) from audit.log l join auth.station s on s.role_name = l.station"
        " where l.verb = 'opened' and l.patient_id = %s and s.code = %s",
        (patient_id, station),
    )
    return int(count.scalar_one())


def visit_id(tx: sa.Connection, patient_id: UUID) -> UUID:
    """The latest visit of a person."""
    found: UUID = tx.execute(
        sa.select(visit.c.id).where(visit.c.patient_id == patient_id).order_by(visit.c.arrived_at.desc()).limit(1)
    ).scalar_one()
    return found


def visits_of(tx: sa.Connection, patient_id: UUID) -> list[str]:
    """The tickets of a person, the latest first."""
    found = sa.select(visit.c.ticket).where(visit.c.patient_id == patient_id).order_by(visit.c.arrived_at.desc())
    return list(tx.execute(found).scalars())


def how_many(tx: sa.Connection, family_name: str, given_names: str) -> int:
    """How many people have this name."""
    found = sa.select(sa.func.count()).where(patient.c.family_name == family_name, patient.c.given_names == given_names)
    return int(tx.execute(found).scalar_one())


def signed_notes(tx: sa.Connection, patient_id: UUID) -> int:
    """How many notes of a person are signed."""
    wanted = sa.and_(note.c.patient_id == patient_id, note.c.status == "signed")
    return int(tx.execute(sa.select(sa.func.count()).where(wanted)).scalar_one())


def on_hand(tx: sa.Connection) -> Decimal:
    """Everything that lies on the pharmacy's shelves, in units of stock."""
    return Decimal(tx.execute(sa.select(sa.func.sum(lot.c.on_hand))).scalar_one())
