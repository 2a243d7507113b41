"""Whole pictures: drawn cards, photographed badly, to fields with boxes that lie where the print is."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest

from hisdesk.scanning import specimens
from hisdesk.scanning.reader import read_card
from hisdesk.scanning.reading import FIELD_NAMES, Reading, crop
from tests.factories import cards

PERSON = specimens.Person(
    "TENBRUIN", "OSRIC JALE", date(1984, 6, 23), "M", "U4418207K", date(2021, 11, 9), date(2031, 11, 9)
)
IDENTITY = {
    "family_name": "TENBRUIN",
    "given_names": "OSRIC JALE",
    "birth_date": "1984-06-23",
    "sex": "M",
    "document_number": "U4418207K",
    "expires_on": "2031-11-09",
}


def plain(reading: Reading, names: object) -> dict[str, object]:
    return {name: reading.fields[name].value for name in names if name in reading.fields}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("lines", "kind"), [(specimens.td1, "id_card"), (specimens.td2, "id_card"), (specimens.td3, "passport")]
)
def test_travel_documents_photographed(lines: object, kind: str) -> None:
    picture = cards.as_bgr(specimens.travel_document(lines(PERSON), PERSON))  # type: ignore[operator]
    photo = cards.worn(cards.on_table(picture, 3, angle=5), 3, blur=0.8, noise=6, jpeg=80)
    reading = read_card(photo)
    assert reading.kind == kind
    assert plain(reading, IDENTITY) == IDENTITY
    checks = {name: reading.fields[name].check for name in IDENTITY}
    assert checks == {
        "document_number": True, "birth_date": True, "expires_on": True, "family_name": None, "given_names": None,
        "sex": None,
    }  # fmt: skip
    assert {field.source for field in reading.fields.values()} == {"mrz"}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_documents_lying_on_their_side_or_head(turns: int) -> None:
    picture = cards.as_bgr(specimens.travel_document(specimens.td1(PERSON), PERSON))
    reading = read_card(np.ascontiguousarray(np.rot90(picture, turns)))
    assert plain(reading, IDENTITY) == IDENTITY
    assert reading.picture.shape == picture.shape
    x, y, w, h = reading.fields["document_number"].box
    # The zone is the lowest third; the number stands in its first line, left.
    assert y > 0.6 * picture.shape[0] and x < 0.3 * picture.shape[1]
    assert 0.15 * picture.shape[1] < w < 0.5 * picture.shape[1] and h < 0.15 * picture.shape[0]


@pytest.mark.parametrize("degrees", [8, -10, 90, 187])
def test_driving_licence(degrees: int) -> None:
    picture = cards.as_bgr(specimens.licence_back(specimens.licence_text(PERSON)))
    photo = cards.worn(cards.on_table(picture, 1, angle=degrees, fill=0.7), 1, noise=3)
    reading = read_card(photo)
    assert reading.kind == "driving_licence"
    assert plain(reading, IDENTITY) == IDENTITY
    assert plain(reading, ("street", "city", "region", "postcode", "country", "issuing_state", "issued_on")) == {
        "street": "14 FENWICK ROW", "city": "LOWMERE", "region": "VA", "postcode": "23269", "country": "USA",
        "issuing_state": "VA", "issued_on": "2021-11-09",
    }  # fmt: skip
    assert all(field.check is True and field.source == "barcode" for field in reading.fields.values())
    x, y, w, h = reading.fields["family_name"].box
    assert min(x, y) >= 0
    assert x + w <= reading.picture.shape[1] + 2 and y + h <= reading.picture.shape[0] + 2


def test_another_barcode_is_named_in_a_message() -> None:
    reading = read_card(cards.as_bgr(specimens.licence_back("PARCEL 4711")))
    assert (reading.kind, dict(reading.fields)) == ("unknown", {})
    assert "PARCEL 4711" in reading.messages[0]


def loose(value: object) -> object:
    if isinstance(value, list | tuple):
        return sorted(str(loose(one)) for one in value)
    words = re.findall(r"[A-Z0-9$]+", str(value).upper())
    return "".join(sorted(words)) if all(word.isalpha() for word in words) else "".join(words)


@pytest.mark.parametrize("seed", [1000, 1001, 1002])
def test_clean_insurance_cards_are_read_whole(seed: int) -> None:
    card = cards.insurance(seed)
    reading = read_card(card.picture)
    assert reading.kind == "insurance_card"
    wrong = [
        name
        for name, value in card.values.items()
        if name not in reading.fields or loose(reading.fields[name].value) != loose(value)
    ]
    assert wrong == []
    assert all(
        field.check is None and field.source == "ocr" and 0 < field.confidence <= 1 for field in reading.fields.values()
    )
    assert set(reading.fields) <= set(FIELD_NAMES)


def test_photographed_insurance_cards_are_read_mostly() -> None:
    right = total = 0
    for seed, angle in ((5000, 3), (5001, 184), (5002, -6)):
        card = cards.insurance(seed, cards.HELD_OUT)
        reading = read_card(
            cards.worn(cards.on_table(card.picture, seed, angle=angle), seed, blur=0.7, noise=4, jpeg=85)
        )
        total += len(card.values)
        right += sum(
            name in reading.fields and loose(reading.fields[name].value) == loose(value)
            for name, value in card.values.items()
        )
    assert right / total > 0.8


def test_boxes_lie_on_the_print() -> None:
    card = specimens.insurance_card(
        {"payer": "Lowmere Mutual", "member_number": "LM7731", "group_number": "40021", "rx_bin": "610279"}
    )
    reading = read_card(cards.as_bgr(card))
    x, y, w, h = reading.fields["member_number"].box
    assert abs(x - 255) < 12 and abs(y - 152) < 14 and 80 < w < 140 and 14 < h < 34
    piece = crop(reading, "member_number")
    assert piece.shape[0] >= h and piece.shape[1] >= w
    assert piece.min() < 80  # there is ink in it


def test_an_empty_table_is_unknown_with_advice() -> None:
    reading = read_card(np.full((480, 640, 3), 120, np.uint8))
    assert reading.kind == "unknown"
    assert "try again" in reading.messages[0]
