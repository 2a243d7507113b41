"""The text of a North American driving licence barcode (AAMVA DL/ID, versions 1 to 11), as issuers write it. Pure.

The header's offsets and counts are wrong on many cards (missing entry counts, "AAMVA" for "ANSI ", five-digit issuers),
so elements are found by their three-letter codes and the header only tells issuer and version.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

# Issuer identification numbers as published by AAMVA.
ISSUERS = {
    604426: "PE", 604427: "AS", 604428: "QC", 604429: "YT", 604430: "MP", 604431: "PR", 604432: "AB", 604433: "NU",
    604434: "NT", 636000: "VA", 636001: "NY", 636002: "MA", 636003: "MD", 636004: "NC", 636005: "SC", 636006: "CT",
    636007: "LA", 636008: "MT", 636009: "NM", 636010: "FL", 636011: "DE", 636012: "ON", 636013: "NS", 636014: "CA",
    636015: "TX", 636016: "NL", 636017: "NB", 636018: "IA", 636019: "GU", 636020: "CO", 636021: "AR", 636022: "KS",
    636023: "OH", 636024: "VT", 636025: "PA", 636026: "AZ", 636028: "BC", 636029: "OR", 636030: "MO", 636031: "WI",
    636032: "MI", 636033: "AL", 636034: "ND", 636035: "IL", 636036: "NJ", 636037: "IN", 636038: "MN", 636039: "NH",
    636040: "UT", 636041: "ME", 636042: "SD", 636043: "DC", 636044: "SK", 636045: "WA", 636046: "KY", 636047: "HI",
    636048: "MB", 636049: "NV", 636050: "ID", 636051: "MS", 636052: "RI", 636053: "TN", 636054: "NE", 636055: "GA",
    636056: "COA", 636057: "HID", 636058: "OK", 636059: "AK", 636060: "WY", 636061: "WV", 636062: "VI",
}  # fmt: skip
PROVINCES = frozenset(("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"))
_HEADER = re.compile(r"(?:ANSI|AAMVA)\s{0,2}(\d{4,12})")
_DESIGNATOR = re.compile(r"(?:DL|ID|EN|Z[A-Z])\s?\d{7,8}")
_SEPARATORS = re.compile(r"[\n\r\x1c-\x1f]+")
_CODE = re.compile(r"D[A-D][A-Z]")
_CODES = (
    "DAA DAB DAC DAD DAE DAF DAG DAH DAI DAJ DAK DAL DAM DAN DAO DAP DAQ DAR DAS DAT DAU DAV DAW DAX DAY "
    "DAZ DBA DBB DBC DBD DBE DBF DBG DBH DBI DBJ DBK DBL DBM DBN DBO DBP DBQ DBR DBS DCA DCB DCD DCE DCF "
    "DCG DCH DCI DCJ DCK DCL DCM DCN DCO DCP DCQ DCR DCS DCT DCU DDA DDB DDC DDD DDE DDF DDG DDH DDI DDJ "
    "DDK DDL DDM"
)
_RUN_ON = re.compile("(" + "|".join(_CODES.split()) + ")")
_NOTHING = frozenset(("", "NONE", "UNAVL", "UNAVAIL", "N/A", "UNK", "UNKNOWN"))


@dataclass(frozen=True)
class Licence:
    """What a barcode says. `kind` is "DL" or "ID"; `fields` uses the program's field names, dates ISO."""

    kind: str
    version: int | None
    issuer: int | None
    fields: dict[str, str]
    elements: dict[str, str]


def is_licence(text: str) -> bool:
    """Whether a barcode's text is a licence or identification card rather than something else."""
    if _HEADER.search(text[:40]):
        return True
    codes = {line[:3] for line in _lines(text)}
    return len(codes & {"DAQ", "DBB", "DBA", "DCS", "DAA", "DAG", "DAI", "DAJ"}) >= 4


def parse(text: str) -> Licence:
    """Read a barcode's text. ValueError if it is no AAMVA card. Unknown elements are kept in `elements`."""
    if not is_licence(text):
        raise ValueError("not an AAMVA card")
    header = _HEADER.search(text[:40])
    issuer, version = _issuer_and_version(header[1]) if header else (None, None)
    kind, elements = _elements(text)
    return Licence(kind, version, issuer, _fields(elements, issuer), elements)


def _issuer_and_version(digits: str) -> tuple[int | None, int | None]:
    # 6 digits issuer, 2 version, from version 2 on 2 issuer's version, 2 entries; some issuers drop digits.
    issuer = int(digits[:6])
    if issuer not in ISSUERS and len(digits) % 2 and int("6" + digits[:5]) in ISSUERS:
        issuer, digits = int("6" + digits[:5]), "6" + digits
    if issuer not in ISSUERS and f"63{digits[1:2]}" == "636":
        issuer = int("63" + digits[1:5])
    version = digits[6:8]
    return issuer, int(version) if version else None


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _SEPARATORS.split(text) if line.strip()]


def _elements(text: str) -> tuple[str, dict[str, str]]:
    header = _HEADER.search(text[:40])
    body = text[header.end() :] if header else text
    kind = "ID" if re.match(r"\s*ID", body) else "DL"
    while designator := _DESIGNATOR.match(body.lstrip()):
        body = body.lstrip()[designator.end() :]
    lines = _lines(body)
    if sum(bool(_CODE.match(line)) or line.startswith(("DL", "ID")) for line in lines) < 5:
        lines = _run_on(body)
    elements: dict[str, str] = {}
    for line in lines:
        if line[:2] in ("DL", "ID") and _CODE.match(line[2:]):
            kind, line = line[:2], line[2:]
        if _CODE.match(line):
            elements.setdefault(line[:3], line[3:].strip(" ,") if line[:3] != "DAA" else line[3:].strip())
    return kind, elements


def _run_on(body: str) -> list[str]:
    """Elements of a text that lost its line feeds; every code counts only where it first stands."""
    lines: list[str] = []
    seen: set[str] = set()
    body = re.sub(r"^\s*(DL|ID)(?=D[A-D])", "", body)
    for piece in _RUN_ON.split(body):
        if piece in _CODES and len(piece) == 3 and piece not in seen:
            seen.add(piece)
            lines.append(piece)
        elif lines:
            lines[-1] += piece
    return [re.split(r"[\n\r]", line)[0].strip() for line in lines]


def _fields(elements: dict[str, str], issuer: int | None) -> dict[str, str]:
    def first(*codes: str) -> str:
        values = (re.sub(r"\s+", " ", elements.get(code, "")) for code in codes)
        return next((value for value in values if value.upper() not in _NOTHING), "")

    region = first("DAJ", "DAO").upper()
    state = ISSUERS.get(issuer or 0, region)
    family, given, suffix = _names(elements, first)
    street = ", ".join(part for part in (first("DAG", "DAL"), first("DAH", "DAM")) if part)
    fields = {
        "family_name": family,
        "given_names": given,
        "suffix": suffix,
        "birth_date": iso_date(first("DBB")),
        "sex": {"1": "M", "2": "F", "9": "X", "0": "X"}.get(first("DBC")[:1], first("DBC")[:1].upper()),
        "document_number": first("DAQ", "DBJ"),
        "issuing_state": state,
        "issued_on": iso_date(first("DBD")),
        "expires_on": iso_date(first("DBA")),
        "street": street,
        "city": first("DAI", "DAN"),
        "region": region,
        "postcode": postcode(first("DAK", "DAP")),
        "country": _country(first("DCG"), state),
    }
    return {name: value for name, value in fields.items() if value}


def _names(elements: dict[str, str], first: Callable[..., str]) -> tuple[str, str, str]:
    family, suffix = first("DCS", "DAB"), first("DCU", "DAE")
    given = " ".join(part for part in (first("DAC"), first("DAD")) if part)
    if not given:
        given = re.sub(r"[\s,$]+", " ", first("DCT")).strip()
    whole = elements.get("DAA", "")
    if not family and whole:
        parts = [part.strip() for part in re.split(r"[,$@]", whole)] if re.search(r"[,$@]", whole) else whole.split()
        family, rest = parts[0], [part for part in parts[1:] if part.upper() not in _NOTHING]
        if rest and not suffix and re.fullmatch(r"(?i)jr\.?|sr\.?|i{2,3}|iv", rest[-1]):
            suffix = rest.pop()
        given = given or " ".join(rest)
    return family.rstrip(","), given.rstrip(","), suffix


def _country(code: str, state: str) -> str:
    if code.upper() in ("USA", "CAN", "MEX"):
        return code.upper()
    if state in PROVINCES:
        return "CAN"
    return "MEX" if state in ("COA", "HID") else "USA" if state else ""


def postcode(text: str) -> str:
    """A post code without padding: 232690000 → 23269, 232691234 → 23269-1234, V8V 1A1 as it is."""
    compact = text.strip().rstrip("-").replace("-", "")
    if re.fullmatch(r"\d{9}", compact):
        return compact[:5] if compact[5:] in ("0000", "9999") else f"{compact[:5]}-{compact[5:]}"
    return compact[:5] if re.fullmatch(r"\d{5}0{1,3}", compact) else text.strip()


def iso_date(text: str) -> str:
    """MMDDCCYY (USA), CCYYMMDD (Canada, version 1, some states) or DDMMCCYY, with or without dashes; else ""."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 8:
        return ""
    month_first = (digits[4:], digits[:2], digits[2:4])
    year_first = (digits[:4], digits[4:6], digits[6:])
    day_first = (digits[4:], digits[2:4], digits[:2])
    for year, month, day in (month_first, year_first, day_first):
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if 1880 <= found.year <= 2150:
            return found.isoformat()
    return ""
