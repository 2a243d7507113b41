"""The card of a registration: from the camera, a file, a drop or the clipboard; read off the GUI thread. GUI thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from hisdesk.desk.kit.camera_thread import CameraFeed, Source
from hisdesk.desk.kit.context import Desk
from hisdesk.desk.kit.controls import Button, IconButton
from hisdesk.desk.kit.labels import Icon, Label, Rule
from hisdesk.desk.kit.notices import Notice, Notices, Offer
from hisdesk.desk.kit.panels import Panel
from hisdesk.desk.kit.theme import theme
from hisdesk.desk.reception import card_reading
from hisdesk.desk.reception.card_picture import CardPicture, Mark
from hisdesk.desk.reception.card_values import Card, proofs_of
from hisdesk.desk.reception.words import clock
from hisdesk.errors import UserError

PRIVACY = "Read on this machine. The picture is stored encrypted with the record, or thrown away if you cancel."
PICTURES = "Pictures (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp);;All files (*)"
FILE_OFFER = "Open a picture instead"


class CardPanel(Panel):
    """`card_read(Card)` for each one, `card_removed(Card)` when it goes, `picture_changed` when another is shown."""

    card_read = Signal(object)
    card_removed = Signal(object)
    picture_changed = Signal()

    def __init__(self, desk: Desk, make_camera: Callable[[], Source], parent: QWidget | None = None) -> None:
        super().__init__("Card", parent=parent)
        self._desk = desk
        self.cards: list[Card] = []
        self.turns: dict[int, int] = {}
        self.shown: Card | None = None
        self.reading = False
        self._last_frame: QImage | None = None
        self.notices = Notices()
        self.feed = CameraFeed(make_camera, self)
        self.feed.frame.connect(self._frame)
        self.feed.steady.connect(self._steady)
        self.feed.failed.connect(self._no_camera)
        self.scan_button = Button("Scan", icon="ph.camera", key="F7")
        self.scan_button.clicked.connect(self.scan)
        self.add_command(self.scan_button)
        self.picture = CardPicture()
        self._status = Label("Hold the card to the camera, or drop a picture of it here", "small", "muted", wrap=True)
        self.add(self.picture)
        self.add(self._tools())
        self.add(self._status)
        self.add(self.notices)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(theme().space("grid"))
        self._thumbs = QVBoxLayout()
        self._thumbs.setSpacing(theme().space("half"))
        self.add(self._facts)
        self.add(self._thumbs)
        self.body_layout.addStretch(1)
        self.add(self._privacy())
        self.setAcceptDrops(True)

    # -- ways in ------------------------------------------------------------------------------------------------

    def scan(self) -> None:
        """F7: starts the camera; while it runs, takes the picture at once."""
        self.notices.clear()
        if not self.feed.running:
            self._last_frame = None
            self.scan_button.setText("Take now")
            self._status.set_text("The camera starts. Hold the card still: the picture is taken by itself.")
            self.feed.start()
        elif self._last_frame is not None:
            frame = self._last_frame
            self.stop_camera()
            self.take(frame, "camera")

    def stop_camera(self) -> bool:
        """Closes the camera; False when it was not open."""
        running = self.feed.running
        self.feed.stop()
        self.scan_button.setText("Scan again" if self.cards else "Scan")
        if running:
            self._show_card(self.shown)
        return running

    def open_file(self) -> None:
        """Ctrl+O: asks for a picture, without blocking."""
        self.stop_camera()
        dialog = QFileDialog(self, "Open a picture of the card", "", PICTURES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.take(Path(path), "file"))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def paste(self) -> None:
        """Ctrl+V: a picture, or the file of one, from the clipboard."""
        self._from_mime(QGuiApplication.clipboard().mimeData(), "paste", "There is no picture in the clipboard")

    def take(self, source: Path | QImage | Any, how: str) -> None:
        """Reads a picture; the answer comes as `card_read`, or as a message here."""
        self.notices.clear()
        self.reading = True
        self._status.set_text("Reading the card")
        reading = partial(card_reading.read, self._desk.scanner, source, how)
        self._desk.tasks.run(self, reading, self._read, self._not_read, slot="card")

    def showEvent(self, event: QShowEvent) -> None:
        """The reader loads what it needs while somebody is still looking for the card."""
        super().showEvent(event)
        self._desk.tasks.run(self, self._desk.scanner.warm, lambda _started: None, slot="warm")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._from_mime(event.mimeData(), "drop", "This is no picture")

    def _from_mime(self, data: QMimeData, how: str, otherwise: str) -> None:
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.take(Path(files[0]), how)
        elif data.hasImage():
            self.take(QImage(data.imageData()), how)
        else:
            self._say("attention", otherwise, "Copy a picture of the card first, or open a file.")

    # -- answers ------------------------------------------------------------------------------------------------

    def _read(self, card: Card) -> None:
        self.reading = False
        self.cards.append(card)
        self.scan_button.setText("Scan again")
        self._show_card(card)
        if card.messages or not card.reads:
            text = " ".join(card.messages)
            title = f"{card.title} read, with remarks" if card.reads else "No card could be read"
            self._say("attention", title, text)
        self.card_read.emit(card)

    def _not_read(self, error: UserError) -> bool:
        self.reading = False
        self._show_card(self.shown)
        self._say("error", "The picture was not read", str(error))
        return True

    def _frame(self, image: QImage) -> None:
        self._last_frame = image
        self.picture.show_picture(image)

    def _steady(self, picture: Any) -> None:
        self.stop_camera()
        self.take(picture, "camera")

    def _no_camera(self, text: str) -> None:
        self.stop_camera()
        self._show_card(self.shown)
        self._say("attention", "The camera cannot be used", text, Offer(FILE_OFFER, self.open_file, key="Ctrl+O"))

    def _say(self, kind: str, title: str, text: str, offer: Offer | None = None) -> None:
        self.notices.put("card", Notice(kind, title, text, offer, self.notices))

    # -- cards --------------------------------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """The next person: nothing of the last one stays."""
        self.stop_camera()
        self.notices.clear()
        self.cards, self.turns, self.shown = [], {}, None
        self.scan_button.setText("Scan")
        self._show_card(None)

    def remove(self, card: Card) -> None:
        """Takes one card away."""
        with contextlib.suppress(ValueError):
            self.cards.remove(card)
        self._show_card(self.cards[-1] if self.cards else None)
        self.card_removed.emit(card)

    def jpegs(self) -> list[tuple[Card, bytes]]:
        """The pictures as they will be kept, each turned as it is shown."""
        return [
            (card, card_reading.jpeg_of(card.picture, turns) if turns and card.picture is not None else card.jpeg)
            for card in self.cards
            for turns in [self.turns.get(id(card), 0)]
        ]

    def mark(self, marks: Sequence[Mark], chosen: str) -> None:
        """The boxes on the picture that is shown."""
        self.picture.set_marks(marks, chosen)

    def _show_card(self, card: Card | None) -> None:
        self.shown = card
        turns = self.turns.get(id(card), 0)
        self.picture.show_picture(card.picture if card is not None else None, (), turns)
        for button in self._view_buttons:
            button.set_reason("" if card is not None else "There is no picture yet")
        said = f"{card.title}, {card.source}, {clock(card.read_at)}" if card is not None else ""
        self._status.set_text(said or "Hold the card to the camera, or drop a picture of it here")
        _empty(self._facts)
        for family, what, result in proofs_of(card) if card is not None else ():
            self._facts.addWidget(_fact(family, what, result))
        _empty(self._thumbs)
        if len(self.cards) > 1 or (card is not None and not card.reads):
            self._thumbs.addWidget(Rule())
        for each in self.cards:
            self._thumbs.addWidget(self._thumb(each))
        self.picture_changed.emit()

    def _thumb(self, card: Card) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        name = f"{card.title}, {clock(card.read_at)}"
        show = Button(name, "quiet", icon="ph.identification-card", size="small")
        show.setCheckable(True)
        show.setChecked(card is self.shown)
        show.clicked.connect(lambda: self._choose(card))
        away = IconButton("ph.x", f"Take away: {name}", size="small")
        away.clicked.connect(lambda: self.remove(card))
        row.addWidget(show)
        row.addStretch()
        row.addWidget(away)
        return line

    def _choose(self, card: Card) -> None:
        self._show_card(card)

    def _tools(self) -> QHBoxLayout:
        turn = IconButton("ph.arrow-clockwise", "Turn the picture", "secondary", size="small")
        turn.clicked.connect(self.turn)
        zoom = IconButton("ph.magnifying-glass-plus", "Zoom around the field", "secondary", size="small")
        zoom.clicked.connect(lambda: self.picture.next_zoom())
        self._view_buttons = (turn, zoom)
        self.file_button = Button("Open…", icon="ph.folder-open", key="Ctrl+O", size="small")
        self.file_button.clicked.connect(self.open_file)
        row = QHBoxLayout()
        row.setSpacing(theme().space("grid"))
        for widget in (turn, zoom):
            widget.set_reason("There is no picture yet")
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.file_button)
        return row

    def turn(self) -> None:
        """A quarter turn; the picture is kept as it is shown."""
        if self.shown is not None:
            self.picture.turn()
            self.turns[id(self.shown)] = self.picture.turns

    def _privacy(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Icon("ph.lock", "text.muted", "icon_inline"))
        row.addWidget(Label(PRIVACY, "small", "muted", wrap=True), 1)
        return line


def has_picture(data: QMimeData) -> bool:
    """Whether this holds a picture or a file."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


def _fact(family: str, what: str, result: str) -> QWidget:
    icon = {"ok": "ph.check-circle-fill", "critical": "ph.warning-octagon-fill"}.get(family, "ph.warning-fill")
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme().space("inline_gap"))
    row.addWidget(Icon(icon, f"status.{family}.fg"))
    row.addWidget(Label(what, "body"), 1)
    row.addWidget(Label(result, "body_strong", family))
    return line


def _empty(column: QVBoxLayout) -> None:
    while (item := column.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
