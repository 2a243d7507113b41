"""Calendar dates as people type and read them. No Qt."""

from __future__ import annotations

import re
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
EXAMPLE = "23-Jun-1984"
_WHOLE = re.compile(
    rf"\b\d\d-(?:{'|'.join(MONTHS)})-\d{{4}}(?: \d\d:\d\d| \(\d+ ?[a-z]+\))?"  # a date, its time or age
    r"|\b\d{3} \d{3} \d{3}\b"  # an MRN
    r"|\b\d+ h \d\d\b"  # a long wait
    r"|\b\d+(?:\.\d+)? (?:min|h|s|d|mo|ms|mcg|mg|g|kg|ml|l|%)(?!\w)"
)
_KEPT = str.maketrans({" ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


def unbroken(text: str) -> str:
    """The same text for a label that wraps: its dates, MRNs and amounts with units stay on one line.

    Blanks and hyphens inside them become ones at which no line is broken; it reads the same.
    """
    return _WHOLE.sub(lambda found: found[0].translate(_KEPT), text)


def show_date(day: date) -> str:
    """A date that nobody can misread: 23-Jun-1984."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def age_years(born: date, on: date) -> int:
    """Whole years; someone born on 29 February has a birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def show_age(born: date, on: date) -> str:
    """An age in the unit that people use: days up to 4 weeks, weeks up to 3 months, months up to 2 years, years."""
    days = (on - born).days
    if days < 0:
        return ""
    if days < 28:
        return f"{days} d"
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months < 3:
        return f"{days // 7} w"
    if months < 24:
        return f"{months} mo"
    return f"{age_years(born, on)} y"


def parse_date(text: str, today: date, *, past: bool = True) -> date:
    """Reads 23.6.1984, 1984-06-23, 23 jun 84, 23061984 and the like.

    Two digits of a year mean the latest such year that is not after `today` (with `past`), else the nearest.
    Raises ValueError with a sentence for people, also for 3/4/1984, which may be April or March.
    """
    tidy = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.strip().lower())
    if not tidy:
        raise ValueError("Type a date")
    parts = re.findall(r"\d+|[^\W\d_]+", tidy)
    if len(parts) == 1 and parts[0].isdigit():
        return _from_digits(parts[0])
    if len(parts) != 3:
        raise ValueError(f"This is not a date. Type it like {EXAMPLE}")
    words = [part for part in parts if not part.isdigit()]
    if words:
        return _with_word(parts, words, today, past)
    return _from_numbers(parts, "." in tidy, today, past)


def _from_digits(digits: str) -> date:
    """Eight digits in any order, where only one order gives a real date."""
    if len(digits) != 8:
        raise ValueError(f"This is not a date. Type it like {EXAMPLE}")
    orders = (
        (digits[:4], digits[4:6], digits[6:]),
        (digits[4:], digits[2:4], digits[:2]),
        (digits[4:], digits[:2], digits[2:4]),
    )
    return _only({made for year, month, day in orders if (made := _made(int(year), int(month), int(day)))}, digits)


def _with_word(parts: list[str], words: list[str], today: date, past: bool) -> date:
    if len(words) != 1:
        raise ValueError(f"This is not a date. Type it like {EXAMPLE}")
    month = _month(words[0])
    first, second = (part for part in parts if part.isdigit())
    if len(first) == 4:
        year, day = int(first), int(second)
    else:
        year, day = _year(second, today, past), int(first)
    return _checked(year, month, day)


def _from_numbers(parts: list[str], dotted: bool, today: date, past: bool) -> date:
    first, second, third = parts
    if len(first) == 4:
        return _checked(int(first), int(second), int(third))
    year = _year(third, today, past)
    if dotted:
        return _checked(year, int(second), int(first))
    orders = ((int(second), int(first)), (int(first), int(second)))
    return _only({made for month, day in orders if (made := _made(year, month, day))}, "-".join(parts))


def _month(word: str) -> int:
    found = [number for number, name in enumerate(_LONG, 1) if len(word) >= 3 and name.startswith(word)]
    if len(found) != 1:
        raise ValueError(f"“{word}” is not a month. Type it like {EXAMPLE}")
    return found[0]


def _year(text: str, today: date, past: bool) -> int:
    if len(text) == 4:
        return int(text)
    if len(text) != 2:
        raise ValueError("Type the year with four digits")
    year = today.year - today.year % 100 + int(text)
    if past:
        return year if year <= today.year else year - 100
    return min((year - 100, year, year + 100), key=lambda near: abs(near - today.year))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1850 <= year <= 2200 else None
    except ValueError:
        return None


def _checked(year: int, month: int, day: int) -> date:
    made = _made(year, month, day)
    if made is None:
        raise ValueError("There is no such day in the calendar")
    return made


def _only(found: set[date], text: str) -> date:
    if not found:
        raise ValueError("There is no such day in the calendar")
    if len(found) > 1:
        one, other = sorted(found)
        raise ValueError(f"{text} can be {show_date(one)} or {show_date(other)}. Write the month as a word")
    return found.pop()
