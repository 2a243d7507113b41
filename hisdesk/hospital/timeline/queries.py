"""Everything that happened to a person, newest first, as far as this session may see it.

Each kind of event needs the permission of its own table and the record open, else it is left out without a word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa

PAGE = 50
_CHANGES_OF_A_DEED = 20


@dataclass(frozen=True)
class Cursor:
    """Where the next page goes on: after this event."""

    at: dt.datetime
    key: str


@dataclass(frozen=True)
class Event:
    """One line of the timeline. `kind`: registration, name, visit, note, diagnosis, order, allergy and so on.

    `what` is the line's first words ("Called to Room 3"), `detail` the rest; `by` is who did it, "" when unknown;
    `source_id` is the key of the visit, order, allergy or document.
    """

    at: dt.datetime
    key: str
    kind: str
    what: str
    detail: str
    by: str
    source_id: UUID


@dataclass(frozen=True)
class Page:
    """Some events; `more` is where the next page goes on, None at the end."""

    events: tuple[Event, ...]
    more: Cursor | None


@dataclass(frozen=True)
class Deed:
    """Something the reader did: all changes of one moment. `changes` are (table, verb, new status or ""), the latest
    first; `family` and `given` are empty where the person may not be known, `patient_id` is None where there is none.
    """

    at: dt.datetime
    changes: tuple[tuple[str, str, str], ...]
    patient_id: UUID | None
    family: str
    given: str
    title: str
    staff: str


_EVENTS = """
with visit as (
    select v.*, d.name as department, coalesce(nullif(concat_ws(' ', nullif(s.title, ''), s.given_names,
        s.family_name), ''), '') as doctor
    from app.visit v join app.department d on d.id = v.department_id left join app.staff s on s.id = v.doctor_id
    where v.patient_id = %(id)s order by v.arrived_at desc limit 500
), placed as (
    select o.*, d.name as department
    from app.clinical_order o join app.department d on d.id = o.to_department_id
    where o.patient_id = %(id)s order by o.asked_at desc limit 500
), event (at, key, kind, what, detail, by_id, source_id) as (
    select p.registered_at, 'a' || p.id, 'registration', 'Registered', '', p.registered_by, p.id
    from app.patient p where p.id = %(id)s
    union all
    select n.until_at, 'b' || n.id, 'name', 'Name changed',
        'formerly ' || concat_ws(', ', nullif(n.family_name, ''), nullif(n.given_names, '')), null::uuid, n.id
    from app.patient_name n where n.patient_id = %(id)s and n.use = 'former' and n.until_at is not null
    union all
    select v.arrived_at, 'c' || v.id, 'visit', 'Arrived at ' || v.department,
        concat_ws(' · ', v.ticket, nullif(v.priority, 'normal'), nullif(v.reason, '')), v.created_by, v.id from visit v
    union all
    select v.called_at, 'd' || v.id, 'visit', 'Called to ' || v.called_room, v.ticket, v.called_by, v.id
    from visit v where v.called_at is not null
    union all
    select v.started_at, 'e' || v.id, 'visit', 'With the doctor', concat_ws(' · ', v.department, nullif(v.doctor, '')),
        v.doctor_id, v.id from visit v where v.started_at is not null
    union all
    select v.completed_at, 'f' || v.id, 'visit', 'Visit completed', v.department, v.doctor_id, v.id
    from visit v where v.completed_at is not null
    union all
    select coalesce(v.cancelled_at, v.arrived_at), 'g' || v.id, 'visit', 'Visit cancelled', v.cancelled_reason,
        null::uuid, v.id from visit v where v.status = 'cancelled'
    union all
    select q.requested_at, 'u' || q.id, 'admission', 'Admission asked for: ' || w.name,
        concat_ws(' · ', nullif(q.urgency, 'normal'), q.reason, nullif(q.isolation, '')), q.requested_by, q.id
    from app.admission_request q join app.department w on w.id = q.department_id where q.patient_id = %(id)s
    union all
    select q.ended_at, 'v' || q.id, 'admission', 'Request for admission taken back', q.cancelled_reason, null::uuid,
        q.id
    from app.admission_request q
    where q.patient_id = %(id)s and q.status = 'cancelled' and q.ended_at is not null and q.admitted_at is null
    union all
    select s.from_at, 'w' || s.id, 'admission',
        case when s.previous_id is null then 'Admitted to bed ' else 'Moved to bed ' end || b.label,
        concat_ws(' · ', w.name, case when s.cot then 'cot' end), s.recorded_by, s.id
    from app.stay s join app.bed b on b.id = s.bed_id join app.department w on w.id = s.department_id
    where s.patient_id = %(id)s
    union all
    select s.until_at, 'x' || s.id, 'admission',
        case s.status when 'discharged' then 'Discharged from bed ' else 'Stay cancelled: bed ' end || b.label,
        concat_ws(' · ', nullif(s.discharged_to, ''), nullif(s.end_reason, '')), s.ended_by, s.id
    from app.stay s join app.bed b on b.id = s.bed_id
    where s.patient_id = %(id)s and s.status in ('discharged', 'cancelled')
    union all
    select a.recorded_at, 'h' || a.id, 'allergy', 'Allergy recorded: ' || a.substance,
        concat_ws(' · ', nullif(a.reaction, ''), nullif(a.severity, 'not known'), nullif(a.status, 'active')),
        a.recorded_by, a.id from app.allergy a where a.patient_id = %(id)s
    union all
    select d.asked_at, 'i' || d.id, 'declaration',
        case d.state when 'none known' then 'No known allergies' else '“No known allergies” withdrawn' end, '',
        d.asked_by, d.id from app.allergy_declaration d where d.patient_id = %(id)s
    union all
    select d.captured_at, 'j' || d.id, 'document', 'Document added: ' || d.title, replace(d.kind, '_', ' '),
        d.recorded_by, d.id from app.document d where d.patient_id = %(id)s
    union all
    select o.asked_at, 'k' || o.id, 'order', 'Order: ' || o.title,
        concat_ws(' · ', nullif(o.priority, 'routine'), o.kind || ' to ' || o.department), o.asked_by, o.id
    from placed o
    union all
    select o.started_at, 'l' || o.id, 'order', 'Order started: ' || o.title, o.department, o.started_by, o.id
    from placed o where o.started_at is not null
    union all
    select o.completed_at, 'm' || o.id, 'order', 'Order completed: ' || o.title, o.completion_note, o.completed_by, o.id
    from placed o where o.completed_at is not null
    union all
    select o.cancelled_at, 'n' || o.id, 'order', 'Order cancelled: ' || o.title, o.cancelled_reason, o.cancelled_by,
        o.id from placed o where o.cancelled_at is not null
    union all
    select n.signed_at, 'o' || n.id, 'note', 'Note signed',
        left(concat_ws(' · ', nullif((select string_agg(d ->> 'title', ', ') from jsonb_array_elements(n.diagnoses) d),
            ''), coalesce(nullif(n.assessment, ''), nullif(n.plan, ''), n.subjective)), 300), n.author_id, n.id
    from app.note n where n.patient_id = %(id)s and n.status = 'signed'
    union all
    select a.written_at, 'p' || a.id, 'note', initcap(left(a.kind, 1)) || substr(a.kind, 2) || ' to a note',
        left(a.reason || ': ' || a.text, 300), a.author_id, a.note_id
    from app.note_addendum a where a.patient_id = %(id)s
    union all
    select d.recorded_at, 'q' || d.id, 'diagnosis', 'Problem: ' || d.title,
        concat_ws(' · ', d.code, nullif(d.status, 'active')), d.recorded_by, d.id
    from app.diagnosis d where d.patient_id = %(id)s and d.problem
    union all
    select p.signed_at, 'r' || p.id, 'prescription', 'Prescription issued',
        (select string_agg(concat_ws(' ', m.name, l.dose_value::real, l.dose_unit), ', ' order by l.position)
         from app.prescription_line l join app.medicine m on m.id = l.medicine_id where l.prescription_id = p.id),
        p.prescriber_id, p.id
    from app.prescription p where p.patient_id = %(id)s
    union all
    select l.cancelled_at, 's' || l.id, 'prescription', 'Prescription cancelled: ' || m.name, l.cancelled_reason,
        l.cancelled_by, l.prescription_id
    from app.prescription_line l join app.medicine m on m.id = l.medicine_id
    where l.patient_id = %(id)s and l.cancelled_at is not null
    union all
    select d.dispensed_at, 't' || d.id, 'prescription',
        case when d.reverses is null then 'Dispensed' else 'Dispensing taken back' end,
        concat_ws(' · ', nullif(d.reason, ''),
            (select string_agg(concat_ws(' ', m.name, trim_scale(i.quantity), m.unit), ', ' order by m.name)
             from app.dispensing_item i join app.prescription_line l on l.id = i.line_id
             join app.medicine m on m.id = l.medicine_id where i.dispensing_id = d.id)), d.dispensed_by,
        d.prescription_id
    from app.dispensing d where d.patient_id = %(id)s
    union all
    select v.measured_at, 'y' || v.id, 'vitals',
        case when v.status <> 'final' then 'Vital signs entered in error'
            else 'Vital signs' || coalesce(': NEWS2 ' || v.news2, '') end,
        concat_ws(' · ', nullif(v.status_reason, ''), v.systolic_mmhg || '/' || v.diastolic_mmhg || ' mmHg',
            'pulse ' || v.pulse_per_min, v.oxygen_saturation_percent || ' %%', v.temperature_celsius || ' °C'),
        v.recorded_by, v.id
    from app.vital_signs v where v.patient_id = %(id)s
), page as (
    select e.* from event e
    where (%(at)s::timestamptz is null
            or (e.at, e.key collate "C") < (%(at)s::timestamptz, %(key)s::text collate "C"))
        and (%(kinds)s::text[] is null or e.kind = any (%(kinds)s::text[]))
    order by e.at desc, e.key collate "C" desc limit %(most)s
)
select g.at, g.key, g.kind, g.what, g.detail,
    coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), ''), g.source_id
from page g left join app.staff s on s.id = g.by_id order by g.at desc, g.key collate "C" desc
"""


def page(
    tx: sa.Connection,
    patient_id: UUID,
    before: Cursor | None = None,
    *,
    size: int = PAGE,
    kinds: Collection[str] | None = None,
) -> Page:
    """The next `size` events after `before` (the newest without it), of these kinds where given. One statement."""
    values = {
        "id": patient_id,
        "at": before.at if before else None,
        "key": before.key if before else None,
        "most": size + 1,
        "kinds": None if kinds is None else list(kinds),
    }
    events = tuple(Event(*row) for row in tx.exec_driver_sql(_EVENTS, values))
    if len(events) <= size:
        return Page(events, None)
    last = events[size - 1]
    return Page(events[:size], Cursor(last.at, last.key))


def own_deeds(tx: sa.Connection, *, most: int = 10) -> list[Deed]:
    """What the reader did last, the latest first. One statement, no permission but a session."""
    rows = tx.exec_driver_sql(
        """select o.deed, o.at, o.verb, o.table_name, o.status, o.patient_id, coalesce(p.family_name, '') as family,
               coalesce(p.given_names, '') as given, coalesce(p.title, '') as title,
               coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), '') as staff
           from audit.own(%s) o left join app.patient p on p.id = o.patient_id
           left join app.staff s on s.id = o.key and o.table_name in ('staff', 'account')
           order by o.at desc""",
        (most * _CHANGES_OF_A_DEED,),
    )
    found: dict[str, Deed] = {}
    for row in rows:
        deed = found.get(row.deed) or Deed(row.at, (), row.patient_id, row.family, row.given, row.title, row.staff)
        changes = (*deed.changes, (row.table_name, row.verb, row.status or ""))
        found[row.deed] = replace(deed, changes=changes, staff=deed.staff or row.staff)
    return list(found.values())[:most]
