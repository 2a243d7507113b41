"""A person's scanned cards and papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access.cipher import FieldCipher
from hisdesk.errors import Denied
from hisdesk.hospital.documents.tables import document


@dataclass(frozen=True)
class DocumentRow:
    """What a list shows of a document; the picture itself is read with `content`."""

    id: UUID
    kind: str
    title: str
    media_type: str
    content_bytes: int
    source: str
    captured_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True)
class Content:
    """A document in clear."""

    title: str
    media_type: str
    content: bytes = field(repr=False)


def of_person(tx: sa.Connection, patient_id: UUID, *, most: int = 500) -> list[DocumentRow]:
    """Documents of an open record, newest first. documents.view; without it, or with the record closed, none."""
    rows = tx.exec_driver_sql(
        """select d.id, d.kind, d.title, d.media_type, d.content_bytes, d.source, d.captured_at,
               coalesce(btrim(concat_ws(' ', nullif(s.title, ''), s.given_names, s.family_name)), '')
           from app.document d left join app.staff s on s.id = d.recorded_by
           where d.patient_id = %s order by d.captured_at desc, d.id limit %s""",
        (patient_id, most),
    )
    return [DocumentRow(*row) for row in rows]


def content(tx: sa.Connection, document_id: UUID, cipher: FieldCipher) -> Content:
    """One document, decrypted here. documents.view.

    Raises Denied without it or when the record is closed, Unreadable when the stored bytes were altered.
    """
    row = tx.execute(
        sa.select(document.c.title, document.c.media_type, document.c.content_enc).where(document.c.id == document_id)
    ).one_or_none()
    if row is None:
        raise Denied("This document is closed to you. Open the person's record first.")
    return Content(row.title, row.media_type, cipher.decrypt("document", "content_enc", document_id, row.content_enc))
