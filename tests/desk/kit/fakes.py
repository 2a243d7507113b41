"""Stand-ins for what lies behind the kit: a database that answers when told, a person, messages that are remembered."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject

from hisdesk.access.actor import Actor, Permission

EDIT = Permission("patients", "edit")
VIEW = Permission("patients", "view")


def person(name: str = "nora", secret: bytes = b"s" * 32, *permissions: Permission) -> Actor:
    """A signed-in person; the same name is the same user."""
    return Actor(
        token="t" * 43,
        user_id=uuid.uuid5(uuid.NAMESPACE_DNS, name),
        user_name=name,
        name=f"{name.title()} Brightwater",
        roles=("Registration",),
        role_names=frozenset({"registration"}),
        permissions=frozenset(permissions or (EDIT, VIEW)),
        departments=(),
        station="RCP-02",
        secret=secret,
    )


class FakeDatabase:
    """Counts transactions; `gate` holds every one of them until it is set; `errors` are raised one after another."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.errors: list[BaseException] = []
        self.bearers: list[object] = []
        self.op_ids: list[uuid.UUID] = []
        self.threads: set[str] = set()

    @contextmanager
    def operation(self, bearer: object = None, *, start: Any = None) -> Iterator[SimpleNamespace]:
        """A write: notes the `op_id` that it starts with."""
        with self.transaction(bearer) as connection:
            self.op_ids.append(start[1][0])
            yield SimpleNamespace(started=None, tx=connection, end=None)

    @contextmanager
    def transaction(self, bearer: object = None) -> Iterator[SimpleNamespace]:
        self.bearers.append(bearer)
        self.threads.add(threading.current_thread().name)
        assert self.gate.wait(10)
        if self.errors:
            raise self.errors.pop(0)
        yield SimpleNamespace()


class FakeMessages(QObject):
    """Remembers what would have been said, and to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[tuple[object, str]] = []
        self.bugs: list[tuple[object, str]] = []
        self.toasts: list[str] = []

    def error(self, owner: object, text: str, **_: object) -> None:
        self.errors.append((owner, text))

    def bug(self, owner: object, reference: str) -> None:
        self.bugs.append((owner, reference))

    def done(self, text: str, undo: Callable[[], object] | None = None) -> None:
        self.toasts.append(text)
