"""Finding a diagnosis in the whole published list with a slip of the finger, against plain trigram search of titles."""

from __future__ import annotations

import random
import time

from hisdesk.hospital.imports import icd10
from hisdesk.hospital.notes.queries import find_codes
from tests.bench.find import slip
from tests.bench.report import Row, percentile, row
from tests.helpers import servers
from tests.helpers.hospital import Desk, Hospital, make_template

QUESTIONS = 200
SEED = 11
TRIGRAM = (
    "select code, title from app.icd10 where complete and title operator(ext.%%) %s"
    " order by ext.similarity(title, %s) desc limit 20"
)


def measure() -> list[Row]:
    """Two words of a title, one of them misspelt; both kinds of search take turns."""
    server = servers.postgres()
    assert server.address is not None
    with Hospital(make_template(server.address)) as hospital:
        codes = [code for code in icd10.published() if code.complete]
        icd10.load(hospital.deploy, codes)
        hospital.run("create index bench_title on app.icd10 using gin (title ext.gin_trgm_ops)")
        desk = hospital.desk("physician")
        ours, bare, found = _asked(hospital, desk, codes)
    return [
        row("icd10", "a diagnosis by two words with a slip, p95", percentile(ours, 0.95) * 1000, 50.0, "ms"),
        row("icd10_trigram", "the same against trigram search of titles, p95",
            percentile(ours, 0.95) / percentile(bare, 0.95), 1.0),
        row("icd10_found", "a title with both words meant among the first 20", found, 0.9, "share", at_least=True),
    ]  # fmt: skip


def _asked(hospital: Hospital, desk: Desk, codes: list[icd10.Code]) -> tuple[list[float], list[float], float]:
    rng = random.Random(SEED)
    ours: list[float] = []
    bare: list[float] = []
    hits = 0
    with hospital.superuser().connect() as root:
        for code in rng.sample(codes, QUESTIONS + 10):
            words = sorted((w for w in icd10.words(code.title) if w.isalpha()), key=len)[-2:]
            typed = " ".join([slip(words[-1], rng), *words[:-1]])
            start = time.perf_counter()
            with desk.db.transaction(desk.actor) as tx:
                answers = find_codes(tx, typed)
            ours.append(time.perf_counter() - start)
            hits += any(set(words) <= set(icd10.words(answer.title)) for answer in answers)
            start = time.perf_counter()
            root.exec_driver_sql(TRIGRAM, (typed, typed)).fetchall()
            bare.append(time.perf_counter() - start)
    return ours[10:], bare[10:], hits / (QUESTIONS + 10)
