"""What cards print without a label: the payer's name, the kind of plan, the holder's name. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from hisdesk.scanning.lines import Run
from hisdesk.scanning.names import looks_like_name
from hisdesk.scanning.reading import Box

_PAYER_WORDS = frozenset(
    [
        "ADMINISTRATORS",
        "AETNA",
        "ALLIANCE",
        "AMBETTER",
        "AMERICAN",
        "ANTHEM",
        "ASSOCIATION",
        "ASSURANCE",
        "BCBS",
        "BENEFIT",
        "BENEFITS",
        "BLUE",
        "BLUECROSS",
        "BLUESHIELD",
        "CARE",
        "CAREFIRST",
        "CARESOURCE",
        "CENTENE",
        "CIGNA",
        "COMMUNITY",
        "COMPANY",
        "COOPERATIVE",
        "CORP",
        "CORPORATION",
        "COVERAGE",
        "CROSS",
        "DELTA",
        "DENTAL",
        "EMBLEMHEALTH",
        "FUND",
        "GEISINGER",
        "GROUP",
        "HARVARD",
        "HEALTH",
        "HEALTHCARE",
        "HEALTHFIRST",
        "HEALTHNET",
        "HEALTHPARTNERS",
        "HEALTHPLAN",
        "HIGHMARK",
        "HUMANA",
        "INC",
        "INSURANCE",
        "INSURERS",
        "KAISER",
        "LIFE",
        "MEDICA",
        "MEDICAID",
        "MEDICAL",
        "MEDICARE",
        "MERITAIN",
        "MOLINA",
        "MUTUAL",
        "MVP",
        "NATIONAL",
        "OSCAR",
        "PACIFICSOURCE",
        "PARTNERS",
        "PERMANENTE",
        "PHYSICIANS",
        "PILGRIM",
        "PLANS",
        "PREMERA",
        "PRIORITY",
        "REGENCE",
        "SANFORD",
        "SCOTT",
        "SHIELD",
        "TRICARE",
        "TRUST",
        "TUFTS",
        "UMR",
        "UNDERWRITERS",
        "UNITED",
        "UNITEDHEALTHCARE",
        "UPMC",
        "WELLCARE",
        "WELLNESS",
    ]
)
_PLAN_WORDS = re.compile(
    r"\b(PPO|HMO|EPO|POS|HDHP|HSA|PFFS|HRA|INDEMNITY|ADVANTAGE|GOLD|SILVER|BRONZE|PLATINUM|CATASTROPHIC|CHOICE PLUS|"
    r"OPEN ACCESS|NAVIGATE|OAP|DUAL COMPLETE|PREFERRED|CHIP)\b",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r"(?i)\b(id(entification)?|insurance|member(ship)?|health|medical|benefits?)\s+(id\s+)?card\b|specimen|^sample|void|"
    r"www\.|\.com|\.org|https?|@|\bcall\b|customer|not valid|example|front|back of"
)
_NOT_NAMES = re.compile(
    r"(?i)health|insur|plan|card|care|member|service|group|copay|network|medical|dental|vision|office|emergency|urgent|"
    r"specimen|sample|pharmacy|claims|provider|blue|mutual|company|benefit|hospital|visit|specialist|deductible|coverage|"
    r"customer|primary|generic|brand|tier|box|suite|street|avenue|road|choice|select|premier|preferred|ppo|hmo|epo|pos\b|hdhp|hsa|with\b|plus\b|saver|navigate|help|desk|"
    r"advantage|gold|silver|bronze|platinum|access|open|rx|life|assurance|therapy|network|in-network|out|date|id\b|the\b|of\b|"
    r"for\b|and\b|to\b|inc\b|llc\b|corp|city|university|school|district|county|state|systems?|industries|logistics|employer"
)
_Result = tuple[str, float, Box]


def _as_result(run_words: Sequence[Run], scale: float) -> _Result:
    words = [word for run in run_words for word in run.words]
    left, top = min(word.x for word in words), min(word.y for word in words)
    box = (left, top, max(word.right for word in words) - left, max(word.bottom for word in words) - top)
    text = " ".join(run.text for run in run_words).strip(" .,;:|®™©*-—")
    return text, scale * sum(word.confidence for word in words) / len(words), box


def find_payer(all_runs: Sequence[Run], used: set[int], height: int) -> _Result | None:
    """The payer: large print near the top, or a name with the words insurers have."""
    free = [run for run in all_runs if not any(id(word) in used for word in run.words)]
    if not free:
        return None
    typical = median(run.height for run in all_runs)
    scored = [(_payer_score(run, typical, height), run) for run in free]
    best_score, best = max(scored, key=lambda one: one[0])
    if best_score < 1.2:
        return None
    parts = _stacked(best, free, typical, height)
    return _as_result(parts, 0.9 if best_score > 2.2 else 0.75)


def _stacked(best: Run, free: Sequence[Run], typical: float, height: int) -> list[Run]:
    """The lines of a name set in several lines of equal size, from top to bottom, `best` among them."""
    parts = [best]
    if best.height < 1.25 * typical:
        return parts
    for other in sorted(free, key=lambda run: abs(run.top - best.top)):
        gap = max(other.top - parts[-1].bottom, parts[0].top - other.bottom)
        alike = 0.72 < other.height / best.height < 1.38
        centred = abs(other.left + other.right - best.left - best.right) < 2 * best.height
        in_line = abs(other.left - best.left) < 0.8 * best.height or centred
        if other is best or not alike or not in_line or not -0.4 * best.height < gap < 0.9 * best.height:
            continue
        continues = (len(other.words) <= 2 and len(best.words) <= 2) or _payer_words(other) > 0
        usable = _payer_score(other, typical, height) > 0.8 and not _PLAN_WORDS.search(other.text)
        if continues and usable and len(parts) < 4:
            parts = sorted([*parts, other], key=lambda run: run.top)
    return parts


def _payer_words(run: Run) -> int:
    return sum(word.text.upper().strip(".,®™") in _PAYER_WORDS for word in run.words)


def _payer_score(run: Run, typical: float, height: int) -> float:
    text = run.text
    letters = sum(character.isalpha() for character in text)
    if letters < 3 or letters < 0.7 * len(text.replace(" ", "")) or _TITLES.search(text) or len(run.words) > 8:
        return 0.0
    if text.rstrip().endswith(":") or re.search(r"\$|\d{3}", text):
        return 0.0
    confidence = sum(word.confidence for word in run.words) / len(run.words)
    size = min(2.2, run.height / typical)
    place = max(0.0, 1.0 - run.top / (0.5 * height))
    label = 0.8 if run.labels and run.labels[0].start == 0 and run.labels[0].end == len(run.words) else 0.0
    plan = 0.5 if _PLAN_WORDS.search(text) else 0.0
    known = min(2, _payer_words(run))
    return (size + 1.0 * place + 0.7 * known - label - plan) * (0.4 + 0.6 * confidence)


def find_plan(all_runs: Sequence[Run], used: set[int]) -> _Result | None:
    """A run that names a kind of plan (PPO, HMO, Gold …) and is no one's value."""
    for run in all_runs:
        words = run.words
        if _PLAN_WORDS.search(run.text) and len(words) <= 7 and not any(id(word) in used for word in words):
            if "$" in run.text or run.text.rstrip().endswith(":") or "%" in run.text:
                continue
            return _as_result([run], 0.7)
    return None


def find_person(all_runs: Sequence[Run], used: set[int]) -> _Result | None:
    """A name that stands alone, in capitals or title case, not made of an insurer's words."""
    best: tuple[float, Run] | None = None
    numbers = [run for run in all_runs if any(label.field == "member_number" for label in run.labels)]
    for run in all_runs:
        text = run.text.strip(" ,.")
        taken = any(id(word) in used for word in run.words) or bool(run.labels)
        if taken or not looks_like_name(text) or _NOT_NAMES.search(text) or not 2 <= len(run.words) <= 5:
            continue
        if not (text.isupper() or text.istitle()) or any(word.confidence < 0.3 for word in run.words):
            continue
        distance = min((abs(run.top - other.top) for other in numbers), default=0) / max(1.0, run.height)
        score = 1.0 / (1.0 + 0.1 * distance)
        if best is None or score > best[0]:
            best = score, run
    return None if best is None else _as_result([best[1]], 0.6)
