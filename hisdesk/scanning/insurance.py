"""Insurance cards: from words with boxes to fields, by the labels beside, above or below the values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hisdesk.scanning import benefits, values
from hisdesk.scanning.labels import Found
from hisdesk.scanning.lines import Run, beside, column, runs
from hisdesk.scanning.names import split_name
from hisdesk.scanning.ocr import Word
from hisdesk.scanning.payers import find_payer, find_person, find_plan
from hisdesk.scanning.reading import Box

_WEIGHTS = {
    "member_number": 1.0, "group_number": 1.0, "rx_bin": 1.2, "rx_pcn": 0.6, "rx_group": 0.6, "payer_id": 0.6,
    "copays": 0.8, "plan": 0.5, "dependants": 0.3, "phones": 0.3, "subscriber": 0.4, "payer": 0.4,
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A value on the card: text or texts, confidence 0..1, box in pixels of the picture that was read."""

    value: str | tuple[str, ...]
    confidence: float
    box: Box


@dataclass(frozen=True)
class _Claim:
    """A label's offer: these words are that field, with this score."""

    field: str
    value: str
    words: tuple[Word, ...]
    score: float


def read_insurance(words: Sequence[Word], height: int) -> dict[str, Seen]:
    """The fields of an insurance card of the given height in pixels; {} when nothing is recognised."""
    all_runs = runs(words)
    # Cards put values under their labels or over them, hardly ever both: the way that explains more is taken.
    ways = [_choose(_claims(all_runs, below)) for below in (True, False)]
    chosen, used = max(ways, key=lambda way: sum(claim.score for claim in way[0].values()))
    fields = {claim.field: _seen(claim) for claim in chosen.values()}
    if "member_number" not in fields and (lone := _lone_number(all_runs, used)):
        fields["member_number"] = lone
    for name, found in benefits.read_benefits(all_runs, used).items():
        fields[name] = Seen(*found)
    _name_people(fields, all_runs, used)
    if "payer" not in fields and (payer := find_payer(all_runs, used, height)):
        fields["payer"] = Seen(*payer)
    if "plan" not in fields and (plan := find_plan(all_runs, used)):
        fields["plan"] = Seen(*plan)
    return fields


def _lone_number(all_runs: Sequence[Run], used: set[int]) -> Seen | None:
    """A long number whose label could not be read: the longest that is nothing else."""
    best: tuple[int, Seen] | None = None
    for run in all_runs:
        words = [word for word in run.words if id(word) not in used]
        found = values.identifier([word.text for word in words], digits=6) if words and not run.labels else None
        if found is None or len(found[0]) < 8 or re.search(r"\d{3}-\d{3}-\d{4}|\d{3}-\d{4}$", found[0]):
            continue
        taken = words[: found[1]]
        if best is None or len(found[0]) > best[0]:
            best = len(found[0]), Seen(found[0], 0.5 * confidence(taken), around(taken))
    if best is None:
        return None
    return best[1]


def strength(fields: dict[str, Seen]) -> float:
    """How much this looks like an insurance card: 2 and more is one, near 0 is none."""
    return sum(weight for name, weight in _WEIGHTS.items() if name in fields)


def _claims(all_runs: Sequence[Run], below_first: bool) -> Iterator[_Claim]:
    for run in all_runs:
        for index, label in enumerate(run.labels):
            field = _pharmacys(run, index, all_runs) or label.field
            rule = values.RULES.get(field)
            if rule is None:
                continue
            for words, place in _places(run, index, all_runs, below_first):
                taken = rule([word.text for word in words])
                if taken is None:
                    continue
                value, count, fit = taken
                specific = 0.02 * (label.end - label.start)
                score = place * fit * label.fit * (0.7 if label.weak else 1.0) + specific
                yield _Claim(field, value, tuple(words[:count]), score)


def _pharmacys(run: Run, index: int, all_runs: Sequence[Run]) -> str:
    """ "rx_group" for a bare group label that follows BIN or PCN on its line or stands under it; "" otherwise."""
    label = run.labels[index]
    if label.field != "group_number" or label.end - label.start > 2:
        return ""
    before = {one.field for one in run.labels[:index]}
    word = run.words[label.start]
    for other in all_runs:
        for one in other.labels:
            anchor = other.words[one.start]
            if abs(anchor.x - word.x) < 1.5 * word.h and 0 < word.y - anchor.y < 3.2 * word.h:
                before.add(one.field)
    return "rx_group" if before & {"rx_bin", "rx_pcn"} else ""


def _places(run: Run, index: int, all_runs: Sequence[Run], below_first: bool) -> Iterator[tuple[Sequence[Word], float]]:
    """Where a label's value may stand, with how usual that is: right of it, under it, over it."""
    label = run.labels[index]
    own = run.words[label.start : label.end]
    following = run.labels[index + 1].start if index + 1 < len(run.labels) else len(run.words)
    right = run.words[label.end : following]
    colon = own[-1].text.endswith(":")
    if right:
        yield right, 1.0
    elif index + 1 == len(run.labels):
        neighbour = beside(run, all_runs, 34)
        if neighbour is not None and not _starts_with_label(neighbour):
            words = neighbour.words[: neighbour.labels[0].start] if neighbour.labels else neighbour.words
            gap = (neighbour.left - run.right) / max(1.0, run.height)
            yield words, (0.97 if colon else 0.95) - 0.008 * gap
    left, top, bottom = own[0].x, min(w.y for w in own), max(w.bottom for w in own)
    height = sum(w.h for w in own) / len(own)
    edge = run.words[following].x - 0.3 * height if following < len(run.words) else _column_end(run, own, all_runs)
    for below, usual in ((below_first, 0.9), (not below_first, 0.55)):
        groups = column(all_runs, left, edge, top, bottom, height, below=below)
        for order, (gap, words) in enumerate(groups[:2]):
            if not _in_label(words[0], all_runs):
                yield words, usual - 0.12 * order - 0.04 * max(0.0, gap / height) - (0.1 if colon else 0.0)


def _column_end(run: Run, own: Sequence[Word], all_runs: Sequence[Run]) -> float:
    """Where the column of the last label of a run ends: at the next run of the row, else far right."""
    neighbour = beside(run, all_runs, 60)
    width = own[-1].right - own[0].x
    return neighbour.left - 4 if neighbour is not None else own[-1].right + max(3.0 * width, 14 * run.height)


def _starts_with_label(run: Run) -> bool:
    return bool(run.labels) and run.labels[0].start == 0 and not _only_word(run, run.labels[0])


def _only_word(run: Run, label: Found) -> bool:
    """A weak label that is the whole run may as well be a value ("FAMILY", "PLAN")."""
    return label.weak and label.end == len(run.words) and not run.words[-1].text.endswith(":")


def _in_label(word: Word, all_runs: Sequence[Run]) -> bool:
    return any(
        word in run.words[label.start : label.end] and not _only_word(run, label)
        for run in all_runs
        for label in run.labels
    )


def _choose(claims: Iterator[_Claim]) -> tuple[dict[str, _Claim], set[int]]:
    """The best claim per field, each word used once. `used` holds the identities of words that are values."""
    chosen: dict[str, _Claim] = {}
    used: set[int] = set()
    for claim in sorted(claims, key=lambda one: -one.score):
        if claim.field in chosen or any(id(word) in used for word in claim.words) or claim.score < 0.3:
            continue
        chosen[claim.field] = claim
        used.update(id(word) for word in claim.words)
    return chosen, used


def _seen(claim: _Claim) -> Seen:
    return Seen(claim.value, confidence(claim.words) * min(1.0, 0.6 + 0.4 * claim.score), around(claim.words))


def confidence(words: Sequence[Word]) -> float:
    """One figure for several words: the weakest counts most."""
    return 0.6 * min(word.confidence for word in words) + 0.4 * sum(word.confidence for word in words) / len(words)


def around(words: Sequence[Word]) -> Box:
    """The box around words."""
    left, top = min(word.x for word in words), min(word.y for word in words)
    return left, top, max(word.right for word in words) - left, max(word.bottom for word in words) - top


def _name_people(fields: dict[str, Seen], all_runs: Sequence[Run], used: set[int]) -> None:
    """Set `subscriber` and the holder's name parts: the member if the card names one, else the subscriber."""
    member, subscriber = fields.pop("member", None), fields.get("subscriber")
    if member is None and subscriber is None and (found := find_person(all_runs, used)):
        member = Seen(*found)
    holder = member or subscriber
    if holder is None:
        return
    fields.setdefault("subscriber", holder)
    name = split_name(str(holder.value))
    for part, text in (("family_name", name.family), ("given_names", name.given), ("suffix", name.suffix)):
        if text:
            fields[part] = Seen(text, holder.confidence, holder.box)
