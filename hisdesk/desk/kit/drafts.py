"""Unsaved text, kept on the station for its author alone, so that a crash or a power cut costs one second of typing.

One file per draft, AES-256-GCM under a key made from the author's sign-in secret; the file's name is an HMAC, so that
neither the names nor the number of somebody's drafts of a kind can be read from the folder.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hmac
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hisdesk.access.actor import Actor
from hisdesk.errors import UserError

MAGIC = b"HDD1"
NONCE_BYTES = 12
WITHIN_S = 0.6
KEEP_DAYS = 30
SUFFIX = ".draft"

log = logging.getLogger("hisdesk.drafts")


@dataclass(frozen=True)
class Draft:
    """What somebody typed and did not save. `values` are plain: text, numbers, booleans, ISO dates."""

    key: str
    values: dict[str, Any]
    typed_at: dt.datetime


class Damaged(UserError):
    """A draft that cannot be opened any more; it was set aside, not deleted."""


class Drafts:
    """The drafts of one signed-in person on this station. Writing happens on a thread of its own."""

    def __init__(self, folder: Path, actor: Actor, *, within_s: float = WITHIN_S) -> None:
        if len(actor.secret) < 16:
            raise ValueError("drafts need the secret of a sign-in")
        self._folder, self._within_s = folder, within_s
        self._user = actor.user_id.bytes
        self._seal, self._naming = _keys(actor.secret, self._user)
        self._wake = threading.Condition()
        self._wanted: dict[str, tuple[float, dict[str, Any] | None]] = {}
        self._busy = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self.failed: str = ""
        """Why the last write failed ("" when it did not): the form says so instead of pretending."""

    # -- used by forms; none waits for the disk longer than reading one small file takes ----------------------------

    def keep(self, key: str, values: Mapping[str, Any], *, at_once: bool = False) -> None:
        """Keeps these values under `key` within a second, or right away; the newest ones win. Any thread."""
        self._want(key, dict(values), at_once)

    def remove(self, key: str) -> None:
        """Forgets a draft, because it was saved or thrown away. Any thread."""
        self._want(key, None)

    def find(self, key: str) -> Draft | None:
        """The draft typed earlier under `key`, or None. Raises Damaged when there is one that cannot be read."""
        with self._wake:
            waiting = self._wanted.get(key)
        if waiting is not None:  # asked for in the last second, not on the disk yet
            values = waiting[1]
            return Draft(key, dict(values), dt.datetime.now(dt.UTC)) if values is not None else None
        path = self.path(key)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Damaged("The text kept from last time cannot be opened on this station.") from error
        try:
            content = json.loads(self._opened(key, sealed))
            return Draft(key, dict(content["values"]), dt.datetime.fromisoformat(content["typed_at"]))
        except Exception as error:  # whatever is wrong with the file, it must not keep the form from opening
            aside = path.with_suffix(f".damaged-{int(time.time())}")
            with contextlib.suppress(OSError):
                path.replace(aside)
            log.warning("a draft was damaged (%s) and set aside as %s", type(error).__name__, aside.name)
            raise Damaged("The text kept from last time is damaged and was set aside. Please type it again.") from error

    def path(self, key: str) -> Path:
        """Where a draft of this author lies; another author's path for the same key is a different one."""
        name = hmac.digest(self._naming, self._user + key.encode(), "sha256").hex()[:40]
        return self._folder / f"{name}{SUFFIX}"

    def remove_old(self, days: int = KEEP_DAYS) -> int:
        """Deletes files older than `days`, anybody's, damaged ones too. Returns how many. Not for the GUI thread."""
        limit = time.time() - days * 86_400
        removed = 0
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            ours = path.suffix in (SUFFIX, ".part") or path.suffix.startswith(".damaged-")
            with contextlib.suppress(OSError):
                if ours and path.stat().st_mtime < limit:
                    path.unlink()
                    removed += 1
        return removed

    def flush(self, timeout_s: float = 5.0) -> bool:
        """Waits until everything asked for is on the disk. Not for the GUI thread, except when closing."""
        with self._wake:
            self._wanted = {key: (0.0, values) for key, (_, values) in self._wanted.items()}
            self._wake.notify_all()
            return self._wake.wait_for(lambda: not self._wanted and not self._busy, timeout_s)

    def close(self) -> None:
        """Writes what waits and ends the thread."""
        self.flush()
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(5.0)

    # -- inside -------------------------------------------------------------------------------------------------

    def _want(self, key: str, values: dict[str, Any] | None, at_once: bool = False) -> None:
        with self._wake:
            if self._closing:
                return
            # The time of the first unsaved stroke counts: steady typing must not put the writing off.
            waiting = self._wanted.get(key)
            now = at_once or values is None
            due = 0.0 if now else waiting[0] if waiting else time.monotonic() + self._within_s
            self._wanted[key] = (due, values)
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, name="drafts", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def _loop(self) -> None:
        with contextlib.suppress(OSError):
            self.remove_old()
        while (task := self._next()) is not None:
            key, values = task
            try:
                if values is None:
                    self.path(key).unlink(missing_ok=True)
                else:
                    self._write(key, values)
                self.failed = ""
            except OSError as error:
                self.failed = f"Unsaved text cannot be kept on this station: {error.strerror or 'the disk failed'}."
                log.warning("a draft could not be written: %s", type(error).__name__)
            finally:
                with self._wake:
                    self._busy = False
                    self._wake.notify_all()

    def _next(self) -> tuple[str, dict[str, Any] | None] | None:
        with self._wake:
            while True:
                if self._closing and not self._wanted:
                    return None
                if not self._wanted:
                    self._wake.wait()
                    continue
                key = min(self._wanted, key=lambda k: self._wanted[k][0])
                due, values = self._wanted[key]
                left = due - time.monotonic()
                if left <= 0 or self._closing:
                    del self._wanted[key]
                    self._busy = True
                    return key, values
                self._wake.wait(left)

    def _write(self, key: str, values: dict[str, Any]) -> None:
        content = {"typed_at": dt.datetime.now(dt.UTC).isoformat(), "values": values}
        sealed = self._sealed(key, json.dumps(content, default=_plain).encode())
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.path(key)
        part = path.with_suffix(f".{secrets.token_hex(4)}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(self._folder)

    def _sealed(self, key: str, text: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        return MAGIC + nonce + AESGCM(self._seal).encrypt(nonce, text, self._user + key.encode())

    def _opened(self, key: str, sealed: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if sealed[: len(MAGIC)] != MAGIC:
            raise ValueError("not a draft")
        nonce, body = sealed[len(MAGIC) : len(MAGIC) + NONCE_BYTES], sealed[len(MAGIC) + NONCE_BYTES :]
        return AESGCM(self._seal).decrypt(nonce, body, self._user + key.encode())


def _keys(secret: bytes, user: bytes) -> tuple[bytes, bytes]:
    """The sealing key and the naming key (HKDF-SHA256, RFC 5869); one is never used for the other's purpose."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    def derive(purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=user, info=b"hisdesk drafts 1 " + purpose).derive(secret)

    return derive(b"seal"), derive(b"name")


def _plain(value: object) -> str:
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value)


def _sync_folder(folder: Path) -> None:
    """Makes the renaming itself survive a power cut; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
