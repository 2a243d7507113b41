"""Read a card: barcode, machine readable zone, or print, whichever it has. CPU work: never on the GUI thread."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hisdesk.scanning import aamva, barcodes, insurance, mrz, mrz_text, ocr, pictures, reread, upright, zone, zone_print
from hisdesk.scanning.ink import as_dark_on_white, working_scale
from hisdesk.scanning.reading import FIELD_NAMES, Box, Field, Kind, Reading
from hisdesk.scanning.upright import View

if TYPE_CHECKING:
    from hisdesk.scanning.reading import Picture

NOTHING_READ = (
    "No card could be read. Fill the frame with the card, avoid glare, hold it still, and try again;"
    " or type the fields."
)
_ENOUGH_PRINT = 1.7  # insurance.strength from which a card counts as an insurance card


def read_card(source: str | os.PathLike[str] | bytes | Picture) -> Reading:
    """Read the card in a picture (path, bytes of a file, or BGR array).

    Raises UserError for a picture that cannot be used, Unavailable if print has to be read and tesseract is missing.
    A readable picture without a card gives kind "unknown" and a message. Takes 0.1 to 1 s; any thread but the GUI's.
    """
    picture = pictures.load(source)
    found = _from_barcode(picture)
    if isinstance(found, Reading):
        return found
    card = _card(picture)
    zoned = _from_zone(picture, card)
    if zoned is not None:
        return zoned
    printed = _from_print(picture, card)
    messages = (*found, *printed.messages)
    return Reading(printed.kind, printed.fields, messages, printed.picture, printed.card_box)


def _card(picture: Picture) -> View:
    """The level card where its outline is found, else the whole picture, both at a size fit for reading."""
    corners = upright.card_corners(picture)
    if corners is not None:
        sides = [float(((corners[(i + 1) % 4] - corners[i]) ** 2).sum() ** 0.5) for i in range(4)]
        long_side = max(sides)
        view = upright.card_view(picture, round(long_side * working_scale(long_side)))
        if view is not None:
            return view
    return upright.resized(upright.whole(picture), working_scale(max(picture.shape[:2])))


# ── barcode ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_barcode(picture: Picture) -> Reading | tuple[str, ...]:
    """The reading of a licence, or messages about a barcode that is none."""
    messages: tuple[str, ...] = ()
    for code in barcodes.read_pdf417(picture):
        if not aamva.is_licence(code.text):
            shown = code.text if len(code.text) <= 80 else code.text[:77] + "…"
            messages = (f"The barcode holds “{shown}”, which is not a driving licence.",)
            continue
        licence = aamva.parse(code.text)
        turns = round(code.angle / 90) % 4
        height, width = picture.shape[:2]
        box = upright.turn_box(code.box, turns, width, height)
        fields = {
            name: Field(value, 1.0, "barcode", True, box)
            for name, value in licence.fields.items()
            if name in FIELD_NAMES
        }
        kind: Kind = "id_card" if licence.kind == "ID" else "driving_licence"
        turned = upright.quarter_turned(picture, turns)
        return Reading(kind, _in_order(fields), (), turned, (0, 0, turned.shape[1], turned.shape[0]))
    return messages


# ── machine readable zone ────────────────────────────────────────────────────────────────────────────────────────


def _from_zone(picture: Picture, card: View) -> Reading | None:
    best: tuple[float, mrz.Mrz, list[zone.ZoneLine], View] | None = None
    for base in _zone_views(picture, card):
        for turns in (0, 1):  # a zone upside down is as long as one that is not: two searches serve four turns
            view = upright.turned_view(base, turns)
            groups = zone.find_groups(view.picture)
            for candidate in (view, upright.turned_view(view, 2)) if groups else ():
                if candidate is not view:
                    groups = zone.find_groups(candidate.picture)
                for lines in zone.read_groups(candidate.picture, groups):
                    parsed = _parsed(lines)
                    if parsed is not None and (best is None or parsed[0] > best[0]):
                        best = (*parsed, candidate)
                if best is not None and best[0] >= 3:
                    return _zone_reading(picture, *best[1:])
    return None if best is None else _zone_reading(picture, *best[1:])


def _zone_views(picture: Picture, card: View) -> list[View]:
    """The level card; the whole picture too if the outline may have been only a part (a page's lower half, a photo)."""
    _, _, w, h = _outline(card)
    if w * h > 0.6 * picture.shape[0] * picture.shape[1]:
        return [card]
    return [card, upright.resized(upright.whole(picture), working_scale(max(picture.shape[:2])))]


def _parsed(lines: Sequence[zone.ZoneLine]) -> tuple[float, mrz.Mrz, list[zone.ZoneLine]] | None:
    """How many digits hold, the parsed zone, and the lines it stands on; None if it is no zone."""
    formed = mrz_text.well_formed([line.text for line in lines])
    if formed is None:
        return None
    _, texts, rows = formed
    parsed = mrz.parse(texts, datetime.now(UTC).date())
    holding = sum(field.check is True for field in parsed.fields.values()) + parsed.composite
    return (holding, parsed, [lines[row] for row in rows]) if holding >= 2 else None


def _zone_reading(picture: Picture, parsed: mrz.Mrz, lines: Sequence[zone.ZoneLine], view: View) -> Reading:
    upright_picture, view = _to_upright(picture, view)
    fields = {}
    for name, item in parsed.fields.items():
        line = lines[item.span.line]
        columns = range(item.span.start, min(item.span.end, len(line.boxes)))
        inked = [i for i in columns if parsed.lines[item.span.line][i] != "<"] or list(columns)
        sure = sum(line.sureness[i] for i in inked) / max(1, len(inked))
        certain = 0.99 if item.check else min(sure, 0.6) if item.check is False else min(0.97, 0.25 + 0.75 * sure)
        box = view.box_back(_union([line.boxes[i] for i in inked]))
        confidence = 0.9 if item.repaired else certain
        fields[name] = Field(item.value, confidence, "mrz", item.check, box, item.unsure, item.suggestion)
    kind: Kind = "passport" if parsed.document_code.startswith("P") else "id_card"
    return Reading(kind, _in_order(fields), parsed.messages, upright_picture, _outline(view))


def _union(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return left, top, max(b[0] + b[2] for b in boxes) - left, max(b[1] + b[3] for b in boxes) - top


# ── print ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Print:
    view: View
    words: list[ocr.Word]
    fields: dict[str, insurance.Seen]
    strength: float


def _from_print(picture: Picture, card: View) -> Reading:
    across, angle = upright.text_direction(card.picture)
    view = upright.levelled(card if across else upright.turned_view(card, 1), angle)
    best = _print(view)
    if best.strength < _ENOUGH_PRINT and not _reads_well(best.words):
        other = _print(upright.turned_view(view, 2))
        best = max(best, other, key=lambda one: (one.strength, _sure_letters(one.words)))
    if best.strength < 2 * _ENOUGH_PRINT:
        parsed = _parsed(zone_print.zone_lines(as_dark_on_white(best.view.picture), best.words))
        if parsed is not None:
            return _zone_reading(picture, parsed[1], parsed[2], best.view)
    upright_picture, view = _to_upright(picture, best.view)
    if best.strength < _ENOUGH_PRINT:
        return Reading("unknown", {}, (NOTHING_READ,), upright_picture, _outline(view))
    fields = {
        name: Field(seen.value, round(min(0.98, seen.confidence), 3), "ocr", None, view.box_back(seen.box))
        for name, seen in reread.second_look(best.view.picture, best.fields).items()
        if name in FIELD_NAMES
    }
    return Reading("insurance_card", _in_order(fields), (), upright_picture, _outline(view))


def _print(view: View) -> _Print:
    words = ocr.words(as_dark_on_white(view.picture))
    fields = insurance.read_insurance(words, view.picture.shape[0])
    return _Print(view, words, fields, insurance.strength(fields))


def _sure_letters(words: Sequence[ocr.Word]) -> int:
    return sum(len(word.text) for word in words if word.confidence > 0.8 and len(word.text) > 2)


def _reads_well(words: Sequence[ocr.Word]) -> bool:
    """Whether most of the print was read with confidence, so that the picture cannot be upside down."""
    letters = sum(len(word.text) for word in words)
    return letters >= 20 and _sure_letters(words) > 0.6 * letters


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _to_upright(picture: Picture, view: View) -> tuple[Picture, View]:
    """The source picture in the quarter turn nearest to the view, and the view with its way back into that picture."""
    import numpy as np

    # Where the view's x axis points in the source picture tells the quarter turn.
    middle = np.array([view.picture.shape[1] / 2, view.picture.shape[0] / 2, 1.0])
    start, end = view.back @ middle, view.back @ (middle + np.array([10.0, 0.0, 0.0]))
    dx, dy = end[:2] / end[2] - start[:2] / start[2]
    turns = round(math.degrees(math.atan2(dy, dx)) / 90) % 4
    turned = upright.quarter_turned(picture, turns)
    forward = np.linalg.inv(upright.turned_view(upright.whole(picture), turns).back)
    return turned, View(view.picture, forward @ view.back)


def _outline(view: View) -> Box:
    return view.box_back((0, 0, view.picture.shape[1], view.picture.shape[0]))


def _in_order(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: fields[name] for name in FIELD_NAMES if name in fields}
