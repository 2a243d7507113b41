"""Registering: from a card or by typing, nothing confirmed by silence, nothing lost, never twice."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from hisdesk.desk.kit.dialogs import Dialog
from hisdesk.desk.reception.register import Register
from hisdesk.desk.reception.similar_panel import CompareDialog
from hisdesk.errors import Unavailable
from tests.desk.reception import cards
from tests.desk.reception.conftest import ALT, CTRL, SHIFT, FrontDesk, opened, said
from tests.factories.people import registered
from tests.helpers.hospital import Desk, Hospital

pytestmark = pytest.mark.timeout(180)


def fill(screen: Register, **values: Any) -> None:
    given = {"family_name": "Tenbruin", "given_names": "Osric", "sex": "male", **values}
    screen.form.set_values(given, clean=False)


def quiet(front: FrontDesk, screen: Register) -> None:
    """Until similar people were looked for."""
    screen.similar.settle()
    front.settle()


def take(front: FrontDesk, screen: Register, path: Path, how: str = "file") -> None:
    screen.card.take(path, how)
    front.settle()


def register(front: FrontDesk, screen: Register) -> None:
    screen.after.queue.setChecked(False)
    quiet(front, screen)
    screen.submit()
    front.settle()


def people(front: FrontDesk) -> object:
    return front.hospital.value("select count(*) from app.patient")


# typing


def test_by_typing_with_an_mrn_shown_in_threes(front: FrontDesk) -> None:
    screen = front.register()
    front.type("Tenbruin")
    front.press(Qt.Key.Key_Tab)
    front.type("Osric")
    screen.after.queue.setChecked(False)
    quiet(front, screen)
    front.press(Qt.Key.Key_Return, CTRL)
    front.until(lambda: people(front) == 1)
    front.settle()
    number = str(front.hospital.value("select mrn from app.patient"))
    assert f"MRN {number[:3]} {number[3:6]} {number[6:]}" in front.toast()
    assert screen.form.plain_values()["family_name"] == "" and not screen.form.dirty, "ready for the next person"


def test_everything_typed_is_stored(front: FrontDesk) -> None:
    screen = front.register()
    fill(
        screen, birth_date="1984-06-23", preferred_name="Ozzy", title="Mr", phone="+1 202 555 0142",
        phone_2="+1 202 555 0143", email="o@example.org", street="14 Fenwick Row", postcode="2207", city="Lowmere",
        region="VA", country="Utopia", gender="man", ethnicity="asked, not told", language="Dutch", interpreter=True,
        blood_group="O+", history="Asthma", notes="Hard of hearing", document_kind="passport",
        document_number="U4418207K", payer="Lowmere Mutual", plan="PPO", member_number="LM-7731",
        group_number="55", insurer_phones="800 555 0199", contact_name="Wenna", contact_relation="Sister",
        contact_phone="+1 202 555 0187", private_on_boards=True,
    )  # fmt: skip
    register(front, screen)
    row = front.hospital.value(
        """select to_jsonb(p) || jsonb_build_object('policy', y.payer, 'details', y.details, 'contact', e.name,
               'document', i.kind, 'sealed', i.number_enc is not null and y.member_number_enc is not null)
           from app.patient p join app.insurance_policy y on y.patient_id = p.id
           join app.emergency_contact e on e.patient_id = p.id join app.patient_identifier i on i.patient_id = p.id"""
    )
    assert isinstance(row, dict)
    wanted = {
        "birth_date": "1984-06-23", "preferred_name": "Ozzy", "interpreter": True, "blood_group": "O+",
        "language": "Dutch", "history": "Asthma", "notes": "Hard of hearing", "phone_2": "+1 202 555 0143",
        "region": "VA", "policy": "Lowmere Mutual", "contact": "Wenna", "document": "passport", "sealed": True,
        "details": {"phones": ["800 555 0199"]}, "private_on_boards": True,
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted


def test_f9_unfolds_the_rest_and_goes_to_its_first_field(front: FrontDesk) -> None:
    screen = front.register()
    area = screen.view.area
    age = screen.form.controls["age"]
    assert not age.isVisible()
    front.press(Qt.Key.Key_F9)
    front.settle()
    assert screen.form.focused() == "age"
    top = age.mapTo(area.viewport(), age.rect().topLeft()).y()
    assert top >= 0
    assert top + age.height() <= area.viewport().height()
    front.press(Qt.Key.Key_F9)
    front.settle()
    assert screen.form.focused() == "family_name" and not age.isVisible()


def test_an_estimated_age_and_an_unidentified_person(front: FrontDesk) -> None:
    screen = front.register()
    screen.form.set_values({"unidentified": True, "age": "40", "sex": "male"}, clean=False)
    register(front, screen)
    born = front.hospital.value("select birth_date from app.patient where unidentified and birth_date_estimated")
    assert isinstance(born, dt.date) and dt.date.today().year - born.year in (40, 41)  # noqa: DTZ011


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("family_name", "x" * 500, "500 characters long"),
        ("birth_date", "2999-01-01", "in the future"),
        ("age", "old", "Whole years"),
        ("phone", "call me", "at least three digits"),
        ("email", "nowhere", "looks like"),
        ("contact_phone", "?", "at least three digits"),
    ],
)
def test_what_cannot_be_stored_is_said_under_its_field(front: FrontDesk, field: str, value: str, sentence: str) -> None:
    screen = front.register()
    fill(screen, **{field: value})
    if field == "contact_phone":
        fill(screen, contact_name="Wenna", contact_phone=value)
    register(front, screen)
    assert sentence in screen.form.controls[field].message
    assert people(front) == 0
    assert screen.form.controls[field].isVisible(), "its section is open"


@pytest.mark.parametrize("name", ["O\"Brien '; drop --", "Zoë 🙂", "محمد", "Y", "<b>Bold</b>"])
def test_unusual_names_are_stored_as_they_are(front: FrontDesk, name: str) -> None:
    screen = front.register()
    screen.form.controls["family_name"].edit.insert(name)
    register(front, screen)
    assert front.hospital.value("select family_name from app.patient") == name


def test_a_name_is_needed(front: FrontDesk) -> None:
    screen = front.register()
    register(front, screen)
    assert "mark the person as unidentified" in screen.form.controls["family_name"].message
    assert people(front) == 0


def test_a_double_click_registers_once(front: FrontDesk) -> None:
    screen = front.register()
    screen.after.queue.setChecked(False)
    fill(screen)
    quiet(front, screen)
    front.qtbot.mouseDClick(screen.commit, Qt.MouseButton.LeftButton)
    screen.submit()
    front.settle()
    assert people(front) == 1


def test_database_away_loses_nothing_and_trying_again_registers_once(
    front: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = front.register()
    screen.after.queue.setChecked(False)
    fill(screen)
    quiet(front, screen)
    from hisdesk.desk.kit import tasks

    real, ids = tasks.perform, []

    def lost_answer(db: Any, actor: Any, act: Any, op_id: Any, *args: Any, **kwargs: Any) -> Any:
        ids.append(op_id)
        result = real(db, actor, act, op_id, *args, **kwargs)
        if len(ids) == 1:
            raise Unavailable("The database does not answer.")  # it was done, but nobody heard
        return result

    monkeypatch.setattr(tasks, "perform", lost_answer)
    screen.submit()
    front.settle()
    assert "does not answer" in said(screen) and screen.form.plain_values()["family_name"] == "Tenbruin"
    notice = screen.notices.shown[-1]
    assert notice.command is not None
    notice.command.click()
    front.settle()
    assert people(front) == 1 and ids[0] == ids[1]


# afterwards


def test_queue_and_ticket(front: FrontDesk) -> None:
    screen = front.register()
    printed = threading.Event()
    pdfs: list[bytes] = []
    screen.tickets.paper.offer = lambda _w, pdf, *_: (pdfs.append(pdf), printed.set())  # type: ignore[method-assign,assignment]
    fill(screen)
    screen.after.department.set_value(front.hospital.department("CARD"))
    screen.after.priority.set_value("urgent")
    quiet(front, screen)
    screen.submit()
    front.until(printed.is_set)
    assert front.hospital.value("select ticket || ' ' || priority from app.visit") == "C 001 urgent"
    assert pdfs[0].startswith(b"%PDF") and "C 001" in front.toast()


# the card


def test_an_identity_card_fills_the_form_with_proof(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    take(front, screen, cards.identity_card(tmp_path))
    values = screen.form.plain_values()
    assert (values["family_name"], values["given_names"]) == ("Tenbruin", "Osric Jale")
    assert (values["birth_date"], values["sex"]) == ("23-Jun-1984", "male")
    assert (values["document_kind"], values["document_number"]) == ("id_card", "U4418207K")
    proof = dict(screen.form.rows)
    assert proof[("birth_date", "sex")].words.text() == "check digit"
    assert proof[("family_name",)].crop.image is not None and "zone" in proof[("family_name",)].words.text()


def test_unsure_fields_block_until_somebody_looked(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    take(front, screen, cards.insurance_card(tmp_path))
    fill(screen)
    quiet(front, screen)
    unsure = list(screen.form.unsure)
    assert unsure, "print is never wholly certain on this card"
    assert f"{len(unsure)} field" in screen.commit.reason and not screen.commit.isEnabled()
    assert screen.reason.isVisible()
    screen.submit()
    front.settle()
    assert people(front) == 0 and screen.form.focused() in unsure
    for _ in unsure:
        screen.form.reveal(screen.form.unsure[0])
        front.press(Qt.Key.Key_F8)
    assert not screen.form.unsure and screen.commit.isEnabled()
    assert set(screen.form.states.values()) <= {"sure", "accepted"}


def test_alt_down_goes_to_the_next_unsure_field_and_typing_is_marked(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    take(front, screen, cards.insurance_card(tmp_path))
    screen.form.reveal("family_name")
    first = screen.form.unsure[0]
    front.press(Qt.Key.Key_Down, ALT)
    assert screen.form.focused() == first
    QApplication.focusWidget().selectAll()  # type: ignore[union-attr]  # a line
    front.type("Lowmere Mutual")
    assert screen.form.states[first] == "typed"
    row = next(row for names, row in screen.form.rows if first in names)
    assert row.words.text() == "typed"


def test_two_cards_in_one_registration_are_kept_encrypted(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    take(front, screen, cards.identity_card(tmp_path))
    take(front, screen, cards.insurance_card(tmp_path), "drop")
    values = screen.form.plain_values()
    assert values["family_name"] == "Tenbruin" and values["member_number"] and values["group_number"] == "55120"
    assert values["insurer_phones"] == "800-555-0199"
    while screen.form.unsure:
        screen.form.reveal(screen.form.unsure[0])
        screen.form.accept(keep=True)
    register(front, screen)
    kinds = front.hospital.value("select string_agg(kind || ':' || source, ',' order by kind) from app.document")
    assert kinds == "id_card:file,insurance_card:drop"
    assert front.hospital.value("select bool_and(position('\\xffd8ff'::bytea in content_enc) <> 1) from app.document")
    details = front.hospital.value("select details from app.insurance_policy")
    assert isinstance(details, dict) and details["phones"] == ["800-555-0199"]


def test_what_was_typed_is_not_overruled_by_a_card(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    fill(screen, family_name="Tenbroek")
    take(front, screen, cards.identity_card(tmp_path))
    assert screen.form.plain_values()["family_name"] == "Tenbroek" and "family_name" in screen.form.unsure
    assert "Perhaps “Tenbruin”" in screen.form.controls["family_name"].message
    screen.form.reveal("family_name")
    front.press(Qt.Key.Key_F8, SHIFT)
    assert screen.form.plain_values()["family_name"] == "Tenbroek"
    assert screen.form.states["family_name"] == "accepted"


def test_paste_and_drop(front: FrontDesk, tmp_path: Path) -> None:
    screen = front.register()
    data = QMimeData()
    data.setImageData(QImage(str(cards.identity_card(tmp_path))))
    QApplication.clipboard().setMimeData(data)
    screen.form.controls["family_name"].edit.setFocus()
    front.press(Qt.Key.Key_V, CTRL)
    front.until(lambda: screen.card.cards)
    assert screen.form.plain_values()["family_name"] == "Tenbruin" and screen.card.cards[0].source == "paste"
    screen.card.remove(screen.card.cards[0])
    assert screen.form.plain_values()["family_name"] == "", "a card that goes takes its values along"
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(cards.identity_card(tmp_path)))])
    screen.card._from_mime(dropped, "drop", "")
    front.until(lambda: screen.card.cards)
    assert screen.card.cards[0].source == "drop"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (cards.text_named_jpg, "not a picture"),
        (cards.two_hundred_megapixels, "megapixels can be read"),
        (cards.no_card, "No card could be read"),
    ],
)
def test_bad_pictures_are_refused_in_words_and_nothing_typed_is_lost(
    front: FrontDesk, tmp_path: Path, make: Any, sentence: str
) -> None:
    screen = front.register()
    fill(screen)
    take(front, screen, make(tmp_path))
    assert any(sentence in f"{n.title} {n.text}" for n in screen.card.notices.shown)
    assert screen.form.plain_values()["family_name"] == "Tenbruin"


class Camera:
    """A camera that shows what it is given."""

    def __init__(self, frames: Any, error: Exception | None = None) -> None:
        self.frames, self.error, self.closed = frames, error, False

    def open(self) -> None:
        if self.error is not None:
            raise self.error

    def grab(self) -> Any:
        return self.frames

    def close(self) -> None:
        self.closed = True


def test_the_camera_takes_the_picture_when_the_card_is_still(front: FrontDesk, tmp_path: Path) -> None:
    from hisdesk.scanning.pictures import load

    screen = front.register()
    camera = Camera(load(cards.identity_card(tmp_path)))
    screen.card.feed._make = lambda: camera
    front.press(Qt.Key.Key_F7)
    front.until(lambda: screen.card.cards)
    front.until(lambda: camera.closed)
    assert not screen.card.feed.running
    assert screen.card.cards[0].source == "camera" and screen.form.plain_values()["family_name"] == "Tenbruin"


@pytest.mark.parametrize("kind", ["CameraAbsent", "CameraBusy"])
def test_a_camera_that_cannot_be_used_offers_a_picture_instead(front: FrontDesk, kind: str) -> None:
    from hisdesk.scanning import camera

    screen = front.register()
    screen.card.feed._make = lambda: Camera(None, getattr(camera, kind)())
    front.press(Qt.Key.Key_F7)
    front.until(lambda: screen.card.notices.shown)
    notice = screen.card.notices.shown[0]
    assert notice.title == "The camera cannot be used" and notice.command is not None
    assert notice.command.text() == "Open a picture instead"


# the same person


def test_a_very_likely_one_must_be_decided_on(front: FrontDesk, colleague: Desk) -> None:
    registered(colleague, family_name="Tenbruin", given_names="Osric", birth_date=dt.date(1984, 6, 23), sex="male")
    screen = front.register()
    fill(screen, birth_date="1984-06-23")
    quiet(front, screen)
    assert "1 very likely duplicate" in screen.commit.reason
    (card,) = screen.similar.cards.values()
    assert card.person.reasons and "Very likely" in str(
        [c.accessibleName() for c in card.children() if hasattr(c, "state")]
    )
    screen.submit()
    front.settle()
    assert people(front) == 1
    card.compare.click()
    dialog = front.dialog(CompareDialog)
    assert "Tenbruin" in said(dialog) and "23-Jun-1984" in said(dialog)
    front.press(Qt.Key.Key_Escape)
    front.closed()
    card.other.click()
    assert screen.commit.isEnabled()
    register(front, screen)
    assert people(front) == 2


def test_ctrl_enter_waits_for_the_search_for_similar_people(front: FrontDesk, colleague: Desk) -> None:
    registered(colleague, family_name="Tenbruin", given_names="Osric", birth_date=dt.date(1984, 6, 23), sex="male")
    screen = front.register()
    fill(screen, birth_date="1984-06-23")
    screen.submit()  # in the same moment as the last letter
    front.settle()
    assert people(front) == 1 and screen.similar.blocking
    assert next(iter(screen.similar.cards.values())).use.hasFocus()


def test_use_this_opens_the_record_and_registers_nobody(front: FrontDesk, colleague: Desk) -> None:
    known = registered(colleague, family_name="Tenbruin", given_names="Osric", birth_date=dt.date(1984, 6, 23))
    screen = front.register()
    fill(screen, birth_date="1984-06-23")
    quiet(front, screen)
    (card,) = screen.similar.cards.values()
    card.use.click()
    front.settle()
    record = front.home.widget("reception.record")
    assert record is not None and record.patient_id == known.patient_id and record.chart is not None  # type: ignore[attr-defined]
    assert people(front) == 1 and not screen.form.dirty


# unsaved text


def test_a_draft_is_offered_after_a_restart(qtbot: Any, hospital: Hospital, tmp_path: Path) -> None:
    name = hospital.account("registration", ("CARD",))
    with opened(qtbot, hospital, tmp_path, name=name) as first:
        screen = first.register()
        fill(screen, city="Lowmere")
        first.home.session.drafts.flush()
    with opened(qtbot, hospital, tmp_path, name=name) as again:
        screen = again.register()
        (notice,) = screen.form.notices.shown
        assert "Continue what you typed" in notice.title
        assert "Pictures of cards are never kept" in said(screen.card), "what is not kept is said"
        notice.commands[0].click()
        values = screen.form.plain_values()
        assert (values["family_name"], values["city"]) == ("Tenbruin", "Lowmere")


def test_esc_asks_before_typed_text_goes(front: FrontDesk) -> None:
    screen = front.register()
    front.type("Tenbruin")
    front.press(Qt.Key.Key_Escape)
    dialog = front.dialog(Dialog)
    assert "Throw away" in dialog.windowTitle()
    front.press(Qt.Key.Key_Escape)
    front.closed()
    assert screen.form.plain_values()["family_name"] == "Tenbruin"
