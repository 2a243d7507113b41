"""The errors that reach a person. Each message says what happened and what to do; none carries patient data."""

from __future__ import annotations

from collections.abc import Mapping


class UserError(Exception):
    """Something a person can understand and act on. `str(error)` is the sentence that is shown."""


class Invalid(UserError):
    """Input that cannot be saved. `fields` maps a field's name to the sentence that stands under it."""

    def __init__(self, fields: Mapping[str, str], message: str = "Please check the marked fields.") -> None:
        super().__init__(message)
        self.fields = dict(fields)


class Conflict(UserError):
    """Somebody else changed the record first. `theirs` holds the stored values by field name."""

    def __init__(self, message: str, theirs: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.theirs = dict(theirs or {})


class Denied(UserError):
    """The signed-in person may not do this; the sentence says which permission is missing."""


class SignedOut(Denied):
    """The session has ended (expired, revoked, station revoked): sign in again, typed text stays."""


class TooOften(Denied):
    """Asked too often in a short time; the same is allowed a little later."""


class Unavailable(UserError):
    """The database, the broker or a device did not answer; trying again later may help."""
