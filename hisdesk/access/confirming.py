"""A second person's word at somebody else's session, proved as a sign-in is."""

from __future__ import annotations

from uuid import UUID

from hisdesk.access.actor import Actor, Permission
from hisdesk.access.sign_in import prove
from hisdesk.db.database import Database
from hisdesk.errors import Denied

_REFUSED = {
    "refused": "The user name or the password is not right. After 5 tries the name is locked here for 15 minutes.",
    "same person": "Somebody else has to confirm: nobody is their own second person.",
    "not permitted": "This person may not confirm it. Ask somebody who has the permission “{}”.",
}


def confirm(db: Database, actor: Actor, name: str, password: str, permission: Permission, subject: str) -> UUID:
    """The key of a confirmation by `name` of exactly this subject: one use, in this session, within half an hour.

    Whoever confirms must have the permission and be somebody else. Raises Denied or Unavailable.
    Not for the GUI thread.
    """
    attempt, _ = prove(db, name, password)
    with db.transaction(actor) as tx:
        row = tx.exec_driver_sql(
            "select outcome, confirmation_id, locked_until from auth.confirm(%s, %s, %s, %s)",
            (attempt, permission.module, permission.act, subject),
        ).one()
    if row.outcome == "ok":
        confirmed: UUID = row.confirmation_id
        return confirmed
    if row.locked_until is not None:
        until = row.locked_until.astimezone().strftime("%H:%M")
        raise Denied(f"This name is locked at this station until {until}. The helpdesk can reset the password.")
    raise Denied(_REFUSED[row.outcome].format(permission))
