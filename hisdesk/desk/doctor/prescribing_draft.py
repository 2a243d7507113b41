"""Lines that are not issued yet, as the server keeps them for their author, and back. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from hisdesk.hospital.prescriptions.actions import NewLine, NewOverride
from hisdesk.hospital.prescriptions.rules import Sig

WRITING = "writing"


def to_plain(lines: Iterable[NewLine], writing: dict[str, Any] | None = None) -> tuple[dict[str, Any], ...]:
    """Lines as JSON can hold them, and what stands in the form of one that is half written."""
    return (*(_plain(line) for line in lines), *([{WRITING: writing}] if writing else []))


def half_written(content: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What stood in the form, None when no line was being written."""
    found = next((each[WRITING] for each in content if WRITING in each), None)
    return found if isinstance(found, dict) else None


def from_plain(content: Iterable[dict[str, Any]]) -> tuple[NewLine, ...]:
    """The lines again; what another version of the program wrote and this one cannot read is left out."""
    lines = []
    for each in content:
        try:
            lines.append(_line(each))
        except (KeyError, TypeError, ValueError, InvalidOperation):
            continue
    return tuple(lines)


def _plain(line: NewLine) -> dict[str, Any]:
    sig = line.sig
    return {
        "id": str(line.id),
        "medicine_id": str(line.medicine_id),
        "dose": [str(sig.dose_value), sig.dose_unit],
        "route": sig.route,
        "frequency": [sig.frequency, sig.frequency_count, sig.as_needed],
        "days": sig.days,
        "quantity": str(line.quantity),
        "quantity_reason": line.quantity_reason,
        "instructions": line.instructions,
        "overrides": [
            {
                "check": [each.kind, each.outcome, str(each.about) if each.about else None],
                "finding": each.finding,
                "reason": each.reason,
                "sentence": each.sentence,
                "confirmation_id": str(each.confirmation_id) if each.confirmation_id else None,
            }
            for each in line.overrides
        ],
    }


def _line(plain: dict[str, Any]) -> NewLine:
    value, unit = plain["dose"]
    frequency, count, as_needed = plain["frequency"]
    sig = Sig(Decimal(value), unit, plain["route"], frequency, int(count), bool(as_needed), int(plain["days"]))
    return NewLine(
        UUID(plain["medicine_id"]),
        sig,
        Decimal(plain["quantity"]),
        plain["quantity_reason"],
        plain["instructions"],
        tuple(_override(each) for each in plain["overrides"]),
        UUID(plain["id"]),
    )


def _override(plain: dict[str, Any]) -> NewOverride:
    kind, outcome, about = plain["check"]
    confirmed = plain["confirmation_id"]
    return NewOverride(
        kind,
        outcome,
        plain["finding"],
        UUID(about) if about else None,
        plain["reason"],
        plain["sentence"],
        UUID(confirmed) if confirmed else None,
    )
