"""A million people with realistic name frequencies, always the same ones for the same seed, loaded by COPY."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from hisdesk.hospital.demo.names import REGIONS, Region
from hisdesk.hospital.demo.places import TOWNS

SEED = 20_240_607
EPOCH_MS = 1_451_606_400_000  # 2016-01-01, the first registration
TODAY = dt.date(2026, 1, 1)
# How steeply the frequencies fall with the rank, as (offset, exponent): few names cover China and Vietnam.
STEEPNESS = {"vi": (1.0, 1.2), "zh": (3.0, 0.8), "es": (8.0, 0.8), "in": (6.0, 0.8), "pt": (6.0, 0.8)}
GIVEN_ENDS = ("a", "ia", "ine", "o", "an", "el", "is", "ora", "us", "ena")
# search indexes that are cheaper to build after the load than to keep up during it
TABLES = ["patient", "patient_name"]


@dataclass(frozen=True)
class Names:
    """Names of one region with their probabilities."""

    family: np.ndarray[Any, Any]
    family_p: np.ndarray[Any, Any]
    given: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
    given_p: tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Person:
    key: str
    mrn: str
    family: str
    given: str
    former: str  # "" or an earlier family name
    birth_date: str
    estimated: bool
    sex: str
    phone: str
    email: str
    street: str
    city: str
    postcode: str
    status: str
    deceased_on: str  # "" or a date


def _zipf(n: int, offset: float, exponent: float) -> np.ndarray[Any, Any]:
    weights = 1.0 / (np.arange(n) + offset) ** exponent
    shares: np.ndarray[Any, Any] = weights / weights.sum()
    return shares


def names_of(region: Region) -> Names:
    """Listed names carry their share by rank; the rest is spread thinly over names built from syllables."""
    listed = list(dict.fromkeys(region.family))
    built = [s + e for s in region.starts for e in region.ends]
    built += [s + m.lower().strip("-") + e for s in region.starts for m in region.starts[::4] for e in region.ends]
    rare = [n for n in dict.fromkeys(built) if n not in set(listed) and len(n) > 1]
    np.random.default_rng(len(rare)).shuffle(rare)
    offset, exponent = STEEPNESS.get(region.code, (14.0, 0.8))
    family_p = np.concatenate(
        [
            region.head * _zipf(len(listed), offset, exponent),
            (1 - region.head) * _zipf(len(rare), 50.0, 0.7),
        ]
    )
    given, given_p = [], []
    for names in (region.female, region.male):
        extra = [s.strip("-") + e for s in region.starts for e in GIVEN_ENDS]
        given.append(np.array([*names, *extra], dtype=object))
        given_p.append(np.concatenate([0.8 * _zipf(len(names), 8.0, 0.8), 0.2 * _zipf(len(extra), 20.0, 0.7)]))
    return Names(
        np.array(listed + rare, dtype=object), family_p / family_p.sum(), (given[0], given[1]), (given_p[0], given_p[1])
    )


def check_digits(body: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """ISO 7064 MOD 11,10 of many eight-digit numbers at once."""
    product = np.full(len(body), 10)
    for place in range(7, -1, -1):
        total = (body // 10**place % 10 + product) % 10
        product = np.where(total == 0, 10, total) * 2 % 11
    return (11 - product) % 10


def generated(n: int, seed: int = SEED) -> Iterator[Person]:
    """`n` people in the order of their registration. The first ones of a larger `n` are not those of a smaller one."""
    rng = np.random.default_rng(seed)
    region_of = rng.choice(len(REGIONS), n, p=np.array([r.share for r in REGIONS]) / sum(r.share for r in REGIONS))
    sex = rng.integers(0, 2, n)
    family, given, former = (np.empty(n, dtype=object) for _ in range(3))
    former[:] = ""
    for index, region in enumerate(REGIONS):
        _name(rng, region, np.flatnonzero(region_of == index), sex, family, given, former)
    body = (np.arange(n, dtype=np.int64) * 7_368_787 + 4_193) % 90_000_000 + 10_000_000
    mrn = (body * 10 + check_digits(body)).tolist()
    age_days = (rng.triangular(0, 38, 98, n) * 365.25).astype(int).tolist()
    millis = (EPOCH_MS + np.sort(rng.integers(0, 3_600 * 24 * 365 * 10, n)) * 1000).tolist()
    noise = rng.integers(0, 2**62, n).tolist()
    phone = rng.integers(2_000_000, 9_999_999, n).tolist()
    area = rng.integers(201, 989, n).tolist()
    place, estimated, fate = (rng.integers(0, 1000, n).tolist() for _ in range(3))
    today = TODAY.toordinal()
    born_on = [dt.date.fromordinal(today - d).isoformat() for d in range(99 * 366)]
    for i in range(n):
        town, _, post = TOWNS[place[i] % len(TOWNS)]
        deceased = fate[i] < 20
        yield Person(
            key=f"{millis[i]:012x}7{noise[i] >> 50:03x}8{noise[i] & 0xFFF_FFFF_FFFF_FFF:015x}",
            mrn=str(mrn[i]),
            family=family[i],
            given=given[i],
            former=former[i],
            birth_date=born_on[age_days[i]],
            estimated=estimated[i] < 8,
            sex=("female", "male")[sex[i]],
            phone=f"{REGIONS[region_of[i]].country_code} {area[i]} {str(phone[i])[:3]}-{str(phone[i])[3:]}",
            email=f"person{i}@example.org" if place[i] % 3 == 0 else "",
            street=f"{place[i] % 97 + 1} Lantern Street",
            city=town,
            postcode=f"{post}{place[i] % 90 + 10}",
            status="inactive" if 20 <= fate[i] < 40 else "active",
            deceased_on="2025-06-01" if deceased else "",
        )


def _name(
    rng: np.random.Generator, region: Region, where: np.ndarray[Any, Any], sex: np.ndarray[Any, Any],
    family: np.ndarray[Any, Any], given: np.ndarray[Any, Any], former: np.ndarray[Any, Any],
) -> None:  # fmt: skip
    """Draws the names of one region's people into the three arrays."""
    names = names_of(region)
    family[where] = rng.choice(names.family, len(where), p=names.family_p)
    moved = where[rng.random(len(where)) < 0.10]
    former[moved] = rng.choice(names.family, len(moved), p=names.family_p)
    for s in (0, 1):
        mine = where[sex[where] == s]
        first = rng.choice(names.given[s], len(mine), p=names.given_p[s])
        second = rng.choice(names.given[s], len(mine), p=names.given_p[s])
        chance = rng.random(len(mine))
        if region.middles:
            middle = rng.choice(np.array(region.middles, dtype=object), len(mine))
            first = np.where(chance < 0.8, middle + " " + first, first)
        else:
            first = np.where(chance < 0.18, first + " " + second, first)
        given[mine] = first
        for plain, changed in region.female_ends if s == 0 else ():
            ends = np.array([f.endswith(plain) for f in family[mine]], dtype=bool)
            family[mine[ends]] = [f[: -len(plain)] + changed for f in family[mine[ends]]]


def load(connection: Any, people: int = 1_000_000, seed: int = SEED) -> None:
    """Loads the people through a psycopg2 connection of a superuser, which owns the transaction; commits.

    Triggers (audit, outbox) rest meanwhile; indexes are built afterwards and the vocabulary is counted once.
    """
    cursor = connection.cursor()
    cursor.execute("set maintenance_work_mem = '512MB'; set synchronous_commit = off")
    cursor.execute("set session_replication_role = replica")
    dropped = _drop_indexes(cursor)
    block: list[Person] = []
    for person in generated(people, seed):
        block.append(person)
        if len(block) == 50_000:
            _copy(cursor, block)
            block = []
    _copy(cursor, block)
    for definition in dropped:
        cursor.execute(definition)
    cursor.execute("set session_replication_role = origin; select app.recount_words()")
    connection.commit()
    autocommit, connection.autocommit = connection.autocommit, True
    cursor.execute("vacuum analyze app.patient")
    cursor.execute("vacuum analyze app.patient_name")
    cursor.execute("vacuum full analyze app.name_word")
    connection.autocommit = autocommit


def _drop_indexes(cursor: Any) -> list[str]:
    cursor.execute(
        "select i.indexname, i.indexdef from pg_indexes i where i.schemaname = 'app' and i.tablename = any (%s)"
        " and not exists (select from pg_constraint c where c.conindid = ('app.' || i.indexname)::regclass)",
        (TABLES,),
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'drop index app."{name}"')
    return [definition for _, definition in found]


def _copy(cursor: Any, block: list[Person]) -> None:
    patients, names, numbers = io.StringIO(), io.StringIO(), io.StringIO()
    for p in block:
        numbers.write(f"{p.mrn}\n")
        patients.write("\t".join((
            p.key, p.mrn, p.birth_date, "tf"[not p.estimated], p.sex, p.email, p.phone, p.street, p.city, p.postcode,
            p.deceased_on or "\\N", p.status, "" if p.status == "active" else "moved away", p.family, p.given,
        )) + "\n")  # fmt: skip
        names.write(f"{p.key[:-1]}{'f' if p.key[-1] != 'f' else 'e'}\t{p.key}\tofficial\t{p.family}\t{p.given}\n")
        if p.former:
            names.write(f"{p.key[:14]}{p.key[:18:-1]}{p.key[14:19]}\t{p.key}\tformer\t{p.former}\t{p.given}\n")
    for file in (patients, names, numbers):
        file.seek(0)
    cursor.copy_expert("copy app.mrn_issued (mrn) from stdin", numbers)
    cursor.copy_expert(
        "copy app.patient (id, mrn, birth_date, birth_date_estimated, sex, email, phone, street, city, postcode,"
        " deceased_on, status, status_reason, family_name, given_names) from stdin", patients)  # fmt: skip
    cursor.copy_expert("copy app.patient_name (id, patient_id, use, family_name, given_names) from stdin", names)
