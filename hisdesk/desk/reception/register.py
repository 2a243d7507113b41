"""Register a person: from a card or by typing, beside who may be the same, with a ticket at the end. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from hisdesk.access import permissions
from hisdesk.desk.kit.camera_thread import Source
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.notices import Notice, Offer
from hisdesk.desk.kit.pieces import InPieces
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception import person_fields, ways, words
from hisdesk.desk.reception.after_panel import After, AfterPanel
from hisdesk.desk.reception.card_panel import CardPanel, has_picture
from hisdesk.desk.reception.card_picture import Mark
from hisdesk.desk.reception.card_values import KINDS, Card
from hisdesk.desk.reception.register_form import RegisterForm
from hisdesk.desk.reception.register_view import RegisterView
from hisdesk.desk.reception.similar_panel import CompareDialog, SimilarPanel
from hisdesk.desk.reception.station_camera import StationCamera
from hisdesk.desk.reception.tickets import Number, Tickets
from hisdesk.errors import Invalid, UserError
from hisdesk.hospital.documents.rules import NewDocument
from hisdesk.hospital.patients import mrn
from hisdesk.hospital.patients.actions import NewPatient, Registered, register
from hisdesk.hospital.patients.queries import Draft, Similar
from hisdesk.hospital.visits.actions import Added, NewVisit, add_to_queue

DRAFT = "reception.register"
NOT_KEPT = ("Pictures of cards are never kept with unsaved text", "Read the card again.")
NUMBERED = {"family_name": "1", "given_names": "2", "birth_date": "3", "sex": "4"}


class Register(InPieces):
    """Three columns: the card, the person, who it may be already. One registration at a time."""

    header_changed = Signal()

    def __init__(
        self,
        desk: Desk,
        camera: Callable[[], Source] | None = None,
        parent: QWidget | None = None,
        *,
        at_once: bool = True,
    ) -> None:
        self.desk, self._camera = desk, camera or partial(StationCamera, desk)
        super().__init__(parent, at_once=at_once)

    def build(self) -> Iterator[None]:
        desk = self.desk
        self.view = RegisterView(self)
        self.notices, self.commit, self.reason = self.view.notices, self.view.header.commit, self.view.header.reason
        yield
        self.form = RegisterForm(self, self.view.person.holder)
        self.keys = self.form.keys
        self.view.person.add_scrolled(self.form)
        yield
        self.card = CardPanel(desk, self._camera)
        self.view.put_card(self.card)
        yield
        self.similar, self.after = SimilarPanel(desk), AfterPanel(desk)
        self.view.put_aside(self.similar, self.after)
        self.tickets = Tickets(desk, self)
        self.writing: NewPatient | None = None
        self._submit_when_checked = False
        yield
        self._wire()
        self.form.keep_draft(desk.drafts, DRAFT)
        if self.form.notices.shown:
            self.card.notices.put("kept", Notice("info", *NOT_KEPT, parent=self.card.notices))
        self._settle()

    # -- what the window calls ----------------------------------------------------------------------------------

    def begin_with(self, text: str) -> None:
        """Carries over what was searched for: a number is a phone number, words are a name."""
        text = text.strip()
        if text and not self.form.dirty:
            digits = sum(c.isdigit() for c in text)
            if digits >= 5 and not any(c.isalpha() for c in text):
                self.form.set_values({"phone": text}, clean=False)
            elif not digits:
                self.form.set_values(person_fields.name_from(text), clean=False)
        self.form.reveal("family_name")

    def show_subject(self, *, text: str = "") -> None:
        """The same, for `Window.open`."""
        self.begin_with(text)

    def go_back(self) -> bool:
        """Esc: closes the camera first."""
        return self.card.stop_camera()

    def rights_changed(self) -> None:
        """Another permission may have come or gone."""
        self._settle()

    def keep_draft(self) -> None:
        """The screen goes: the camera too. What was typed is kept as it is typed."""
        self.card.stop_camera()

    # -- registering --------------------------------------------------------------------------------------------

    def blocks(self) -> list[str]:
        """What keeps the person from being registered, each in a few words."""
        unsure, blocking = len(self.form.unsure), len(self.similar.blocking)
        said = []
        if self.card.reading:
            said.append("the card is being read")
        if unsure:
            said.append(f"{unsure} field{'s' if unsure != 1 else ''} to confirm")
        if blocking:
            said.append(f"{blocking} very likely duplicate{'s' if blocking != 1 else ''}")
        return said

    def submit(self) -> None:
        """Ctrl+Enter and the button: registers, or goes to what is in the way."""
        self.notices.clear()
        if self.writing is not None:
            return
        if self.similar.checking:  # nobody is registered before it is known who is there already
            self._submit_when_checked = True
            self.similar.settle()
            return
        if self.form.unsure:
            self.form.next_unsure()
            return
        if self.similar.blocking:
            next(iter(self.similar.cards.values())).use.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.form.submit()

    def _register(self, values: dict[str, Any]) -> None:
        may_keep = self.desk.actor.may(permissions.DOCUMENTS_CREATE)
        documents = [
            NewDocument(c.kind if c.kind != "unknown" else "other", _title(c), "image/jpeg", jpeg, c.source)
            for c, jpeg in self.card.jpegs()
            if may_keep
        ]
        details: dict[str, Any] = {}
        for card in self.card.cards:
            details.update(card.details)
        new = person_fields.new_patient_of(
            values, self.form.patient_id, words.today(), documents=documents, card=details
        )
        self.writing = new
        self._busy(True)
        self.desk.tasks.write(
            self,
            register,
            new,
            self.desk.cipher,
            on_done=partial(self._registered, new, self.after.wanted()),
            on_error=self._not_registered,
        )

    def _registered(self, new: NewPatient, after: After, done: Registered) -> None:
        name = words.full_name(new.person.family_name, new.person.given_names, new.person.title)
        self.form.saved()
        self._next_person()
        said = f"Registered {name}, MRN {mrn.shown(done.mrn)}"
        self.desk.messages.done(said)
        self._say_registered(said, "", done.patient_id)
        if after.department_id is not None:
            self._queue(NewVisit(after.department_id, done.patient_id, priority=after.priority), after, said)

    def _say_registered(self, said: str, more: str, patient_id: UUID | None) -> None:
        def open_record() -> None:
            if patient_id is not None:
                ways.open_chart(self.desk, self, patient_id, "Just registered")

        self.notices.put("registered", Notice("ok", said, more, Offer("Open record", open_record), self.notices))

    def _queue(self, visit: NewVisit, after: After, said: str) -> None:
        self.desk.tasks.write(
            self,
            add_to_queue,
            visit,
            on_done=partial(self._queued, visit, after, said),
            on_error=lambda error: self.desk.messages.failure(
                self, error, f"{said}, but not added to the queue", lambda: self._queue(visit, after, said)
            ),
            slot=str(visit.id),
        )

    def _queued(self, visit: NewVisit, after: After, said: str, added: Added) -> None:
        place = "next" if added.ahead == 0 else f"{added.ahead} before them"
        self.desk.messages.done(f"{said}, ticket {added.ticket}, {place}")
        self._say_registered(said, f"Ticket {added.ticket}, {place}.", visit.patient_id)
        if after.print_ticket:
            number = Number(added.visit_id, added.ticket, visit.department_id, visit.priority, added.ahead)
            self.tickets.print(number)

    def _not_registered(self, error: UserError) -> bool:
        self.writing = None
        self._busy(False)
        if isinstance(error, Invalid):
            self.form.show_errors(person_fields.by_field(error.fields))
        else:
            self.desk.messages.failure(self, error, "Not registered yet; nothing was lost", self.submit)
        return True

    def _next_person(self) -> None:
        self.writing = None
        self._busy(False)
        self.after.done()
        self.form.begin_anew()
        self.card.begin_anew()
        self.similar.begin_anew()
        self._settle()
        self.form.reveal("family_name")

    def _busy(self, busy: bool) -> None:
        self.form.set_busy(busy)
        self.commit.set_busy(busy, "Registering")

    def _left(self) -> None:
        """Given up: nothing of this person stays, and the screen before comes."""
        self._next_person()
        back = getattr(self.window(), "back", None)
        if callable(back):
            back()

    # -- the card -----------------------------------------------------------------------------------------------

    def _card_read(self, card: Card) -> None:
        self.form.fill(card)
        self._mark()
        if self.form.unsure:
            self.form.next_unsure()
        elif not self.form.focused():
            self.form.reveal("phone")

    def _card_removed(self, card: Card) -> None:
        left = {read.name for each in self.card.cards for read in each.reads}
        self.form.forget([read.name for read in card.reads if read.name not in left])
        self._settle()

    def _mark(self, _name: str = "") -> None:
        shown = self.card.shown
        reads = shown.reads if shown is not None else ()
        unsure = set(self.form.unsure)
        marks = [Mark(r.name, r.box, NUMBERED.get(r.name, ""), r.name in unsure) for r in reads]
        self.card.mark(marks, self.form.focused())

    # -- the same person ----------------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """What the form says so far, to look for somebody similar."""
        plain = self.form.plain_values()
        born = self.form.controls["birth_date"]
        return Draft(plain["family_name"], plain["given_names"], born._value, plain["sex"] or "unknown", plain["phone"])

    def _use(self, person: Similar) -> None:
        kept = self.form.plain_values()
        chart = ways.open_chart(self.desk, self, person.id, "Similar to somebody who was to be registered")
        if chart is None:
            return
        self.form.saved()
        self._next_person()
        name = words.full_name(person.family_name, person.given_names)
        self.desk.messages.done(
            f"{name} was opened, nobody registered", lambda: self.form.set_values(kept, clean=False)
        )

    def _compare(self, person: Similar) -> None:
        values = self.form.plain_values()
        address = ", ".join(part for part in (values["street"], values["city"]) if part)
        dialog = CompareDialog(self, self.draft(), address, person)
        dialog.use_wanted.connect(lambda: self._use(person))
        dialog.other_person.connect(lambda: self.similar.decide_not_the_same(person))
        dialog.present()

    # -- building -----------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        form, keys = self.form, self.keys
        keys.take("Ctrl+Return", "Register", self.submit)
        keys.take("Esc", "Leave", self._leave)
        keys.add("F7", "Scan a card", self.card.scan)
        keys.add("F8", "Accept the marked field, or go to it", form.accept)
        keys.add("Shift+F8", "Keep the marked field as it was read", lambda: form.accept(keep=True))
        keys.add("Alt+Down", "Next unsure field", form.next_unsure)
        keys.add("Ctrl+O", "Open a picture of a card", self.card.open_file)
        keys.add("Ctrl+V", "Paste a picture of a card", self.card.paste)
        keys.add("F6", "Go to the people who may be the same", self._to_similar)
        keys.add("F9", "Show or hide all the rest of the fields", self._toggle_more)
        keys.add("Alt+Q", "Add to a queue after registering, or not", self.after.queue.toggle)
        self.view.header.cancel.clicked.connect(lambda: self._leave())
        self.commit.clicked.connect(self.submit)
        form.submitted.connect(self._register)
        form.left.connect(self._left)
        form.changed.connect(self._changed)
        form.proofs_changed.connect(self._proofs_changed)
        form.field_entered.connect(self._mark)
        form.field_entered.connect(self._in_sight)
        self.card.card_read.connect(self._card_read)
        self.card.card_removed.connect(self._card_removed)
        self.card.picture_changed.connect(self._mark)
        self.similar.changed.connect(self._checked)
        self.similar.use_wanted.connect(self._use)
        self.similar.compare_wanted.connect(self._compare)
        self.similar.decided.connect(self._all_decided)
        self.setFocusProxy(form.controls["family_name"].edit)
        for edit in (*self.findChildren(QLineEdit), *self.findChildren(QPlainTextEdit)):
            edit.installEventFilter(self)

    def _changed(self) -> None:
        self.similar.look_for(self.draft())
        self._settle()

    def _checked(self) -> None:
        self._settle()
        waited, self._submit_when_checked = self._submit_when_checked, False
        if waited and not self.similar.failed:  # after a failure the person decides: the panel says it was not checked
            self.submit()

    def _proofs_changed(self) -> None:
        self._mark()
        self._settle()

    def _settle(self) -> None:
        """The button and the sentence beside it."""
        blocks = self.blocks()
        self.commit.set_reason(f"Before registering: {', '.join(blocks)}" if blocks else "")
        self.view.header.say(self.commit.reason)

    def _leave(self) -> None:
        if self.card.stop_camera():
            return
        if self.card.cards and not self.form.dirty:
            self._left()
            return
        self.form.leave()

    def _in_sight(self, name: str) -> None:
        self.view.area.ensureWidgetVisible(self.form.controls[name], 0, theme().text_px(60))

    def _to_similar(self) -> None:
        card = next(iter(self.similar.cards.values()), None)
        if card is not None:
            card.use.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _all_decided(self) -> None:
        """The last card went with the focus: on to what is still to do, which is mostly to register."""
        if not self.form.next_unsure():
            (self.commit if self.commit.isEnabled() else self.form).setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle_more(self) -> None:
        name = self.form.toggle_more()
        QTimer.singleShot(0, self, lambda: self._in_sight(name))  # once the layout has made room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+V in a field pastes text as ever; a picture goes to the card."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            data = QGuiApplication.clipboard().mimeData()
            if event.matches(QKeySequence.StandardKey.Paste) and has_picture(data) and not _has_words(data):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def _has_words(data: Any) -> bool:
    return bool(data.hasText() and not data.hasUrls() and data.text().strip())


def _title(card: Card) -> str:
    return KINDS[card.kind] if card.kind != "unknown" else "Picture"
