"""Which beds fit somebody on this board: who waits, who is moved, who swaps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hisdesk.desk.ward.words import is_here
from hisdesk.hospital.admissions.queries import BedRow, CotRow, RequestRow
from hisdesk.hospital.beds.rules import Fit, Needs, natural, ranked, unsuitable


def needs_of_request(row: RequestRow) -> Needs:
    """What somebody who waits needs."""
    return Needs(row.sex, row.department_id, row.isolation, row.equipment, row.urgency)


def needs_of_stay(row: BedRow) -> Needs:
    """What somebody in bed needs."""
    return Needs(row.sex, row.department_id, row.isolation, row.needs)


def in_cot(bed: BedRow, cot: CotRow) -> BedRow:
    """A newborn as somebody who lies at this bed: the mother's row with the newborn in it."""
    return replace(
        bed, stay_id=cot.stay_id, stay_version=cot.stay_version, request_id=cot.request_id, request_version=None,
        patient_id=cot.patient_id, family=cot.family, given=cot.given, sex=cot.sex, born=cot.born, mrn=cot.mrn,
        isolation="", needs=(), cots=0,
    )  # fmt: skip


def for_request(beds: Sequence[BedRow], row: RequestRow) -> list[Fit]:
    """Every bed, best first; the one that is kept for this person fits as well."""
    kept = [Fit(row.bed_id, row.bed, (), ("kept for this person",))] if row.bed_id is not None else []
    others = [bed for bed in beds if bed.bed_id != row.bed_id]
    return [*kept, *ranked(others, needs_of_request(row))]


def for_transfer(beds: Sequence[BedRow], moved: BedRow) -> list[Fit]:
    """Every other bed, best first."""
    here = Fit(moved.bed_id, moved.label, ("is here now",), ())
    return [*ranked([bed for bed in beds if bed.bed_id != moved.bed_id], needs_of_stay(moved)), here]


def for_swap(beds: Sequence[BedRow], moved: BedRow) -> list[Fit]:
    """Beds whose person could lie here, and this person there."""
    found = [_swap(moved, bed) for bed in sorted(beds, key=lambda bed: natural(bed.label))]
    return sorted(found, key=lambda fit: not fit.fits)


def _swap(moved: BedRow, bed: BedRow) -> Fit:
    if bed.bed_id == moved.bed_id:
        return Fit(bed.bed_id, bed.label, ("is here now",), ())
    if not is_here(bed) or bed.stay_id is None:
        return Fit(bed.bed_id, bed.label, ("nobody lies here",), ())
    problems = list(unsuitable(bed, needs_of_stay(moved)))
    problems += [f"{moved.label}: {problem}" for problem in unsuitable(moved, needs_of_stay(bed))]
    return Fit(bed.bed_id, bed.label, tuple(problems), () if problems else ("both fit",))
