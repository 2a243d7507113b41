"""What stands beside a person's own data: timeline, documents, cover and numbers, contacts, names. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from hisdesk.access import permissions
from hisdesk.desk.kit.cells import Cell
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button
from hisdesk.desk.kit.dates import show_date
from hisdesk.desk.kit.labels import Label, Rule, show_if
from hisdesk.desk.kit.table import Column, ListModel
from hisdesk.desk.kit.table_view import TableView
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception import words
from hisdesk.desk.reception.card_picture import CardPicture
from hisdesk.errors import UserError
from hisdesk.hospital.documents import queries as documents
from hisdesk.hospital.patients.queries import Chart
from hisdesk.hospital.timeline import queries as timeline

NO_KEY = "cannot be read at this station"
KIND_WORDS = {
    "passport": "Passport",
    "id_card": "Identity card",
    "driving_licence": "Driving licence",
    "insurance_card": "Insurance card",
    "photo": "Photo",
    "other": "Other",
}
_EVENTS: tuple[Column[timeline.Event], ...] = (
    Column("When", lambda e: words.moment(e.at), 156),
    Column("What", lambda e: e.what, 0, cell=lambda e: Cell(title=e.what, subtitle=e.detail)),
    Column("By", lambda e: e.by, 150),
)
_PAPERS: tuple[Column[documents.DocumentRow], ...] = (
    Column("Document", lambda d: d.title, 0, cell=lambda d: Cell(title=d.title, subtitle=KIND_WORDS.get(d.kind, ""))),
    Column("Added", lambda d: words.moment(d.captured_at), 156, cell=lambda d: Cell(subtitle=d.recorded_by)),
)


class Timeline(QWidget):
    """Everything that happened, newest first; earlier events on demand."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._patient: UUID | None = None
        self._more: timeline.Cursor | None = None
        self.model: ListModel[timeline.Event] = ListModel(_EVENTS, lambda e: e.key, self)
        self.table = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Timeline")
        self._said = Label("", "small", "muted", wrap=True)
        self.earlier = Button("Earlier events", "quiet", icon="ph.caret-down", size="small")
        self.earlier.clicked.connect(self._read_earlier)
        column = _column(self)
        column.addWidget(self._said)
        column.addWidget(self.table, 1)
        column.addWidget(self.earlier, 0, Qt.AlignmentFlag.AlignLeading)
        self.earlier.hide()
        self._said.hide()

    def show_person(self, patient_id: UUID) -> None:
        """Reads the newest events."""
        if patient_id != self._patient:
            self.model.set_rows([], flash=False)
        self._patient = patient_id
        self._desk.tasks.read(
            self, lambda tx: timeline.page(tx, patient_id), self._received, self._failed, slot="timeline"
        )

    def _received(self, page: timeline.Page) -> None:
        self._said.hide()
        self.model.set_rows(page.events, flash=bool(self.model.rows))
        self._page_end(page)

    def _read_earlier(self) -> None:
        patient_id, cursor = self._patient, self._more
        if patient_id is not None and cursor is not None:
            self._desk.tasks.read(
                self, lambda tx: timeline.page(tx, patient_id, cursor), self._append, self._failed, slot="timeline"
            )

    def _append(self, page: timeline.Page) -> None:
        self.model.set_rows([*self.model.rows, *page.events], flash=False)
        self._page_end(page)

    def _page_end(self, page: timeline.Page) -> None:
        self._more = page.more
        show_if(self.earlier, page.more is not None)

    def _failed(self, error: UserError) -> bool:
        self._said.set_text(f"The timeline could not be read: {error}")
        self._said.set_tone("critical")
        self._said.show()
        return True


class Documents(QWidget):
    """The person's scans; the selected one is shown below the list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._patient: UUID | None = None
        self.model: ListModel[documents.DocumentRow] = ListModel(_PAPERS, lambda d: d.id, self)
        self.table = TableView(self.model, row_height="row_two_line")
        self.table.setAccessibleName("Documents")
        self.picture = CardPicture()
        self._said = Label("", "small", "muted", wrap=True)
        self.table.chosen.connect(self._chosen)
        turn = Button("Turn", size="small", icon="ph.arrow-clockwise")
        turn.clicked.connect(self.picture.turn)
        zoom = Button("Zoom", size="small", icon="ph.magnifying-glass-plus")
        zoom.clicked.connect(self.picture.next_zoom)
        tools = QHBoxLayout()
        tools.addWidget(self._said, 1)
        tools.addWidget(turn)
        tools.addWidget(zoom)
        below = QWidget()
        inner = QVBoxLayout(below)
        inner.setContentsMargins(*[theme().space("card_padding")] * 4)
        inner.addLayout(tools)
        inner.addWidget(self.picture)
        inner.addStretch(1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setStretchFactor(0, 1)
        _column(self).addWidget(split)

    def show_person(self, patient_id: UUID) -> None:
        """Reads the list."""
        if patient_id != self._patient:
            self.model.set_rows([], flash=False)
            self.picture.show_picture(None)
        self._patient = patient_id
        if not self._desk.actor.may(permissions.DOCUMENTS_VIEW):
            self._said.set_text("You do not have the permission to see documents.")
            return
        self._desk.tasks.read(
            self, lambda tx: documents.of_person(tx, patient_id), self._received, self._failed, slot="documents"
        )

    def _received(self, rows: Sequence[documents.DocumentRow]) -> None:
        self.model.set_rows(rows, flash=False)
        self._said.set_text("" if rows else "No document is kept for this person.")
        self.table.select_first()

    def _chosen(self, row: documents.DocumentRow | None) -> None:
        self.picture.show_picture(None)
        if row is None:
            return
        if not row.media_type.startswith("image/"):
            self._said.set_text(f"{row.title} is a PDF file; only pictures are shown here.")
            return
        cipher = self._desk.cipher

        def read(tx: object) -> QImage:
            return QImage.fromData(documents.content(tx, row.id, cipher).content)  # type: ignore[arg-type]

        self._said.set_text("Decrypting the picture")
        self._desk.tasks.read(self, read, partial(self._show, row), self._failed, slot="picture")

    def _show(self, row: documents.DocumentRow, image: QImage) -> None:
        self.picture.show_picture(image)
        self._said.set_text(f"{row.title}, {words.moment(row.captured_at)}")

    def _failed(self, error: UserError) -> bool:
        self._said.set_text(str(error))
        return True


class Facts(QScrollArea):
    """Lines of label and value under headings."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName(name)
        self.text = ""

    def show_blocks(self, blocks: Sequence[tuple[str, Sequence[tuple[str, str]]]], nothing: str) -> None:
        """Blocks of (heading, lines of (label, value)); empty values are left out."""
        page = QWidget()
        page.setProperty("surface", "base")
        column = QVBoxLayout(page)
        inset = theme().space("card_padding")
        column.setContentsMargins(inset, inset, inset, inset)
        column.setSpacing(theme().space("grid"))
        if not blocks:
            column.addWidget(Label(nothing, "body", "muted"))
        for place, (heading, lines) in enumerate(blocks):
            if place:
                column.addWidget(Rule())
            column.addWidget(Label(heading, "body_strong", wrap=True))
            grid = QGridLayout()
            grid.setColumnMinimumWidth(0, theme().text_px(120))
            grid.setColumnStretch(1, 1)
            for row, (label, value) in enumerate([line for line in lines if line[1]]):
                grid.addWidget(Label(label, "small", "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
                shown = Label(value, "body", identifier=True, wrap=True)
                shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(shown, row, 1)
            column.addLayout(grid)
        column.addStretch(1)
        self.text = "\n".join(f"{h}: " + "; ".join(f"{a} {b}" for a, b in lines) for h, lines in blocks) or nothing
        self.setWidget(page)


def cover_blocks(chart: Chart) -> list[tuple[str, list[tuple[str, str]]]]:
    """Insurance policies and document numbers, in clear."""
    blocks = []
    for policy in chart.policies:
        details = [(_worded(name), _listed(value)) for name, value in policy.details.items()]
        blocks.append(
            (
                policy.payer,
                [
                    ("Plan", policy.plan),
                    ("Member number", _number(policy.member_number)),
                    ("Group number", _number(policy.group_number)),
                    ("Insured person", policy.subscriber),
                    ("From", show_date(policy.effective_on) if policy.effective_on else ""),
                    ("Until", show_date(policy.expires_on) if policy.expires_on else ""),
                    *details,
                ],
            )
        )
    for paper in chart.identifiers:
        blocks.append(
            (
                KIND_WORDS.get(paper.kind, paper.kind),
                [
                    ("Number", _number(paper.number)),
                    ("Issued by", paper.issuing_state),
                    ("Issued on", show_date(paper.issued_on) if paper.issued_on else ""),
                    ("Valid until", show_date(paper.expires_on) if paper.expires_on else ""),
                ],
            )
        )
    return blocks


def contact_blocks(chart: Chart) -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom to call."""
    return [(c.name, [("Relation", c.relation), ("Phone", c.phone)]) for c in chart.contacts]


def name_blocks(chart: Chart) -> list[tuple[str, list[tuple[str, str]]]]:
    """The current name and what the person was called before."""
    uses = {"official": "Current name", "former": "Former name", "preferred": "Preferred name", "alias": "Other name"}
    return [
        (
            words.full_name(name.family_name, name.given_names) if name.family_name else name.given_names,
            [
                ("Kind", uses[name.use]),
                ("From", words.moment(name.from_at)),
                ("Until", words.moment(name.until_at) if name.until_at else ""),
            ],
        )
        for name in chart.names
    ]


def _number(text: str | None) -> str:
    return NO_KEY if text is None else text


def _worded(name: str) -> str:
    return {"rx_bin": "RxBIN", "rx_pcn": "RxPCN", "rx_group": "RxGrp", "payer_id": "Payer ID"}.get(
        name, name.replace("_", " ").capitalize()
    )


def _listed(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme().space("half"))
    return column
