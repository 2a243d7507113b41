"""Who may speak to the broker and hear what: our own users file, and Mosquitto's two files, written from it.

Rules, the same on both: only the relay publishes; a user hears nothing but the topics given at enrolment. The
embedded broker also demands client ids of the form `<user>-…` and clean sessions without a will; Mosquitto checks a
will against the same write rules, and cannot tie client ids to users without a plug-in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hisdesk.embedded.ownership import OwnerLock, write_private

RELAY = "relay"
STATION = "station"
EVERYTHING = ("hisdesk/v1/#",)

_MOSQUITTO_ROUNDS = 1000  # the secrets are 32 random bytes: rounds add nothing but time


@dataclass(frozen=True)
class BrokerUser:
    """One credential. Its password is 32 random bytes, which need no slow hash: `secret` is the hex SHA-256 for the
    embedded broker, `mosquitto` the same password as Mosquitto keeps it."""

    name: str
    role: str
    hears: tuple[str, ...]
    secret: str
    mosquitto: str

    @property
    def publishes(self) -> bool:
        return self.role == RELAY


def digest(password: str) -> str:
    """What the users file keeps of a random password."""
    return hashlib.sha256(password.encode()).hexdigest()


def covers(rule: str, wanted: str) -> bool:
    """Whether every topic that the filter `wanted` can match lies inside `rule`. `$…` topics lie in no rule."""
    rules, levels = rule.split("/"), wanted.split("/")
    if levels[0].startswith("$"):
        return False
    for index, part in enumerate(rules):
        if part == "#":
            return True
        if index >= len(levels) or levels[index] == "#":
            return False
        if part != "+" and levels[index] != part:
            return False
    return len(levels) == len(rules)


class UsersFile:
    """A broker's users, in a file that only its owner can read. Safe to change from several programs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._users: dict[str, BrokerUser] = {}

    def read(self) -> dict[str, BrokerUser]:
        """The users now; parsed again only when the file was replaced. A broken file keeps the last good state."""
        try:
            seen = self.path.stat()
            stamp = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            if stamp != self._stamp:
                stored = json.loads(self.path.read_text(encoding="utf-8"))
                self._users = {
                    name: BrokerUser(name, entry["role"], tuple(entry["hears"]), entry["secret"], entry["mosquitto"])
                    for name, entry in stored.items()
                }
                self._stamp = stamp
        except FileNotFoundError:
            self._users, self._stamp = {}, None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return self._users
        return self._users

    def add(self, name: str, role: str, topics: Iterable[str]) -> str:
        """Makes the user, or gives an existing one new topics and a new password. Returns the password.

        Raises ValueError for a name or topic that would forge a rule.
        """
        password = secrets.token_urlsafe(32)
        user = BrokerUser(name, role, tuple(topics), digest(password), mosquitto_password(password))
        _check(user)
        with OwnerLock(self.path.with_suffix(".lock")):
            self._write({**self.read(), name: user})
        return password

    def remove(self, name: str) -> None:
        """The user can neither connect nor hear from now on. Harmless when unknown."""
        with OwnerLock(self.path.with_suffix(".lock")):
            self._write({known: user for known, user in self.read().items() if known != name})

    def _write(self, users: dict[str, BrokerUser]) -> None:
        stored = {
            user.name: {
                "secret": user.secret,
                "mosquitto": user.mosquitto,
                "role": user.role,
                "hears": list(user.hears),
            }
            for user in users.values()
        }
        write_private(self.path, json.dumps(stored, indent=1, sort_keys=True))


def _check(user: BrokerUser) -> None:
    if user.role not in (RELAY, STATION):
        raise ValueError(f"unknown role {user.role!r}")
    # A colon or a line break would forge a line in Mosquitto's files, a plus or hash a topic.
    if not user.name or not all(letter.isascii() and (letter.isalnum() or letter in "_.") for letter in user.name):
        raise ValueError("a user name may hold letters, digits, dot and underscore")
    if any(not topic or any(letter.isspace() for letter in topic) for topic in user.hears):
        raise ValueError("a topic may not hold spaces")


# -- Mosquitto ------------------------------------------------------------------------------------------------------


def mosquitto_password(password: str) -> str:
    """What Mosquitto's password file keeps of a password: PBKDF2 with SHA-512, Mosquitto 2.0 and newer."""
    salt = os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _MOSQUITTO_ROUNDS)
    return f"$7${_MOSQUITTO_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def mosquitto_rules(user: BrokerUser) -> str:
    """One user's part of Mosquitto's access file."""
    lines = [f"user {user.name}", *(f"topic read {topic}" for topic in user.hears)]
    if user.publishes:
        lines += [f"topic write {topic}" for topic in EVERYTHING]
    return "\n".join(lines) + "\n"


def mosquitto_files(users: Iterable[BrokerUser]) -> tuple[str, str]:
    """The texts of Mosquitto's `password_file` and `acl_file`."""
    known = sorted(users, key=lambda user: user.name)
    return "".join(f"{user.name}:{user.mosquitto}\n" for user in known), "\n".join(map(mosquitto_rules, known))
