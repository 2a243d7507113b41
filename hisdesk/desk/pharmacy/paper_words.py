"""What stands on labels and receipts of a hand-over, in words. Pure."""

from __future__ import annotations

import datetime as dt

from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.words import moment
from hisdesk.hospital.dispensings.queries import Paper, PaperLine
from hisdesk.hospital.medicines.rules import counted, number, strength_words
from hisdesk.hospital.patients import mrn, names
from hisdesk.hospital.prescriptions import numbers
from hisdesk.hospital.prescriptions.directions import directions
from hisdesk.hospital.stock.rules import NONE
from hisdesk.printed.dispensing_receipt import Entry, Receipt
from hisdesk.printed.medicine_label import Label

Staff = tuple[str, str, str]


def labels(paper: Paper) -> list[Label]:
    """A label for each pack: each lot of each line."""
    return [
        Label(
            medicine=medicine(line),
            quantity=counted(quantity, line.unit),
            directions=directions(line.sig, line, line.form, line.instructions),
            patient=patient(paper),
            mrn=mrn.shown(paper.mrn),
            lot=lot,
            expires=show_date(expires),
            dispensed=show_date(paper.dispensed_at.astimezone().date()),
            number=numbers.shown(paper.number),
            prescriber=full(paper.prescriber),
            pharmacist=initials(paper.pharmacist),
            pharmacy=paper.pharmacy,
            hospital=paper.hospital,
        )
        for line in paper.lines
        for lot, expires, quantity in line.lots
    ]


def receipt(paper: Paper, printed_at: dt.datetime, station: str, *, again: bool) -> Receipt:
    """The receipt of one entry: what was handed out, in part or whole, and what is still owed."""
    did = "Taken back" if paper.reversal else "Dispensed"
    return Receipt(
        title="Taken back" if paper.reversal else "Dispensed medicines",
        patient=patient(paper),
        mrn=mrn.shown(paper.mrn),
        number=numbers.shown(paper.number),
        prescribed=f"Prescribed {moment(paper.signed_at)} by {full(paper.prescriber)}",
        dispensed=f"{did} {moment(paper.dispensed_at)} by {full(paper.pharmacist)}",
        reason=paper.reason,
        entries=tuple(_entry(line, paper) for line in paper.lines),
        pharmacy=paper.pharmacy,
        location=paper.location,
        hospital=paper.hospital,
        printed=f"Printed {moment(printed_at)} at {station}",
        again=again,
    )


def medicine(line: PaperLine) -> str:
    """Name, strength and form as on the pack: "amoxicillin 125 mg in 5 mL oral suspension"."""
    strength = strength_words(line.strength_value, line.strength_unit, line.strength_per, line.unit)
    return f"{line.name} {strength} {line.form}"


def patient(paper: Paper) -> str:
    """FAMILY, Given (Title), or the name that somebody without a record gave."""
    if not paper.mrn:
        return paper.family or "Without a name"
    return names.display(paper.family, paper.given, paper.honorific)


def full(staff: Staff) -> str:
    """ "Dr Rajesh Kumar"."""
    return " ".join(part for part in staff if part)


def initials(staff: Staff) -> str:
    """ "TF": who handed it out."""
    return "".join(word[:1].upper() for part in staff[1:] for word in (part or "").replace("-", " ").split()) or "–"


def _entry(line: PaperLine, paper: Paper) -> Entry:
    handed = sum((quantity for _, _, quantity in line.lots), NONE)
    said = f"{number(handed)} of {counted(line.quantity, line.unit)}" if handed else ""
    return Entry(
        medicine=medicine(line),
        handed=f"Taken back: {counted(handed, line.unit)}" if said and paper.reversal else said,
        lots=tuple(
            f"Lot {lot}, expires {show_date(expires)}: {counted(quantity, line.unit)}"
            for lot, expires, quantity in line.lots
        ),
        directions=directions(line.sig, line, line.form, line.instructions) if handed and not paper.reversal else "",
        left=_left(line),
    )


def _left(line: PaperLine) -> str:
    left = line.quantity - line.given
    if left <= 0:
        return "Complete"
    if line.cancelled:
        return "The rest was cancelled" if line.given else "Cancelled"
    return f"Still to be dispensed: {counted(left, line.unit)}"
