"""The list of diagnosis codes (ICD-10-CM) as the package simple-icd-10-cm brings it. At set-up, as `deploy`.

Reading the package takes some seconds: no window imports it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hisdesk.db.database import Database
from hisdesk.hospital.imports.actions import load_icd10

SILENT = frozenset(
    ("a", "an", "and", "by", "due", "encounter", "for", "in", "of", "on", "or", "other", "s", "the", "to", "with")
)
"""Words that nobody means: `app.find_icd10` leaves them out of what is typed, too."""

SPOKEN = {
    "A41.9": "sepsis",
    "D50.9": "ida",
    "E03.9": "underactive thyroid",
    "E11.9": "t2dm niddm sugar",
    "E10.9": "t1dm iddm",
    "E78.5": "cholesterol",
    "F32.A": "depressed",
    "G43.909": "mig",
    "I10": "htn high blood pressure",
    "I21.9": "mi heart attack",
    "I25.10": "cad ihd coronary",
    "I26.99": "pe lung embolism",
    "I48.91": "af afib",
    "I50.9": "chf hf",
    "I63.9": "stroke cva",
    "I82.409": "dvt",
    "J06.9": "urti uri cold",
    "J18.9": "cap",
    "J44.9": "copd",
    "J45.909": "wheeze",
    "K21.9": "gerd gord reflux heartburn",
    "K29.70": "stomach",
    "K35.80": "appendix",
    "L30.9": "eczema",
    "M54.50": "lumbago backache",
    "N18.9": "ckd",
    "N39.0": "uti bladder",
    "N40.0": "bph",
    "R07.9": "cp",
    "R51.9": "head ache",
}
"""How doctors call some common diagnoses that the list spells out; these codes come earlier, too."""


@dataclass(frozen=True)
class Code:
    """`complete`: a diagnosis may be coded with it; the others are headings of finer codes."""

    code: str
    title: str
    complete: bool


def published() -> Iterator[Code]:
    """Every category and subcategory of the edition that is installed."""
    import simple_icd_10_cm as edition

    for code in dict.fromkeys(edition.get_all_codes()):
        if edition.is_category_or_subcategory(code):
            yield Code(code, edition.get_description(code), edition.is_leaf(code))


def load(deploy: Database, codes: Iterable[Code]) -> int:
    """Takes the list over; codes that it leaves out are offered no more. How many stand. Safe to run again."""
    rows = [_row(code) for code in codes]
    with deploy.transaction() as tx:
        return load_icd10(tx, rows)


def words(title: str) -> list[str]:
    """What a title is found by: its words in lower case, without accents, each once."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(c))
    return [word for word in dict.fromkeys(re.findall(r"[a-z0-9]+", plain)) if word not in SILENT]


def _row(code: Code) -> dict[str, Any]:
    found = words(code.title)
    weight = len(found) + len(code.code) - 2 * ("unspecified" in found) - 4 * (code.code in SPOKEN)
    found += [word for word in SPOKEN.get(code.code, "").split() if word not in found]
    row = {"code": code.code, "title": code.title, "complete": code.complete, "retired": False}
    return row | {"words": found, "weight": weight}
