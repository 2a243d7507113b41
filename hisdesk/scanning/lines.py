"""Words on a card as runs (what is read in one go) and as neighbours: right of, below, above. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from hisdesk.scanning.labels import Found, find
from hisdesk.scanning.ocr import Word

_NOISE = re.compile(r"^[^\w$%#&]+$")


@dataclass
class Run:
    """Words side by side without a wide gap, and the labels among them."""

    words: list[Word]
    labels: list[Found] = field(default_factory=list)

    @property
    def left(self) -> int:
        """First column."""
        return self.words[0].x

    @property
    def right(self) -> int:
        """First column after the run."""
        return max(word.right for word in self.words)

    @property
    def top(self) -> int:
        """First row."""
        return min(word.y for word in self.words)

    @property
    def bottom(self) -> int:
        """First row after the run."""
        return max(word.bottom for word in self.words)

    @property
    def height(self) -> float:
        """The height of its words, not misled by a stray tall mark."""
        return float(median(word.h for word in self.words))

    @property
    def text(self) -> str:
        """Its words with blanks between them."""
        return " ".join(word.text for word in self.words)


def runs(words: Sequence[Word]) -> list[Run]:
    """Runs from top to bottom, with their labels. Marks that are only rules or dots are dropped."""
    rows: list[list[Word]] = []
    usable = [piece for word in words if not _NOISE.match(word.text) for piece in _pieces(word)]
    for word in sorted(usable, key=lambda one: one.middle):
        row = next((row for row in reversed(rows[-6:]) if _same_row(row, word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    found = []
    for row in rows:
        row.sort(key=lambda one: one.x)
        found += [Run(part, find([word.text for word in part])) for part in _split(row)]
    return found


def _pieces(word: Word) -> list[Word]:
    """A word cut after a colon or number sign and before a dollar sign: "ID:123", "Grp#55", "PCP$20"."""
    if re.search(r"\d\d:\d\d|https?:|www\.", word.text):
        return [word]
    texts = [t for t in re.split(r"(?<=[:#])(?=[\w$])|(?<=[A-Za-z:])(?=\$\d)|(?<=[a-z]{2}),(?=[A-Z])", word.text) if t]
    if len(texts) == 1:
        joined = re.match(r"(?i)^(rx ?(?:bin|pcn|grp))(\d[\w-]+)$|^((?:RX)?(?:PCN|BIN))([A-Z0-9]{2,})$", word.text)
        texts = [part for part in joined.groups() if part] if joined else _bilingual(word.text)
    if len(texts) == 1:
        return [word]
    total, x, parts = sum(len(text) for text in texts), float(word.x), []
    for text in texts:
        width = word.w * len(text) / total
        parts.append(replace(word, text=text, x=round(x), w=max(1, round(width))))
        x += width
    return parts


def _bilingual(text: str) -> list[str]:
    """A label in two languages, "Number/Número", cut at the stroke; the second language then is no part of it."""
    first, stroke, second = text.partition("/")
    return (
        [first, second] if stroke and second and first.upper() in ("NAME", "NUMBER", "DATE", "STARTS", "ID") else [text]
    )


def _same_row(row: Sequence[Word], word: Word) -> bool:
    nearest = min(row, key=lambda one: abs(one.x + one.w / 2 - word.x - word.w / 2))
    overlap = min(nearest.bottom, word.bottom) - max(nearest.y, word.y)
    return overlap >= 0.5 * min(nearest.h, word.h) and max(nearest.h, word.h) < 3.2 * min(nearest.h, word.h)


def _split(row: Sequence[Word]) -> Iterator[list[Word]]:
    typical = median(word.h for word in row)
    part = [row[0]]
    for word in row[1:]:
        gap, height = word.x - part[-1].right, max(typical, min(part[-1].h, word.h))
        sizes_differ = max(part[-1].h, word.h) > 1.7 * min(part[-1].h, word.h) and gap > 0.9 * height
        if gap > 1.5 * height or sizes_differ:
            yield part
            part = []
        part.append(word)
    yield part


def beside(run: Run, all_runs: Sequence[Run], reach: float) -> Run | None:
    """The next run to the right on the same row, at most `reach` heights away."""
    right = [
        other
        for other in all_runs
        if other is not run
        and other.left >= run.right - 2
        and min(other.bottom, run.bottom) - max(other.top, run.top) >= 0.45 * min(other.height, run.height)
        and other.left - run.right <= reach * run.height
    ]
    return min(right, key=lambda other: other.left, default=None)


def column(
    all_runs: Sequence[Run], left: float, right: float, top: float, bottom: float, height: float, *, below: bool
) -> list[tuple[float, list[Word]]]:
    """Groups of words under (or over) a label's box with their distance, nearest first, cut to the label's column."""
    found: list[tuple[float, list[Word]]] = []
    for run in all_runs:
        gap = run.top - bottom if below else top - run.bottom
        if not -0.35 * height <= gap <= 3.3 * max(height, run.height * 0.8):
            continue
        words = [word for word in run.words if word.right > left - 0.6 * height and word.x < right]
        if words and (words[0].x - left) < 0.6 * (right - left) + 2 * height:
            found.append((gap + 0.15 * abs(words[0].x - left), words))
    return sorted(found, key=lambda one: one[0])
