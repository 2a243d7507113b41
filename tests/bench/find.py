"""Finding a person among a million, against the bare operation on the same tables in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, cast

from hisdesk.access.actor import Actor
from hisdesk.hospital.patients import queries
from tests.bench.report import Row, percentile, row
from tests.helpers.search_desk import SearchDesk, SearchHospital

QUESTIONS = 300
SEED = 99
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TRIGRAM = (
    "select n.patient_id from app.patient_name n"
    " where (n.family_key || ' ' || n.given_key) operator(ext.%%) app.norm(%s)"
    " order by ext.similarity(n.family_key || ' ' || n.given_key, app.norm(%s)) desc limit 50"
)


def slip(text: str, rng: random.Random) -> str:
    """One random insertion, deletion, replacement or exchange of neighbours, anywhere in the text."""
    kind = rng.choice(["insert", "delete", "replace", "exchange"] if len(text) > 1 else ["insert"])
    if kind == "insert":
        at = rng.randrange(len(text) + 1)
        return text[:at] + rng.choice(LETTERS) + text[at:]
    if kind == "exchange":
        at = rng.randrange(len(text) - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    at = rng.randrange(len(text))
    return text[:at] + ("" if kind == "delete" else rng.choice(LETTERS)) + text[at + 1 :]


def measure(few: SearchHospital, many: SearchHospital) -> list[Row]:
    """The figures of finding, in two loaded hospitals (two minutes with a million people)."""
    figures = Figures(few), Figures(many)
    for question in range(QUESTIONS):  # turn by turn, so that whatever else the machine does meets both alike
        for each in figures:
            each.run(question)
    small, large = (each.p95() for each in figures)
    trigram = figures[1].trigram()
    growth = max(large[name] / small[name] for name in ("number", "prefix", "typo"))
    return [
        row("find_number", "find by record number, p95 against bare", large["number"] / large["bare"], 2.0),
        row("find_prefix", "find by 3–5 letters, p95 against bare", large["prefix"] / large["bare"], 4.0),
        row("find_typo", "find with a slip in both names, p95 against trigram search", large["typo"] / trigram, 1.0),
        row("found_typo", "the right person among the first 50 of those", figures[1].found_share(), 0.95, "share",
            at_least=True),
        row("growth_find", "slowest growth of the three at ten times the people, p95", growth, 1.5),
    ]  # fmt: skip


class Figures:
    """The operations on one database, warmed up as a hospital's server is, and how long each took."""

    def __init__(self, hospital: SearchHospital) -> None:
        self.hospital = hospital
        self.desk: SearchDesk = hospital.front
        self.rng = random.Random(SEED)
        self.found: list[bool] = []
        self.operations: dict[str, Callable[[Any], Any]] = {
            "bare": self.bare,
            "number": lambda p: self.find(p[1]),
            "prefix": lambda p: self.find(_letters(p[2], self.rng.randint(3, 5))),
            "typo": self.slipped,
        }
        self.times: dict[str, list[float]] = {name: [] for name in self.operations}
        chosen = hospital.run(
            "select p.id::text, p.mrn, p.family_name, p.given_names, p.family_key from app.patient p"
            " where p.birth_date < '2026-01-01' order by md5(p.mrn) limit %s",
            (QUESTIONS + 100,),
        )
        self.people = chosen[:QUESTIONS]
        hospital.run(
            """create table app.bench_log (
                id bigint generated always as identity, at timestamptz default now(), query text);
            create table app.bench_person as
                select id, mrn, family_name, given_names, family_key, given_key, birth_date, sex, phone, status
                from app.patient;
            create index bench_person_key on app.bench_person (family_key, given_key);
            grant select on app.bench_person to app_station;
            grant insert on app.bench_log to app_station;
            analyze app.bench_person"""
        )
        for person in chosen[QUESTIONS:]:
            for operation in self.operations.values():
                operation(person)
        self.found.clear()

    def bare(self, person: Any) -> None:
        """Begin with token, select 50 rows by index, log, commit: without rights, limits or thought."""
        with self.desk.db.transaction(self.desk.bearer) as tx:
            tx.exec_driver_sql(
                "select * from app.bench_person where family_key >= %s order by family_key, given_key limit 50",
                (person[4][:4],),
            ).fetchall()
            tx.exec_driver_sql("insert into app.bench_log (query) values (%s)", (person[4][:4],))

    def find(self, text: str) -> list[queries.Found]:
        """The search of the program."""
        return queries.find(self.desk.db, cast(Actor, self.desk.bearer), text)

    def slipped(self, person: Any) -> None:
        text = f"{slip(person[2], self.rng)} {slip(person[3], self.rng)}"
        self.found.append(person[0] in {str(row.id) for row in self.find(text)})

    def run(self, question: int) -> None:
        """Each operation once, for one person."""
        for name, operation in self.operations.items():
            start = time.perf_counter()
            operation(self.people[question % len(self.people)])
            self.times[name].append(time.perf_counter() - start)

    def p95(self) -> dict[str, float]:
        """Seconds of each operation."""
        return {name: percentile(values, 0.95) for name, values in self.times.items()}

    def found_share(self) -> float:
        """How often the right person was among the first 50, with slips."""
        return sum(self.found) / len(self.found)

    def trigram(self) -> float:
        """p95 of plain trigram search on the same names, with its usual index and the usual threshold."""
        self.hospital.run("create index bench_trigram on app.patient_name using gin"
                          " ((family_key || ' ' || given_key) ext.gin_trgm_ops)")  # fmt: skip
        self.hospital.run("analyze app.patient_name")
        rng, times = random.Random(SEED), []
        for person in self.people[:100]:
            query = f"{slip(person[2], rng)} {slip(person[3], rng)}"
            start = time.perf_counter()
            self.hospital.run(TRIGRAM, (query, query))
            times.append(time.perf_counter() - start)
        self.hospital.run("drop index app.bench_trigram")
        return percentile(times, 0.95)


def _letters(family: str, most: int) -> str:
    """The first letters as somebody types them; a name of two letters needs the beginning of another."""
    text = family if sum(c.isalpha() for c in family) >= 3 else f"{family} an"
    end = next((i for i in range(len(text)) if sum(c.isalpha() for c in text[: i + 1]) == most), len(text))
    return text[: end + 1]
