"""What stands at the side of the board: the rows of its three lists. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hisdesk.desk.kit.tokens import family_status, status
from hisdesk.desk.kit.words import clock
from hisdesk.desk.ward import words
from hisdesk.desk.ward.side_list import SideRow
from hisdesk.desk.ward.words import Line
from hisdesk.hospital.admissions.queries import BedRow, RequestRow
from hisdesk.hospital.beds.rules import Fit, summary

_SHOWN_FITS = 3


def request_row(row: RequestRow, moment: dt.datetime, fits: Sequence[Fit]) -> SideRow:
    """Somebody who waits; with `fits` also the best beds, each with its reasons, and why free ones are none."""
    lines = [Line(words.needs_line(row, moment))]
    if row.bed:
        lines.append(Line(f"Bed {row.bed} is kept. Admit with F2", "info"))
    elif fits:
        good = [fit for fit in fits if fit.fits][:_SHOWN_FITS]
        lines += [Line(f"{number}. {fit.words}", "primary") for number, fit in enumerate(good, 1)]
        said = summary([fit for fit in fits if not fit.fits])
        lines.append(
            Line(said.removeprefix("No free bed fits. ") if good else said, "secondary" if good else "attention")
        )
        if good and said == "No free bed fits.":
            lines.pop()
    chip = None
    if row.bed:
        chip = status("bed", "reserved")
    elif row.urgency != "normal":
        chip = family_status("critical", row.urgency.capitalize())
    waits = words.since(row.requested_at, moment)
    if chip is not None:
        lines[0] = Line(f"{lines[0].text} · {waits}")
    return SideRow(row.id, words.name(row), tuple(lines), Line(waits, "muted"), chip)


def home_rows(beds: Sequence[BedRow], moment: dt.datetime) -> list[SideRow]:
    """Who is expected to go home today, who can leave first."""
    today = [row for row in beds if words.leaves_today(row, moment)]
    return [_home(row) for row in sorted(today, key=lambda row: (row.open_items + row.cots, row.label))]


def _home(row: BedRow) -> SideRow:
    blocked = bool(row.open_items or row.cots)
    sign = ("ph.warning-fill", "attention") if blocked else ("ph.check-circle-fill", "ok")
    title = f"{row.label} {words.short_name(row.family, row.given)}"
    return SideRow(row.bed_id, title, (Line(words.left_to_do(row)),), Line(clock(row.leaves_at)), sign=sign)


def task_rows(beds: Sequence[BedRow], moment: dt.datetime) -> list[SideRow]:
    """Beds that are to be cleaned: what nobody took first."""
    order = {"waiting": 0, "offered": 1, "accepted": 2, "started": 3}
    rows = [row for row in beds if row.task_id is not None]
    return [_task(row, moment) for row in sorted(rows, key=lambda row: (order[row.task_status], row.label))]


_SIGNS = {
    "waiting": ("ph.warning-octagon-fill", "critical"),
    "offered": ("ph.circle-dashed", "neutral"),
    "accepted": ("ph.person-simple-walk", "info"),
    "started": ("ph.play-circle-fill", "info"),
}


def _task(row: BedRow, moment: dt.datetime) -> SideRow:
    said = words.tile(row, moment)
    what = "Deep clean" if row.task_kind == "deep clean" else "Clean"
    waits = words.since(row.started_at or row.asked_at or row.since, moment)
    if row.task_status == "started":
        line = Line(f"{row.cleaner}, {said.left.text}", said.left.tone if said.left.tone == "critical" else "secondary")
    else:
        line = said.left
    return SideRow(
        row.task_id or row.bed_id, f"{what} {row.label}", (line,), Line(waits, "muted"), sign=_SIGNS[row.task_status]
    )
