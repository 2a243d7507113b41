"""The words that stand beside values on insurance cards, in their many spellings, despite misread letters. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

# One line per field: the spellings, "#" for number / no. / nbr / #. A weak spelling is also an everyday word on cards:
# it counts only at the start of a run of words or before a colon.
_STRONG = {
    "member_number": (
        "member id|member id #|member #|memberid|id #|identification #|identification|subscriber id|"
        "subscriber id #|subscriber #|policy #|policy id|policy id #|policyholder id|certificate #|cert #|"
        "certificate id|contract #|contract id|enrollee id|enrollee id #|enrollee #|insured id|insured id #|"
        "insureds id|insured #|cardholder id|cardholder id #|cardholder #|medicaid id|medicaid id #|medicaid #|"
        "recipient id|recipient id #|recipient #|medicare #|medicare id|medicare claim #|beneficiary id|"
        "beneficiary id #|beneficiary #|participant id|participant id #|participant #|member identification|"
        "member identification #|subscriber identification #|id card #|card id|card #|patient id|health id|"
        "unique id|customer id|customer #|employee id|membership #|membership id|member record #|"
        "medical record #|health record #|mbr id|mbr #|mbr id #|sub id|subscr id|subscriberid|id no|"
        "identification code|health card #|member code|mem id|membr id|cardholder id no|alt id"
    ),
    "group_number": (
        "group #|grp|grp #|group id|group id #|grp id|group no|grp no|employer group #|employer group|plan group #|"
        "group policy #|group plan #|group account #|account #|group code|grp code|employer #|grpno|groupno|"
        "group acct #|group acct|group nbr|policy group #|policy group|acct #"
    ),
    "rx_bin": (
        "rxbin|rx bin|rxbin #|rx bin #|bin #|bin|pharmacy bin|pbm bin|prescription bin|ansi bin|rx bin pcn|"
        "anthem rx bin"
    ),
    "rx_pcn": (
        "rxpcn|rx pcn|pcn|pcn #|rx pcn #|rxpcn #|processor control #|processor control|pharmacy pcn|pbm pcn|"
        "prescription pcn"
    ),
    "rx_group": (
        "rxgrp|rx grp|rxgroup|rx group|rx grp #|rxgrp #|rx group #|rxgroup #|rx group id|rx grp id|"
        "pharmacy group|pharmacy grp|pharmacy group #|rx group no|prescription group|prescription grp|rxgrp id|"
        "grp rx|rx gp|pbm group|script group"
    ),
    "payer_id": (
        "payer id|payer id #|payerid|payor id|payor id #|payer #|edi payer id|edi payer id #|edi #|edi|"
        "electronic payer id|electronic payer id #|claims payer id|medical payer id|payer code|edi payer|"
        "edi payer #|electronic claims payer id|emdeon id|edi id|claim payer id|submitter id|electronic id|"
        "eclaims payer id|change healthcare payer id|payer id code|edi payor id"
    ),
    "effective_on": (
        "effective date|eff date|effective|eff|coverage effective|coverage effective date|effective on|"
        "coverage start|coverage begins|coverage start date|coverage date|coverage starts|valid from|start date|"
        "plan effective|member effective date|plan effective date|effective from|eff dt|date effective|"
        "member effective|issue effective date|begin date|coverage from|effdate|benefits effective|"
        "coverage begin date|policy effective date|policy start date|effective as of|in effect since"
    ),
    "issued_on": (
        "issue date|issued|date issued|issued on|card issued|date of issue|card issue date|iss|iss date|"
        "print date|card issue"
    ),
    "expires_on": (
        "expiration date|exp date|expires|expiry date|expiration|exp|expiry|valid through|valid thru|valid until|"
        "valid to|term date|termination date|end date|coverage end|coverage ends|coverage end date|expires on|"
        "good through|exp dt|thru|good thru"
    ),
    "birth_date": (
        "date of birth|dob|birth date|birthdate|member dob|subscriber dob|birthday|d o b|born|patient dob|"
        "member date of birth"
    ),
    "sex": "sex|gender",
    "subscriber": (
        "subscriber name|policyholder name|policy holder name|insured name|insureds name|name of insured|"
        "cardholder name|employee name|primary insured|primary insured name|name of subscriber|subscribers name|"
        "policyholder|policy holder|cardholder|primary subscriber|card holder|cardholders name|primary member|"
        "primary member name|enrollee name|primary name|primary cardholder|contract holder|contract holder name|"
        "policy owner|named insured|certificate holder|primary|subscriber member name"
    ),
    "member": (
        "member name|members name|patient name|participant name|beneficiary name|beneficiary|name of member|"
        "membername|name nombre|full name|recipient name|customer name|name of beneficiary|member full name|"
        "mbr name|name of patient|covered person"
    ),
    "dependants": (
        "dependents|dependants|covered dependents|dependent|dependant|dependent name|dependent names|"
        "dependents names|dependents covered|family members|covered family members|other members|covered members|"
        "spouse|child|children|dep|deps|covered dependants|enrolled dependents|dependent s|additional members|"
        "family|spouse name|other covered members|covered persons"
    ),
    "plan": (
        "plan name|plan type|product name|benefit plan|plan description|coverage type|type of coverage|"
        "plan product|product type|health plan name|medical plan|network plan|type of plan|policy type|"
        "plan option|benefit plan name|plan network"
    ),
    "payer": (
        "payer name|insurance company|insurance carrier|insurance provider|insurance company name|insurance co|"
        "insurer name|payor|payor name|carrier name|health insurer|company name|"
        "issued by|plan sponsor insurer"
    ),
    "group_name": "group name|employer|employer name|plan sponsor|sponsor|company|grp name|employer group name",
    "": (
        "rx id|rxid|underwritten by|insured by|issued by|administered by|issuer|issuer id|issuer 80840|"
        "issuer #|health plan 80840|health plan|health plan id|"
        "customer service|member services|member service|pcp name|pcp phone|primary care physician|"
        "primary care provider|pharmacy help desk|pharmacist|pharmacists|pharmacy|website|web|claims address|"
        "mail claims to|send claims to|submit claims to|claims|provider services|providers|precertification|"
        "prior authorization|nurse line|nurseline|tty|phone|telephone|fax|copay|copays|copayment|copayments|"
        "co pay|co pays|deductible|coinsurance|out of pocket|out of pocket max|oop max|in network|out of network|"
        "network|tier|dental|vision|behavioral health|mental health|address|pcp effective date|pcp|relationship|"
        "rel|coverage|suffix|sequence|person code|person|division|section|medicare|rx plan|prescription drug|"
        "prescription benefits|cms|contract|members|care type|benefits|in case of emergency|authorization|"
        "for providers|for members|provider|class|dependent code|package|carrier code|office visit|specialist|"
        "emergency room|urgent care|emergency|hospital|primary care|individual|eligibility|outpatient|inpatient|"
        "member since|member id card|id card|identification card|insurance card|health insurance card|"
        "hospital part a|medical part b|rx|payer address|group address|member type|plan code|plan #|plan id|"
        "state|region|version|language|date"
    ),
}
_WEAK = {
    "member_number": "id|identification|policy|certificate|contract|subscriber id member|enrollee|recipient",
    "group_number": "group|account|gp|gr|gr #|acct",
    "subscriber": "subscriber|insured|employee|primary",
    "member": "member|name|patient|participant|customer|nombre|enrollee",
    "plan": "plan|product|network|coverage",
    "effective_on": "eff|effective",
    "payer": "payer|insurer|carrier|payor|insurance|plan sponsor|company",
}
_NUMBER_WORDS = frozenset(("NO", "NUM", "NBR", "NUMBER", "NUMB", "NR", "N", "NUMBERS", "NO.", "NUMERO"))
_LOOKALIKE = str.maketrans({"0": "O", "1": "I", "L": "I", "|": "I", "5": "S", "8": "B", "!": "I", "$": "S"})
_LONGEST = 6


@dataclass(frozen=True)
class Found:
    """A label in a run of words: words [start, end), the field ("" ends other values only), how well it fits 0..1."""

    start: int
    end: int
    field: str
    fit: float
    weak: bool


def compact(words: Sequence[str]) -> str:
    """Words as one string in which spellings and misreadings fall together: "Member No.:" and "MEMBER #" are equal."""
    parts: list[str] = []
    for word in words:
        plain = re.sub(r"[^A-Z0-9#|]", "", word.upper().replace("N°", "#").replace("Nº", "#"))
        if plain in _NUMBER_WORDS and parts:
            parts.append("#")
            continue
        plain = re.sub(r"(?<=[A-Z]{2})(NUMBER|#S?|NO)$", "#", plain) if word.upper() not in ("NO",) else plain
        parts.append(plain)
    return re.sub(r"#+", "#", "".join(parts)).translate(_LOOKALIKE)


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, tuple[str, bool]]:
    table: dict[str, tuple[str, bool]] = {}
    for source, weak in ((_WEAK, True), (_STRONG, False)):
        for field, spellings in source.items():
            for spelling in spellings.split("|"):
                table.setdefault(compact(spelling.split()), (field, weak))
    for field in (*_WEAK, ""):  # a weak spelling stays weak where the strong list repeats it for something else
        for spelling in _WEAK.get(field, "").split("|"):
            if spelling:
                table[compact(spelling.split())] = (field, True)
    return table


@lru_cache(maxsize=1)
def _by_length() -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = {}
    for spelling in _vocabulary():
        lengths.setdefault(len(spelling), []).append(spelling)
    return lengths


@lru_cache(maxsize=4096)
def look_up(text: str) -> tuple[str, bool, float] | None:
    """Field, weakness and fit of a compact string; one letter in four to six may be wrong. None if it is no label."""
    table = _vocabulary()
    if text in table:
        return (*table[text], 1.0)
    if len(text) < 6 or re.search(r"\d", text):  # what still holds a digit is a value, not a misread label
        return None
    allowed = min(3, (len(text) + 1) // 4) if len(text) >= 8 else 1
    best: tuple[int, str] | None = None
    for length in range(len(text) - allowed, len(text) + allowed + 1):
        for spelling in _by_length().get(length, ()):
            distance = edit_distance(text, spelling, allowed)
            if distance <= allowed and (best is None or distance < best[0]):
                best = distance, spelling
    return None if best is None else (*table[best[1]], 1 - best[0] / len(text))


def edit_distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions and replacements between two strings; more than `most` is given as `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > most:
            return most + 1
    return row[-1]


def find(words: Sequence[str]) -> list[Found]:
    """The labels in a run of words, longest first where they overlap, from left to right."""
    found: list[Found] = []
    position = 0
    while position < len(words):
        match = _longest_at(words, position)
        if match is None:
            position += 1
            continue
        found.append(match)
        position = match.end
    return found


def _longest_at(words: Sequence[str], start: int) -> Found | None:
    for length in range(min(_LONGEST, len(words) - start), 0, -1):
        piece = words[start : start + length]
        if any(word.rstrip().endswith(":") for word in piece[:-1]):
            continue  # a colon ends a label
        text = compact(piece)
        if len(text) < 2 or not re.search(r"[A-Z]", piece[0].upper()) or piece[-1].startswith("$"):
            continue
        known = look_up(text)
        if known is None:
            continue
        field, weak, fit = known
        # A short word more must not pass as a few misread letters: in "Effective Date Dec 1" Dec is the value's.
        spurious = (1 - fit) * len(text) > len(compact(piece[-1:])) - 0.5
        if length > 1 and fit < 1 and spurious and look_up(compact(piece[:-1])):
            continue
        before_colon = piece[-1].rstrip().endswith((":", "#"))
        if weak and not (before_colon or start == 0):
            continue
        return Found(start, start + length, field, fit, weak and not before_colon)
    return None
