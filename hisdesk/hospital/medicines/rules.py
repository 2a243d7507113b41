"""The formulary as it is searched, named and compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from uuid import UUID

FORMS = (
    *("tablet", "modified-release tablet", "gastro-resistant tablet", "orodispersible tablet", "dispersible tablet"),
    *("capsule", "modified-release capsule", "gastro-resistant capsule", "oral solution", "oral suspension"),
    *("oral powder", "lozenge", "injection", "infusion", "inhaler", "nebuliser solution", "nasal spray", "eye drops"),
    *("eye ointment", "ear drops", "cream", "ointment", "gel", "lotion", "suppository", "enema", "pessary", "patch"),
    "spray",
)
STRENGTH_UNITS = ("mg", "g", "microgram", "unit", "mmol", "%")
UNITS = (
    *("tablet", "capsule", "mL", "g", "puff", "drop", "spray", "suppository", "patch", "sachet", "lozenge", "pessary"),
    *("ampoule", "vial", "enema", "application"),
)
ROUTES = (
    *("oral", "sublingual", "buccal", "intravenous", "intramuscular", "subcutaneous", "inhalation", "nasal"),
    *("ophthalmic", "otic", "topical", "transdermal", "rectal", "vaginal"),
)
MOST_FOUND = 50


@dataclass(frozen=True)
class Medicine:
    """One strength of one form: `strength_value strength_unit` are contained in `strength_per unit`.

    Quantities are counted in `unit`; what cannot be parted has a `pack_size`. The maxima are an adult's, for one dose
    and for a day, in `strength_unit`; None where none is recorded.
    """

    id: UUID
    name: str
    substances: tuple[str, ...]
    also: tuple[str, ...]
    atc: str
    form: str
    strength_value: Decimal
    strength_unit: str
    strength_per: Decimal
    unit: str
    pack_size: Decimal | None
    route: str
    max_dose_value: Decimal | None = None
    max_daily_value: Decimal | None = None
    controlled: bool = False
    active: bool = True

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All that a list of pairs or members may call it by: its substances, and its ATC code from level 2 on."""
        levels = (self.atc[:length] for length in (3, 4, 5, 7)) if self.atc else ()
        return (*self.substances, *levels)

    @property
    def strength(self) -> str:
        """As it stands on the pack: "500 mg", "125 mg in 5 mL", "100 microgram per puff"."""
        return strength_words(self.strength_value, self.strength_unit, self.strength_per, self.unit)

    @property
    def pharmacological_group(self) -> str:
        """ATC level 4, the group within which two medicines do the same; "" where the code is not known."""
        return self.atc[:5]


_MEASURED = ("mL", "g", "puff", "drop", "spray", "application")


@dataclass(frozen=True)
class AllergyGroup:
    """What an allergy may be recorded as, and which medicines belong to it (ATC beginnings or substances)."""

    id: UUID
    code: str
    name: str
    names: tuple[str, ...]
    members: tuple[str, ...]

    def has(self, medicine: Medicine) -> bool:
        """Whether the medicine belongs to this group."""
        return is_member(medicine, self.members)


@dataclass(frozen=True)
class CrossReactivity:
    """Who is allergic to one group may react to the other one."""

    group_id: UUID
    other_id: UUID
    severity: str
    effect: str


@dataclass(frozen=True)
class Interaction:
    """Two sides, each a substance or the beginning of an ATC code, and what happens."""

    one: str
    other: str
    severity: str
    effect: str
    source: str = ""


@dataclass(frozen=True)
class Formulary:
    """All that is known about medicines, read once and kept; what is not in it is not checked."""

    medicines: tuple[Medicine, ...]
    groups: tuple[AllergyGroup, ...] = ()
    crosses: tuple[CrossReactivity, ...] = ()
    interactions: tuple[Interaction, ...] = ()

    @cached_property
    def by_id(self) -> dict[UUID, Medicine]:
        return {medicine.id: medicine for medicine in self.medicines}

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Interaction]:
        """Interactions by both orders of their sides; the graver one where a pair is listed twice."""
        found: dict[tuple[str, str], Interaction] = {}
        for each in sorted(self.interactions, key=lambda i: i.severity == "stop"):
            found[each.one, each.other] = found[each.other, each.one] = each
        return found

    @cached_property
    def partners(self) -> dict[str, dict[str, Interaction]]:
        """For each side of an interaction the other sides that it has one with."""
        found: dict[str, dict[str, Interaction]] = {}
        for (one, other), each in self.pairs.items():
            found.setdefault(one, {})[other] = each
        return found

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """Every name of a substance as it is compared, and the substances that it means."""
        found: dict[str, frozenset[str]] = {}
        for m in self.medicines:
            said = [(word, (word,)) for word in m.substances] + [(word, m.substances) for word in m.also]
            for word, substances in said:
                if (key := plain(word)).strip():
                    found[key] = found.get(key, frozenset()) | set(substances)
        return found

    @cached_property
    def groups_of(self) -> dict[UUID, tuple[AllergyGroup, ...]]:
        """The allergy groups of each medicine."""
        return {m.id: tuple(g for g in self.groups if g.has(m)) for m in self.medicines}

    @cached_property
    def listed(self) -> frozenset[str]:
        """Every side that some interaction names: whatever else there is, the list knows nothing of."""
        return frozenset(side for each in self.interactions for side in (each.one, each.other))

    def found(self, text: str, *, most: int = MOST_FOUND) -> list[Medicine]:
        """Medicines in use for what was typed, best first; a letter wrong, left out or swapped does no harm."""
        wanted = plain(text).split()
        if not wanted:
            return []
        scored = [(score, m) for m, words in self._words if (score := _score(wanted, words)) > 0]
        scored.sort(key=lambda each: (-each[0], each[1].name.casefold(), each[1].form, each[1].strength_value))
        return [medicine for _, medicine in scored[:most]]

    @cached_property
    def _words(self) -> list[tuple[Medicine, tuple[str, ...]]]:
        return [
            (m, tuple(plain(" ".join((m.name, *m.substances, *m.also, m.form, m.strength))).split()))
            for m in self.medicines
            if m.active
        ]


def is_member(medicine: Medicine, members: Iterable[str]) -> bool:
    """Whether one of these names it: a substance in small letters, or the beginning of its ATC code."""
    return any(medicine.atc.startswith(m) if m[:1].isupper() else m in medicine.substances for m in members)


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Text as it is compared: small letters without accents, one space around each word, no plural s.

    The database does the same in `app.plain_words`.
    """
    decomposed = "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")
    spaced = re.sub("[^a-z0-9]+", " ", f" {_lower(decomposed)} ")
    return re.sub(r"([a-z0-9])s(?= )", r"\1", spaced)


def _lower(text: str) -> str:
    """ASCII only, so that both sides agree whatever the database's locale is."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def names_any(text: str, words: Collection[str]) -> bool:
    """Whether one of the words stands in the text as whole words."""
    within = plain(text)
    return any(word.strip() and word in within for word in map(plain, words))


def number(value: Decimal | int) -> str:
    """A number as doses are written: no trailing zeros, a zero before the point."""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def strength_words(value: Decimal, strength_unit: str, per: Decimal, unit: str) -> str:
    """ "500 mg", "125 mg in 5 mL", "100 microgram per puff", "1 %"."""
    said = f"{number(value)} {strength_unit}"
    if strength_unit == "%":
        return said
    if per != 1:
        return f"{said} in {number(per)} {unit}"
    return f"{said} per {unit}" if unit in _MEASURED else said


def counted(value: Decimal, unit: str) -> str:
    """A number with its unit, in the plural where the unit is a word: "15 capsules", "100 mL"."""
    plural = unit
    if value != 1 and unit not in ("mL", "g", "mg", "mmol", "%"):
        plural = unit + ("es" if unit.endswith(("ch", "s")) else "s")
    return f"{number(value)} {plural}"


# ---------------------------------------------------------------------------------------------------- searching


def _score(wanted: list[str], words: tuple[str, ...]) -> float:
    """How well all that was typed is there; 0 when one of the words is not."""
    total = 0.0
    for typed in wanted:
        best = max(_likeness(typed, word) - place * 0.001 for place, word in enumerate(words))
        if best < 0.4:
            return 0
        total += best
    return total / len(wanted)


@lru_cache(maxsize=65536)
def _likeness(typed: str, word: str) -> float:
    if typed == word:
        return 1.2
    if word.startswith(typed):
        return 1.0
    if typed[0].isdigit() or len(typed) < 4 or word[0].isdigit():
        return 0
    beginning = word[: len(typed) + 1]
    if _one_slip(typed, word) or any(_one_slip(typed, word[:n]) for n in (len(typed) - 1, len(typed), len(typed) + 1)):
        return 0.8
    a, b = _pairs(typed), _pairs(beginning)
    shared = 2 * len(a & b) / (len(a) + len(b))
    return shared * 0.7 if shared >= 0.6 else 0


def _pairs(word: str) -> set[str]:
    return {x + y for x, y in pairwise(f" {word}")}


def _one_slip(a: str, b: str) -> bool:
    """One letter changed, left out, added, or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )
