"""The names under which changes travel. Contract with the relay; stations subscribe to exactly what they show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hisdesk.live.change import Change

ROOT = "hisdesk/v1"
HEARTBEAT = f"{ROOT}/heartbeat"


def department_topic(department_id: UUID, table: str) -> str:
    """Changes of `table` that belong to one ward or department."""
    return f"{ROOT}/department/{department_id}/{table}"


def patient_topic(patient_id: UUID, table: str) -> str:
    """Changes of `table` that hang on one person; an open chart listens here."""
    return f"{ROOT}/patient/{patient_id}/{table}"


def anybody_topic(table: str) -> str:
    """Changes of `table` that hang on any person: only for what changes a few times a minute in the whole house."""
    return f"{ROOT}/patient/+/{table}"


def everywhere_topic(table: str) -> str:
    """Changes of `table` in all departments."""
    return f"{ROOT}/department/+/{table}"


def hospital_topic(table: str) -> str:
    """Changes of rows that belong to neither a department nor a person."""
    return f"{ROOT}/hospital/{table}"


def topics_of(change: Change) -> set[str]:
    """Where the relay publishes this change: one topic, or two for a row with both keys."""
    topics = set()
    if change.department_id is not None:
        topics.add(department_topic(change.department_id, change.table))
    if change.patient_id is not None:
        topics.add(patient_topic(change.patient_id, change.table))
    return topics or {hospital_topic(change.table)}


def may_hear(kind: str, departments: Iterable[UUID] = ()) -> list[str]:
    """What a station of this kind is allowed to subscribe to, for the broker's rules.

    A "desk" hears everything, since anybody may sign in there; messages carry keys only, so hearing about a patient
    tells no more than that something changed. A "board" hears about the departments that it shows.
    """
    if kind == "board":
        return [*(f"{ROOT}/department/{department}/#" for department in departments), HEARTBEAT]
    return [f"{ROOT}/department/#", f"{ROOT}/patient/#", f"{ROOT}/hospital/#", HEARTBEAT]
