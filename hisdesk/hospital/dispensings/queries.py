"""A pharmacy's window: what waits, one prescription with the lots it can be dispensed from, what was dispensed.

prescriptions.view shows what was sent to the own pharmacies, dispensings.view what was handed out there. Names come
with a row as long as the pharmacy has a reason to know the person; afterwards they are empty. What was handed out over
the years, to anybody, is found by a question that is recorded first: dispensing_history.view.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import new_id
from hisdesk.access.actor import Actor
from hisdesk.access.figures import OWN, Figures
from hisdesk.db.database import Database
from hisdesk.hospital.medicines.rules import strength_words
from hisdesk.hospital.prescriptions.rules import Sig
from hisdesk.hospital.prescriptions.tables import prescription, prescription_line
from hisdesk.hospital.stock.rules import Lot
from hisdesk.hospital.stock.tables import lot

MOST_SHOWN = 500
_ASK_AGAIN_S = 10 * 60
"""The answers to a question come for fifteen minutes."""


@dataclass(frozen=True)
class WaitingRow:
    """One prescription of the work list. Without a record `mrn` is empty and `family` the name that was given.

    `lines` are those still open; `short` those of them for which there is not enough that has not expired.
    """

    id: UUID
    patient_id: UUID | None
    visit_id: UUID | None
    department_id: UUID
    family: str
    given: str
    honorific: str
    mrn: str
    born: dt.date | None
    estimated: bool
    sex: str
    ticket: str
    prescriber: str
    status: str
    signed_at: dt.datetime
    lines: int
    short: int
    overridden: int
    version: int


@dataclass(frozen=True)
class DispensedRow:
    """One hand-over, or one that takes another back; `number` is the prescription's.

    `items` are (medicine with its strength, quantity, unit, lot number).
    """

    id: UUID
    prescription_id: UUID
    number: int
    patient_id: UUID | None
    family: str
    given: str
    honorific: str
    mrn: str
    dispensed_at: dt.datetime
    dispensed_by: str
    reverses: UUID | None
    reversed: bool
    reason: str
    items: tuple[tuple[str, Decimal, str, str], ...]


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the history; all that is given must fit. `patient` as in the search for people.

    `medicines` are keys, `medicine` what was typed for them; `number` is a prescription's; both days are included.
    """

    patient: str = ""
    mrn: str = ""
    medicine: str = ""
    medicines: tuple[UUID, ...] = ()
    lot: str = ""
    number: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class PaperLine:
    """A line as labels and receipts tell it. `lots` are (number, expiry, quantity) of this entry; `given` is what was
    handed out up to and with it, in `unit`. `strength_value strength_unit` are in `strength_per unit`."""

    name: str
    form: str
    unit: str
    strength_value: Decimal
    strength_unit: str
    strength_per: Decimal
    sig: Sig
    instructions: str
    quantity: Decimal
    cancelled: bool
    given: Decimal
    lots: tuple[tuple[str, dt.date, Decimal], ...]
    pack_size: Decimal | None = None


@dataclass(frozen=True)
class Paper:
    """What stands on the labels and the receipt of one entry. Staff are (title, given names, family name)."""

    dispensing_id: UUID
    hospital: str
    pharmacy: str
    location: str
    number: int
    signed_at: dt.datetime
    dispensed_at: dt.datetime
    reversal: bool
    reason: str
    prescriber: tuple[str, str, str]
    pharmacist: tuple[str, str, str]
    family: str
    given: str
    honorific: str
    mrn: str
    lines: tuple[PaperLine, ...]


@dataclass(frozen=True)
class Day:
    """Figures of the own pharmacies since midnight; `median_wait` from signature to first hand-over."""

    dispensed: int
    median_wait: dt.timedelta | None


_NAME = "coalesce(btrim(concat_ws(' ', nullif({0}.title, ''), {0}.given_names, {0}.family_name)), '')"
_PERSON = """coalesce(p.family_name, r.anonymous_name, '') as family, coalesce(p.given_names, '') as given,
    coalesce(p.title, '') as honorific, coalesce(p.mrn, '') as mrn"""
_MIDNIGHT = "(app.today()::timestamp at time zone coalesce((select h.time_zone from app.hospital h), 'UTC'))"

_WAITING = f"""
select r.id, r.patient_id, r.visit_id, r.department_id, {_PERSON}, p.birth_date as born,
    coalesce(p.birth_date_estimated, false) as estimated, coalesce(p.sex, 'unknown') as sex,
    coalesce(v.ticket, '') as ticket, {_NAME.format("s")} as prescriber, r.status, r.signed_at,
    l.lines, l.short, l.overridden, r.version
from app.prescription r
left join app.patient p on p.id = r.patient_id
left join app.visit v on v.id = r.visit_id
left join app.staff s on s.id = r.prescriber_id
cross join lateral (
    select count(*)::integer as lines,
        count(*) filter (where x.quantity - x.dispensed_quantity > coalesce((
            select sum(t.on_hand) from app.lot t where t.department_id = r.department_id
                and t.medicine_id = x.medicine_id and t.expires_on >= app.today()), 0))::integer as short,
        count(*) filter (where exists (select 1 from app.prescription_override o
            where o.line_id = x.id and o.outcome = 'stop'))::integer as overridden
    from app.prescription_line x
    where x.prescription_id = r.id and x.status in ('issued', 'partly dispensed')) l
"""


def waiting(tx: sa.Connection, *, most: int = MOST_SHOWN) -> list[WaitingRow]:
    """What the own pharmacies have not dispensed wholly, signed first comes first. One statement."""
    rows = tx.exec_driver_sql(
        f"""{_WAITING} where r.department_id = any((select auth.departments())::uuid[])
            and r.status in ('issued', 'partly dispensed') order by r.signed_at, r.id limit %(most)s""",
        {"most": most},
    )
    return [WaitingRow(**row._mapping) for row in rows]


def lots_for(tx: sa.Connection, prescription_id: UUID) -> dict[UUID, tuple[Lot, ...]]:
    """The lots of this prescription's medicines in its pharmacy that are not empty, expired ones too; by medicine."""
    wanted = sa.select(prescription_line.c.medicine_id).where(prescription_line.c.prescription_id == prescription_id)
    where = sa.select(prescription.c.department_id).where(prescription.c.id == prescription_id).scalar_subquery()
    found: dict[UUID, list[Lot]] = {}
    for row in tx.execute(
        sa.select(lot)
        .where(lot.c.department_id == where, lot.c.medicine_id.in_(wanted), lot.c.on_hand > 0)
        .order_by(lot.c.expires_on, lot.c.lot_number)
        .limit(MOST_SHOWN)
    ):
        each = Lot(row.id, row.medicine_id, row.lot_number, row.expires_on, row.on_hand, row.version)
        found.setdefault(row.medicine_id, []).append(each)
    return {medicine: tuple(lots) for medicine, lots in found.items()}


_DISPENSED = f"""
select d.id, d.prescription_id, r.number, d.patient_id, {_PERSON}, d.dispensed_at, {_NAME.format("s")} as dispensed_by,
    d.reverses, exists (select 1 from app.dispensing b where b.reverses = d.id) as reversed, d.reason,
    (select json_agg(json_build_array(m.name, i.quantity::text, m.unit, t.lot_number, m.strength_value::text,
        m.strength_unit, m.strength_per::text) order by m.name, t.lot_number)
     from app.dispensing_item i join app.prescription_line x on x.id = i.line_id
     left join app.medicine m on m.id = x.medicine_id left join app.lot t on t.id = i.lot_id
     where i.dispensing_id = d.id) as items
from app.dispensing d
join app.prescription r on r.id = d.prescription_id
left join app.patient p on p.id = d.patient_id
left join app.staff s on s.id = d.dispensed_by
"""


def dispensed(tx: sa.Connection, *, most: int = MOST_SHOWN) -> list[DispensedRow]:
    """What the own pharmacies handed out to people whom they still have a reason to know, the latest first."""
    rows = tx.exec_driver_sql(
        f"""{_DISPENSED} where d.department_id = any((select auth.departments())::uuid[])
            order by d.dispensed_at desc, d.id limit %(most)s""",
        {"most": most},
    )
    return [_dispensed(row) for row in rows]


class HistoryPages:
    """Pages of the entries that fit one question, the latest first. Any thread, one at a time; never the GUI thread.

    The question is recorded and committed before anything is shown, so that no reading can be taken back; it is asked
    anew every ten minutes, and after another sign-in.
    """

    def __init__(self, db: Database, actor: Actor, wanted: Wanted) -> None:
        self._db, self._actor, self._wanted = db, actor, wanted
        self._ask, self._asked_at = new_id(), float("-inf")

    def of(self, actor: Actor) -> HistoryPages:
        """The same pages for the person's session of now."""
        return self if actor.token == self._actor.token else HistoryPages(self._db, actor, self._wanted)

    def page(
        self, at: tuple[dt.datetime, UUID] | None = None, *, upward: bool = False, most: int = 100
    ) -> list[DispensedRow]:
        """At most `most` (500) entries before this moment and key, or the nearest ones after it."""
        asking = None
        if time.monotonic() - self._asked_at > _ASK_AGAIN_S:
            self._ask = new_id()
            asking = ("select auth.ask(%s, %s, null, 'dispensings')", (self._ask, _question(self._wanted)))
        when, key = at or (None, None)
        with self._db.transaction(self._actor, after=asking) as tx:
            rows = tx.exec_driver_sql(
                "select * from app.dispensings_found(%s, %s, %s, %s, %s)", (self._ask, most, when, key, upward)
            )
            page = [_dispensed(row) for row in rows]
        if asking is not None:
            self._asked_at = time.monotonic()
        return page[::-1] if upward else page


def _question(wanted: Wanted) -> str:
    """As the database asks; what is not given is left out."""
    given = {name: value for name, value in vars(wanted).items() if value not in ("", None, ())}
    return json.dumps(given, default=str)


def paper(tx: sa.Connection, dispensing_id: UUID) -> Paper:
    """What is printed of one entry of the own pharmacy: of somebody it knows, or that its own search found.

    dispensings.view. Raises Denied. One statement.
    """
    found: dict[str, Any] = tx.exec_driver_sql("select app.dispensing_paper(%s)", (dispensing_id,)).scalar_one()
    family, given, honorific, mrn = found["patient"]
    plain = {name: found[name] for name in ("hospital", "pharmacy", "location", "number", "reversal", "reason")}
    return Paper(
        dispensing_id=dispensing_id,
        prescriber=tuple(found["prescriber"]),
        pharmacist=tuple(found["pharmacist"]),
        family=family,
        given=given,
        honorific=honorific,
        mrn=mrn,
        lines=tuple(_paper_line(line) for line in found["lines"]),
        signed_at=dt.datetime.fromisoformat(found["signed_at"]),
        dispensed_at=dt.datetime.fromisoformat(found["dispensed_at"]),
        **plain,
    )


def _paper_line(line: dict[str, Any]) -> PaperLine:
    dose, dose_unit, route, frequency, count, as_needed, days = line["sig"]
    value, strength_unit, per = line["strength"]
    return PaperLine(
        line["name"],
        line["form"],
        line["unit"],
        Decimal(value),
        strength_unit,
        Decimal(per),
        Sig(Decimal(dose), dose_unit, route, frequency, count, as_needed, days),
        line["instructions"],
        Decimal(line["quantity"]),
        line["cancelled"],
        Decimal(line["given"]),
        tuple((lot, dt.date.fromisoformat(expires), Decimal(q)) for lot, expires, q in line["lots"]),
    )


def day(tx: sa.Connection) -> Day:
    """Today's figures. One statement."""
    row = tx.exec_driver_sql(
        f"""select count(*)::integer, percentile_disc(0.5) within group (order by d.first - r.signed_at)
            from (select i.prescription_id, min(i.dispensed_at) as first from app.dispensing i
                  where i.department_id = any((select auth.departments())::uuid[]) and i.reverses is null
                    and i.dispensed_at >= {_MIDNIGHT} group by i.prescription_id) d
            join app.prescription r on r.id = d.prescription_id"""
    ).one()
    return Day(*row)


def _dispensed(row: sa.Row[Any]) -> DispensedRow:
    items = tuple(_item(*each) for each in row.items or ())
    return DispensedRow(**{**row._mapping, "items": items})


WAITING_FIGURES = Figures(
    f"""select count(*) filter (where r.status = 'issued') as rx_new,
           count(*) filter (where r.status = 'partly dispensed') as rx_owed,
           min(r.signed_at) filter (where r.status = 'issued') as rx_since,
           min(r.signed_at) filter (where r.status = 'partly dispensed') as rx_owed_since
       from app.prescription r where r.department_id = {OWN} and r.status in ('issued', 'partly dispensed')""",
    (permissions.PRESCRIPTIONS_VIEW, permissions.DISPENSINGS_VIEW),
    ("prescription",),
)
"""What the own pharmacies have not dispensed wholly."""

SHORT_FIGURES = Figures(
    f"""select count(*) as rx_short from app.prescription r
       where r.department_id = {OWN} and r.status in ('issued', 'partly dispensed') and exists (
           select 1 from app.prescription_line x
           where x.prescription_id = r.id and x.status in ('issued', 'partly dispensed')
               and x.quantity - x.dispensed_quantity > coalesce((
                   select sum(t.on_hand) from app.lot t where t.department_id = r.department_id
                       and t.medicine_id = x.medicine_id and t.expires_on >= app.today()), 0))""",
    (permissions.PRESCRIPTIONS_VIEW, permissions.DISPENSINGS_VIEW, permissions.STOCK_VIEW),
    ("prescription", "prescription_line", "lot"),
)
"""Prescriptions with a line for which there is not enough that has not expired, as `short` of the work list."""

DAY_FIGURES = Figures(
    f"""select count(distinct i.prescription_id) as dispensed_today,
            count(*) filter (where i.reverses is not null) as dispensed_back
        from app.dispensing i where i.department_id = {OWN} and i.dispensed_at >= {_MIDNIGHT}""",
    (permissions.DISPENSINGS_VIEW,),
    ("dispensing",),
)
"""Prescriptions that were dispensed today, and how many hand-overs were taken back."""


def _item(
    name: str | None, quantity: str, unit: str | None, lot_number: str | None, value: str, of: str, per: str
) -> tuple[str, Decimal, str, str]:
    """One lot of one line; a medicine that this person may not see has no name."""
    strong = (
        f"{name} {strength_words(Decimal(value), of, Decimal(per), unit or '')}" if name else "not in your formulary"
    )
    return strong, Decimal(quantity), unit or "", lot_number or ""
