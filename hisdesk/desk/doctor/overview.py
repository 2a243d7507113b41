"""The first tab of a chart: who this is, how to reach them, who pays, what is known, what happened last. GUI thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QWidget

from hisdesk.desk.doctor import words
from hisdesk.desk.doctor.events import EventColumn
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.labels import Label
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.hospital.patients import names
from hisdesk.hospital.patients.queries import Chart, PolicyRow
from hisdesk.hospital.timeline.queries import Page

SHORT = 8
_UNREAD = "not readable at this station"
_KINDS = {
    "passport": "Passport",
    "id_card": "Identity card",
    "driving_licence": "Driving licence",
    "other": "Other document",
}

Fact = tuple[str, str]


class Overview(QWidget):
    """Demographics, contacts and cover beside a short timeline. `timeline_wanted`: the whole one is asked for;
    `admission_wanted`: the doctor wants to ask a ward for a bed."""

    timeline_wanted = Signal()
    admission_wanted = Signal()

    def __init__(self, timeline_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Chart | None = None
        self._timeline_key = timeline_key
        self._facts = QWidget()
        self._facts.setProperty("surface", "canvas")
        self._panels = QGridLayout(self._facts)
        self._panels.setContentsMargins(0, 0, 0, 0)
        self._panels.setSpacing(theme().space("card_padding"))
        for column in (0, 1):
            self._panels.setColumnStretch(column, 1)
        self.events = EventColumn()
        self.events.setProperty("surface", "base")
        row = QHBoxLayout(self)
        page = theme().space("page_padding")
        row.setContentsMargins(page, theme().space("card_padding"), page, theme().space("card_padding"))
        row.setSpacing(theme().space("card_padding"))
        row.addWidget(scrolled(self._facts), 1)
        self._panel = self._timeline()
        row.addWidget(self._panel)

    def offer_admission(self, key: str) -> None:
        """The command under the timeline, for who may ask."""
        button = Button("Ask for an admission…", "quiet", icon="ph.bed", key=key, size="small")
        button.clicked.connect(self.admission_wanted)
        self._panel.set_footer(button)

    def _timeline(self) -> Panel:
        panel = Panel("Timeline", padded=False)
        panel.setFixedWidth(theme().sizes("side_panel")[1])
        whole = Button("All events", "quiet", key=self._timeline_key, size="small")
        whole.clicked.connect(self.timeline_wanted)
        panel.add_command(whole)
        panel.add(scrolled(self.events), 1)
        return panel

    def show_events(self, page: Page) -> None:
        """The newest of the timeline."""
        self.events.show_events(page.events[:SHORT], more=len(page.events) > SHORT or page.more is not None)

    def show_chart(self, chart: Chart) -> None:
        """Shows the record; the same one again costs nothing."""
        if chart == self._shown:
            return
        self._shown = chart
        while (item := self._panels.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        wanted = (
            ("Person", person_facts(chart), ""),
            ("Reach", reach_facts(chart), "No phone, e-mail or address is recorded."),
            ("Emergency contacts", contact_facts(chart), "No emergency contact is recorded."),
            ("Cover", cover_facts(chart.policies), "No insurance is recorded."),
            ("Documents of identity", identity_facts(chart), "No passport or card is recorded."),
            ("History and notes", history_facts(chart), "No history is recorded."),
        )
        for number, each in enumerate(wanted):
            self._panels.addWidget(_panel(*each), number // 2, number % 2)
        self._panels.setRowStretch(len(wanted) // 2, 1)


def scrolled(content: QWidget) -> QScrollArea:
    """Content that scrolls alone, from top to bottom only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def _panel(title: str, facts: Sequence[Fact], empty: str) -> Panel:
    panel = Panel(title)
    if not facts:
        panel.add(Label(empty, "body", "muted", wrap=True))
        panel.body_layout.addStretch(1)
        return panel
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme().space("page_padding"))
    grid.setVerticalSpacing(theme().space("half"))
    grid.setColumnMinimumWidth(0, theme().text_px(104))
    grid.setColumnStretch(1, 1)
    for number, (label, value) in enumerate(facts):
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Label(label, "small", "secondary"), number, 0, top)
        shown = Label(value, "body", "primary", identifier=label in _NUMBERS, wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(f"{label}: {value}")
        grid.addWidget(shown, number, 1, top)
    panel.add(grid)
    panel.body_layout.addStretch(1)  # a neighbour may be taller
    return panel


_NUMBERS = frozenset({"MRN", "Member number", "Group number", *_KINDS.values()})


# ---------------------------------------------------------------------------------------------------- what is said


def person_facts(chart: Chart) -> list[Fact]:
    """Names, birth, sex and what else is asked about a person."""
    person = chart.record
    former = [names.display(n.family_name, n.given_names) for n in chart.names if n.use == "former"]
    aliases = [names.display(n.family_name, n.given_names) for n in chart.names if n.use == "alias"]
    return _said(
        ("Name", names.display(person.family_name, person.given_names, person.title)),
        ("Preferred name", person.preferred_name),
        ("Former names", "; ".join(former)),
        ("Also known as", "; ".join(aliases)),
        ("Born", words.born(person.birth_date, person.birth_date_estimated, words.today())),
        ("Sex", words.SEXES.get(person.sex, person.sex)),
        ("Gender", person.gender),
        ("Blood group", person.blood_group or "not recorded"),
        ("Language", person.language + (", needs an interpreter" if person.interpreter else "")),
        ("Status", f"{words.RECORD_STATES.get(person.status, '')} {person.status_reason}".strip()),
        ("Registered", words.moment(person.registered_at)),
    )


def reach_facts(chart: Chart) -> list[Fact]:
    """Phones, e-mail and address."""
    person = chart.record
    city = " ".join(part for part in (person.postcode, person.city) if part)
    address = ", ".join(part for part in (person.street, city, person.region, person.country) if part)
    return _said(
        ("Phone", person.phone), ("Second phone", person.phone_2), ("E-mail", person.email), ("Address", address)
    )


def contact_facts(chart: Chart) -> list[Fact]:
    """Whom to tell."""
    return [
        (c.relation.capitalize() or "Contact", " · ".join(p for p in (c.name, c.phone) if p)) for c in chart.contacts
    ]


def cover_facts(policies: Iterable[PolicyRow]) -> list[Fact]:
    """Who pays, policy by policy."""
    facts: list[Fact] = []
    for policy in policies:
        since = f"from {show_date(policy.effective_on)}" if policy.effective_on else ""
        until = f"until {show_date(policy.expires_on)}" if policy.expires_on else ""
        facts += _said(
            ("Payer", " · ".join(p for p in (policy.payer, policy.plan) if p)),
            ("Member number", _UNREAD if policy.member_number is None else policy.member_number),
            ("Group number", _UNREAD if policy.group_number is None else policy.group_number),
            ("Subscriber", policy.subscriber),
            ("Valid", " ".join(p for p in (since, until) if p)),
        )
    return facts


def identity_facts(chart: Chart) -> list[Fact]:
    """Passports and cards, with the number where this station may read it."""
    facts = []
    for each in chart.identifiers:
        number = _UNREAD if each.number is None else each.number
        until = f"until {show_date(each.expires_on)}" if each.expires_on else ""
        facts.append(
            (_KINDS.get(each.kind, each.kind), " · ".join(p for p in (number, each.issuing_state, until) if p))
        )
    return facts


def history_facts(chart: Chart) -> list[Fact]:
    """What was written at registration."""
    return _said(("History", chart.record.history), ("Notes", chart.record.notes))


def _said(*facts: Fact) -> list[Fact]:
    return [(label, value) for label, value in facts if value.strip()]
