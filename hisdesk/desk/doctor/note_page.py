"""The note of the consultation: written, signed, added to; earlier notes and the problem list beside it. GUI thread."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hisdesk.access.permissions import NOTES_CREATE
from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.note_dialogs import AddendumDialog, TwoVersions, mixed, shown
from hisdesk.desk.doctor.note_editor import CODE_KEY, NoteEditor
from hisdesk.desk.doctor.note_head import ADDENDUM_KEY, NoteHead
from hisdesk.desk.doctor.note_keeper import NoteKeeper
from hisdesk.desk.doctor.note_list import NoteList
from hisdesk.desk.doctor.note_problems import ProblemPanel
from hisdesk.desk.doctor.note_shortcuts import SHORTCUTS
from hisdesk.desk.doctor.note_signed import SignedNote
from hisdesk.desk.doctor.note_text import NAMES
from hisdesk.desk.doctor.record import Record
from hisdesk.desk.doctor.tab_page import TabPage
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.kit.keys import Keys
from hisdesk.desk.kit.notices import Notice, Notices, Offer
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.states import EmptyState, OfflineState
from hisdesk.desk.kit.theme import theme
from hisdesk.errors import Conflict, Invalid, UserError
from hisdesk.hospital.notes.actions import Signed, add_addendum, discard, sign
from hisdesk.hospital.notes.queries import NoteRow, Notes, of_person
from hisdesk.hospital.notes.rules import Content, Status, is_blank, why_not_sign
from hisdesk.hospital.visits.queries import QueueRow
from hisdesk.hospital.visits.rules import Status as VisitStatus


class NotePage(TabPage):
    """`signing(bool)`: completing the visit now means signing this note. `completed`: signed, and the visit is over.

    `set_side(widget)` puts another column at the right, for what is prescribed.
    """

    signing = Signal(bool)
    completed = Signal()
    tables = frozenset({"note", "note_addendum", "diagnosis"})

    def __init__(self, desk: Desk, record: Record, editor: NoteEditor) -> None:
        super().__init__(desk, record)
        self.notes: Notes | None = None
        self.visit: QueueRow | None = None
        self._chosen: UUID | None = None
        self.keys = Keys(self)
        self.notices = Notices(self)
        self.keeper = NoteKeeper(desk, self)
        self.head = NoteHead()
        self.editor = editor
        self.signed = SignedNote()
        self.list = NoteList()
        self.problems = ProblemPanel(desk, record, self)
        self._lay_out()
        self._wire()
        self._show()

    # -- what the chart says and asks ---------------------------------------------------------------------------

    def show_visit(self, visit: QueueRow | None) -> None:
        """The visit that the chart shows; only one that has begun can be written about."""
        inside = visit is not None and visit.status == VisitStatus.WITH_DOCTOR
        mine = inside and visit is not None and visit.department_id in self.desk.actor.departments
        self.visit = visit if mine else None
        self._show()

    def set_side(self, widget: QWidget) -> None:
        """A column of somebody else's at the right."""
        self._row.addWidget(widget)

    @property
    def writing(self) -> bool:
        """Whether a note can be written now."""
        return self.keeper.place is not None

    def rights_changed(self) -> None:
        """The person may do more or less than before."""
        self.problems.rights_changed()
        self._show()

    def keep_draft(self) -> None:
        """The station is locked or left: what is typed goes on its way."""
        self.keeper.save()

    def visit_completed(self) -> None:
        """The visit is over without a note: a draft that was emptied again is nothing to be signed later."""
        place = self.keeper.place
        if place is None or not is_blank(self.keeper.content):
            return
        self.keeper.finished()
        if place.id is not None:
            self.desk.tasks.write(
                self, discard, place.id, place.version, on_done=lambda _done: None, on_error=lambda _error: True
            )

    def sign(self) -> None:
        """Signs what stands there, after all of it is on the server; with a visit, that is completed too."""
        place = self.keeper.place
        if place is None:
            return
        why = why_not_sign(self.keeper.content)
        if why:
            self.notices.put("sign", Notice("attention", "Not signed", f"{why}.", parent=self.notices))
            return
        self.notices.clear("sign")
        self.keeper.save(self._sign_now)

    # -- rows ---------------------------------------------------------------------------------------------------

    def read(self) -> None:
        patient_id = self.of
        if patient_id is not None:
            self.desk.tasks.read(
                self, lambda tx: of_person(tx, patient_id), partial(self._received, patient_id), self._not_received,
                slot="notes",
            )  # fmt: skip

    def forget(self) -> None:
        self.keeper.leave()
        self.notes, self.visit, self._chosen = None, None, None
        self.notices.clear()
        self.problems.forget()
        self.list.show_notes(())
        self._show()

    def _received(self, patient_id: UUID, notes: Notes) -> None:
        if patient_id != self.of:
            return
        self.notes = notes
        self.problems.show_problems(notes.problems)
        self.list.show_notes([note for note in notes.notes if note.status == Status.SIGNED])
        self._show()

    def _not_received(self, error: UserError) -> bool:
        self.stale = True
        if self.notes is None:
            self._away.set_words("The notes could not be read", str(error))
            self._stack.setCurrentWidget(self._away)
        return True

    # -- building -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._empty = EmptyState("No note yet", "", icon="ph.note-pencil")
        self._away = OfflineState("The notes could not be read", "", "Try again")
        self._away.acted.connect(self._try_again)
        self._stack = QStackedWidget()
        for widget in (self.editor, self.signed, self._empty, self._away):
            self._stack.addWidget(widget)
        middle = Panel("", padded=False)
        middle.add(self.head)
        self.notices.setContentsMargins(*[theme().space("grid")] * 4)
        middle.add(self.notices)
        middle.add(self._stack, 1)
        left = QWidget()
        left.setFixedWidth(theme().sizes("side_panel")[0])
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("card_padding"))
        column.addWidget(self.problems, 3)
        column.addWidget(self.list, 2)
        self._row = QHBoxLayout(self)
        page, gap = theme().space("page_padding"), theme().space("card_padding")
        self._row.setContentsMargins(page, gap, page, gap)
        self._row.setSpacing(gap)
        self._row.addWidget(left)
        self._row.addWidget(middle, 1)
        self.setFocusProxy(self.editor)

    def _wire(self) -> None:
        self.editor.edited.connect(self.keeper.typed)
        self.editor.edited.connect(lambda _content: self._tell_signing())
        self.keeper.said.connect(self.head.say)
        self.keeper.replaced.connect(self.editor.show_content)
        self.keeper.wrong.connect(self.editor.show_errors)
        self.keeper.differs.connect(self._two_versions)
        self.list.chosen.connect(self._choose)
        self.head.back.clicked.connect(lambda: self._choose(None))
        self.head.sign.clicked.connect(self.sign)
        self.head.discard.clicked.connect(self._ask_discard)
        self.head.addendum.clicked.connect(lambda: self.addendum())
        for name, (title, key) in NAMES.items():
            self.keys.add(key, title, partial(self._go_to, name), group="Note")
        self.keys.add(CODE_KEY, "Add a diagnosis", self._find_code, group="Note")
        self.keys.add("Alt+M", "Add a problem", self.problems.search.setFocus, group="Note")
        self.keys.add(ADDENDUM_KEY, "Addendum to the signed note", self._addendum_key, group="Note")
        for short, text in SHORTCUTS.items():
            self.keys.explain(short, text, group="Type this, then a blank")

    def _try_again(self) -> None:
        self.stale = True
        self.read_if_wanted()

    def _go_to(self, name: str) -> None:
        if self._stack.currentWidget() is self.editor:
            self.editor.go_to(name)

    def _find_code(self) -> None:
        if self._stack.currentWidget() is self.editor:
            self.editor.search.setFocus()

    # -- showing ------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Which note is in front: one that was chosen, the one being written, or the last that was signed."""
        if self.notes is None:
            self.head.show_nothing()
            self._tell_signing()
            return
        self._begin_or_refresh(self.notes)
        chosen = self._chosen_note()
        if chosen is not None:
            self.signed.show_note(chosen)
            self._stack.setCurrentWidget(self.signed)
            self.head.show_signed(may_add=self.desk.actor.may(NOTES_CREATE), back=self.writing)
        elif self.writing:
            self._stack.setCurrentWidget(self.editor)
            self.head.show_draft(alone=self.visit is None)
            self.keeper.tell()
        else:
            self.head.show_nothing()
            may = self.desk.actor.may(NOTES_CREATE)
            self._empty.set_words(
                "No note yet", "Start the visit: the note begins with it." if may else "Signed notes appear here."
            )
            self._stack.setCurrentWidget(self._empty)
        self._tell_signing()

    def _begin_or_refresh(self, notes: Notes) -> None:
        """Opens the own note of the visit, or a draft that was left unsigned; the same one again only takes news."""
        if not self.desk.actor.may(NOTES_CREATE) or self.of is None:
            self.keeper.leave()
            return
        me = self.desk.actor.user_id
        stored = notes.draft(self.visit.id if self.visit else None, me)
        visit_id = self.visit.id if self.visit else stored.visit_id if stored else None
        place = self.keeper.place
        if (stored is not None and stored.status == Status.SIGNED) or visit_id is None:
            if place is not None and not self.keeper.dirty:
                self.keeper.finished()
        elif place is None or place.visit_id != visit_id:
            self.keeper.leave()
            self.keeper.open(self.of, visit_id, stored)
        elif stored is not None:
            self.keeper.refresh(stored)

    def _chosen_note(self) -> NoteRow | None:
        if self.notes is None:
            return None
        signed = [note for note in self.notes.notes if note.status == Status.SIGNED]
        chosen = next((note for note in signed if note.id == self._chosen), None)
        if chosen is not None or self.writing:
            return chosen
        return next(iter(signed), None)

    def _choose(self, note_id: UUID | None) -> None:
        self._chosen = note_id
        self._show()

    def _tell_signing(self) -> None:
        self.signing.emit(self.writing and self.visit is not None and not is_blank(self.keeper.content))

    # -- signing ------------------------------------------------------------------------------------------------

    def _sign_now(self) -> None:
        place, content = self.keeper.place, self.keeper.content
        if place is None:
            return
        version = self.visit.version if self.visit is not None and self.visit.id == place.visit_id else None
        self.desk.tasks.write(
            self, sign, place, content, version, on_done=self._signed, on_error=self._not_signed, slot="sign"
        )

    def _signed(self, done: Signed) -> None:
        self.keeper.finished()
        self._chosen = done.note_id
        self.record.read_again()
        self.stale = True
        self.read_if_wanted()
        if done.completed:
            self.completed.emit()
        self.desk.messages.done("Signed and completed" if done.completed else "Signed")

    def _not_signed(self, error: UserError) -> None:
        if isinstance(error, Conflict) and "content" in error.theirs:
            self.keeper.hold()
            self._two_versions(error)
        elif isinstance(error, Invalid) and error.fields:
            self.editor.show_errors(error.fields)
            self.desk.messages.attention(self, "Not signed", " ".join(error.fields.values()))
        elif isinstance(error, Conflict):
            self.desk.messages.attention(self, "Not signed", str(error))
            self.record.read_again()
        else:
            self.desk.messages.failure(self, error, "Not signed")

    def _two_versions(self, conflict: Conflict) -> None:
        """Both stay until the author has chosen: this one on the station, the other one on the server."""
        theirs = conflict.theirs
        stored = theirs["content"]
        if not isinstance(stored, Content):
            return
        if theirs["status"] != Status.DRAFT:
            offer = Offer("Add it to the note…", lambda: self.addendum_with(str(theirs["id"])))
            offers = offer if theirs["status"] == Status.SIGNED else None
            notice = Notice(
                "attention", "Your words are kept, but not in the note", str(conflict), offers, self.notices
            )
            self.notices.put("versions", notice)
            return
        dialog = TwoVersions(self, self.keeper.content, stored, theirs["saved_at"])
        dialog.resolved.connect(lambda choices: self.keeper.choose(theirs, mixed(self.keeper.content, stored, choices)))
        dialog.resolved.connect(lambda _choices: self.notices.clear("versions"))
        again = Offer("Choose…", lambda: self._two_versions(conflict))
        self.notices.put(
            "versions", Notice("attention", "Two versions of this note", str(conflict), again, self.notices)
        )
        dialog.present()

    # -- adding, throwing away ----------------------------------------------------------------------------------

    def _addendum_key(self) -> None:
        if self._stack.currentWidget() is self.signed and self.desk.actor.may(NOTES_CREATE):
            self.addendum()

    def addendum(self) -> None:
        """Asks for what is added to the note in front."""
        row = self.signed.row
        if row is not None:
            self._ask_addendum(row.id, f"Signed by {row.author}." if row.author else "")

    def addendum_with(self, note_id: str) -> None:
        """What was typed after the note was signed elsewhere becomes an addendum."""
        typed = shown(self.keeper.content).values()
        self._ask_addendum(
            UUID(note_id), "You signed it in another room.", "\n".join(f"{t}: {v}" for t, v in typed if v)
        )

    def _ask_addendum(self, note_id: UUID, whose: str, text: str = "") -> None:
        dialog = AddendumDialog(self, whose, text=text)
        dialog.given.connect(partial(self._add, note_id, bool(text)))
        dialog.present()

    def _add(self, note_id: UUID, from_draft: bool, kind: str, reason: str, text: str) -> None:
        if self.of is None:
            return

        def done(_key: UUID) -> None:
            if from_draft:
                self.keeper.finished()
                self.notices.clear("versions")
            self.desk.messages.done("Addendum signed")
            self._try_again()

        def failed(error: UserError) -> None:
            again = Offer("Continue…", lambda: self._ask_addendum(note_id, "", text))
            self.notices.put("addendum", Notice("error", "Addendum not signed", str(error), again, self.notices))

        self.desk.tasks.write(
            self, add_addendum, note_id, self.of, kind, reason, text, on_done=done, on_error=failed, slot="addendum"
        )

    def _ask_discard(self) -> None:
        dialog = Dialog(
            self,
            "Throw this draft away?",
            "What is typed here is gone, in every room. Signed notes stay.",
            family="critical",
        )
        back = dialog.add_verb("Go back", None, key="Esc")
        dialog.add_verb("Throw away", self._discard, "danger")
        dialog.first = back
        dialog.present()

    def _discard(self) -> None:
        place = self.keeper.place
        if place is None or place.id is None:
            self.keeper.finished()
            self._show()
            return

        def done(_answer: None) -> None:
            self.keeper.finished()
            self.desk.messages.done(f"Draft thrown away at {words.clock(words.now())}")
            self._try_again()

        self.desk.tasks.write(
            self, discard, place.id, place.version, on_done=done, on_error=self._not_signed, slot="discard"
        )
