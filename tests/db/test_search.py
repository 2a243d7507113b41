"""Finding people through a station: what is found, why, and what the fence refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from hisdesk.access.action import new_id
from hisdesk.errors import Denied, Invalid, SignedOut
from tests.helpers.search_desk import SearchDesk, SearchHospital, Token, search_hospital

INDEX = bytes(range(32))
MEMBER = bytes(range(32, 64))


@pytest.fixture(scope="module", params=["template", pytest.param("template_15", marks=pytest.mark.debian)])
def hospital(request: pytest.FixtureRequest) -> Iterator[SearchHospital]:
    with search_hospital(request.getfixturevalue(request.param)) as made:
        fill(made)
        yield made


@pytest.fixture
def desk(hospital: SearchHospital) -> SearchDesk:
    return hospital.front


KEYS: dict[str, UUID] = {}


def fill(hospital: SearchHospital) -> None:
    """A few dozen people; `KEYS` names those that the tests ask for."""
    add = hospital.add
    KEYS.clear()
    KEYS["john"] = add("Smith", "John", birth_date="1984-06-23", sex="male", phone="+1 (555) 555-0142",
                       email="John.Smith@example.org", mrn="407188236")  # fmt: skip
    KEYS["joan"] = add("Smith", "Joan", birth_date="1990-03-04", sex="female", phone="020 7946 0018")
    KEYS["dead"] = add("Smith", "Jane", birth_date="1931-01-02", deceased_on="2020-01-01")
    KEYS["gone"] = add("Smith", "Jack", birth_date="1950-01-02", status="inactive")
    KEYS["polish"] = add("Wiśniewska", "Łucja Anna", birth_date="1975-11-30", former=("Kowalczyk", "Łucja Anna"))
    KEYS["irish"] = add("O'Brien", "Siobhán", birth_date="1984-06-23", phone="", phone_2="+44 (0)20 7946 0999")
    KEYS["double"] = add("García López", "María Elena", birth_date="2001-04-03")
    KEYS["german"] = add("Strauß", "Jürgen-Karl", birth_date="1960-12-05")
    KEYS["danish"] = add("Sørensen", "Ægir", birth_date="1999-09-09")
    KEYS["arab"] = add("Al-Rashid", "Fatima", birth_date="1988-08-08", alias=("الراشد", "فاطمة"))
    KEYS["chinese"] = add("Wang", "Xiao Ming", birth_date="1977-07-07", alias=("王", "小明"))
    KEYS["russian"] = add("Fyodorov", "Semyon", alias=("Фёдоров", "Семён"))
    KEYS["short"] = add("Li", "Bo", birth_date="1966-06-06")
    KEYS["letter"] = add("E", "", birth_date="1955-05-05")
    KEYS["percent"] = add("100%_real\\", "Rob'; drop table app.patient;--", birth_date="1970-01-01")
    KEYS["long"] = add("Longname" * 25, "Given" * 40)
    KEYS["emoji"] = add("Sunny 🌞", "Ray 👩‍⚕️")
    KEYS["dagger"] = add("Johnson", "Katherine")
    for i, family in enumerate(("Brown", "Miller", "Clark", "Walker", "Nguyễn", "Kumar", "Okafor", "Rossi")):
        add(family, ("Peter", "Mary", "Ann")[i % 3], birth_date=f"19{50 + i}-02-15")
    for table, column, who, index in (
        ("patient_identifier", "number_index", "german", INDEX),
        ("insurance_policy", "member_number_index", "danish", MEMBER),
    ):
        more = "kind, number_enc" if table == "patient_identifier" else "payer, plan"
        hospital.run(
            f"insert into app.{table} (id, patient_id, {column}, {more}) values (%s, %s, %s, %s, %s)",
            (str(new_id()), str(KEYS[who]), index, "passport" if "ident" in table else "Blue Harbour", "x"),
        )


def ids(rows: list[sa.Row]) -> list[UUID]:
    return [row.patient_id for row in rows]


def why(rows: list[sa.Row], who: str) -> str:
    return next((row.matched for row in rows if row.patient_id == KEYS[who]), "not found")


@pytest.mark.parametrize(
    ("query", "who", "matched"),
    [
        ("smith john", "john", "name"),
        ("JOHN smith", "john", "given name first"),
        ("smi", "john", "family name"),
        ("smi jo", "john", "name"),
        ("joh", "john", "given name"),
        ("  Smith ,  John ", "john", "name"),
        ("smiht jhon", "john", "similar name"),  # exchange in both
        ("jhon smiht", "john", "similar name"),  # and swapped
        ("smth jhn", "john", "similar name"),  # delete in both
        ("smxith jojhn", "john", "similar name"),  # insert in both
        ("snith jomn", "john", "similar name"),  # replace in both
        ("smyth jon", "john", "similar name"),
        ("407188236", "john", "record number"),
        ("407 188 236", "john", "record number"),
        ("407-188-236", "john", "record number"),
        ("4071", "john", "record number"),
        ("555-0142", "john", "phone ends 0142"),
        ("+1 555 555 0142", "john", "phone ends 0142"),
        ("001 555 5550142", "john", "phone ends 0142"),
        ("(555) 555-0142", "john", "phone ends 0142"),
        ("+44 20 7946 0018", "joan", "phone ends 0018"),  # the record has no country code
        ("020 7946 0999", "irish", "phone ends 0999"),  # the record has one, and "(0)"
        ("smith 555-0142", "john", "phone ends 0142 and name"),
        ("john.smith@EXAMPLE.org", "john", "e-mail"),
        ("john.sm@", "john", "not found"),
        ("1984-06-23", "john", "birth date 23 Jun 1984"),
        ("23.6.1984", "john", "birth date 23 Jun 1984"),
        ("23/06/1984", "john", "birth date 23 Jun 1984"),
        ("06/23/1984", "john", "birth date 23 Jun 1984"),
        ("23-Jun-1984", "john", "birth date 23 Jun 1984"),
        ("23 June 1984", "john", "birth date 23 Jun 1984"),
        ("June 23, 1984", "john", "birth date 23 Jun 1984"),
        ("smith 23.6.1984", "john", "birth date 23 Jun 1984 and name"),
        ("smiht 23.6.1984", "john", "birth date 23 Jun 1984 and name"),
        ("smith john 24.6.1984", "john", "name, other birth date"),
        ("kowalczyk", "polish", "former name Kowalczyk, Łucja Anna"),
        ("kovalchik lucja", "polish", "former name Kowalczyk, Łucja Anna"),
        ("wisniewska", "polish", "family name"),
        ("o'brien", "irish", "family name"),
        ("obrien siobhan", "irish", "all words"),
        ("o’brien", "irish", "family name"),
        ("obri", "irish", "part of the name"),
        ("garcia lopez maria", "double", "name"),
        ("lopez maria", "double", "all words"),
        ("garcialopez", "double", "part of the name"),
        ("maria elena garcia", "double", "given name first"),
        ("elena lopez", "double", "all words"),
        ("strauss", "german", "family name"),
        ("STRAUẞ jurgen", "german", "name"),
        ("sorensen", "danish", "family name"),
        ("sørensen aegir", "danish", "name"),
        ("Al-Rashid", "arab", "family name"),
        ("alrashid", "arab", "part of the name"),
        ("فاطمة", "arab", "also known as الراشد, فاطمة"),
        ("الراشد فاطمه", "arab", "also known as الراشد, فاطمة"),
        ("xiaoming wang", "chinese", "all words"),
        ("王小明", "chinese", "also known as 王, 小明"),
        ("федоров", "russian", "also known as Фёдоров, Семён"),
        ("li 6.6.1966", "short", "birth date 6 Jun 1966 and name"),
        ("e 5.5.1955", "letter", "birth date 5 May 1955 and name"),
        ("sunny 🌞", "emoji", "family name"),
        ("catherine jonson", "dagger", "similar name"),
        ("mc smith john", "john", "most of the words"),  # one word of three fits nobody
    ],
)
def test_one_box_finds(desk: SearchDesk, query: str, who: str, matched: str) -> None:
    assert why(desk.find(query), who) == matched


def test_ambiguous_date_finds_both_readings(desk: SearchDesk) -> None:
    found = desk.find("03/04/1990") + desk.find("03/04/2001")
    assert {KEYS["joan"], KEYS["double"]} <= set(ids(found))
    assert KEYS["joan"] not in ids(desk.find("3.4.1990"))  # with dots the day comes first


def test_what_the_list_shows(desk: SearchDesk) -> None:
    row = desk.find("407188236")[0]
    assert (row.mrn, row.family_name, row.given_names, row.sex) == ("407188236", "Smith", "John", "male")
    assert (row.birth_date, row.birth_date_estimated) == (dt.date(1984, 6, 23), False)
    assert (row.status, row.phone_end, row.rank) == ("active", "0142", 1.0)


def test_document_and_member_number_by_their_index(desk: SearchDesk) -> None:
    assert why(desk.find("C01X00T47", INDEX), "german") == "document number"
    assert why(desk.find("M-1", MEMBER), "danish") == "member number"
    assert desk.find("C01X00T47", bytes(32)) == []
    assert desk.find("P 12 C 34", bytes(32)) == []


@pytest.mark.parametrize("query", ["23.6.1984", "1984-06-23", "407 188 236", "555-0142", "smith 23.6.1984"])
def test_a_number_that_is_no_document_is_looked_up_as_what_it_is(desk: SearchDesk, query: str) -> None:
    assert KEYS["john"] in ids(desk.find(query, bytes(32)))


def test_inactive_and_deceased_people_come_last_and_say_so(desk: SearchDesk) -> None:
    found = desk.find("smith")
    assert ids(found)[:2] == [KEYS["joan"], KEYS["john"]]
    assert {row.patient_id: row.status for row in found[2:]} == {KEYS["dead"]: "deceased", KEYS["gone"]: "inactive"}


def test_most(desk: SearchDesk) -> None:
    assert len(desk.find("smith", most=2)) == 2
    assert len(desk.find("smith", most=-5)) == 1


@pytest.mark.parametrize(
    "query", ["", " ", "ab", "a b", "%%%", "%", "__", "';--", "' or 1=1", "123", "🌞", "é", "\\", "()[]{}*+?", "1/1/1"]
)
def test_too_little_to_find_a_person_by(desk: SearchDesk, query: str) -> None:
    with pytest.raises(Invalid, match="Type at least"):
        desk.find(query)


@pytest.mark.parametrize(
    "query",
    ["%smi%", "smi*", "^smi", "s%m%i%t%h", "$1 $2 $3", "'; drop table app.patient; --", "smith' or '1'='1", "x" * 500,
     "🌞" * 250 + "abc", "a " * 250, "9" * 60, "31.02.1984 smith", "99/99/9999 smith", "0000-00-00 smith", "@@@@", "a@",
     "abc\tdef\nghi", "\u202eabc", "1984-06-23 1984-06-24 1984-06-25", "ﷺﷺﷺﷺ", "🇦🇧🇨"],
)  # fmt: skip
def test_hostile_text_is_only_text(desk: SearchDesk, hospital: SearchHospital, query: str) -> None:
    before = hospital.run("select count(*) from app.patient")
    try:
        found = desk.find(query)
    except Invalid:
        found = []
    assert len(found) <= 8  # never everybody
    assert hospital.run("select count(*) from app.patient") == before


def test_a_wildcard_is_no_wildcard(desk: SearchDesk) -> None:
    assert KEYS["percent"] in ids(desk.find("100%_real rob"))
    assert ids(desk.find("%%%real")) == ids(desk.find("real"))


def test_very_long_names_can_be_found(desk: SearchDesk) -> None:
    assert KEYS["long"] in ids(desk.find("longname"))
    assert KEYS["long"] in ids(desk.find("Longname" * 25))


def test_a_session_that_lowers_the_threshold_gets_no_more(desk: SearchDesk) -> None:
    ask = desk.ask("zzyzx qwertz")
    with desk.db.transaction(desk.bearer) as tx:
        tx.exec_driver_sql("select set_config('pg_trgm.similarity_threshold', '0', true)")
        tx.exec_driver_sql("select set_config('plan_cache_mode', 'force_custom_plan', true)")
        assert tx.exec_driver_sql("select * from app.found(%s)", (ask,)).all() == []


def test_an_answer_needs_a_committed_question(desk: SearchDesk) -> None:
    with pytest.raises(Denied), desk.db.transaction(desk.bearer) as tx:
        ask = new_id()
        tx.exec_driver_sql("select auth.ask(%s, 'smith')", (ask,))
        tx.exec_driver_sql("select * from app.found(%s)", (ask,)).all()


def test_a_question_taken_back_has_no_answer(desk: SearchDesk) -> None:
    ask = new_id()
    with pytest.raises(ZeroDivisionError), desk.db.transaction(desk.bearer) as tx:
        tx.exec_driver_sql("select auth.ask(%s, 'smith')", (ask,))
        raise ZeroDivisionError
    with pytest.raises(Denied):
        desk.answer(ask)


def test_an_answer_taken_back_leaves_the_question(desk: SearchDesk, hospital: SearchHospital) -> None:
    ask = desk.ask("smith john")
    with pytest.raises(ZeroDivisionError), desk.db.transaction(desk.bearer) as tx:
        assert tx.exec_driver_sql("select * from app.found(%s)", (ask,)).all()
        raise ZeroDivisionError
    assert hospital.run("select query, found from auth.ask where id = %s", (str(ask),)) == [("smith john", "{}")]
    assert (
        hospital.run("select count(*) from audit.log where verb = 'searched' and detail ->> 'query' = 'smith john'")[0][
            0
        ]
        > 0
    )


def test_another_station_cannot_read_the_answer(desk: SearchDesk, hospital: SearchHospital) -> None:
    ask = desk.ask("smith")
    with pytest.raises(Denied):
        hospital.other.answer(ask)


def test_a_stolen_token_does_not_work_at_another_station(hospital: SearchHospital) -> None:
    thief = SearchDesk(hospital.other.db, Token(hospital.front.bearer.token))
    with pytest.raises(SignedOut):
        thief.find("smith")


def test_an_old_question_is_not_answered(desk: SearchDesk, hospital: SearchHospital) -> None:
    ask = desk.ask("smith")
    hospital.run("update auth.ask set asked_at = asked_at - interval '61 s' where id = %s", (str(ask),))
    with pytest.raises(Denied):
        desk.answer(ask)


def test_finding_needs_the_permission(hospital: SearchHospital) -> None:
    with pytest.raises(Denied):
        hospital.nobody.find("smith")
    with pytest.raises(SignedOut):
        SearchDesk(hospital.front.db, Token("no such token")).find("smith")


def test_a_permission_taken_away_between_question_and_answer(desk: SearchDesk, hospital: SearchHospital) -> None:
    ask = desk.ask("smith")
    hospital.run("delete from auth.role_grant where module = 'patients' and act = 'view' and role_id ="
                 " (select id from auth.role where name = 'registration')")  # fmt: skip
    try:
        with pytest.raises(Denied):
            desk.answer(ask)
    finally:
        hospital.run(
            "insert into auth.role_grant select id, 'patients', 'view' from auth.role where name = 'registration'"
        )


def test_what_was_found_is_recorded_so_that_reception_may_open_it(desk: SearchDesk, hospital: SearchHospital) -> None:
    never_found = hospital.add("Unsought", "Una")
    ask = desk.ask("garcia lopez")
    found = desk.answer(ask)
    assert (
        hospital.run("select found from auth.ask where id = %s", (str(ask),))[0][0]
        == "{" + str(found[0].patient_id) + "}"
    )
    with desk.db.transaction(desk.bearer) as tx:
        assert tx.exec_driver_sql("select auth.open(%s)", (KEYS["double"],)).scalar() == "search"
    with pytest.raises(Denied), desk.db.transaction(desk.bearer) as tx:
        tx.exec_driver_sql("select auth.open(%s)", (never_found,))


@pytest.mark.parametrize(
    "statement",
    ["select * from app.name_word", "select app.hits('{}', '', '', '{smith}', 50, true)",
     "select * from app.words_meant('smith')",
     "select * from app.names_typed('{smith}', 50)", "select * from app.names_like('{smith,john}', 50)",
     "select * from app.births_typed('{1984-06-23}', '{}', 50)", "select * from app.numbers_typed('407188236', 50)",
     "select app.recount_words()", "select app.fitting('{}', '{smith}')"],
)  # fmt: skip
def test_stations_reach_only_the_fenced_functions(desk: SearchDesk, statement: str) -> None:
    with pytest.raises(Denied), desk.db.transaction(desk.bearer) as tx:
        tx.exec_driver_sql(statement)
