"""The made-up people of the demo hospital: always the same ones for the same seed, and nobody who exists.

Pure: makes descriptions, writes nothing. Phone numbers are from the 555-01xx range that is kept for fiction.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from hisdesk.hospital.demo.names import ORIGINAL_FAMILY, ORIGINAL_GIVEN, REGIONS, Region
from hisdesk.hospital.demo.places import INSURERS, STREETS, TOWNS

Sex = Literal["female", "male"]

_BLOOD_GROUPS = ("O+", "A+", "B+", "AB+", "O-", "A-", "B-", "AB-")
_BLOOD_WEIGHTS = (38, 34, 9, 3, 7, 6, 2, 1)
_RELATIONS = ("spouse", "mother", "father", "daughter", "son", "sister", "brother", "friend")
_LANGUAGES = {"en": "English", "es": "Spanish", "de": "German", "fr": "French", "it": "Italian", "pl": "Polish",
              "pt": "Portuguese", "hi": "Hindi", "zh": "Chinese", "ar": "Arabic", "vi": "Vietnamese", "sv": "Swedish",
              "ru": "Russian"}  # fmt: skip
# substance, category, reaction, severity
_ALLERGIES = (
    ("Penicillin", "medication", "Rash", "moderate"),
    ("Amoxicillin", "medication", "Swelling of the face", "severe"),
    ("Ibuprofen", "medication", "Wheezing", "moderate"),
    ("Sulfamethoxazole", "medication", "Hives", "mild"),
    ("Codeine", "medication", "Vomiting", "mild"),
    ("Peanut", "food", "Anaphylaxis", "anaphylaxis"),
    ("Shellfish", "food", "Hives", "moderate"),
    ("Egg", "food", "Eczema", "mild"),
    ("Latex", "environment", "Contact dermatitis", "moderate"),
    ("Bee venom", "environment", "Shortness of breath", "severe"),
    ("Birch pollen", "environment", "Rhinitis", "mild"),
)


@dataclass(frozen=True)
class DemoInsurance:
    payer: str
    plan: str
    member_number: str
    group_number: str


@dataclass(frozen=True)
class DemoContact:
    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class DemoAllergy:
    substance: str
    category: str
    reaction: str
    severity: str


@dataclass(frozen=True)
class DemoPerson:
    """One person. `birth_date` follows `today`; `former` and `alias` are (family name, given names) or None.

    `allergies` None means: not asked; empty: none known.
    """

    family_name: str
    given_names: str
    sex: Sex
    birth_date: dt.date
    birth_date_estimated: bool
    title: str
    former: tuple[str, str] | None
    alias: tuple[str, str] | None
    preferred_name: str
    language: str
    interpreter: bool
    phone: str
    phone_2: str
    email: str
    street: str
    city: str
    region: str
    postcode: str
    country: str
    blood_group: str
    insurance: DemoInsurance | None
    contact: DemoContact | None
    allergies: tuple[DemoAllergy, ...] | None
    reason: str  # why the named people came; "" for everybody else
    deceased: bool
    inactive: bool


# family name, given names, sex, age, reason
NAMED: tuple[tuple[str, str, Sex, int, str], ...] = (
    ("Smith", "John", "male", 45, "Chest pain"),
    ("Johnson", "Sarah", "female", 32, "Fractured leg"),
    ("Chen", "Michael", "male", 58, "Diabetes"),
)


def people(n: int, seed: int = 1, today: dt.date | None = None) -> Iterator[DemoPerson]:
    """`n` people; the named ones first. The same `seed` and `today` (default: the machine's day) make the same people,
    and a larger `n` begins with the people of a smaller one."""
    day = today or dt.date.today()  # noqa: DTZ011 (a birth date is the desk's own calendar day)
    for i in range(n):
        rng = random.Random(f"{seed} {i}")  # noqa: S311 (made-up people, no secrets)
        if i < len(NAMED):
            family, given, sex, age, reason = NAMED[i]
            person = _person(rng, day, REGIONS[0], family, given, sex, age)
            yield replace(person, reason=reason, former=None, deceased=False, inactive=False)
        else:
            region = rng.choices(REGIONS, [r.share for r in REGIONS])[0]
            sex = "female" if rng.random() < 0.52 else "male"
            family, given = _name(rng, region, sex)
            yield _person(rng, day, region, family, given, sex, int(rng.triangular(0, 97, 42)))


def _name(rng: random.Random, region: Region, sex: Sex) -> tuple[str, str]:
    """A family name, mostly a frequent one, and one or two given names."""
    if rng.random() < 0.75:
        family = _frequent(rng, region.family)
    else:
        family = rng.choice(region.starts) + rng.choice(region.ends)
    if sex == "female":
        for ending, changed in region.female_ends:
            if family.endswith(ending):
                family = family.removesuffix(ending) + changed
                break
    names = region.female if sex == "female" else region.male
    given = _frequent(rng, names)
    if region.middles and rng.random() < 0.7:
        given = f"{rng.choice(region.middles)} {given}"
    elif rng.random() < 0.15:
        second = _frequent(rng, names)
        given = given if second == given else f"{given} {second}"
    return family, given


def _frequent(rng: random.Random, names: tuple[str, ...]) -> str:
    """One of the names, the first ones more often."""
    return rng.choices(names, [1 / (rank + 6) for rank in range(len(names))])[0]


def _person(
    rng: random.Random, today: dt.date, region: Region, family: str, given: str, sex: Sex, age: int
) -> DemoPerson:
    town, county, post = rng.choice(TOWNS)
    former = None
    if age > 25 and rng.random() < (0.16 if sex == "female" else 0.03):
        former = (_name(rng, region, sex)[0], given)
    return DemoPerson(
        family_name=family,
        given_names=given,
        sex=sex,
        birth_date=birthday(today, age, rng.randrange(365)),
        birth_date_estimated=rng.random() < 0.01,
        title=_title(rng, sex, age),
        former=former if former and former[0] != family else None,
        alias=_original(region, family, given),
        preferred_name=given.split()[0][:3] if rng.random() < 0.04 else "",
        language=_LANGUAGES[region.language],
        interpreter=region.language != "en" and rng.random() < 0.12,
        phone=_phone(rng),
        phone_2=_phone(rng) if rng.random() < 0.15 else "",
        email=f"{_ascii(given.split()[0])}.{_ascii(family)}@example.org" if rng.random() < 0.5 else "",
        street=f"{rng.randrange(1, 180)} {rng.choice(STREETS)}",
        city=town,
        region=county,
        postcode=f"{post}{rng.randrange(10, 99)}",
        country="",
        blood_group=rng.choices(_BLOOD_GROUPS, _BLOOD_WEIGHTS)[0] if rng.random() < 0.6 else "",
        insurance=_insurance(rng) if rng.random() < 0.8 else None,
        contact=_contact(rng, region, family) if rng.random() < 0.6 else None,
        allergies=_allergies(rng),
        reason="",
        deceased=age > 60 and rng.random() < 0.03,
        inactive=rng.random() < 0.01,
    )


def birthday(today: dt.date, age: int, days: int) -> dt.date:
    """A birth date of somebody who is `age` years old on `today` and had the birthday `days` (0 to 364) ago."""
    back = today - dt.timedelta(days=days)
    try:
        return back.replace(year=back.year - age)
    except ValueError:  # 29 February in another year
        return back.replace(year=back.year - age, day=28)


def _title(rng: random.Random, sex: Sex, age: int) -> str:
    if age < 18 or rng.random() < 0.4:
        return ""
    if rng.random() < 0.04:
        return "Dr"
    return "Mr" if sex == "male" else rng.choice(("Ms", "Mrs"))


def _original(region: Region, family: str, given: str) -> tuple[str, str] | None:
    """The name in its own writing, where both parts are known."""
    original = ORIGINAL_FAMILY.get(region.code, {}).get(family)
    first = ORIGINAL_GIVEN.get(region.code, {}).get(given)
    return (original, first) if original and first else None


def _phone(rng: random.Random) -> str:
    return f"({rng.randrange(201, 990)}) 555-01{rng.randrange(100):02}"


def _ascii(text: str) -> str:
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(c for c in plain if c.isalnum()) or "person"


def _insurance(rng: random.Random) -> DemoInsurance:
    payer, plans = rng.choice(INSURERS)
    prefix = "".join(word[0] for word in payer.split() if word[0].isalpha())[:3].upper()
    return DemoInsurance(
        payer, rng.choice(plans), f"{prefix}{rng.randrange(10**8, 10**9)}", f"G{rng.randrange(10_000, 99_999)}"
    )


def _contact(rng: random.Random, region: Region, family: str) -> DemoContact:
    relation = rng.choice(_RELATIONS)
    sex: Sex = rng.choice(("female", "male"))
    if relation in ("mother", "daughter", "sister"):
        sex = "female"
    elif relation in ("father", "son", "brother"):
        sex = "male"
    other, given = _name(rng, region, sex)
    return DemoContact(f"{given} {other if relation == 'friend' else family}", relation, _phone(rng))


def _allergies(rng: random.Random) -> tuple[DemoAllergy, ...] | None:
    chance = rng.random()
    if chance < 0.35:
        return None
    if chance < 0.75:
        return ()
    return tuple(DemoAllergy(*a) for a in rng.sample(_ALLERGIES, rng.choice((1, 1, 1, 2, 3))))
