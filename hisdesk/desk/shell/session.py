"""One signed-in person at this station: their tasks, their drafts, what they may do; kept true while it lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hisdesk.access.actor import Actor
from hisdesk.access.sign_in import refreshed, touch
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.drafts import Drafts
from hisdesk.desk.kit.hub import Hub
from hisdesk.desk.kit.messages import Messages
from hisdesk.desk.kit.tasks import Tasks
from hisdesk.errors import SignedOut, UserError
from hisdesk.live.change import Change
from hisdesk.live.topics import hospital_topic
from hisdesk.scanning.process import Scanner

if TYPE_CHECKING:
    from hisdesk.access.sign_in import SignedIn
    from hisdesk.db.database import Database
    from hisdesk.desk.shell.memory import StationMemory

TOUCH_MS = 60_000
RIGHTS_TABLES = ("role_grant", "account_role", "account_department", "account", "role")


class Session(QObject):
    """`rights_changed`: the person may now do more or less than before. `ended(why)`: sign in again; text is kept."""

    rights_changed = Signal()
    ended = Signal(str)

    def __init__(
        self,
        db: Database,
        hub: Hub,
        memory: StationMemory,
        signed: SignedIn,
        parent: QObject | None = None,
        *,
        touch_ms: int = TOUCH_MS,
    ) -> None:
        super().__init__(parent)
        self.signed, self.hub, self._over = signed, hub, False
        self.messages = Messages(self)
        self.tasks = Tasks(db, signed.actor, self.messages, parent=self)
        self.drafts = Drafts(memory.drafts, signed.actor)
        self.desk = Desk(
            db=db,
            actor=signed.actor,
            tasks=self.tasks,
            hub=hub,
            drafts=self.drafts,
            messages=self.messages,
            settings=memory.settings,
            cipher=signed.cipher,
            scanner=Scanner(),
        )
        self.tasks.signed_out.connect(self._signed_out)
        self.tasks.reachable.connect(hub.database_answered)
        self._rights = hub.watch(self, [hospital_topic(table) for table in RIGHTS_TABLES], self._rights_touched)
        self._beat = QTimer(self, interval=touch_ms)
        self._beat.timeout.connect(self.touch)
        self._beat.start()

    @property
    def actor(self) -> Actor:
        """Who is signed in, with the rights that the database gave last."""
        return self.desk.actor

    def touch(self) -> None:
        """Tells the server that somebody is still here, also behind a locked window."""
        db, actor = self.tasks.db, self.actor
        self.tasks.run(self, lambda: touch(db, actor), _nothing, self._not_answered, slot="touch")

    def refresh(self) -> None:
        """Asks what this person may do now."""
        db, actor = self.tasks.db, self.actor
        self.tasks.run(self, lambda: refreshed(db, actor), self._refreshed, self._not_answered, slot="rights")

    def go_on_as(self, signed: SignedIn) -> None:
        """The same person signed in again: everything open continues under the new session."""
        self.signed, self._over = signed, False
        self._take(signed.actor)
        self.rights_changed.emit()

    def close(self) -> None:
        """Keeps what was typed, ends this person's threads and processes. The caller ends the server's session."""
        self._over = True
        self._beat.stop()
        self._rights.stop()
        self.drafts.close()
        self.desk.scanner.close()  # first: a card that is being read then keeps no thread waiting
        self.tasks.close()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _rights_touched(self, _changes: list[Change]) -> None:
        self.refresh()

    def _refreshed(self, actor: Actor) -> None:
        self.hub.database_answered(True)  # a screen that reads nothing would never find out that it is back
        before = self.actor
        self._take(actor)
        if (before.permissions, before.roles, before.departments) != (
            actor.permissions,
            actor.roles,
            actor.departments,
        ):
            self.rights_changed.emit()

    def _not_answered(self, error: UserError) -> None:
        if isinstance(error, SignedOut):
            self._signed_out(str(error))

    def _take(self, actor: Actor) -> None:
        # The drafts stay under the secret they were opened with; the same person has the same one.
        self.desk.actor = replace(actor, secret=self.desk.actor.secret or actor.secret)
        self.tasks.actor = self.desk.actor

    def _signed_out(self, why: str) -> None:
        if not self._over:
            self._over = True
            self.ended.emit(why)


def _nothing(_answer: object) -> None:
    """The next beat asks again."""
