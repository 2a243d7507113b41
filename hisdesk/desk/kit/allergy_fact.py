"""Whether allergies are recorded, beside a list: the four states, read for one person, kept true. GUI thread."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hisdesk.desk.kit.banner import Allergies
from hisdesk.desk.kit.chips import StatusChip
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.kit.tokens import status
from hisdesk.errors import UserError
from hisdesk.hospital.allergies.rules import AllergyLine, AllergyState
from hisdesk.hospital.patients.queries import Banner, banner
from hisdesk.live.change import Change
from hisdesk.live.topics import patient_topic

ALLERGY_WORDS = {
    "known": "Known allergies",
    "none_known": "No known allergies",
    "not_recorded": "Allergies not recorded",
    "unavailable": "Allergies unavailable",
}
WATCHED = ("allergy", "allergy_declaration")


def allergies(state: AllergyState) -> Allergies:
    """The four states as the banner shows them; "unavailable" here means that the role may not know."""
    if state.state == "known":
        return Allergies("known", tuple(line.substance for line in state.lines), worst(state.lines[0]))
    if state.state == "none known":
        asked = f"Asked {show_date(state.asked_at.astimezone().date())}" if state.asked_at else ""
        return Allergies("none_known", detail=asked)
    if state.state == "not recorded":
        return Allergies("not_recorded", detail="Ask, then record")
    return Allergies("unavailable", detail="Your role may not see them")


def worst(line: AllergyLine) -> str:
    """The second line of known allergies: "Penicillin: anaphylaxis, 03-Sep-2019"."""
    severity = "" if line.severity == "not known" else line.severity
    what = severity if severity in ("anaphylaxis", "severe") or not line.reaction else line.reaction
    parts = [part for part in (what, show_date(line.noted_on) if line.noted_on else "") if part]
    return f"{line.substance}: {', '.join(parts)}" if parts else ""


class AllergyFact(QWidget):
    """A heading, the state as a chip, and the names. Without a record it says to ask."""

    def __init__(self, desk: Desk, patient_id: UUID | None) -> None:
        super().__init__()
        self._desk, self._patient_id = desk, patient_id
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().space("half"))
        column.addWidget(Label("Allergies", "small", "secondary"))
        self.chip = StatusChip(status("allergy", "Allergies unavailable"))
        self.text = Label("Reading", "body", "primary", wrap=True)
        column.addWidget(self.chip)
        column.addWidget(self.text)
        self.chip.hide()
        if patient_id is None:
            self.text.set_text("Without a record nothing can be known. Ask.")
            return
        desk.hub.watch(self, [patient_topic(patient_id, table) for table in WATCHED], self._changed)
        self._read()

    def _changed(self, _changes: list[Change]) -> None:
        self._read()

    def _read(self) -> None:
        patient_id = self._patient_id
        if patient_id is not None:
            self._desk.tasks.read(self, lambda tx: banner(tx, patient_id), self._received, self._not_received)

    def _received(self, found: Banner) -> None:
        known = allergies(found.allergies)
        self._show(ALLERGY_WORDS[known.kind], ", ".join(known.names) or known.detail)

    def _not_received(self, error: UserError) -> None:
        self._show(ALLERGY_WORDS["unavailable"], str(error))

    def _show(self, word: str, text: str) -> None:
        self.chip.set_state(status("allergy", word))
        self.chip.show()
        self.text.set_text(text)
