"""Which scans are kept, and that only their ciphertext is."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from hisdesk.errors import Invalid
from hisdesk.hospital.documents import rules
from hisdesk.hospital.documents.rules import NewDocument

JPEG = NewDocument("insurance_card", " Card ", "image/jpeg", b"\xff\xd8\xff\xe0 a picture", "camera")


def refused(new: NewDocument, at: str = "") -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        rules.checked(new, at)
    return error.value.fields


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("image/jpeg", b"\xff\xd8\xff."), ("image/png", b"\x89PNG\r\n\x1a\n."), ("application/pdf", b"%PDF-1.7")],
)
def test_pictures_and_pdf_are_kept(media_type: str, content: bytes) -> None:
    new = NewDocument("other", "Letter", media_type, content)
    assert rules.checked(new) == new


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"kind": "parcel"}, "kind", "Choose what kind"),
        ({"title": "  "}, "title", "at most 200"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"media_type": "text/html"}, "content", "Only JPEG and PNG"),
        ({"content": b"MZ a program"}, "content", "not what its name says"),
        ({"content": b"\xff\xd8\xff" + bytes(rules.LARGEST_BYTES)}, "content", "20 MB"),
    ],
)
def test_what_is_not_kept_says_why(values: dict[str, object], field: str, said: str) -> None:
    fields = refused(replace(JPEG, **values))  # type: ignore[arg-type]
    assert list(fields) == [field] and said in fields[field]


def test_the_field_is_named_by_its_place_in_a_form() -> None:
    assert list(refused(replace(JPEG, kind="parcel"), "documents.1.")) == ["documents.1.kind"]


def test_the_stored_row_has_ciphertext_of_that_very_cell_and_the_size_in_clear() -> None:
    person, row_id, asked = uuid4(), uuid4(), []

    def encrypt(table: str, column: str, row: UUID, plaintext: bytes) -> bytes:
        asked.append((table, column, row, plaintext))
        return b"sealed"

    row = rules.sealed(replace(JPEG, source="telepathy"), person, row_id, encrypt)
    assert asked == [("document", "content_enc", row_id, JPEG.content)]
    assert (row["id"], row["patient_id"], row["content_enc"]) == (row_id, person, b"sealed")
    assert (row["title"], row["content_bytes"], row["source"]) == ("Card", len(JPEG.content), "")
    assert JPEG.content not in row.values()
