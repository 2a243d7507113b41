"""A made-up patients.csv in Synthea's form, 25 columns as they are."""

from __future__ import annotations

import csv
import gzip
import io
import random
from pathlib import Path
from uuid import UUID

from hisdesk.hospital.imports.synthea import COLUMNS

_FIRST = ("Jorge Luis", "Maude", "Dominique", "Loida", "Jerónimo", "Rossana", "Kennith", "Elvia")
_LAST = ("Vela", "Wunsch", "Yundt", "Howell", "Ruelas", "Thiel", "Grimes", "O'Keefe")


def lines(count: int, seed: int = 1) -> list[dict[str, str]]:
    """That many people, always the same for a seed."""
    chance = random.Random(seed)
    return [_person(n, chance) for n in range(count)]


def _person(n: int, chance: random.Random) -> dict[str, str]:
    born = f"{chance.randint(1930, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    woman = chance.random() < 0.5
    values = {
        "Id": str(UUID(int=chance.getrandbits(128), version=4)),
        "BIRTHDATE": born,
        "SSN": f"999-{n % 100:02}-{chance.randint(1000, 9999)}",
        "DRIVERS": f"S999{n:05}" if n % 2 else "",
        "PASSPORT": f"X{n:08}X" if n % 4 == 3 else "",
        "PREFIX": "Mrs." if woman else "Mr.",
        "FIRST": f"{_FIRST[n % 8]}{chance.randint(1, 999)}",
        "LAST": f"{_LAST[n // 8 % 8]}{chance.randint(1, 999)}",
        "MAIDEN": f"Larson{chance.randint(1, 999)}" if woman and n % 3 == 0 else "",
        "RACE": "white",
        "ETHNICITY": "nonhispanic",
        "GENDER": "F" if woman else "M",
        "BIRTHPLACE": "Visalia  California  US",
        "ADDRESS": f"{n + 1} Hills Branch Unit 86",
        "CITY": "Visalia",
        "STATE": "California",
        "ZIP": "93291",
        "LAT": "36.419",
        "LON": "-119.411",
    }
    return {column: values.get(column, "") for column in COLUMNS}


def text(rows: list[dict[str, str]], columns: tuple[str, ...] = COLUMNS) -> str:
    """The file's text."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    """The file itself, packed when its name ends in .gz."""
    content = text(rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
