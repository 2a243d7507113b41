"""Who may speak to the broker and hear what: our own users file, and the same rules as Mosquitto's two files.

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
from dataclasses import dataclass, replace
from pathlib import Path

from hisdesk.embedded.ownership import OwnerLock, write_private

RELAY = "relay"
STATION = "station"
EVERYTHING = ("hisdesk/v1/#",)

_MOSQUITTO_ROUNDS = 1000  # the secrets are 32 random bytes: rounds add nothing but time


@dataclass(frozen=True)
class BrokerUser:
    """One credential. `secret` is the hex SHA-256 of 32 random bytes, so it needs no slow hash."""

    name: str
    role: str
    hears: tuple[str, ...]
    secret: str

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
    """The embedded broker's users, in a file that only its owner can read. Safe to change from several programs."""

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
                    name: BrokerUser(name, entry["role"], tuple(entry["hears"]), entry["secret"])
                    for name, entry in stored.items()
                }
                self._stamp = stamp
        except FileNotFoundError:
            self._users, self._stamp = {}, None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return self._users
        return self._users

    def add(self, name: str, role: str, topics: Iterable[str]) -> str:
        """Makes the user, or gives an existing one new topics and a new password. Returns the password."""
        _check(name, role)
        password = secrets.token_urlsafe(32)
        with OwnerLock(self.path.with_suffix(".lock")):
            users = {**self.read(), name: BrokerUser(name, role, tuple(topics), digest(password))}
            self._write(users)
        return password

    def set_topics(self, name: str, topics: Iterable[str]) -> None:
        """Changes what a user hears; the password stays. Raises KeyError for an unknown user."""
        with OwnerLock(self.path.with_suffix(".lock")):
            users = dict(self.read())
            users[name] = replace(users[name], hears=tuple(topics))
            self._write(users)

    def remove(self, name: str) -> None:
        """The user can neither connect nor hear from now on. Harmless when unknown."""
        with OwnerLock(self.path.with_suffix(".lock")):
            self._write({known: user for known, user in self.read().items() if known != name})

    def _write(self, users: dict[str, BrokerUser]) -> None:
        stored = {
            user.name: {"secret": user.secret, "role": user.role, "hears": list(user.hears)} for user in users.values()
        }
        write_private(self.path, json.dumps(stored, indent=1, sort_keys=True))


def _check(name: str, role: str) -> None:
    if role not in (RELAY, STATION):
        raise ValueError(f"unknown role {role!r}")
    # A colon or a line break would forge a line in Mosquitto's files, a plus or hash a topic.
    if not name or not all(letter.isascii() and (letter.isalnum() or letter in "_.") for letter in name):
        raise ValueError("a user name may hold letters, digits, dot and underscore")


# -- Mosquitto ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MosquittoUser:
    """A user with the password in clear, as known at enrolment."""

    name: str
    password: str
    role: str
    hears: tuple[str, ...]


def mosquitto_password(name: str, password: str) -> str:
    """One line of Mosquitto's password file: PBKDF2 with SHA-512, Mosquitto 2.0 and newer."""
    salt = os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _MOSQUITTO_ROUNDS)
    return f"{name}:$7${_MOSQUITTO_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def mosquitto_rules(name: str, role: str, hears: Iterable[str]) -> str:
    """One user's part of Mosquitto's access file."""
    lines = [f"user {name}", *(f"topic read {topic}" for topic in hears)]
    if role == RELAY:
        lines += [f"topic write {topic}" for topic in EVERYTHING]
    return "\n".join(lines) + "\n"


def mosquitto_files(users: Iterable[MosquittoUser]) -> tuple[str, str]:
    """The texts of Mosquitto's `password_file` and `acl_file`.

    Raises ValueError for a name or topic that would forge a rule.
    """
    passwords, rules = [], []
    for user in users:
        _check(user.name, user.role)
        if any(not topic or any(letter.isspace() for letter in topic) for topic in user.hears):
            raise ValueError("a topic may not hold spaces")
        passwords.append(mosquitto_password(user.name, user.password))
        rules.append(mosquitto_rules(user.name, user.role, user.hears))
    return "\n".join(passwords) + "\n", "\n".join(rules)
