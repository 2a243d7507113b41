"""What a card said: frozen values that the desk, the command and the tests share. Light: no cv2, no numpy at import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8]

Kind = Literal["insurance_card", "passport", "id_card", "driving_licence", "unknown"]
Source = Literal["ocr", "mrz", "barcode"]
Box = tuple[int, int, int, int]
Value = str | tuple[str, ...]

FIELD_NAMES = (
    "family_name", "given_names", "suffix", "birth_date", "sex", "nationality", "document_number", "issuing_state",
    "issued_on", "expires_on", "street", "city", "region", "postcode", "country", "payer", "plan", "member_number",
    "group_number", "subscriber", "dependants", "copays", "effective_on", "phones", "rx_bin", "rx_pcn", "rx_group",
    "payer_id",
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One value with where it came from. `confidence` 0..1; `box` x, y, w, h in pixels of the upright picture.

    `check` is True for a check digit that holds or a barcode, False for one that fails, None where there is none.
    `unsure` lists positions in the value that may be misread; `suggestion` is the one other reading, if there is one.
    """

    value: Value
    confidence: float
    source: Source
    check: bool | None
    box: Box
    unsure: tuple[int, ...] = ()
    suggestion: str | None = None


@dataclass(frozen=True)
class Reading:
    """One card. `picture` is upright BGR; `card_box` is where the card lies in it (the whole picture if not found)."""

    kind: Kind
    fields: Mapping[str, Field]
    messages: tuple[str, ...]
    picture: Picture = field(repr=False, compare=False)
    card_box: Box = (0, 0, 0, 0)


def crop(reading: Reading, name: str, margin: float = 0.35) -> Picture:
    """The piece of the picture that holds one field, with a margin in field heights. KeyError if it was not read."""
    x, y, w, h = reading.fields[name].box
    pad = max(2, round(h * margin))
    height, width = reading.picture.shape[:2]
    top, left = max(0, min(y - pad, height - 1)), max(0, min(x - pad, width - 1))
    return reading.picture[top : max(top + 1, y + h + pad), left : max(left + 1, x + w + pad)].copy()


def fitted(reading: Reading, longest: int) -> Reading:
    """The same with its picture at most `longest` pixels long, and boxes that lie where they lay. CPU work."""
    from hisdesk.scanning.opencv import cv

    height, width = reading.picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return reading
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picture = cv().resize(reading.picture, size, interpolation=cv().INTER_AREA)
    fields = {name: replace(item, box=_scaled(item.box, scale)) for name, item in reading.fields.items()}
    return replace(reading, fields=fields, picture=picture, card_box=_scaled(reading.card_box, scale))


def _scaled(box: Box, scale: float) -> Box:
    x, y, w, h = (round(value * scale) for value in box)
    return x, y, max(1, w), max(1, h)


def as_json(file: str, reading: Reading) -> dict[str, object]:
    """The object that `hisdesk scan --json` prints for one file."""
    fields = {
        name: {
            "value": list(item.value) if isinstance(item.value, tuple) else item.value,
            "confidence": round(item.confidence, 3),
            "source": item.source,
            "check": item.check,
            "box": list(item.box),
        }
        for name, item in reading.fields.items()
    }
    return {"file": file, "kind": reading.kind, "fields": fields, "messages": list(reading.messages)}
