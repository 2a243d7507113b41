"""Keeps what is typed in a note: on this station within a second, on the server some seconds later. GUI thread.

The station's copy is encrypted for its author and survives a killed program; the server's is the one that the author
finds in another room. Where both were written to, nothing is thrown away: `differs` asks the author.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from hisdesk.desk.doctor import words
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.drafts import Damaged
from hisdesk.errors import Conflict, Invalid, Unavailable, UserError
from hisdesk.hospital.notes import rules
from hisdesk.hospital.notes.actions import Kept, Place, keep_draft
from hisdesk.hospital.notes.queries import NoteRow
from hisdesk.hospital.notes.rules import Content, Status

SAVE_MS = 3_000
AGAIN_MS = 5_000


class NoteKeeper(QObject):
    """One note at a time. `said(str)`: what to show of its state. `differs(Conflict)`: another room wrote as well.

    `replaced(Content)`: the text to show is another one. `wrong(dict)`: a section does not fit.
    """

    said = Signal(str)
    differs = Signal(object)
    replaced = Signal(object)
    wrong = Signal(dict)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.place: Place | None = None
        self.content = Content()
        self._stored = Content()
        self._sending: Content | None = None
        """What was sent and not answered yet: the server may have it."""
        self._saved_at: dt.datetime | None = None
        self._held = False
        self._running = False
        self._then: Callable[[], object] | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self.save)

    @property
    def dirty(self) -> bool:
        """Whether something is typed that the server does not have yet."""
        return self.place is not None and self.content != self._stored

    # -- which note ---------------------------------------------------------------------------------------------

    def open(self, patient_id: UUID, visit_id: UUID, stored: NoteRow | None) -> None:
        """Begins with what the server has, or with what this station kept of it when that is newer."""
        draft = stored is not None and stored.status == Status.DRAFT
        self.place = Place(
            patient_id, visit_id, stored.id if draft and stored else None, stored.version if stored else 0
        )
        self._stored = self.content = stored.content if stored is not None else Content()
        self._saved_at = stored.saved_at if stored is not None else None
        self._held, self._then, self._sending = False, None, None
        self._timer.stop()
        self._take_kept()
        self.replaced.emit(self.content)
        self.tell()

    def refresh(self, stored: NoteRow) -> None:
        """The server's draft was read again: another room's words are shown where nothing is typed here."""
        place = self.place
        if place is None or self._running or self.dirty or (stored.version <= place.version and place.id == stored.id):
            return
        self.place = replace(place, id=stored.id, version=stored.version)
        self._stored = self.content = stored.content
        self._saved_at = stored.saved_at
        self.replaced.emit(self.content)
        self.tell()

    def leave(self) -> None:
        """Another person or note comes: what is typed is sent on its way first."""
        if self.dirty and not self._held:
            self.save()
        self._timer.stop()
        self.place, self.content, self._stored = None, Content(), Content()

    # -- typing -------------------------------------------------------------------------------------------------

    def typed(self, content: Content) -> None:
        """Somebody typed: kept here at once, on the server soon. Steady typing does not put that off."""
        if self.place is None or content == self.content:
            return
        self.content = content
        self._keep_here()
        if not self._timer.isActive() and not self._held:
            self._timer.start(SAVE_MS)
        self.tell()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Sends it now; `then` runs when the server has all of it."""
        if then is not None:
            self._then = then
        self._timer.stop()
        if self.place is None or self._held:
            return
        if self._running:
            self._timer.start(SAVE_MS)  # what is under way may be another note's
            return
        if not self.dirty:
            self._go_on()
            return
        place, content = self.place, self.content
        self._running = True
        self._sending = content
        self._keep_here(at_once=True)  # before it is at the server: whoever is killed now finds one version, not two
        self._desk.tasks.write(
            self,
            keep_draft,
            place,
            content,
            on_done=partial(self._done, place, content),
            on_error=partial(self._failed, place),
            slot=str(place.visit_id),
        )

    def choose(self, stored: dict[str, Any], content: Content) -> None:
        """The author decided between two versions: this is the note from now on."""
        if self.place is None:
            return
        self.place = replace(self.place, id=stored["id"], version=stored["version"])
        self._stored, self.content, self._held = stored["content"], content, False
        self._keep_here()
        self.replaced.emit(content)
        self.save()

    def hold(self) -> None:
        """Nothing more is sent until the author has chosen between two versions."""
        self._held = True
        self._timer.stop()
        self.tell()

    def finished(self) -> None:
        """The note is signed or thrown away: nothing is left to keep."""
        if self.place is not None:
            self._desk.drafts.remove(_key(self.place.visit_id))
        self._timer.stop()
        self.place, self.content, self._stored, self._then = None, Content(), Content(), None

    def tell(self) -> None:
        """Says how the text is kept now."""
        if self.place is None:
            self.said.emit("")
        elif self._held:
            self.said.emit("Two versions: choose first")
        elif self._desk.drafts.failed:
            self.said.emit(self._desk.drafts.failed)
        elif self._saved_at is not None:
            self.said.emit(f"Draft kept {words.clock(self._saved_at)}")
        else:
            self.said.emit("Not kept yet" if self.dirty else "")

    # -- inside -------------------------------------------------------------------------------------------------

    def _keep_here(self, *, at_once: bool = False) -> None:
        if self.place is None:
            return
        values = {
            "content": rules.plain(self.content),
            "version": self.place.version,
            "sending": rules.plain(self._sending) if self._sending is not None else None,
        }
        self._desk.drafts.keep(_key(self.place.visit_id), values, at_once=at_once)

    def _take_kept(self) -> None:
        """A killed program left words that the server does not have."""
        place = self.place
        if place is None:
            return
        try:
            draft = self._desk.drafts.find(_key(place.visit_id))
        except Damaged as error:
            self._desk.messages.attention(self.parent(), "The text kept on this station", str(error))
            return
        if draft is None:
            return
        kept: Content | None = None
        with contextlib.suppress(KeyError, TypeError, ValueError):
            kept = rules.from_plain(draft.values["content"])
        sent = draft.values.get("sending")
        ours = draft.values.get("version") == place.version or (sent and rules.from_plain(sent) == self._stored)
        if kept is None or kept == self._stored or (not ours and rules.goes_on(self._stored, kept)):
            self._desk.drafts.remove(_key(place.visit_id))
            return
        self.content = kept
        if ours or rules.goes_on(kept, self._stored):
            self._timer.start(SAVE_MS)
            return
        self._held = True
        theirs = {"id": place.id, "version": place.version, "status": "draft", "saved_at": self._saved_at}
        said = "This station kept words that the note on the server does not have."
        conflict = Conflict(said, {**theirs, "content": self._stored})
        QTimer.singleShot(0, self, lambda: self.differs.emit(conflict))

    def _done(self, place: Place, content: Content, kept: Kept) -> None:
        self._running = False
        if self.place is None or self.place.visit_id != place.visit_id:
            self._forget_if_same(place.visit_id, content)
            return
        self.place = replace(self.place, id=kept.note_id, version=kept.version)
        self._stored, self._saved_at, self._sending = content, kept.saved_at, None
        if self.dirty:
            self._keep_here()
            self._timer.start(SAVE_MS)
        else:
            self._desk.drafts.remove(_key(place.visit_id))
        self.tell()
        if self._then is not None:
            self.save()

    def _forget_if_same(self, visit_id: UUID, content: Content) -> None:
        """The note was left while it was sent: the server has all of it now."""
        with contextlib.suppress(Damaged):
            draft = self._desk.drafts.find(_key(visit_id))
            if draft is not None and draft.values.get("content") == rules.plain(content):
                self._desk.drafts.remove(_key(visit_id))

    def _failed(self, place: Place, error: UserError) -> bool:
        self._running = False
        wanted, self._then = self._then, None
        if self.place is None or self.place.visit_id != place.visit_id:
            return True  # the station's copy stays, and is there when the note is opened again
        if isinstance(error, Conflict) and "content" in error.theirs:
            self.hold()
            self.differs.emit(error)
        elif isinstance(error, Invalid) and error.fields:
            self.wrong.emit(error.fields)
            self.said.emit("Kept at this station only: a section is too long")
        else:
            self.said.emit(f"Kept at this station only, {words.clock(words.now())}: {error}")
            if isinstance(error, Unavailable):
                self._timer.start(AGAIN_MS)
        if wanted is not None and not isinstance(error, Conflict):
            self._desk.messages.failure(self.parent(), error, "Not signed")
        return True

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def _key(visit_id: UUID) -> str:
    return f"note/{visit_id}"
