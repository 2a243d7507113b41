"""From what optical reading returns to well-formed lines of a machine readable zone. Pure text, no pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hisdesk.scanning.mrz import LAYOUTS, Layout, composite_holds, field_holds

_FILLER_LIKE = str.maketrans(dict.fromkeys("«‹<([{¢€«〈", "<"))
_SLACK = 4  # characters a line may be too short or too long for a format


def clean(line: str) -> str:
    """Upper case, no blanks, what looks like a filler made one, nothing else than A–Z, 0–9 and <."""
    text = line.strip().translate(_FILLER_LIKE)
    return re.sub(r"[^A-Z0-9<]", "", text.upper())


def looks_like_zone(line: str) -> bool:
    """Whether a line of print could belong to a zone: long, no small letters, with fillers or many digits."""
    text = clean(line)
    return len(text) >= 24 and (text.count("<") >= 3 or sum(c.isdigit() for c in text) >= 10)


def well_formed(lines: Sequence[str]) -> tuple[Layout, list[str], list[int]] | None:
    """The best zone in these lines: format, lines of exact length, and which of the given lines they are. Or None."""
    cleaned = [clean(line) for line in lines]
    best: tuple[float, Layout, list[str], list[int]] | None = None
    for layout in LAYOUTS:
        for start in range(len(cleaned) - layout.rows + 1):
            chosen = cleaned[start : start + layout.rows]
            if any(abs(len(line) - layout.columns) > _SLACK for line in chosen):
                continue
            fitted = [fit(line, row, layout) for row, line in enumerate(chosen)]
            score = _score(chosen, fitted, layout)
            if score > 0 and (best is None or score > best[0]):
                best = (score, layout, fitted, list(range(start, start + layout.rows)))
    return None if best is None else best[1:]


def fit(line: str, row: int, layout: Layout) -> str:
    """A line at its exact length: fillers are added or taken where the format has them."""
    if row == layout.names.line:
        return _fit_names(line, layout)
    surplus = len(line) - layout.columns
    if surplus == 0:
        return line
    runs = sorted(re.finditer(r"<+", line), key=lambda run: run.end() - run.start())
    if runs:
        run = runs[-1]
        width = max(0, run.end() - run.start() - surplus)
        line = line[: run.start()] + "<" * width + line[run.end() :]
    return line[: layout.columns].ljust(layout.columns, "<")


def _fit_names(line: str, layout: Layout) -> str:
    """The line with the names; after the second identifier only fillers can follow, whatever was read there."""
    head, names = line[: layout.names.start], line[layout.names.start :]
    separator = names.find("<<")
    if separator > 0:
        end = names.find("<<", separator + 2)
        if end > 0:
            names = names[:end]
    width = layout.columns - layout.names.start
    return head + names[:width].ljust(width, "<")


def _score(raw: Sequence[str], lines: Sequence[str], layout: Layout) -> float:
    code = lines[0][0]
    if code not in "PIACVD1":
        return 0.0
    holding = sum(field_holds(lines, name, layout) for name in layout.checked()) + composite_holds(lines, layout)
    misfit = sum(abs(len(line) - layout.columns) for line in raw)
    return 1 + 2 * holding - 0.4 * misfit + (0.5 if "<<" in lines[layout.names.line] else 0)
