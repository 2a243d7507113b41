"""What may be written down about a department. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hisdesk.errors import Invalid

KINDS = ("clinic", "ward", "service", "office")
_LENGTHS = {"name": 80, "location": 120, "description": 500}


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """These fields as they are stored: texts tidied, codes in capitals. Raises Invalid with a sentence for each."""
    result: dict[str, Any] = {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()
    }
    problems = {}
    for name in {"code", "ticket_letter"} & set(result):
        result[name] = result[name].upper()
    if "code" in result and not re.fullmatch(r"[A-Z0-9]{2,8}", result["code"]):
        problems["code"] = "A code has 2 to 8 letters and digits, such as CARD."
    if "ticket_letter" in result and not re.fullmatch(r"[A-Z]{1,2}", result["ticket_letter"]):
        problems["ticket_letter"] = "One or two letters, A to Z, that stand before the ticket number."
    if "kind" in result and result["kind"] not in KINDS:
        problems["kind"] = "Choose clinic, ward, service or office."
    if "name" in result and not result["name"]:
        problems["name"] = "Enter the department's name."
    for name, most in _LENGTHS.items():
        if len(result.get(name, "")) > most:
            problems[name] = f"This is {len(result[name])} characters long; at most {most} fit. Shorten it."
    if problems:
        raise Invalid(problems)
    return result
