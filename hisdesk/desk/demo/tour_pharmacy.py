"""Chapter 6: the pharmacist hands out what was prescribed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hisdesk.desk.demo.tour_door import PHARM_1
from hisdesk.desk.demo.tour_queue import save_paper
from hisdesk.desk.demo.tour_story import Story
from hisdesk.desk.kit.words import today
from hisdesk.hospital.demo import queries


def dispensing(story: Story) -> None:
    """PHARM-1, with the prescription of the person who was registered."""
    story.begin_chapter("6 The pharmacy window")
    player, window = story.player, story.go(PHARM_1)
    with story.step("The pharmacist opens it: the override, lots that expire first, expired lots locked, a part only"):
        counter = story.screen(PHARM_1)
        row = next(each for each in counter.list.rows if each.patient_id == story.known.patient_id)
        player.click_row(counter.list.table, row.family.upper())
        player.wait(lambda: len(counter.cards) == 3, "the three lines")
        player.wait(lambda: window.banner.isVisible(), "the person's banner")
        for words in ("Expired, locked", "Desensitised in May", "Sarah Johnson", "Only 3 tablets on hand"):
            story.check(player.reads(counter, words), f"it does not say “{words}”")
        several = counter.cards[0]
        story.check(len([edit for edit in several.takes.values() if edit.text() != "0"]) > 1, "not split over two lots")
        story.picture("25-pharmacy", window)
    with story.step("What the checks found again is read and ticked"):
        for box in counter.checks.boxes:
            player.click(box)
        player.wait(lambda: not counter.dispense_button.reason, "“Dispense” that can be used")
        story.picture("25a-pharmacy-checked", window)
    with story.step("Ctrl+Enter dispenses: stock falls in the same transaction, one line stays owed"):
        taken = sum((item.quantity for card in counter.cards for item in card.items()), start=0)
        before = story.look_inside(queries.on_hand, "the stock")
        player.press("Ctrl+Return")
        player.wait(lambda: _status(counter, row.id) == "partly dispensed", "“partly dispensed”")
        fell = before - story.look_inside(queries.on_hand, "the stock")
        story.check(fell == taken, f"{taken} were handed out, the stock fell by {fell}")
        story.picture("25b-pharmacy-part", window)

    with story.step("F6 saves the labels, F7 the receipt that says what is still owed"):
        player.wait(lambda: counter.handed.isVisible(), "the line about the hand-over")
        for key, name, words in (
            ("F6", "labels", "Keep out of the sight and reach of children."),
            ("F7", "receipt", "Still to be dispensed"),
        ):
            player.press(key)
            file = story.folder / f"{name}.pdf"
            save_paper(story, file)
            with player.apart():
                story.check(words in _text(file), f"the {name} do not say “{words}”")
        story.picture("25c-pharmacy-papers", window)


def history_and_stock(story: Story) -> None:
    """PHARM-1 looks back over the years, and keeps the shelves."""
    story.begin_chapter("6a The pharmacy's history and stock")
    player, window = story.player, story.go(PHARM_1)
    with story.step(
        "The history is searched for a medicine typed with a slip, of people whom the pharmacy has forgotten"
    ):
        history = story.open_place(PHARM_1, "History")
        player.fill(player.field(history, "Medicine"), "amoxicilin")
        player.press("Return")
        player.wait(lambda: len(history.model.rows) > 1, "what was handed out")
        story.check(player.reads(history, "Prescription P"), "no prescription's number")
        story.picture("25d-pharmacy-history", window)
    with story.step("Stock: what is on hand and what to order; F2 receives a delivery as it stands on the pack"):
        stock = story.open_place(PHARM_1, "Stock")
        player.wait(lambda: stock.list.rows, "the medicines")
        story.picture("25e-pharmacy-stock", window)
        player.press("Ctrl+F")
        player.type("salbutamol")
        player.press("Return", "F2")
        player.wait(lambda: stock.page is not None, "the form")
        title = stock.list.row.title
        before = sum(lot.on_hand for lot in stock.list.row.lots)
        player.fill(player.field(stock.page, "Lot number"), "tour-1")
        player.fill(player.field(stock.page, "Expires"), "11-2031")
        player.fill(player.field(stock.page, "Received"), "200")
        story.picture("25f-pharmacy-receive", window, light_only=True)
        player.press("Ctrl+Return")
        player.wait(lambda: stock.page is None, "the list again")
        player.wait(lambda: _on_hand(stock, title) == before + 200, "200 more on hand")
    with story.step("F7 shows every lot that has expired, in one place"):
        player.press("F7")
        lots = story.screen(PHARM_1)
        player.wait(lambda: lots.list.model.rows, "expired lots")
        story.check(all(row.lot.expired(today()) for row in lots.list.model.rows), "a lot that has not expired")
        story.picture("25g-pharmacy-expired", window)


def _on_hand(stock: Any, title: str) -> object:
    return next(sum(lot.on_hand for lot in row.lots) for row in stock.list.rows if row.title == title)


def _text(file: Path) -> str:
    from PySide6.QtPdf import QPdfDocument

    document = QPdfDocument()
    document.load(str(file))
    text = " ".join(document.getAllText(page).text() for page in range(document.pageCount()))
    document.close()
    return " ".join(text.split())


def _status(counter: Any, key: object) -> str:
    return next((each.status for each in counter.list.rows if each.id == key), "")
