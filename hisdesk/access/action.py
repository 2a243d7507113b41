"""A write that a person asked for: one permission, one rule, one transaction, one `op_id`.

`op_id` is made when the person presses the button and kept until the write is acknowledged. A repeat with the same
`op_id` (double click, lost answer, restart) does nothing and returns the stored result.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

import sqlalchemy as sa
import uuid_utils

from hisdesk.access.actor import Actor, Permission
from hisdesk.db.database import Database, with_retry
from hisdesk.errors import Denied

P = ParamSpec("P")
R = TypeVar("R")

REGISTRY: dict[str, Action[Any, Any]] = {}


def new_id() -> UUID:
    """A UUIDv7: made by the client, so that it is safe to retry and safe offline; sorts by time."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


@dataclass(frozen=True)
class Write:
    """What an action's body works with: its transaction, and who acts."""

    tx: sa.Connection
    actor: Actor
    op_id: UUID


@dataclass(frozen=True)
class Action(Generic[P, R]):
    """A named write. Call it through `perform`; `body` alone checks nothing."""

    name: str
    permission: Permission
    body: Callable[Concatenate[Write, P], R]
    result: Any


def action(permission: Permission) -> Callable[[Callable[Concatenate[Write, P], R]], Action[P, R]]:
    """Declares a write and the permission it needs.

    The result is stored for a repeat: None, a plain value, or a frozen dataclass of them. Plain are text, numbers
    (Decimal too), truth, days, moments, UUIDs, text enums, None (`X | None`), and tuples or lists of one such type.
    """

    def declare(body: Callable[Concatenate[Write, P], R]) -> Action[P, R]:
        name = f"{body.__module__.removeprefix('hisdesk.').removesuffix('.actions')}.{body.__name__}"
        hints = typing.get_type_hints(body)
        declared: Action[P, R] = Action(name, permission, body, hints.get("return"))
        REGISTRY[name] = declared
        return declared

    return declare


def perform(db: Database, actor: Actor, act: Action[P, R], op_id: UUID, /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs the action in a transaction of its own, again on failures that a repeat can cure. Not for the GUI thread.

    Raises Denied, Invalid, Conflict, SignedOut or Unavailable.
    """
    if not actor.may(act.permission):
        raise Denied(f"You do not have the permission “{act.permission}”. Ask your administrator.")

    def once() -> R:
        with db.operation(actor, start=("select app.op_start(%s, %s)", (op_id, act.name))) as operation:
            if operation.started is not None:
                return typing.cast(R, from_plain(act.result, operation.started["result"]))
            result = act.body(Write(operation.tx, actor, op_id), *args, **kwargs)
            plain = json.dumps({"result": to_plain(result)})
            operation.end = ("select app.op_finish(%s, %s); ", (op_id, plain))
            return result

    return with_retry(once)


def to_plain(value: Any) -> Any:
    """A result as JSON can hold it. What is not plain (see `action`) is left as it is, and JSON refuses it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    return value


def from_plain(hint: Any, value: Any) -> Any:
    """The stored result, in the type the action declares."""
    if value is None or hint is None or hint is type(None):
        return None
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inner = [h for h in typing.get_args(hint) if h is not type(None)]
        return from_plain(inner[0], value)
    if origin in (tuple, list):
        item = typing.get_args(hint)[0]
        return origin(from_plain(item, v) for v in value)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return typing.cast(Any, hint)(**{k: from_plain(hints[k], v) for k, v in value.items()})
    if hint is UUID:
        return UUID(value)
    if hint in (dt.date, dt.datetime):
        return hint.fromisoformat(value)
    return hint(value) if isinstance(hint, type) else value
