"""From what a card said to what the form would hold. Pure; pictures are made in the worker thread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hisdesk.desk.kit.dates import show_date
from hisdesk.scanning.reading import Box, Field, Reading

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SURE_ABOVE = 0.9
"""Up to this confidence (what a repaired zone has), and wherever a check digit fails, a person has to look."""
SOURCES = {"mrz": "zone", "barcode": "barcode", "ocr": "print"}
KINDS = {
    "insurance_card": "Insurance card",
    "passport": "Passport",
    "id_card": "Identity card",
    "driving_licence": "Driving licence",
    "unknown": "Not read",
}
_SAME = (
    "family_name", "given_names", "birth_date", "document_number", "issuing_state", "issued_on", "expires_on", "street",
    "city", "region", "postcode", "country", "payer", "plan", "member_number", "group_number", "subscriber",
    "effective_on",
)  # fmt: skip
_DETAILS = ("dependants", "copays", "rx_bin", "rx_pcn", "rx_group", "payer_id")
_CASED = {"family_name", "given_names", "street", "city", "subscriber"}
_SEXES = {"M": "male", "F": "female", "X": "other", "MALE": "male", "FEMALE": "female", "OTHER": "other"}
_DATES = {"birth_date", "issued_on", "expires_on", "effective_on"}


@dataclass(frozen=True)
class Read:
    """One value for one field of the form, with its proof. `crop` is the piece of the picture it was read from."""

    name: str
    value: str
    confidence: float
    source: str
    check: bool | None
    box: Box
    suggestion: str = ""
    unsure_at: tuple[int, ...] = ()
    crop: QImage | None = field(default=None, compare=False, repr=False)

    @property
    def sure(self) -> bool:
        """Whether nobody has to look at it."""
        return self.check is not False and self.confidence > SURE_ABOVE and not self.suggestion and not self.unsure_at

    @property
    def proof(self) -> str:
        """ "check digit" or "99 % · zone"."""
        if self.check and self.source == "mrz":
            return "check digit"
        if self.check and self.source == "barcode":
            return "barcode"
        return f"{round(self.confidence * 100)} % · {SOURCES[self.source]}"


@dataclass(frozen=True)
class Card:
    """One card of this registration: its values, its picture, and the picture as it will be kept."""

    kind: str
    reads: tuple[Read, ...]
    details: Mapping[str, Any]
    messages: tuple[str, ...]
    source: str
    read_at: dt.datetime
    picture: QImage | None = field(default=None, compare=False, repr=False)
    jpeg: bytes = field(default=b"", compare=False, repr=False)

    @property
    def title(self) -> str:
        """What people call it."""
        return KINDS[self.kind]


def reads_of(reading: Reading) -> list[Read]:
    """The values of a card that a form has fields for, in the order of the card."""
    found = [_read(name, reading.fields[name]) for name in _SAME if name in reading.fields]
    if "sex" in reading.fields:
        read = _read("sex", reading.fields["sex"])
        sex = _SEXES.get(read.value.upper())
        if sex is not None:
            found.append(_replaced(read, sex))
    if "phones" in reading.fields:
        found.append(_read("insurer_phones", reading.fields["phones"]))
    return found


def details_of(reading: Reading) -> dict[str, Any]:
    """What else an insurance card says, as it is kept with the policy."""
    values = {name: reading.fields[name].value for name in _DETAILS if name in reading.fields}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def proofs_of(card: Card) -> list[tuple[str, str, str]]:
    """What speaks for the card as a whole: (status family, what, result)."""
    lines = []
    for source, what in (("mrz", "Readable zone"), ("barcode", "Barcode")):
        own = [read for read in card.reads if read.source == source and read.check is not None]
        if own:
            held = sum(read.check is True for read in own)
            family = "ok" if held == len(own) else "attention"
            result = f"{held} of {len(own)} check digits" if source == "mrz" else f"{len(own)} fields"
            lines.append((family, what, result))
    printed = [read for read in card.reads if read.source == "ocr"]
    if printed:
        least = round(min(read.confidence for read in printed) * 100)
        unsure = sum(not read.sure for read in printed)
        result = f"{unsure} to confirm" if unsure else f"{least} % or better"
        lines.append(("attention" if unsure else "ok", "Print", result))
    expires = next((read.value for read in card.reads if read.name == "expires_on"), "")
    if expires:
        day = dt.date.fromisoformat(expires)
        past = day < dt.date.today()  # noqa: DTZ011 (the calendar of the desk)
        lines.append(("critical" if past else "ok", "Expired" if past else "Valid until", show_date(day)))
    return lines


def cased(text: str) -> str:
    """A name printed in capitals as people write it: "O'DONNELL-SMITH" → "O'Donnell-Smith". Mixed case is kept."""
    if text != text.upper() or not any(c.isalpha() for c in text):
        return text
    result, begins = [], True
    for character in text:
        result.append(character if begins else character.lower())
        begins = not (character.isalpha() or character.isdigit())
    return "".join(result)


def said_unsure(read: Read) -> str:
    """The sentence under an unsure field."""
    if read.check is False:
        return "The check digit does not fit. Compare with the card, then F8."
    where = [read.value[i] for i in read.unsure_at if i < len(read.value)]
    if read.suggestion:
        return f"Perhaps “{read.suggestion}”. F8 takes it, Shift+F8 keeps what stands here."
    if where:
        return f"Unsure: {', '.join(f'“{c}”' for c in where)}. Compare with the card, then F8."
    return f"Read with {round(read.confidence * 100)} % certainty. Compare with the card, then F8."


def _read(name: str, item: Field) -> Read:
    value = ", ".join(item.value) if isinstance(item.value, tuple) else item.value
    suggestion = item.suggestion or ""
    if name in _DATES and not _is_date(value):
        return Read(name, value, min(item.confidence, 0.5), item.source, item.check, item.box, "", item.unsure)
    if name in _CASED:
        value, suggestion = cased(value), cased(suggestion)
    return Read(name, value, item.confidence, item.source, item.check, item.box, suggestion, item.unsure)


def _replaced(read: Read, value: str) -> Read:
    return Read(read.name, value, read.confidence, read.source, read.check, read.box)


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
