"""Who is signed in, and what the database said they may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, order=True)
class Permission:
    """One permission: a module (`patients`) and what may be done there (`view`, `create`, `edit`, …)."""

    module: str
    act: str

    def __str__(self) -> str:
        return f"{self.module}.{self.act}"


@dataclass(frozen=True)
class Actor:
    """The signed-in person at one station. `permissions` only spare a round trip: the database decides each time.

    `roles` are the titles that people read ("Medical administrator") and an administrator may change; `role_names` are
    the lasting names in `auth.role` ("medical_admin"). `departments` are those whose queues and people they serve,
    `wards` those among them that have beds; `station` is its code. `secret` is derived from the sign-in and encrypts
    this person's unsaved text on this station; it never leaves it.
    """

    token: str = field(repr=False)
    user_id: UUID
    user_name: str
    name: str
    roles: tuple[str, ...]
    role_names: frozenset[str]
    permissions: frozenset[Permission]
    departments: tuple[UUID, ...]
    station: str
    secret: bytes = field(repr=False, default=b"")
    wards: tuple[UUID, ...] = ()

    def may(self, permission: Permission) -> bool:
        """What a button asks before it offers something; the database may answer otherwise by now."""
        return permission in self.permissions
