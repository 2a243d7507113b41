"""The fields of a staff file and of an account, and the way between what is typed and what is stored. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from hisdesk.access.administration import Role
from hisdesk.desk.kit.form import Field, Heading
from hisdesk.errors import Invalid
from hisdesk.hospital.departments.queries import Department
from hisdesk.hospital.staff import rules
from hisdesk.hospital.staff.queries import StaffRow

ROLE, DEPARTMENT = "role ", "department "
_SEXES = (("unknown", "Not recorded"), ("female", "Female"), ("male", "Male"), ("other", "Other"))
_STATUSES = tuple((status, status.capitalize()) for status in rules.STATUSES)


def _years(text: str) -> str | None:
    return None if text.isdecimal() and int(text) <= 80 else "Whole years, 0 to 80"


def _amount(text: str) -> str | None:
    try:
        fee = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return "An amount such as 45.00"
    return None if fee.is_finite() and fee >= 0 else "An amount of zero or more"


def _name(text: str) -> str | None:
    try:
        rules.user_name(text)
    except Invalid as error:
        return error.fields["user_name"]
    return None


def person_fields() -> list[Field | Heading]:
    """What the hospital writes down about somebody who works here."""
    return [
        Heading("Person"),
        Field("family_name", "Family name", max_length=100),
        Field("given_names", "Given names", max_length=100),
        Field("title", "Title", required=False, max_length=30),
        Field("sex", "Sex", "choice", options=_SEXES),
        Field("email", "E-mail", "email", required=False, max_length=100),
        Field("phone", "Phone", "phone", required=False, max_length=40),
        Heading("Work"),
        Field("employee_number", "Employee number", "identifier", required=False, max_length=40),
        Field("location", "Location", required=False, max_length=100),
        Field("status", "Present status", "choice", options=_STATUSES),
        Field("specialisation", "Specialisation", required=False, max_length=100),
        Field("qualification", "Qualification", required=False, max_length=100),
        Field("experience_years", "Experience", required=False, unit="years", validate=_years),
        Field("fee_amount", "Consultation fee", required=False, validate=_amount),
        Field("fee_currency", "Currency", required=False, max_length=3, help="Three letters, such as USD"),
    ]


def user_name_field() -> Field:
    """The name to sign in with."""
    return Field("user_name", "User name", "identifier", validate=_name, help="To sign in with, beside the number")


def access_fields(roles: Sequence[Role], departments: Sequence[Department]) -> list[Field | Heading]:
    """A tick for each role and each department."""
    fields: list[Field | Heading] = [Heading("Roles")]
    fields += [Field(f"{ROLE}{role.id}", role.title, "check") for role in roles if role.name != "wall_board"]
    fields.append(Heading("Departments"))
    fields += [Field(f"{DEPARTMENT}{each.id}", each.name, "check") for each in departments]
    return fields


def access_values(roles: Sequence[UUID], departments: Sequence[UUID]) -> dict[str, bool]:
    """The ticks that are set."""
    return {**{f"{ROLE}{key}": True for key in roles}, **{f"{DEPARTMENT}{key}": True for key in departments}}


def ticked(values: Mapping[str, Any], prefix: str) -> tuple[UUID, ...]:
    """The keys of the ticks that are set, in order."""
    return tuple(sorted(UUID(name.removeprefix(prefix)) for name, on in values.items() if on and _is(name, prefix)))


def _is(name: str, prefix: str) -> bool:
    return name.startswith(prefix)


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed about the person, as a staff file holds it."""
    names = [field.name for field in person_fields() if isinstance(field, Field)]
    result = {name: values[name] for name in names if name in values}
    years, amount = result.get("experience_years", ""), result.get("fee_amount", "")
    result["experience_years"] = int(years) if years else None
    result["fee_amount"] = Decimal(amount.replace(",", ".")) if amount else None
    result["fee_currency"] = result.get("fee_currency", "").upper() or None
    return result


def typed(row: StaffRow | Mapping[str, Any]) -> dict[str, Any]:
    """A staff file (or some of its columns) as the form shows it."""
    columns = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in row.__dataclass_fields__}
    return {name: "" if value is None else _text(name, value) for name, value in columns.items()}


def _text(name: str, value: object) -> object:
    return str(value) if name in ("experience_years", "fee_amount") else value
