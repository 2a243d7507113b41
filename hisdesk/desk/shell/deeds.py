"""What the signed-in person did last, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from hisdesk.desk.kit.words import clock, moment, today
from hisdesk.hospital.patients import names
from hisdesk.hospital.timeline.queries import Deed

# What a deed is called by its most telling change: those further up go first. The second word is "created", "removed",
# the status that a row came to, or "changed".
_WORDS = {
    ("dispensing", "created"): ("ph.package", "Dispensing entered"),
    ("prescription", "created"): ("ph.pill", "Prescribed"),
    ("prescription_line", "cancelled"): ("ph.prohibit", "Line of a prescription cancelled"),
    ("note", "signed"): ("ph.check-circle", "Note signed"),
    ("note_addendum", "created"): ("ph.note-pencil", "Addendum written"),
    ("admission_request", "discharged"): ("ph.sign-out", "Discharged"),
    ("admission_request", "cancelled"): ("ph.prohibit", "Admission cancelled"),
    ("admission_request", "admitted"): ("ph.bed", "Admitted"),
    ("admission_request", "assigned"): ("ph.bookmark", "Bed reserved"),
    ("admission_request", "created"): ("ph.bed", "Admission asked for"),
    ("admission_request", "changed"): ("ph.pencil-simple", "Admission changed"),
    ("stay", "created"): ("ph.arrows-left-right", "Moved to another bed"),
    ("discharge_item", "done"): ("ph.check", "Discharge checklist ticked"),
    ("discharge_item", "not needed"): ("ph.check", "Discharge checklist ticked"),
    ("clinical_order", "completed"): ("ph.check-circle", "Order completed"),
    ("clinical_order", "cancelled"): ("ph.prohibit", "Order cancelled"),
    ("clinical_order", "in progress"): ("ph.play-circle", "Order started"),
    ("clinical_order", "created"): ("ph.paper-plane-right", "Order placed"),
    ("vital_signs", "created"): ("ph.heartbeat", "Vital signs recorded"),
    ("oxygen_scale", "created"): ("ph.wind", "Oxygen scale prescribed"),
    ("allergy", "created"): ("ph.warning", "Allergy recorded"),
    ("allergy", "changed"): ("ph.warning", "Allergy changed"),
    ("allergy_declaration", "created"): ("ph.shield-check", "No known allergies recorded"),
    ("diagnosis", "created"): ("ph.clipboard-text", "Diagnosis recorded"),
    ("visit", "completed"): ("ph.check-circle", "Consultation completed"),
    ("visit", "with doctor"): ("ph.play-circle", "Consultation started"),
    ("visit", "called"): ("ph.megaphone", "Called"),
    ("visit", "cancelled"): ("ph.prohibit", "Taken off the queue"),
    ("visit", "created"): ("ph.map-pin", "Added to the queue"),
    ("visit", "waiting"): ("ph.hourglass", "Put back into the queue"),
    ("visit", "changed"): ("ph.arrows-down-up", "Moved in the queue"),
    ("patient", "created"): ("ph.user-plus", "Registered"),
    ("patient", "changed"): ("ph.pencil-simple", "Record changed"),
    ("document", "created"): ("ph.file-text", "Document added"),
    ("cleaning_task", "done"): ("ph.check-circle", "Cleaning finished"),
    ("cleaning_task", "started"): ("ph.play-circle", "Cleaning started"),
    ("cleaning_task", "accepted"): ("ph.sparkle", "Cleaning task taken"),
    ("stock_move", "created"): ("ph.stack", "Stock entered"),
    ("account", "created"): ("ph.user-plus", "Account made"),
    ("account", "changed"): ("ph.user-gear", "Account changed"),
    ("role_grant", "created"): ("ph.key", "Permission given to a role"),
    ("role_grant", "removed"): ("ph.key", "Permission taken from a role"),
    ("staff", "created"): ("ph.user-plus", "Staff file made"),
    ("staff", "changed"): ("ph.pencil-simple", "Staff file changed"),
    ("department", "created"): ("ph.buildings", "Department added"),
    ("department", "changed"): ("ph.buildings", "Department changed"),
    ("room", "created"): ("ph.door", "Room added"),
    ("room", "changed"): ("ph.door", "Room changed"),
    ("bed", "created"): ("ph.bed", "Bed added"),
    ("bed", "changed"): ("ph.bed", "Bed changed"),
}
_RANK = {change: number for number, change in enumerate(_WORDS)}


@dataclass(frozen=True)
class Line:
    """One deed as it is shown; `person` is whose record it opens, None where there is none to open."""

    icon: str
    what: str
    who: str
    at: str
    person: UUID | None


def line(deed: Deed) -> Line | None:
    """The deed in words; None for one that nobody calls by a name."""
    known = [change for change in map(_change, deed.changes) if change in _RANK]
    if not known:
        return None
    icon, what = _WORDS[min(known, key=_RANK.__getitem__)]
    who = names.display(deed.family, deed.given, deed.title) or deed.staff
    same_day = deed.at.astimezone().date() == today()
    person = deed.patient_id if deed.family or deed.given else None
    return Line(icon, what, who, clock(deed.at) if same_day else moment(deed.at), person)


def _change(change: tuple[str, str, str]) -> tuple[str, str]:
    """Table, and what happened in it; a status that nobody names here is a change like others."""
    table, verb, status = change
    if verb != "changed":
        return table, verb
    return (table, status) if (table, status) in _RANK else (table, "changed")
