"""What the value beside a label may look like, field by field, and how much of the words it takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from hisdesk.scanning.labels import compact, look_up
from hisdesk.scanning.names import looks_like_name

# (value, number of words taken, how well it fits 0..1), or None when the words cannot be that field.
Taken = tuple[str, int, float] | None
_ID_WORD = re.compile(r"^[A-Z0-9][A-Z0-9*\-/.]*$", re.IGNORECASE)
_MONTHS = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11,
    "DEC": 12,
}  # fmt: skip
_NUMERIC_DATE = re.compile(r"^(\d{1,4})[/\-.](\d{1,2})[/\-.](\d{1,4})$")
_AS_DIGITS = str.maketrans("OoQDIl|SBZ", "0000111582")


def with_zeros(text: str, start: int = 0) -> str:
    """A code with O read as 0 where it touches a digit; the letters before `start` are left, they may be a prefix."""
    return text[:start] + re.sub(r"(?<=\d)[O0]+|[O0]+(?=\d)", lambda run: "0" * len(run[0]), text[start:])


def identifier(words: Sequence[str], *, digits: int = 3, most: int = 5) -> Taken:
    """Letters and digits, perhaps in groups: "XYZ 1234 56789 01"; at least `digits` digits."""
    taken: list[str] = []
    for word in words[:most]:
        plain = word.strip(".,;:()[]'\"‘’*#|")
        if not _ID_WORD.match(plain) or parse_date([plain]) or plain.startswith("$"):
            break
        has_digit = any(c.isdigit() for c in plain)
        prefix = not taken and plain.isupper() and len(plain) <= 4
        if not has_digit and not prefix and not (taken and plain.isupper() and len(plain) == 1):
            break
        taken.append(plain)
    while taken and not any(c.isdigit() for c in taken[-1]) and len(taken) > 1:
        taken.pop()
    value = with_zeros(" ".join(taken), 3)
    count = sum(c.isdigit() for c in value)
    if count < digits or len(value.replace(" ", "")) < digits:
        return None
    return value, len(taken), 1.0 if len(value) >= 5 else 0.85


def group(words: Sequence[str]) -> Taken:
    """A group number: a digit at least, or a short code in capitals."""
    found = identifier(words, digits=1, most=3)
    if found is not None and len(found[0].replace(" ", "")) >= 3:
        return found
    code = words[0].strip(".,;:()") if words else ""
    plain = re.fullmatch(r"[A-Z]{4,14}", code) and not look_up(compact([code]))
    return (code, 1, 0.6) if plain else (found[0], found[1], 0.5) if found else None


def bank_number(words: Sequence[str]) -> Taken:
    """An RxBIN: six digits."""
    for taken in (1, 2):
        digits = "".join(words[:taken]).strip(".,;:()").translate(_AS_DIGITS)
        if re.fullmatch(r"\d{6}", digits):
            return digits, taken, 1.0
    digits = re.sub(r"\W", "", words[0]).translate(_AS_DIGITS) if words else ""
    return (digits, 1, 0.6) if re.fullmatch(r"\d{5,8}", digits) else None


def code(words: Sequence[str]) -> Taken:
    """A short code in capitals and digits: RxPCN, RxGrp."""
    plain = re.sub(r"^\$(?=[A-Z]|$)", "S", words[0].strip(".,;:()")).replace("$", "") if words else ""
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9\-]{0,17}", plain) or parse_date([plain]) or look_up(compact([plain])):
        return None
    return with_zeros(plain), 1, 1.0 if len(plain) > 1 else 0.5


def payer_code(words: Sequence[str]) -> Taken:
    """A payer identifier: mostly five characters."""
    found = code(words)
    if found is None or not 2 <= len(found[0]) <= 12:
        return None
    has_digit = any(c.isdigit() for c in found[0])
    return found[0], 1, 1.0 if len(found[0]) == 5 and has_digit else 0.8 if has_digit else 0.5


def person(words: Sequence[str]) -> Taken:
    """A person's name, as printed."""
    taken: list[str] = []
    skipped = 0
    if words and re.fullmatch(r"0\d", words[0]):
        words, skipped = words[1:], 1  # a sequence number before the name
    for word in words[:6]:
        if not re.fullmatch(r"[^\W\d_](?:[^\W\d_]|['’.\-`])*,?", word):
            break
        taken.append(word)
    text = " ".join(taken).strip(" ,;")
    if looks_like_name(text):
        return text, len(taken) + skipped, 1.0
    return (text, len(taken) + skipped, 0.45) if len(taken) == 1 and len(text) > 2 else None


def words_of_plan(words: Sequence[str]) -> Taken:
    """The name of a plan: words to the end of the run."""
    text = " ".join(words[:8]).strip(" .,;:|")
    if not re.search(r"[A-Za-z]{2}", text) or re.search(r"\d{3}[-. ]\d{4}|www|http", text):
        return None
    return text, min(8, len(words)), 0.9


def company(words: Sequence[str]) -> Taken:
    """The name of an insurer: words to the end of the run, hardly a digit."""
    found = words_of_plan(words)
    if found is None or sum(c.isdigit() for c in found[0]) > 1 or len(found[0]) < 4:
        return None
    return found


def day(words: Sequence[str]) -> Taken:
    """A date, as ISO."""
    for taken in (1, 3, 2):
        found = parse_date(words[:taken])
        if found:
            return found, taken, 1.0
    return None


def sex(words: Sequence[str]) -> Taken:
    """M, F or X."""
    letter = words[0].strip(".,:")[:1].upper() if words else ""
    whole = words[0].strip(".,:").upper() if words else ""
    return (letter, 1, 1.0) if whole in ("M", "F", "X", "MALE", "FEMALE") else None


def parse_date(words: Sequence[str]) -> str:
    """A date from up to three words as ISO; month first as the United States write it, unless that is impossible."""
    text = " ".join(words).strip(" .,;:()")
    numeric = _NUMERIC_DATE.match(text.replace(" ", "").translate(str.maketrans("Ool|", "0011")))
    if numeric:
        a, b, c = numeric.groups()
        if len(a) == 4:
            return _iso(int(a), int(b), int(c))
        if len(a) <= 2 and len(c) in (2, 4):
            year = _year(c)
            return _iso(year, int(a), int(b)) or _iso(year, int(b), int(a))
        return ""
    named = re.match(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", text)
    if named and named[1][:3].upper() in _MONTHS:
        return _iso(int(named[3]), _MONTHS[named[1][:3].upper()], int(named[2]))
    named = re.match(r"^(\d{1,2})[\s\-]+([A-Za-z]{3,9})\.?[\s\-,]+(\d{2}|\d{4})$", text)
    if named and named[2][:3].upper() in _MONTHS:
        return _iso(_year(named[3]), _MONTHS[named[2][:3].upper()], int(named[1]))
    return ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 60 else 1900 + int(text)


def _iso(year: int, month: int, day_of_month: int) -> str:
    try:
        return date(year, month, day_of_month).isoformat() if 1890 < year < 2150 else ""
    except ValueError:
        return ""


RULES: dict[str, Callable[[Sequence[str]], Taken]] = {
    "member_number": identifier,
    "group_number": group,
    "rx_bin": bank_number,
    "rx_pcn": code,
    "rx_group": code,
    "payer_id": payer_code,
    "subscriber": person,
    "member": person,
    "plan": words_of_plan,
    "payer": company,
    "effective_on": day,
    "issued_on": day,
    "expires_on": day,
    "birth_date": day,
    "sex": sex,
}
