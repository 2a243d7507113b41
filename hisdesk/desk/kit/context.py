"""What every screen gets: the signed-in person and the ways to data, to others, to the person. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from hisdesk.access.actor import Actor
    from hisdesk.access.cipher import FieldCipher
    from hisdesk.db.database import Database
    from hisdesk.desk.kit.drafts import Drafts
    from hisdesk.desk.kit.hub import Hub
    from hisdesk.desk.kit.messages import Messages
    from hisdesk.desk.kit.tasks import Tasks
    from hisdesk.scanning.process import Scanner


@dataclass
class Desk:
    """One person's desk. `actor` is replaced when their rights change or they sign in again: ask it each time."""

    db: Database
    actor: Actor
    tasks: Tasks
    hub: Hub
    drafts: Drafts
    messages: Messages
    settings: QSettings
    """This station's own choices: printers, widths. Never a person's data."""
    cipher: FieldCipher
    scanner: Scanner
