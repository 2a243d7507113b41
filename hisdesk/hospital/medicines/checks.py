"""What stands against giving a medicine to a person: allergies, duplicates, interactions, doses. Pure.

Each line gets one finding or more for every kind of check. What the lists do not know reads "not checked"; "ok" names
what was compared. Medicines that were not prescribed in this house are not known here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from hisdesk.hospital.medicines.rules import Formulary, Interaction, Medicine, names_any, number, plain

ADULT_FROM_YEARS = 18


class Kind(StrEnum):
    """What is checked, in the order in which it is shown."""

    ALLERGY = "allergy"
    INTERACTION = "interaction"
    DUPLICATE = "duplicate"
    DOSE = "dose"


class Outcome(StrEnum):
    """What a check says, the gravest first."""

    STOP = "stop"
    CAUTION = "caution"
    NOT_CHECKED = "not checked"
    OK = "ok"


@dataclass(frozen=True)
class KnownAllergy:
    """An allergy as it is recorded, whatever became of it."""

    id: UUID
    substance: str
    code: str = ""
    category: str = "medication"
    reaction: str = ""
    severity: str = "not known"
    status: str = "active"
    noted_on: dt.date | None = None
    recorded_by: str = ""


@dataclass(frozen=True)
class Taken:
    """One medicine of a person: a line that is being written, or one prescribed earlier (`since`) and not over yet.

    `doses_per_day` as far as it is known; the dose in `dose_unit`, which may be the medicine's counting unit.
    """

    id: UUID
    medicine_id: UUID
    dose_value: Decimal
    dose_unit: str
    doses_per_day: Decimal | None = None
    since: dt.date | None = None


@dataclass(frozen=True)
class Facts:
    """What is known about the person. `state` is that of the allergies, as the banner shows it."""

    state: str
    allergies: tuple[KnownAllergy, ...] = ()
    current: tuple[Taken, ...] = ()
    age_years: int | None = None


@dataclass(frozen=True)
class Finding:
    """One result. `about` is the other medicine's or the allergy's key; `needs_second`: a second physician confirms."""

    kind: Kind
    outcome: Outcome
    title: str
    text: str = ""
    about: UUID | None = None
    needs_second: bool = False

    @property
    def key(self) -> tuple[str, str, UUID | None]:
        """What an override or an acknowledgement refers to."""
        return self.kind, self.outcome, self.about


def checked(formulary: Formulary, facts: Facts, lines: Sequence[Taken]) -> dict[UUID, tuple[Finding, ...]]:
    """The findings of every line by its key, the gravest first. Each line is compared with the others and with all
    that the person takes; a line whose medicine the formulary does not know is not checked at all."""
    resolved = [(a, _resolved(formulary, a)) for a in facts.allergies if a.status == "active"]
    found = {}
    for line in lines:
        medicine = formulary.by_id.get(line.medicine_id)
        if medicine is None:
            found[line.id] = tuple(
                Finding(kind, Outcome.NOT_CHECKED, f"{kind.capitalize()} not checked", "Not in the formulary.")
                for kind in Kind
            )
            continue
        others = [other for other in (*lines, *facts.current) if other.id != line.id]
        findings = [
            *_allergies(formulary, facts, resolved, medicine),
            *_interactions(formulary, medicine, others),
            *_duplicates(formulary, medicine, others),
            *_dose(formulary, facts, line, medicine, others),
        ]
        found[line.id] = tuple(sorted(findings, key=lambda f: list(Outcome).index(f.outcome)))
    return found


def worst(findings: Iterable[Finding]) -> Outcome:
    """The gravest outcome; "ok" only when everything was checked."""
    return min((f.outcome for f in findings), key=list(Outcome).index, default=Outcome.NOT_CHECKED)


# ---------------------------------------------------------------------------------------------------- allergies


@dataclass(frozen=True)
class _Resolved:
    """What a recorded allergy means in terms of the formulary; the database does the same in `app.allergy_stops`."""

    substances: frozenset[str]
    groups: frozenset[UUID]

    @property
    def known(self) -> bool:
        return bool(self.groups or self.substances)


def _resolved(formulary: Formulary, allergy: KnownAllergy) -> _Resolved:
    text = plain(allergy.substance)
    substances = {s for word, meant in formulary.words.items() if word in text for s in meant}
    if allergy.code:
        substances |= {s for m in formulary.medicines if m.atc == allergy.code for s in m.substances}
    groups = {
        g.id
        for g in formulary.groups
        if allergy.code == g.code or names_any(allergy.substance, g.names) or not substances.isdisjoint(g.members)
    }
    if substances:
        named = (m for m in formulary.medicines if substances.issuperset(m.substances))
        groups |= {g.id for m in named for g in formulary.groups_of[m.id]}
    return _Resolved(frozenset(substances), frozenset(groups))


def _allergies(
    formulary: Formulary, facts: Facts, resolved: Sequence[tuple[KnownAllergy, _Resolved]], medicine: Medicine
) -> list[Finding]:
    if facts.state == "unavailable":
        return [_not_checked(Kind.ALLERGY, "The allergies cannot be read here.")]
    if facts.state == "not recorded":
        return [_not_checked(Kind.ALLERGY, "Nobody has recorded whether there are allergies. Ask, then record it.")]
    if facts.state == "none known":
        return [Finding(Kind.ALLERGY, Outcome.OK, "No known allergies", "The person was asked.")]
    found: list[Finding] = []
    unknown: list[str] = []
    other: list[str] = []
    for allergy, meaning in resolved:
        hit = _hit(formulary, allergy, meaning, medicine)
        if hit is not None:
            found.append(hit)
        elif not meaning.known:
            (unknown if allergy.category in ("medication", "other") else other).append(allergy.substance)
    if unknown:
        text = f"{_listed(unknown)}: not in the formulary's lists, so {medicine.name} was not compared with it."
        found.append(_not_checked(Kind.ALLERGY, text))
    if not found:
        compared = [a.substance for a, meaning in resolved if meaning.known]
        aside = f" Not a medicine: {_listed(other)}." if other else ""
        against = f"Compared with {_listed(compared)}." if compared else ""
        found.append(Finding(Kind.ALLERGY, Outcome.OK, "No recorded allergy matches", f"{against}{aside}".strip()))
    return found


def _hit(formulary: Formulary, allergy: KnownAllergy, meaning: _Resolved, medicine: Medicine) -> Finding | None:
    """The gravest reason why this allergy speaks against this medicine."""
    second = allergy.severity == "anaphylaxis"
    title = f"Stopped by a known allergy to {allergy.substance}"
    if not meaning.substances.isdisjoint(medicine.substances):
        return Finding(
            Kind.ALLERGY, Outcome.STOP, title, f"{medicine.name} is named. {_story(allergy)}", allergy.id, second
        )
    own = formulary.groups_of[medicine.id]
    for group in own:
        if group.id in meaning.groups:
            text = f"{medicine.name} belongs to the {group.name}. {_story(allergy)}"
            return Finding(Kind.ALLERGY, Outcome.STOP, title, text, allergy.id, second)
    crossed = [
        c
        for c in formulary.crosses
        for group in own
        if (c.group_id in meaning.groups and c.other_id == group.id)
        or (c.other_id in meaning.groups and c.group_id == group.id)
    ]
    if not crossed:
        return None
    cross = next((c for c in crossed if c.severity == "stop"), crossed[0])
    text = f"{cross.effect} {_story(allergy)}"
    if cross.severity == "stop":
        return Finding(Kind.ALLERGY, Outcome.STOP, title, text, allergy.id, second)
    return Finding(
        Kind.ALLERGY, Outcome.CAUTION, f"May react with the allergy to {allergy.substance}", text, allergy.id
    )


def _story(allergy: KnownAllergy) -> str:
    """Which reaction, how grave, when, by whom, as far as somebody wrote it down."""
    grave = "" if allergy.severity == "not known" else allergy.severity
    reaction = " — ".join(part for part in (allergy.reaction, grave) if part) or "not described"
    if allergy.reaction and allergy.severity in allergy.reaction.casefold():
        reaction = allergy.reaction
    noted = f"noted {allergy.noted_on:%d-%b-%Y}" if allergy.noted_on else "day not known"
    by = f" by {allergy.recorded_by}" if allergy.recorded_by else ""
    return f"Reaction: {reaction}; {noted}{by}."


# ---------------------------------------------------------------------------------------------------- other medicines


def _interactions(formulary: Formulary, medicine: Medicine, others: Sequence[Taken]) -> list[Finding]:
    found, unknown = [], []
    known = _listed_at_all(formulary, medicine)
    for other in _medicines(formulary, others):
        if other.id == medicine.id:
            continue
        pair = _pair(formulary, medicine, other)
        if pair is not None:
            stop = pair.severity == "stop"
            title = f"{'Stopped by an interaction' if stop else 'Interaction'} with {other.name}"
            outcome = Outcome.STOP if stop else Outcome.CAUTION
            found.append(Finding(Kind.INTERACTION, outcome, title, pair.effect, other.id))
        elif not (known and _listed_at_all(formulary, other)):
            unknown.append(other.name)
    if any(other.medicine_id not in formulary.by_id for other in others):
        unknown.append("a medicine that is not in the formulary")
    if unknown:
        about = f"with {_listed(sorted(set(unknown)))}"
        found.append(
            _not_checked(Kind.INTERACTION, f"The list of interactions does not cover {medicine.name} {about}.")
        )
    if not found:
        names = sorted({m.name for m in _medicines(formulary, others) if m.id != medicine.id})
        text = f"Compared with {_listed(names)}." if names else "No other medicine is prescribed in this hospital."
        found.append(Finding(Kind.INTERACTION, Outcome.OK, "No listed interaction", text))
    return found


def _listed_at_all(formulary: Formulary, medicine: Medicine) -> bool:
    return not formulary.listed.isdisjoint(medicine.keys)


def _pair(formulary: Formulary, one: Medicine, other: Medicine) -> Interaction | None:
    """The gravest interaction that names both."""
    partners = [formulary.partners[key] for key in one.keys if key in formulary.partners]
    hits = [sides[key] for sides in partners for key in other.keys if key in sides]
    return max(hits, key=lambda i: i.severity == "stop", default=None)


def _duplicates(formulary: Formulary, medicine: Medicine, others: Sequence[Taken]) -> list[Finding]:
    found = {}
    for taken in others:
        other = formulary.by_id.get(taken.medicine_id)
        if other is None:
            continue
        when = f"prescribed {taken.since:%d-%b-%Y} and not over yet" if taken.since else "on this prescription too"
        shared = sorted(set(medicine.substances) & set(other.substances))
        if shared:
            text = f"{other.name} {other.strength}, {when}, contains {_listed(shared)} as well."
            found[other.id] = Finding(
                Kind.DUPLICATE, Outcome.CAUTION, f"{_listed(shared).capitalize()} twice", text, other.id
            )
        elif medicine.atc and medicine.pharmacological_group == other.pharmacological_group:
            text = f"{other.name}, {when}, is of the same group (ATC {medicine.pharmacological_group})."
            found.setdefault(
                other.id, Finding(Kind.DUPLICATE, Outcome.CAUTION, f"Same group as {other.name}", text, other.id)
            )
    if found:
        return list(found.values())
    if not medicine.atc and others:
        return [_not_checked(Kind.DUPLICATE, f"{medicine.name} has no ATC code; only its substances were compared.")]
    return [Finding(Kind.DUPLICATE, Outcome.OK, "No duplicate among what is prescribed in this hospital")]


# ---------------------------------------------------------------------------------------------------- doses

_PER_MG = {"g": Decimal(1000), "mg": Decimal(1), "microgram": Decimal("0.001")}


def _dose(
    formulary: Formulary, facts: Facts, line: Taken, medicine: Medicine, others: Sequence[Taken]
) -> list[Finding]:
    if medicine.max_dose_value is None and medicine.max_daily_value is None:
        return [_not_checked(Kind.DOSE, f"No maximum is recorded for {medicine.name}.")]
    dose = in_strength_unit(medicine, line.dose_value, line.dose_unit)
    if dose is None:
        return [_not_checked(Kind.DOSE, f"A dose in {line.dose_unit} cannot be compared with the maximum.")]
    unit = medicine.strength_unit
    if medicine.max_dose_value is not None and dose > medicine.max_dose_value:
        text = f"{_amount(dose, unit)} at once; the recorded maximum is {_amount(medicine.max_dose_value, unit)}."
        return [Finding(Kind.DOSE, Outcome.STOP, "Dose beyond the maximum", text)]
    daily = _daily(formulary, medicine, line, others)
    if medicine.max_daily_value is not None and daily is not None and daily > medicine.max_daily_value:
        text = f"{_amount(daily, unit)} a day; the recorded maximum is {_amount(medicine.max_daily_value, unit)}."
        return [Finding(Kind.DOSE, Outcome.STOP, "Daily dose beyond the maximum", text)]
    if facts.age_years is None or facts.age_years < ADULT_FROM_YEARS:
        why = "the age is not known" if facts.age_years is None else f"this person is {facts.age_years}"
        return [_not_checked(Kind.DOSE, f"The recorded maximum is for adults; {why}.")]
    if medicine.max_daily_value is not None and daily is None:
        return [_not_checked(Kind.DOSE, "How much that is in a day is not known.")]
    limits = (
        (medicine.max_dose_value, "at once"),
        (medicine.max_daily_value, "a day"),
    )
    text = ", ".join(f"{_amount(value, unit)} {what}" for value, what in limits if value is not None)
    return [Finding(Kind.DOSE, Outcome.OK, "Within the recorded maximum", f"{text}.")]


def in_strength_unit(medicine: Medicine, value: Decimal, unit: str) -> Decimal | None:
    """A dose in the unit of the medicine's strength: 2 tablets of 500 mg are 1000 mg. None where it can't be told."""
    if unit == medicine.strength_unit:
        return value
    if unit in _PER_MG and medicine.strength_unit in _PER_MG:
        return value * _PER_MG[unit] / _PER_MG[medicine.strength_unit]
    if unit == medicine.unit and medicine.strength_unit != "%":
        return value * medicine.strength_value / medicine.strength_per
    return None


def _daily(formulary: Formulary, medicine: Medicine, line: Taken, others: Sequence[Taken]) -> Decimal | None:
    """All of the same substances in a day, this line and the others on the prescription or still running."""
    total = Decimal(0)
    for taken in (line, *others):
        each = formulary.by_id.get(taken.medicine_id)
        if (
            each is None
            or each.substances != medicine.substances
            or each.strength_unit not in _PER_MG | {medicine.strength_unit: 1}
        ):
            continue
        dose = in_strength_unit(each, taken.dose_value, taken.dose_unit)
        if dose is not None and each.strength_unit != medicine.strength_unit:
            dose = in_strength_unit(medicine, dose, each.strength_unit)
        if dose is None or taken.doses_per_day is None:
            if taken is line:
                return None
            continue
        total += dose * taken.doses_per_day
    return total


# ---------------------------------------------------------------------------------------------------- words


def _not_checked(kind: Kind, text: str) -> Finding:
    return Finding(kind, Outcome.NOT_CHECKED, f"{kind.capitalize()} not checked", text)


def _medicines(formulary: Formulary, taken: Iterable[Taken]) -> list[Medicine]:
    """The medicines, each once, in their order."""
    known = dict.fromkeys(t.medicine_id for t in taken if t.medicine_id in formulary.by_id)
    return [formulary.by_id[key] for key in known]


def _amount(value: Decimal, unit: str) -> str:
    return f"{number(value)} {unit}"


def _listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
