"""The keys of names, the vocabulary that follows them, and the warning about similar people."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg2
import pytest

from hisdesk.errors import Denied
from tests.helpers.hospital import Template
from tests.helpers.search_desk import SearchHospital, search_hospital

JOHN: dict[str, UUID] = {}


@pytest.fixture(scope="module")
def hospital(template: Template) -> Iterator[SearchHospital]:
    with search_hospital(template) as made:
        JOHN["smith"] = made.add("Smith", "John", birth_date="1984-06-03", sex="male", phone="+1 555 555 0142",
                                 street="1 Mill Lane", city="Northmere")  # fmt: skip
        JOHN["other"] = made.add("Smith", "Zachary", birth_date="1961-01-01", sex="male")
        JOHN["married"] = made.add(
            "Nowicka", "Anna", birth_date="1979-02-28", sex="female", former=("Kowalska", "Anna")
        )
        yield made


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Smith", "smith"), ("  van   der Berg ", "van der berg"), ("Strauß", "strauss"), ("Ægir", "aegir"),
        ("Øst", "ost"), ("Łódź", "lodz"), ("O'Brien", "o brien"), ("O’Brien", "o brien"),
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("Jose\u0301", "jose"), ("İstanbul", "istanbul"), ("Nguyễn", "nguyen"), ("محمّد", "محمد"), ("أحمد", "احمد"),
        ("Фёдоров", "федоров"), ("王小明", "王小明"), ("ｱｲｳ", "アイウ"), ("김민수", "김민수"), ("नरेन्द्र", "नरेन्द्र"),
        ("👩‍⚕️ Ann", "ann"), ("%%%", ""), ("", ""), ("ﬁn", "fin"), ("\u202eabc", "abc"), ("a\u200bb", "ab"),
    ],
)  # fmt: skip
def test_names_are_compared_by(hospital: SearchHospital, name: str, key: str) -> None:
    assert hospital.run("select app.norm(%s), app.norm(app.norm(%s))", (name, name)) == [(key, key)]


@pytest.mark.debian
def test_keys_are_the_same_on_debian(hospital: SearchHospital, template_15: Template) -> None:
    names = ["Ægir Łódź Strauß", "Фёдоров", "नरेन्द्र", "محمّد", "ÀÉÎÕÜ ŠŽČ Đặng", "Ⅳ ½ ℵ", "ǅ ʼ ʹ"]
    with search_hospital(template_15) as debian:
        for name in names:
            statement = "select app.norm(%s), app.name_words(%s, %s)"
            assert debian.run(statement, (name,) * 3) == hospital.run(statement, (name,) * 3)


def words(hospital: SearchHospital) -> set[str]:
    return {row[0] for row in hospital.run("select word from app.name_word")}


def test_the_vocabulary_follows_the_names(hospital: SearchHospital) -> None:
    person = hospital.add("Quillfeather", "Bartholomew")
    assert {"quillfeather", "bartholomew"} <= words(hospital)
    hospital.run("update app.patient_name set family_name = 'Thistlewick' where patient_id = %s", (str(person),))
    assert "thistlewick" in words(hospital)
    assert [r.patient_id for r in hospital.front.find("thistelwick")] == [person]
    hospital.run("select app.recount_words()")
    uses = dict(hospital.run("select word, uses from app.name_word"))
    assert (uses["thistlewick"], uses["quillfeather"], uses["smith"]) == (1, 0, 2)
    # a word nobody carries is kept for a day, in case a registration that relies on it is still under way
    hospital.run("update app.name_word set unused_since = unused_since - interval '25 h'")
    hospital.run("select app.recount_words()")
    assert "quillfeather" not in words(hospital)
    assert "thistlewick" in words(hospital)


def test_a_word_that_comes_back_is_not_dropped(hospital: SearchHospital) -> None:
    person = hospital.add("Wobblethorpe", "Ann")
    hospital.run("update app.patient_name set family_name = 'Brown' where patient_id = %s", (str(person),))
    hospital.run("select app.recount_words()")
    hospital.run("update app.patient_name set family_name = 'Wobblethorpe' where patient_id = %s", (str(person),))
    hospital.run("update app.name_word set unused_since = unused_since - interval '25 h'")
    hospital.run("select app.recount_words()")
    hospital.run("select app.recount_words()")
    assert "wobblethorpe" in words(hospital)


def test_registrations_at_the_same_moment_never_wait_for_each_other(hospital: SearchHospital) -> None:
    """Two transactions bring the same new words in opposite order; with a lock on a word one of them would fail."""
    patient = str(JOHN["smith"])
    both = threading.Barrier(2, timeout=30)
    failures: list[BaseException] = []

    def register(first: str, second: str) -> None:
        connection = psycopg2.connect(hospital.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '5s'; set local deadlock_timeout = '1s'")
                for name in (first, second):
                    cursor.execute(
                        "insert into app.patient_name (id, patient_id, use, family_name, given_names)"
                        " values (%s, %s, 'alias', %s, '')", (str(uuid4()), patient, name))  # fmt: skip
                    both.wait()
        except (psycopg2.Error, threading.BrokenBarrierError) as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=register, args=names)
        for names in (("Abelgrue", "Zebulgrue"), ("Zebulgrue", "Abelgrue"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [r.patient_id for r in hospital.front.find("abelgreu")] == [JOHN["smith"]]
    hospital.run("select app.recount_words()")
    assert hospital.run("select count(*) from app.name_word where word in ('abelgrue', 'zebulgrue')") == [(2,)]


FORM = {"family_name": "Smith", "given_names": "John", "birth_date": "1984-06-03", "sex": "male"}


@pytest.mark.parametrize(
    ("change", "likelihood", "reason"),
    [
        ({}, "very likely", "same name"),
        ({"family_name": "Smyth"}, "very likely", "family name nearly the same"),
        ({"family_name": "Smiht", "given_names": "Jhon"}, "likely", "given name nearly the same"),
        ({"family_name": "John", "given_names": "Smith"}, "very likely", "same names, swapped"),
        ({"birth_date": "1984-03-06"}, "very likely", "day and month swapped"),
        ({"birth_date": "1994-06-03"}, "likely", "year differs by one digit"),
        ({"birth_date": "1984-06-08"}, "likely", "day differs by one digit"),
        ({"birth_date": ""}, "possible", "same name"),
        ({"family_name": "Jones", "phone": "(555) 555-0142"}, "likely", "phone ends 0142 on both"),
        ({"given_names": "J"}, "likely", "initial of the given name"),
    ],
)
def test_similar_people_are_named_with_reasons(
    hospital: SearchHospital, change: dict[str, str], likelihood: str, reason: str
) -> None:
    found = {row.patient_id: row for row in hospital.front.similar(**(FORM | change))}
    row = found[JOHN["smith"]]
    assert (row.likelihood, reason in row.reasons) == (likelihood, True), row.reasons
    assert JOHN["other"] not in found
    assert (row.street, row.city, row.phone_end) == ("1 Mill Lane", "Northmere", "0142")


@pytest.mark.parametrize(
    "change",
    [
        {"given_names": "Zebedee"},  # a family name and a day in common
        {"given_names": "Zebedee", "birth_date": "1950-01-01"},
        {"birth_date": "1950-01-21"},  # a namesake of another age
        {"family_name": "Okafor"},  # a given name and a day in common
        {"family_name": "", "given_names": "", "birth_date": "1984-06-03"},
        {"family_name": "", "given_names": "", "birth_date": "", "sex": ""},
    ],
)
def test_strangers_are_not(hospital: SearchHospital, change: dict[str, str]) -> None:
    assert hospital.front.similar(**(FORM | change)) == []


def test_a_former_name_is_seen_through(hospital: SearchHospital) -> None:
    (row,) = hospital.front.similar(family_name="Kowalska", given_names="Anna", birth_date="1979-02-28", sex="female")
    assert (row.patient_id, row.likelihood) == (JOHN["married"], "very likely")
    assert "former name Kowalska, Anna" in row.reasons


def test_similar_people_may_then_be_opened(hospital: SearchHospital) -> None:
    hospital.front.similar(**FORM)
    with hospital.front.db.transaction(hospital.front.bearer) as tx:
        assert tx.exec_driver_sql("select auth.open(%s)", (JOHN["smith"],)).scalar() == "search"


def test_similar_people_need_the_permission_and_a_question_of_their_kind(hospital: SearchHospital) -> None:
    with pytest.raises(Denied):
        hospital.nobody.similar(**FORM)
    ask = hospital.front.ask("smith")  # a search is no form
    with pytest.raises(Denied), hospital.front.db.transaction(hospital.front.bearer) as tx:
        tx.exec_driver_sql("select * from app.similar_people(%s)", (ask,)).all()
