"""Chapter 3: a person is registered from two cards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QWidget

from hisdesk.desk.demo import tour_cards
from hisdesk.desk.demo.tour_door import FRONT_1
from hisdesk.desk.demo.tour_player import Player
from hisdesk.desk.demo.tour_story import Story
from hisdesk.hospital.demo import queries
from hisdesk.hospital.patients import mrn


def registering(story: Story) -> None:
    """Chapter 3."""
    story.begin_chapter("3 A card is read and a person registered")
    player, window = story.player, story.go(FRONT_1)
    twin = story.look_inside(lambda tx: queries.named(tx, "Smith", "John"), "John Smith")
    person = tour_cards.holder(twin.birth_date)
    with player.apart():
        first, second = tour_cards.identity_card(story.folder, person), tour_cards.insurance_card(story.folder, person)
        fake = tour_cards.no_card(story.folder)
    with story.step("The place “Register” opens an empty form"):
        screen = story.open_place(FRONT_1, "Register")
        player.wait(lambda: screen.form.isVisible(), "the form")
        story.picture("05-register-empty", window)
    with story.step("No camera, and a text file named .jpg: each says what to do, nothing is lost"):
        _what_fails(story, screen, fake)
    with story.step("An identity card, pasted with Ctrl+V, fills the form with crop, source and confidence"):
        _paste(player, first)
        player.wait(lambda: screen.card.cards and not screen.card.reading, "the card read", 60)
        story.check(screen.card.cards[-1].kind == "id_card", f"it was read as {screen.card.cards[-1].title}")
        _filled(story, screen, family_name="Smith", document_number=tour_cards.NUMBER)
        proven = [row for names, row in screen.form.rows if "document_number" in names]
        story.check(proven and proven[0].crop.image is not None, "no crop beside the document number")
        story.check("check digit" in proven[0].words.text(), "the check digit is not named as proof")
        story.picture("06-register-identity-card", window)
    with story.step("An insurance card, dropped on the panel, adds payer, member and group number"):
        _drop(player, screen.card, second)
        player.wait(lambda: len(screen.card.cards) == 2 and not screen.card.reading, "the second card read", 60)
        story.check(screen.card.cards[-1].kind == "insurance_card", f"it was read as {screen.card.cards[-1].title}")
        _filled(story, screen, member_number=tour_cards.MEMBER, group_number=tour_cards.GROUP)
        payer = screen.form.values()["payer"]
        story.check("payer" in screen.form.unsure or payer == tour_cards.PAYER, f"{payer!r} is taken for certain")
        story.picture("07-register-insurance-card", window)
    with story.step("What is not certain is looked at: corrected by hand or confirmed with F8"):
        if screen.form.values()["payer"] != tour_cards.PAYER:
            player.fill(player.field(screen, "Insurer"), tour_cards.PAYER)
            story.check(screen.form.states["payer"] == "typed", "the correction is not marked as typed")
        for _ in range(12):
            if not screen.form.unsure:
                break
            player.press("Alt+Down", "F8")
        story.check(not screen.form.unsure, f"still unsure: {screen.form.unsure}")
        player.fill(player.field(screen, "Given names"), "John Edvard")
        story.check(screen.form.states["given_names"] == "typed", "the other spelling is not marked as typed")
        player.fill(player.field(screen, "Phone"), "+1 555 0177")
    with story.step("A similar person is found while typing; comparing shows both; “Not the same”"):
        player.wait(lambda: not screen.similar.checking and twin.id in screen.similar.cards, "a card of John Smith")
        cards = screen.similar.cards
        player.wait(lambda: cards[twin.id].compare.isVisible(), "“Compare” on the card of John Smith")
        story.picture("08-register-similar", window)
        player.click(cards[twin.id].compare)
        dialog = player.dialog("Is this the same person?")
        story.check(player.reads(dialog, mrn.shown(twin.mrn)), "the other record's MRN is not shown")
        story.picture("09-register-compare", window)
        player.click_button(dialog, "Not the same")
        player.wait(lambda: twin.id not in screen.similar.cards, "the decision")
        for other in list(screen.similar.open_ones):
            player.click(screen.similar.cards[other.id].other)
    with story.step("Ctrl+Enter registers: an MRN with a valid check digit"):
        player.press("Alt+Q")
        story.check(not screen.after.queue.isChecked(), "Alt+Q does not leave the queue out")
        story.check(not screen.blocks(), f"blocked: {screen.blocks()}")
        player.press("Ctrl+Return")
        player.wait(lambda: _mrn_in(player, screen), "a notice with the MRN")
        story.known.mrn = _mrn_in(player, screen)
        story.check(mrn.is_valid(story.known.mrn), f"the check digit of {story.known.mrn} is wrong")
        story.picture("10-registered", window)
    with story.step("The database holds one such person; numbers and pictures are ciphertext there"):
        _stored(story, [first, second])


def _what_fails(story: Story, screen: Any, fake: Path) -> None:
    player = story.player
    player.press("F7")
    player.wait(lambda: player.reads(screen.card, "The camera cannot be used"), "the sentence about the camera")
    player.type("Sm")
    _drop(player, screen.card, fake)
    player.wait(lambda: player.reads(screen.card, "The picture was not read"), "the sentence about the file")
    story.check(screen.form.values()["family_name"] == "Sm", "what was typed is gone")
    story.picture("05b-register-no-picture", screen.window())
    player.press("Ctrl+A", "Delete")


def _paste(player: Player, file: Path) -> None:
    with player.apart():
        QGuiApplication.clipboard().setImage(QImage(str(file)))
    player.press("Ctrl+V")


def _drop(player: Player, target: QWidget, file: Path) -> None:
    """Lets go of a file over a widget, as the window system reports it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    at, copy = QPointF(target.rect().center()), Qt.DropAction.CopyAction
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, none)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(at, copy, data, left, none))
    player.breathe()


def _filled(story: Story, screen: Any, **wanted: str) -> None:
    values = screen.form.values()
    for name, value in wanted.items():
        story.check(values[name] == value, f"{name} is {values[name]!r}, the card says {value!r}")


def _mrn_in(player: Player, screen: Any) -> str:
    for text in player.texts(screen.notices):
        found = re.search(r"MRN (\d{3}.\d{3}.\d{3})", text)
        if found:
            return re.sub(r"\D", "", found[1])
    return ""


def _stored(story: Story, pictures: list[Path]) -> None:
    ids = story.look_inside(lambda tx: queries.by_mrn(tx, story.known.mrn), "the new record")
    story.check(len(ids) == 1, f"{len(ids)} people have this MRN")
    story.known.patient_id = ids[0]
    stored = story.look_inside(lambda tx: queries.ciphertexts(tx, ids[0]), "what is stored")
    story.check(sum(what.startswith("picture") for what in stored) == len(pictures), f"stored: {sorted(stored)}")
    for what, value in stored.items():
        plain = [tour_cards.NUMBER.encode(), tour_cards.MEMBER.encode(), b"\xff\xd8\xff", b"JFIF", b"\x89PNG"]
        story.check(len(value) > 30 and not any(each in value[:400] for each in plain), f"the {what} is not encrypted")
        story.check(not any(each in value for each in plain[:2]), f"the {what} holds a number in the clear")
