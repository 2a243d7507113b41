"""A person's record at the front desk: opened and logged, edited against its version, live. GUI thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from hisdesk.access import permissions
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dialogs import ask
from hisdesk.desk.kit.form import Form
from hisdesk.desk.kit.hub import Watch
from hisdesk.desk.kit.labels import show_if
from hisdesk.desk.kit.notices import Notice
from hisdesk.desk.kit.pieces import InPieces
from hisdesk.desk.reception import record_additions, record_banner, record_fields, record_pages, words
from hisdesk.desk.reception.record_steps import Queueing, Status
from hisdesk.desk.reception.record_view import RecordView
from hisdesk.desk.reception.tickets import Tickets
from hisdesk.errors import Conflict, Denied, Invalid, UserError
from hisdesk.hospital.patients import actions, queries
from hisdesk.live.change import Change
from hisdesk.live.topics import patient_topic

NAMES = ("family_name", "given_names")
TABS = ("Timeline", "Documents", "Cover and numbers", "Contacts", "Names")


class Record(InPieces):
    """One person. `open_patient(id, reason)` opens; typed text is never overwritten by what others save."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, at_once: bool = True) -> None:
        self.desk = desk
        super().__init__(parent, at_once=at_once)

    def build(self) -> Iterator[None]:
        desk = self.desk
        self.patient_id: UUID | None = None
        self.version = 0
        self.chart: queries.Chart | None = None
        self.base: dict[str, Any] = {}
        self._queue_when_open = False
        self._watch: Watch | None = None
        self._reason = ""
        self.view = RecordView(self, TABS)
        self.notices = self.view.notices
        self.banner = self.view.banner
        self._pages: QStackedWidget = self.view.pages
        yield
        self.form = Form(record_fields.fields(), columns=2, keys_on=self, parent=self.view.person.holder)
        self.view.person.add_scrolled(self.form)
        self.keys = self.form.keys
        for name in (*NAMES, "birth_date", "sex"):
            self.form.controls[name].set_optional(False)
        yield
        self.tickets = Tickets(desk, self)
        self.queueing = Queueing(desk, self, self.view, self.tickets, self._in_queue)
        self.status = Status(
            desk, self, version=lambda: self.version, changed=self._status_changed, conflict=self.read_again
        )
        self.timeline = record_pages.Timeline(desk)
        self.documents = record_pages.Documents(desk)
        self.cover, self.contacts, self.names = (record_pages.Facts(title) for title in TABS[2:])
        self.additions = record_additions.Additions(desk, self, self._person)
        self.additions.added = self.read_again
        for page in (
            self.timeline,
            self.documents,
            self.additions.page(self.cover, record_additions.POLICY, record_additions.NUMBER),
            self.additions.page(self.contacts, record_additions.CONTACT),
            self.names,
        ):
            self.view.add_page(page)
        yield
        self._wire()

    # -- what the window calls ----------------------------------------------------------------------------------

    def open_patient(self, patient_id: UUID, reason: str = "") -> None:
        """Opens the record; the opening is logged with its reason. Typed text of another person is kept as a draft."""
        if patient_id == self.patient_id and self.chart is not None:
            self.read_again()
            return
        self._close()
        self.patient_id, self._reason, self.chart = patient_id, reason, None
        self.notices.clear()
        self.view.show_loading()
        self._watch = self.desk.hub.watch(
            self, [patient_topic(patient_id, table) for table in record_fields.TABLES], self._changed
        )
        db, actor, cipher = self.desk.db, self.desk.actor, self.desk.cipher
        self.desk.tasks.run(
            self,
            lambda: queries.opened(db, actor, patient_id, reason, cipher),
            partial(self._opened, patient_id),
            self._not_opened,
            slot="open",
        )

    def queue_when_open(self) -> None:
        """Asks for the queue as soon as the record is there."""
        if self.chart is not None:
            self.add_to_queue()
        else:
            self._queue_when_open = True

    def read_again(self) -> None:
        """F5, and whenever somebody changed something: reads the record and what stands beside it."""
        if self.patient_id is None:
            return
        if self.chart is None:
            patient_id, self.patient_id = self.patient_id, None
            self.open_patient(patient_id, self._reason)
            return
        patient_id, cipher = self.patient_id, self.desk.cipher
        self.desk.tasks.read(
            self, lambda tx: queries.chart(tx, patient_id, cipher), self._read, self._not_read, slot="chart"
        )
        self.timeline.show_person(patient_id)
        self.documents.show_person(patient_id)

    def rights_changed(self) -> None:
        """Editing or queueing may have come or gone."""
        self._settle()

    # -- opening and reading ------------------------------------------------------------------------------------

    def _opened(self, patient_id: UUID, chart: queries.Chart) -> None:
        self.chart, self.version = chart, chart.record.version
        self.base = record_fields.values_of(chart.record)
        self.form.leave_draft()
        self.form.set_values(self.base)
        self.form.show_errors({})
        self.form.keep_draft(self.desk.drafts, f"reception.record.{patient_id}")
        self._show(chart)
        self.view.show_record()
        self.timeline.show_person(patient_id)
        self.documents.show_person(patient_id)
        self.form.controls["family_name"].edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._queue_when_open:
            self._queue_when_open = False
            self.add_to_queue()

    def _not_opened(self, error: UserError) -> bool:
        self._queue_when_open = False
        self.view.show_failure("The record was not opened", str(error))
        return True

    def _changed(self, _changes: list[Change]) -> None:
        if self.chart is not None:
            self.read_again()

    def _not_read(self, error: UserError) -> bool:
        if isinstance(error, Denied):  # the opening has ended: nothing may be shown any more
            self.chart = None
            self.view.show_failure("The record is closed", f"{error} What you typed is kept.")
            return True
        return False

    def _read(self, chart: queries.Chart) -> None:
        newer = chart.record.version != self.version
        self.chart = chart
        self._show(chart)
        if newer:
            self._merge(record_fields.values_of(chart.record), chart.record.version)

    def _merge(self, stored: dict[str, Any], version: int) -> None:
        """Somebody else saved: their values are shown, but never over what was typed here."""
        mine = self.form.values()
        typed = {name: mine[name] for name in self.base if mine[name] != self.base[name]}
        both = [name for name in typed if stored[name] != self.base[name] and stored[name] != typed[name]]
        others = [self.form.fields[n].label for n in stored if n in self.base and stored[n] != self.base[n]]
        unreadable = {n: text for n, text in self.form.plain_values().items() if n in typed}
        if not both:  # where both changed the same field, the old version brings the question when it is saved
            self.version, self.base = version, stored
        shown = {name: stored[name] for name in stored if name not in typed}
        self.form.set_values({**self.base, **shown})
        self.form.set_values(unreadable, clean=False)
        if both:
            labels = ", ".join(self.form.fields[name].label for name in both)
            said = f"{labels}: what you typed is kept. You choose when you save."
            self._say("attention", "Changed by another station while you type", said, "live")
        elif others:
            self._say("info", "Changed by another station – shown anew", ", ".join(others), "live")

    def _show(self, chart: queries.Chart) -> None:
        data = chart.banner
        self.banner.set_person(
            record_banner.person(data), record_banner.allergies(data.allergies), record_banner.alerts(data)
        )
        self.cover.show_blocks(record_pages.cover_blocks(chart), "No insurance and no document number is noted.")
        self.contacts.show_blocks(record_pages.contact_blocks(chart), "Nobody is noted to call in an emergency.")
        self.names.show_blocks(record_pages.name_blocks(chart), "No name is known.")
        self._settle()
        self.notices.clear("state")
        if data.deceased_on is not None:
            self._say("attention", "This person has died", words.show_day(data.deceased_on), "state")
        elif data.status in words.RECORD_STATES:
            self._say("attention", words.RECORD_STATES[data.status], data.status_reason, "state")

    # -- editing ------------------------------------------------------------------------------------------------

    def changes(self) -> dict[str, Any]:
        """What differs from what was read."""
        values = self.form.values()
        return {name: values[name] for name in self.base if values[name] != self.base[name]}

    def _submitted(self, _values: Mapping[str, Any]) -> None:
        changes = self.changes()
        if not changes:
            self.form.saved()
            self.desk.messages.done("Nothing was changed")
            return
        if set(NAMES) & set(changes):
            old = words.full_name(self.base["family_name"], self.base["given_names"])
            ask(
                self,
                "A correction, or a new name?",
                f"A new name (after a marriage, for instance) keeps “{old}” as a former name that is still found.",
                [
                    ("Go back", None),
                    ("New name, keep the old", partial(self._save, changes, "new name")),
                    ("Correct the name", partial(self._save, changes, "correct")),
                ],
            )
            return
        self._save(changes, "correct")

    def _save(self, changes: dict[str, Any], name_change: str) -> None:
        if self.patient_id is None:
            return
        self.form.set_busy(True)
        self.view.save.set_busy(True)
        self.desk.tasks.write(
            self,
            actions.edit,
            self.patient_id,
            self.version,
            changes,
            name_change,
            on_done=partial(self._saved, changes),
            on_error=partial(self._not_saved, changes, name_change),
        )

    def _saved(self, changes: dict[str, Any], saved: actions.Saved) -> None:
        self.view.save.set_busy(False)
        self.version = saved.version
        self.base.update(changes)
        self.form.saved()
        self.notices.clear("live")
        self.notices.clear("general")
        self.desk.messages.done("Saved")
        self.read_again()

    def _not_saved(self, changes: dict[str, Any], name_change: str, error: UserError) -> bool:
        self.view.save.set_busy(False)
        self.form.set_busy(False)
        if isinstance(error, Conflict):
            self._conflict(changes, name_change, error)
        elif isinstance(error, Invalid):
            self.form.show_errors(error.fields)
        else:
            self.desk.messages.failure(
                self, error, "Not saved; what you typed is kept", lambda: self._save(changes, name_change)
            )
        return True

    def _conflict(self, changes: dict[str, Any], name_change: str, error: Conflict) -> None:
        theirs = dict(error.theirs)
        self.version = int(str(theirs.pop("version", self.version)))
        before = {name: self.base[name] for name in theirs if name in self.base}
        self.base.update({name: value for name, value in theirs.items() if name in self.base})
        if all(theirs[name] == before[name] or theirs[name] == changes.get(name) for name in before):
            self._save(changes, name_change)  # they changed something else: both changes stand
            return
        who, when = record_fields.who_and_when(str(error))
        self.form.resolve(Conflict(str(error), theirs), "This record", who=who, when=when)

    # -- commands -----------------------------------------------------------------------------------------------

    def add_to_queue(self) -> None:
        """F3: asks for department, doctor, priority and reason."""
        person = self._person()
        if person is not None and not self.view.queue.reason:
            self.queueing.ask(*person)

    def _in_queue(self) -> None:
        if self.patient_id is not None:
            self.timeline.show_person(self.patient_id)

    def deactivate(self) -> None:
        """F8: takes the record out of use with a reason, or back into use."""
        if self.chart is None or self.patient_id is None or self.view.out.reason:
            return
        if self.chart.record.status != "active":
            self.status.reactivate(self.patient_id)
        else:
            self.status.ask(self.patient_id)

    def _status_changed(self, version: int) -> None:
        self.version = version
        self.read_again()

    # -- inside -------------------------------------------------------------------------------------------------

    def _wire(self) -> None:
        keys = self.keys
        keys.take("Ctrl+Return", "Save the changes", self.form.submit)
        keys.add("F3", "Add to a queue", self.add_to_queue)
        keys.add("F8", "Take the record out of use, or back", self.deactivate)
        keys.add("F9", "Print the ticket just given", self.queueing.print_ticket)
        for each in record_additions.EVERY:
            keys.add(each.key, each.verb.rstrip("…"), partial(self.additions.ask, each))
        for number, title in enumerate(self.view.titles, 1):
            keys.add(f"Alt+{number}", title, partial(self.view.tabs.setCurrentIndex, number - 1), group="Tabs")
        self.form.submitted.connect(self._submitted)
        self.form.left.connect(self._left)
        self.form.dirty_changed.connect(lambda _dirty: self._settle())
        self.view.save.clicked.connect(self.form.submit)
        self.view.queue.clicked.connect(self.add_to_queue)
        self.view.out.clicked.connect(self.deactivate)
        self.view.again.connect(self.read_again)

    def _person(self) -> tuple[UUID, str] | None:
        """Whose record is open."""
        if self.chart is None or self.patient_id is None:
            return None
        return self.patient_id, words.full_name(self.chart.record.family_name, self.chart.record.given_names)

    def _left(self) -> None:
        back = getattr(self.window(), "back", None)
        if callable(back):
            back()

    def _settle(self) -> None:
        actor, record = self.desk.actor, self.chart.record if self.chart is not None else None
        may = actor.may(permissions.PATIENTS_EDIT)
        self.form.setEnabled(may)
        self.view.save.set_reason(
            "" if may and self.form.dirty else "Nothing was changed" if may else "You may not change records"
        )
        gone = "" if record is None else record_fields.why_not_queued(record)
        serves = "" if actor.departments else "You serve no department"
        allowed = "" if actor.may(permissions.VISITS_CREATE) else "You may not add to a queue"
        self.view.queue.set_reason(gone or serves or allowed)
        self.view.out.setText("Back into use" if record is not None and record.status != "active" else "Out of use…")
        show_if(self.view.out, actor.may(permissions.PATIENTS_DELETE))
        self.additions.settle()

    def _say(self, kind: str, title: str, text: str, key: str) -> None:
        self.notices.put(key, Notice(kind, title, text, None, self.notices))

    def _close(self) -> None:
        """The record of before: no longer watched, and its opening ended."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        self.queueing.forget()
        before = self.patient_id
        if before is not None and self.chart is not None:
            db, actor = self.desk.db, self.desk.actor
            self.desk.tasks.run(self, lambda: queries.close(db, actor, before), _ignored, _ignored)


def _ignored(_answer: object) -> None:
    """An opening that could not be ended ends by itself."""
