"""What may be written down about a member of staff. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hisdesk.errors import Invalid

STATUSES = ("on duty", "off duty", "on leave", "left")
SEXES = ("female", "male", "other", "unknown")
_USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,60}")
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """These fields as they are stored. Raises Invalid with a sentence for each that cannot be."""
    result: dict[str, Any] = {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()
    }
    if "employee_number" in result:
        result["employee_number"] = result["employee_number"] or None
    problems = {}
    for name, value in result.items():
        if isinstance(value, str) and len(value) > 100:
            problems[name] = f"This is {len(value)} characters long; at most 100 fit. Shorten it."
    if "family_name" in result and not result["family_name"]:
        problems["family_name"] = "Enter a family name."
    if result.get("email") and not _EMAIL.fullmatch(result["email"]):
        problems["email"] = "An e-mail address looks like name@example.org."
    if "sex" in result and result["sex"] not in SEXES:
        problems["sex"] = "Choose female, male, other or unknown."
    if "status" in result and result["status"] not in STATUSES:
        problems["status"] = "Choose on duty, off duty, on leave or left."
    years = result.get("experience_years")
    if years is not None and not 0 <= years <= 80:
        problems["experience_years"] = "Enter whole years between 0 and 80."
    problems.update(_fee_problems(result))
    if problems:
        raise Invalid(problems)
    return result


def user_name(text: str) -> str:
    """A user name as it is stored, in small letters. Raises Invalid when people could not type it everywhere."""
    name = text.strip().lower()
    if not _USER_NAME.fullmatch(name):
        sentence = "2 to 61 letters a to z, digits, dots, dashes; it begins with a letter or digit."
        raise Invalid({"user_name": sentence})
    return name


def suggested_user_name(given_names: str, family_name: str) -> str:
    """The first letter and the family name, without accents: "Ana María", "Núñez" → "anunez"; "" without Latin letters.

    Letters that do not come apart into a base letter are left out.
    """
    text = f"{given_names.strip()[:1]}{family_name}".lower()
    bare = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9]", "", bare)[:30]


def _fee_problems(values: Mapping[str, Any]) -> dict[str, str]:
    amount, currency = values.get("fee_amount"), values.get("fee_currency")
    if amount is not None and not Decimal(0) <= amount < Decimal(10) ** 10:
        return {"fee_amount": "A fee is zero or more."}
    if currency and not re.fullmatch("[A-Z]{3}", currency):
        return {"fee_currency": "A currency has three capital letters, such as USD."}
    if ("fee_amount" in values or "fee_currency" in values) and (amount is None) != (not currency):
        return {"fee_currency": "A fee needs both an amount and a currency."}
    return {}
