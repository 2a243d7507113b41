"""Keeping a scan. It is encrypted here, before it leaves the station."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from hisdesk.access import permissions
from hisdesk.access.action import Write, action, new_id
from hisdesk.access.cipher import FieldCipher
from hisdesk.hospital.documents import rules
from hisdesk.hospital.documents.tables import document


@dataclass(frozen=True)
class Stored:
    """The key of the new document."""

    document_id: UUID


@action(permissions.DOCUMENTS_CREATE)
def store(w: Write, patient_id: UUID, new: rules.NewDocument, cipher: FieldCipher) -> Stored:
    """Adds a document to an open record. Raises Invalid for what is no picture or PDF, or too large; Denied."""
    document_id = new_id()
    row = rules.sealed(rules.checked(new), patient_id, document_id, cipher.encrypt)
    w.tx.execute(sa.insert(document).inline().values(**row))
    return Stored(document_id)
