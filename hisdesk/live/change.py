"""A change somebody committed: a hint to re-read, never the data itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

_OPERATIONS = ("I", "U", "D")
_LONGEST_PAYLOAD = 1024  # ours are about 200 bytes; anything longer was not written by the relay


@dataclass(frozen=True)
class Change:
    """One committed row: which table, which key, "I", "U" or "D", its version, whom it concerns, when (epoch ms)."""

    table: str
    key: UUID
    operation: str
    version: int
    department_id: UUID | None
    patient_id: UUID | None
    at: int

    def payload(self) -> bytes:
        """The compact form that travels. Keys and numbers only."""
        fields = {
            "t": self.table,
            "k": str(self.key),
            "o": self.operation,
            "v": self.version,
            "d": None if self.department_id is None else str(self.department_id),
            "p": None if self.patient_id is None else str(self.patient_id),
            "a": self.at,
        }
        return json.dumps(fields, separators=(",", ":")).encode()

    @classmethod
    def parse(cls, payload: bytes) -> Change:
        """The change in a message. Raises ValueError for anything that is not exactly one."""
        if len(payload) > _LONGEST_PAYLOAD:
            raise ValueError("too long")
        fields = json.loads(payload)
        if not isinstance(fields, dict):
            raise ValueError("not an object")
        try:
            table, operation, version, at = fields["t"], fields["o"], fields["v"], fields["a"]
            key, department, patient = fields["k"], fields["d"], fields["p"]
        except KeyError as missing:
            raise ValueError(f"without {missing}") from None
        if not isinstance(table, str) or not table.isidentifier() or operation not in _OPERATIONS:
            raise ValueError("table or operation")
        if type(version) is not int or type(at) is not int:
            raise ValueError("version or time")
        wanted = _uuid(key)
        if wanted is None:
            raise ValueError("without key")
        return cls(table, wanted, operation, version, _uuid(department), _uuid(patient), at)


def _uuid(text: object) -> UUID | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("key is not text")
    return UUID(text)
