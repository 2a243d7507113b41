"""The code list: taken over at set-up, found by a few letters with a slip among them; old codes are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hisdesk.errors import SignedOut
from hisdesk.hospital.imports import icd10
from hisdesk.hospital.imports.icd10 import Code
from hisdesk.hospital.notes.queries import find_codes
from tests.helpers.hospital import Desk, Hospital, Template

LIST = (
    Code("A91", "Dengue hemorrhagic fever", True),
    Code("E11", "Type 2 diabetes mellitus", False),
    Code("E11.9", "Type 2 diabetes mellitus without complications", True),
    Code("E23.2", "Diabetes insipidus", True),
    Code("H81.03", "Ménière's disease, bilateral", True),
    Code("I10", "Essential (primary) hypertension", True),
    Code("I50.9", "Heart failure, unspecified", True),
    Code("I95.9", "Hypotension, unspecified", True),
    Code("J12.9", "Viral pneumonia, unspecified", True),
    Code("J18", "Pneumonia, unspecified organism", False),
    Code("J18.9", "Pneumonia, unspecified organism", True),
    Code("J44.9", "Chronic obstructive pulmonary disease, unspecified", True),
    Code("J45.909", "Unspecified asthma, uncomplicated", True),
    Code("S72.002A", "Fracture of unspecified part of neck of left femur, initial encounter", True),
)


@pytest.fixture(scope="module")
def house(template: Template) -> Iterator[Hospital]:
    with Hospital(template) as hospital:
        assert icd10.load(hospital.deploy, LIST) == len(LIST)
        yield hospital


@pytest.fixture(scope="module")
def desk(house: Hospital) -> Desk:
    return house.desk("physician")


def found(desk: Desk, typed: str, most: int = 20) -> list[str]:
    with desk.db.transaction(desk.actor) as tx:
        return [row.code for row in find_codes(tx, typed, most)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("pne", "J18.9"),
        ("pnuemonia", "J18.9"),  # exchanged
        ("pnuem", "J18.9"),  # exchanged in the beginning of a word
        ("pneumona", "J18.9"),
        ("asthama", "J45.909"),
        ("ashtma", "J45.909"),
        ("hypertnsion", "I10"),
        ("hypotnsion", "I95.9"),
        ("hart failure", "I50.9"),
        ("failure, HEART", "I50.9"),
        ("diabetes type 2", "E11.9"),
        ("haemorrhagic", "A91"),
        ("meniere", "H81.03"),
        ("fracture of the femur", "S72.002A"),
        ("copd", "J44.9"),  # what doctors call it
        ("j189", "J18.9"),
        ("J18.9", "J18.9"),
        ("i10", "I10"),
    ],
)
def test_what_is_typed_comes_first(desk: Desk, typed: str, first: str) -> None:
    assert found(desk, typed)[:1] == [first]


@pytest.mark.parametrize("typed", ["", "p", "zzzzqqq", "%", "' or 1=1 --", "pneumonia fracture", "  "])
def test_what_is_not_there_finds_nothing(desk: Desk, typed: str) -> None:
    assert found(desk, typed) == []


def test_a_heading_is_no_diagnosis(desk: Desk) -> None:
    assert found(desk, "J18") == ["J18.9"] and found(desk, "diabetes mellitus") == ["E11.9"]


def test_no_more_than_asked_for(desk: Desk) -> None:
    assert len(found(desk, "unspecified", 3)) == 3


def test_without_a_session_there_is_no_answer(house: Hospital) -> None:
    station = house.station("FRONT-1")
    with pytest.raises(SignedOut), station.transaction() as tx:
        find_codes(tx, "pneumonia")


def test_a_new_edition_keeps_the_codes_that_it_leaves_out_but_offers_them_no_more(hospital: Hospital) -> None:
    desk = hospital.desk("physician")
    icd10.load(hospital.deploy, LIST)
    newer = [code for code in LIST if code.code != "I10"]
    newer.append(Code("I10.1", "Essential hypertension, new", True))
    assert icd10.load(hospital.deploy, newer) == len(LIST)
    assert found(desk, "essential hypertension") == ["I10.1"]
    assert hospital.value("select retired from app.icd10 where code = 'I10'") is True
    assert icd10.load(hospital.deploy, LIST) == len(LIST) and found(desk, "essential hypertension") == ["I10"]


def test_titles_are_found_by_an_index_not_by_reading_them_all(house: Hospital) -> None:
    """On a list as long as the real one the planner must have an index for each way in."""
    with house.superuser().connect() as tx:

        def plan(sql: str) -> str:
            return "\n".join(tx.exec_driver_sql(f"explain {sql}".replace("%", "%%")).scalars())

        tx.exec_driver_sql("set enable_seqscan = off")
        of_titles = plan(
            "select code from app.icd10 c where c.complete and not c.retired and c.words && '{heart}' "
            "and c.words && '{failure}'"
        )
        of_codes = plan("select code from app.icd10 c where replace(c.code, '.', '') >= 'J1' "
                        "and replace(c.code, '.', '') < 'J1' || chr(1114111)")  # fmt: skip
        tx.exec_driver_sql("set enable_indexonlyscan = off")
        of_words = plan("select word from app.icd10_word w where w.word operator(ext.%) 'pnuemonia'")
    assert "icd10_words" in of_titles and "icd10_compact" in of_codes and "icd10_word_alike" in of_words


def test_the_published_list_is_whole() -> None:
    """The package's own list: each code that can be used has a title and words to find it by."""
    codes = {code.code: code for code in icd10.published()}
    complete = [code for code in codes.values() if code.complete]
    assert len(codes) > 90_000 and len(complete) > 70_000
    assert all(code.title and icd10.words(code.title) for code in complete)
    assert codes["J18.9"].title == "Pneumonia, unspecified organism" and not codes["J18"].complete
    assert set(icd10.SPOKEN) <= {code.code for code in complete}
