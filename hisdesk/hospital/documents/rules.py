"""Which scans are accepted, and what is stored of one. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hisdesk.errors import Invalid

KINDS = ("insurance_card", "passport", "id_card", "driving_licence", "photo", "other")
SOURCES = ("", "camera", "file", "paste", "drop", "scanner")
LARGEST_BYTES = 20 * 1024 * 1024 - 64  # room for nonce, tag and key version

_BEGINNINGS = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}

Encrypt = Callable[[str, str, UUID, bytes], bytes]


@dataclass(frozen=True)
class NewDocument:
    """A scan in clear, as a file's bytes; it is encrypted before it leaves the station."""

    kind: str
    title: str
    media_type: str
    content: bytes = field(repr=False)
    source: str = ""


def checked(new: NewDocument, at: str = "") -> NewDocument:
    """The document itself, or Invalid with sentences. `at` goes before the field names."""
    problems = {}
    if new.kind not in KINDS:
        problems["kind"] = "Choose what kind of document this is."
    if not 1 <= len(new.title.strip()) <= 200:
        problems["title"] = "Give the document a title of at most 200 characters."
    if new.media_type not in _BEGINNINGS:
        problems["content"] = "Only JPEG and PNG pictures and PDF files can be kept."
    elif not new.content.startswith(_BEGINNINGS[new.media_type]):
        problems["content"] = "This file is not what its name says. Open it in another program to see what it is."
    elif len(new.content) > LARGEST_BYTES:
        problems["content"] = (
            f"The file is {len(new.content) // 2**20} MB; at most 20 MB fit. Scan it at a lower resolution."
        )
    if problems:
        raise Invalid({at + name: text for name, text in problems.items()})
    return new


def sealed(new: NewDocument, patient_id: UUID, row_id: UUID, encrypt: Encrypt) -> dict[str, Any]:
    """The row that is stored: everything of the document, its content encrypted for this row."""
    return {
        "id": row_id,
        "patient_id": patient_id,
        "kind": new.kind,
        "title": new.title.strip(),
        "media_type": new.media_type,
        "content_enc": encrypt("document", "content_enc", row_id, new.content),
        "content_bytes": len(new.content),
        "source": new.source if new.source in SOURCES else "",
    }
