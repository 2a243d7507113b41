"""Machine readable zones of travel documents (ICAO 9303 parts 4, 5, 6): check digits, fields, careful repair. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
ALPHABET = DIGITS + LETTERS + "<"
# Pairs that optical reading confuses in OCR-B and in the sans-serif faces some states print.
CONFUSABLE = {
    "0": "ODQ", "O": "0DQ", "Q": "0O", "D": "0O", "1": "IL", "I": "1L", "L": "1I", "2": "Z", "Z": "2", "5": "S",
    "S": "5", "8": "B", "B": "8", "6": "G", "G": "6", "4": "A", "A": "4", "7": "T", "T": "7",
}  # fmt: skip
_TO_DIGIT = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "Z": "2",
    "A": "4",
    "S": "5",
    "G": "6",
    "T": "7",
    "B": "8",
}
_TO_LETTER = {"0": "O", "1": "I", "2": "Z", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B"}
_MOST_CANDIDATES = 4000


def check_digit(text: str) -> str:
    """The ICAO 9303 check digit of a string of A–Z, 0–9 and <. Weights 7, 3, 1. ValueError for other characters."""
    total = 0
    for index, character in enumerate(text):
        value = 0 if character == "<" else ALPHABET.index(character)
        total += value * (7, 3, 1)[index % 3]
    return str(total % 10)


@dataclass(frozen=True)
class Span:
    """Where a field stands: line, first and last column (end exclusive)."""

    line: int
    start: int
    end: int

    def of(self, lines: Sequence[str]) -> str:
        """The characters of this span."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True)
class Layout:
    """One format: its size, the checked fields (content span, digit column) and what the composite digit covers."""

    name: str
    rows: int
    columns: int
    document_number: Span
    birth: Span
    expiry: Span
    sex: Span
    issuing_state: Span
    nationality: Span
    names: Span
    optional: Span
    composite: tuple[Span, ...]
    composite_digit: Span

    def checked(self) -> dict[str, Span]:
        """Field name to content span of the fields whose digit stands right after them."""
        return {"document_number": self.document_number, "birth_date": self.birth, "expires_on": self.expiry}


TD3 = Layout(
    "TD3", 2, 44, Span(1, 0, 9), Span(1, 13, 19), Span(1, 21, 27), Span(1, 20, 21), Span(0, 2, 5), Span(1, 10, 13),
    Span(0, 5, 44), Span(1, 28, 42), (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43)), Span(1, 43, 44),
)  # fmt: skip
TD2 = Layout(
    "TD2", 2, 36, Span(1, 0, 9), Span(1, 13, 19), Span(1, 21, 27), Span(1, 20, 21), Span(0, 2, 5), Span(1, 10, 13),
    Span(0, 5, 36), Span(1, 28, 35), (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35)), Span(1, 35, 36),
)  # fmt: skip
TD1 = Layout(
    "TD1", 3, 30, Span(0, 5, 14), Span(1, 0, 6), Span(1, 8, 14), Span(1, 7, 8), Span(0, 2, 5), Span(1, 15, 18),
    Span(2, 0, 30), Span(0, 15, 30),
    (Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)), Span(1, 29, 30),
)  # fmt: skip
LAYOUTS = (TD3, TD2, TD1)


@dataclass(frozen=True)
class MrzField:
    """A value from the zone; `span` says where it stands. See `hisdesk.scanning.reading.Field` for the rest."""

    value: str
    check: bool | None
    span: Span
    unsure: tuple[int, ...] = ()
    suggestion: str | None = None
    repaired: bool = False


@dataclass(frozen=True)
class Mrz:
    """A parsed zone. `composite` says whether the overall check digit holds (after repair)."""

    layout: Layout
    lines: tuple[str, ...]
    document_code: str
    fields: dict[str, MrzField]
    composite: bool
    messages: tuple[str, ...]


def parse(lines: Sequence[str], today: date) -> Mrz:
    """Read a zone of exactly two or three lines of the right length; ValueError if no format has that size.

    A misread confusable character is repaired only where exactly one candidate satisfies the field's and the composite
    digit; otherwise the value stays as read, with check False and its doubtful positions in `unsure`.
    """
    layout = next((one for one in LAYOUTS if _fits(lines, one)), None)
    if layout is None:
        raise ValueError("not the size of a machine readable zone")
    typed = _typed(list(lines), layout)
    repaired, changed = _repair(typed, layout)
    fields = _checked_fields(typed, repaired, changed, layout, today)
    fields.update(_plain_fields(repaired, layout))
    composite = composite_holds(repaired, layout)
    messages = []
    if changed:
        messages.append("A misread character was repaired; the check digits allow only this reading.")
    if not composite:
        messages.append("The overall check digit does not hold. Compare the marked fields with the document.")
    code = repaired[0][:2].rstrip("<")
    return Mrz(layout, tuple(repaired), code, fields, composite, tuple(messages))


def _fits(lines: Sequence[str], layout: Layout) -> bool:
    return len(lines) == layout.rows and all(len(line) == layout.columns for line in lines)


def _typed(lines: list[str], layout: Layout) -> list[str]:
    """Bring positions that can only hold digits, or only letters, to that type."""
    digits = [layout.birth, layout.expiry, layout.composite_digit]
    digits += [replace(span, start=span.end, end=span.end + 1) for span in layout.checked().values()]
    for span in digits:
        lines = _put(lines, span, "".join(_TO_DIGIT.get(c, c) for c in span.of(lines)))
    for span in (layout.issuing_state, layout.nationality, layout.names):
        lines = _put(lines, span, "".join(_TO_LETTER.get(c, c) for c in span.of(lines)))
    sex = layout.sex.of(lines)
    return _put(lines, layout.sex, sex if sex in "MFX<" else {"H": "M", "N": "M", "P": "F", "E": "F"}.get(sex, "<"))


def _put(lines: Sequence[str], span: Span, text: str) -> list[str]:
    changed = list(lines)
    line = changed[span.line]
    changed[span.line] = line[: span.start] + text + line[span.end :]
    return changed


def composite_holds(lines: Sequence[str], layout: Layout) -> bool:
    """Whether the overall check digit agrees with everything it covers."""
    covered = "".join(span.of(lines) for span in layout.composite)
    return check_digit(covered) == layout.composite_digit.of(lines)


def field_holds(lines: Sequence[str], name: str, layout: Layout) -> bool:
    """Whether a field's own check digit holds; long document numbers continue in the optional data."""
    content, digit = _content_and_digit(lines, name, layout)
    return digit in DIGITS and digit != "" and check_digit(content) == digit


def _content_and_digit(lines: Sequence[str], name: str, layout: Layout) -> tuple[str, str]:
    span = layout.checked()[name]
    content, digit = span.of(lines), lines[span.line][span.end]
    if name == "document_number" and digit == "<" and layout is not TD3:
        rest = layout.optional.of(lines).split("<", 1)[0]
        if len(rest) >= 2:
            return content + rest[:-1], rest[-1]
    return content, digit


def _repair(lines: list[str], layout: Layout) -> tuple[list[str], set[str]]:
    """The lines with the failing fields mended, if exactly one way satisfies all digits; and which fields changed."""
    failing = [name for name in layout.checked() if not field_holds(lines, name, layout)]
    if not failing:
        return lines, set()
    options = [list(itertools.islice(_candidates(lines, name, layout), 200)) for name in failing]
    good = []
    for choice in itertools.islice(itertools.product(*options), _MOST_CANDIDATES):
        trial = lines
        for span, text in choice:
            trial = _put(trial, span, text)
        if composite_holds(trial, layout):
            good.append(trial)
    return (good[0], set(failing)) if len(good) == 1 else (lines, set())


def _candidates(lines: list[str], name: str, layout: Layout) -> Iterator[tuple[Span, str]]:
    """Readings of a field and its digit that satisfy the digit: those with one substitution, else those with two."""
    content = layout.checked()[name]
    span = replace(content, end=content.end + 1)
    text = span.of(lines)
    for changes in (1, 2):
        found = [one for one in _substitutions(text, changes) if _plausible(lines, span, one, name, layout)]
        if found:
            yield from ((span, one) for one in found)
            return


def _substitutions(text: str, changes: int) -> Iterator[str]:
    for positions in itertools.combinations([i for i, c in enumerate(text) if c in CONFUSABLE], changes):
        for letters in itertools.product(*(CONFUSABLE[text[i]] for i in positions)):
            trial = list(text)
            for position, letter in zip(positions, letters, strict=True):
                trial[position] = letter
            yield "".join(trial)


def _plausible(lines: list[str], span: Span, text: str, name: str, layout: Layout) -> bool:
    if text[-1] not in DIGITS + "<" or (name != "document_number" and not set(text) <= set(DIGITS + "<")):
        return False
    return field_holds(_put(lines, span, text), name, layout)


def _checked_fields(
    read: list[str], lines: list[str], changed: set[str], layout: Layout, today: date
) -> dict[str, MrzField]:
    fields = {}
    for name, span in layout.checked().items():
        raw, _ = _content_and_digit(lines, name, layout)
        value = raw.replace("<", "") if name == "document_number" else iso_date(raw, name, today)
        if not value:
            continue
        holds = field_holds(lines, name, layout)
        suggestion: str | None = None
        unsure: tuple[int, ...] = ()
        if not holds:
            alternatives = {text[:-1] for _, text in _candidates(read, name, layout)}
            if len(alternatives) == 1 and name == "document_number":
                suggestion = alternatives.pop().replace("<", "")
            unsure = tuple(i for i, c in enumerate(value) if c in CONFUSABLE) if name == "document_number" else ()
        fields[name] = MrzField(value, holds, span, unsure, suggestion, name in changed)
    return fields


def _plain_fields(lines: list[str], layout: Layout) -> dict[str, MrzField]:
    family, given = split_names(layout.names.of(lines))
    sex = layout.sex.of(lines)
    values = {
        "family_name": (family, layout.names),
        "given_names": (given, layout.names),
        "sex": ("X" if sex in "<X" else sex, layout.sex),
        "nationality": (layout.nationality.of(lines).replace("<", ""), layout.nationality),
        "issuing_state": (layout.issuing_state.of(lines).replace("<", ""), layout.issuing_state),
    }
    return {name: MrzField(value, None, span) for name, (value, span) in values.items() if value}


def split_names(text: str) -> tuple[str, str]:
    """Primary and secondary identifier: `ERIKSSON<<ANNA<MARIA<<<` gives ("ERIKSSON", "ANNA MARIA")."""
    primary, _, rest = text.strip("<").partition("<<")
    secondary = rest.lstrip("<").partition("<<")[0]
    return primary.replace("<", " ").strip(), secondary.replace("<", " ").strip()


def iso_date(text: str, name: str, today: date) -> str:
    """YYMMDD as an ISO date, or "" if it is none. Births lie in the past; expiries at most 50 years ahead."""
    if not re.fullmatch(r"\d{6}", text):
        return ""
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    too_late = (
        f"{year:04}{month:02}{day:02}" > today.strftime("%Y%m%d") if name == "birth_date" else year > today.year + 50
    )
    try:
        return date(year - 100 if too_late else year, month, day).isoformat()
    except ValueError:
        return ""
