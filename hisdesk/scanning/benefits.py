"""Copays, telephone numbers and dependants of an insurance card. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hisdesk.scanning.lines import Run, beside
from hisdesk.scanning.names import looks_like_name
from hisdesk.scanning.ocr import Word
from hisdesk.scanning.reading import Box

_AMOUNT = re.compile(r"^[$S]?\s?\d{1,4}(?:,\d{3})?(?:\.\d\d)?%?(?:/[$S]?\d{1,4}%?)*[;,.|]?$")
_MONEY = re.compile(r"[$%]|^S\d")
_NOT_COPAY = re.compile(r"(?i)deduct|out.?of.?pocket|oop|max|premium|coinsur|ded\b|limit|annual|balance")
_FILLING = re.compile(r"(?i)^(?:co-?pays?|copayments?|co-?payment|:|-|–|—|and|the|your|amount|amounts|benefits?)$")
_PHONE = re.compile(
    r"(?<![\w-])(?:\+?1[\s.\-]{0,2})?(?:\(\d{3}\)|\d{3})[\s.\-/]{0,3}\d{3}[\s.\-]{1,2}\d{4}(?!\d)"
    r"|(?<![\w-])1?[\s.\-]?8(?:00|88|77|66|55|44|33)[\s.\-]\d{0,3}[A-Z][A-Z0-9\-]{3,9}"
)
_Result = tuple[tuple[str, ...], float, Box]


def read_benefits(all_runs: Sequence[Run], used: set[int]) -> dict[str, _Result]:
    """The three lists, those that are not empty; words that are values of other fields (`used`) are left alone."""
    found = {
        "phones": _phones(all_runs, used),
        "copays": _copays(all_runs, used),
        "dependants": _dependants(all_runs, used),
    }
    return {name: result for name, result in found.items() if result is not None}


def _result(texts: Sequence[str], words: Sequence[Word]) -> _Result | None:
    unique = tuple(dict.fromkeys(texts))
    if not unique:
        return None
    left, top = min(word.x for word in words), min(word.y for word in words)
    box = (left, top, max(word.right for word in words) - left, max(word.bottom for word in words) - top)
    return unique, sum(word.confidence for word in words) / len(words), box


def _phones(all_runs: Sequence[Run], used: set[int]) -> _Result | None:
    texts, words = [], []
    for run in all_runs:
        free = [word for word in run.words if id(word) not in used]
        line = " ".join(word.text for word in free)
        for match in _PHONE.finditer(line):
            texts.append(re.sub(r"\s+", " ", match[0]).strip())
            words += [word for word in free if word.text.strip("().,;") and word.text.strip("().,;") in match[0]]
    return _result(texts, words) if words else None


def _copays(all_runs: Sequence[Run], used: set[int]) -> _Result | None:
    texts: list[str] = []
    words: list[Word] = []
    for run in all_runs:
        start = 0
        for position, word in enumerate(run.words):
            if id(word) in used or not _AMOUNT.match(word.text) or not _MONEY.search(word.text):
                continue
            service = run.words[start:position]
            start = position + 1
            service = _service(service) or _service(_elsewhere(run, word, all_runs))
            context = " ".join(w.text for w in service)
            if not service or _NOT_COPAY.search(context) or any(id(w) in used for w in service):
                continue
            texts += _pairs(context, word.text)
            words += [*service, word]
    return _result(texts, words) if words else None


def _service(words: Sequence[Word]) -> list[Word]:
    """The words that name what is paid for: up to five, without "copay" and punctuation; [] if there are none."""
    kept: list[Word] = []
    for word in reversed(words):
        if _MONEY.search(word.text) and _AMOUNT.match(word.text):
            break
        if kept and (re.search(r"[;|]$", word.text) or re.fullmatch(r"(?i)co-?pay(?:s|ments?)?:", word.text)):
            break  # "In-network copay: PCP $20" is about PCP
        if not _FILLING.match(word.text.strip("().,:")) and re.search(r"\w", word.text):
            kept.append(word)
    kept = kept[:5][::-1]
    return kept if any(re.search(r"[A-Za-z]{2}", word.text) for word in kept) else []


def _elsewhere(run: Run, amount: Word, all_runs: Sequence[Run]) -> list[Word]:
    """What stands left of an amount that begins its run, else over it."""
    if run.words[0] is not amount:
        return []
    left = [other for other in all_runs if other is not run and beside(other, all_runs, 34) is run]
    if left and not any(_AMOUNT.match(word.text) and _MONEY.search(word.text) for word in left[0].words):
        return left[0].words
    over = [
        other
        for other in all_runs
        if 0 <= amount.y - other.bottom + 0.4 * amount.h <= 2.4 * amount.h
        and other.left < amount.right
        and other.right > amount.x
        and not any(character in other.text for character in "$%")
    ]
    if not over:
        return []
    nearest = max(over, key=lambda other: other.bottom)
    return [
        word
        for word in nearest.words
        if word.right > amount.x - 2.5 * amount.h and word.x < amount.right + 2.5 * amount.h
    ]


def _pairs(service: str, amount: str) -> list[str]:
    service = re.sub(r"\s*[:\-–—]+\s*$", "", service).strip(" .,;|")
    amount = re.sub(r"^S(?=\d)", "$", amount.strip(".,;|"))
    services, amounts = service.split("/"), amount.split("/")
    if len(services) == len(amounts) > 1:
        return [f"{one.strip()} {other.strip()}" for one, other in zip(services, amounts, strict=True)]
    return [f"{service} {amount}"]


def _dependants(all_runs: Sequence[Run], used: set[int]) -> _Result | None:
    for run in all_runs:
        for index, label in enumerate(run.labels):
            if label.field != "dependants":
                continue
            end = run.labels[index + 1].start if index + 1 < len(run.labels) else len(run.words)
            right = run.words[label.end : end]
            neighbour = beside(run, all_runs, 14) if not right and index + 1 == len(run.labels) else None
            if neighbour is not None and not neighbour.labels:
                right = neighbour.words
            left = min(run.words[label.start].x, *(word.x for word in right)) if right else run.words[label.start].x
            groups = [right, *_listed(run, left, right[0].x if right else left, all_runs)]
            found = [(name, group) for group in groups for name in _people(group, used)]
            if found:
                return _result([name for name, _ in found], [word for _, group in found for word in group])
    return None


def _listed(run: Run, left: float, indented: float, all_runs: Sequence[Run]) -> list[list[Word]]:
    """Runs under the label, one close below the other, as long as they are neither labels nor numbers."""
    found, bottom, height = [], run.bottom, run.height
    for other in sorted(all_runs, key=lambda one: one.top):
        starts = min(abs(other.left - left), abs(other.left - indented)) < 3.5 * height
        if other.top < bottom - 0.4 * height or not starts or other is run:
            continue
        if other.top - bottom > 1.5 * height or any(label.start == 0 for label in other.labels):
            break
        found.append(other.words)
        bottom = other.bottom
    return found[:8]


def _people(words: Sequence[Word], used: set[int]) -> list[str]:
    text = " ".join(word.text for word in words if id(word) not in used)
    text = re.sub(r"\(?\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b\)?|\((?:[^)]*)\)", " ", text)
    names = []
    for part in re.split(r"[;/&|]|\band\b|\b0\d\b", text):
        pieces = [piece.strip(" .:-*•") for piece in part.split(",")]
        full = [piece for piece in pieces if looks_like_name(piece)]
        single = [piece for piece in pieces if re.fullmatch(r"[^\W\d_]{2,}(?:[-'][^\W\d_]+)?", piece)]
        if (
            len(pieces) == 2
            and len(single) >= 1
            and not full
            and len(pieces[1].split()) <= 2
            and len(pieces[0].split()) == 1
        ):
            names.append(f"{pieces[0]}, {pieces[1]}" if pieces[0].isupper() and len(single) == 1 else "")
            names += single if not names[-1] else []
        else:
            names += [piece for piece in pieces if piece in full or piece in single]
    return [name for name in names if name and not re.fullmatch(r"(?i)none|n/?a|self|yes|no", name)]
