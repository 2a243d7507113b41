"""Signing in: the password stays on the station, the server keeps nothing that could be replayed.

    K = HMAC-SHA256(bcrypt(base64(sha256(password)), salt), "Client Key")
    proof = K xor HMAC-SHA256(sha256(K), nonce || station)

The server stores sha256(K) only (the construction of SCRAM, RFC 5802, over bcrypt in place of PBKDF2).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hisdesk.access.actor import Actor, Permission
from hisdesk.access.cipher import FieldCipher, context_of, unwrap
from hisdesk.db.database import Database, translated
from hisdesk.errors import Denied

BCRYPT_COST = 12
_LABEL = b"Client Key"


@dataclass(frozen=True)
class Credential:
    """What the server keeps of a password."""

    salt: str
    stored_key: bytes


@dataclass(frozen=True)
class SignedIn:
    """A person who has just signed in. `last_at` and `last_station` tell of the time before."""

    actor: Actor
    cipher: FieldCipher
    must_change: bool
    last_at: datetime | None
    last_station: str | None


@dataclass(frozen=True)
class _Bearer:
    token: str


def client_key(password: str, salt: str) -> bytes:
    """K, 32 bytes. Takes about 0.25 s at cost 12, by design; never on the GUI thread."""
    import bcrypt

    digest = base64.b64encode(hashlib.sha256(password.encode()).digest())
    return hmac.new(bcrypt.hashpw(digest, salt.encode()), _LABEL, hashlib.sha256).digest()


def new_credential(password: str, *, cost: int = BCRYPT_COST) -> Credential:
    """What to store for a new password."""
    import bcrypt

    salt = bcrypt.gensalt(cost).decode()
    return Credential(salt, hashlib.sha256(client_key(password, salt)).digest())


def new_password() -> str:
    """A random first password that can be read out: four groups of four, without letters that look alike."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def sign_in(db: Database, name: str, password: str, private_key: bytes) -> SignedIn:
    """Signs in at the station that `db` is connected as. Not for the GUI thread.

    `private_key` is the station's, to unwrap the data keys. Raises Denied (wrong, locked) or Unavailable.
    """
    key = _prove(db, name, password, "select outcome, token, locked_until from auth.login(%s)")
    outcome, token, locked_until = key.answer
    if outcome != "ok":
        raise Denied(_refusal(locked_until))
    secret = hmac.new(key.client_key, b"unsaved text", hashlib.sha256).digest()
    return _enter(db, token, secret, private_key)


@dataclass(frozen=True)
class _Proved:
    client_key: bytes
    answer: tuple[str, str, datetime | None]


def _prove(db: Database, name: str, password: str, answer: str) -> _Proved:
    attempt, key = prove(db, name, password)
    with translated(), db.engine.connect() as connection:
        row = connection.exec_driver_sql(answer, (attempt,)).one()
    return _Proved(key, (row[0], row[1], row[2]))


def prove(db: Database, name: str, password: str) -> tuple[UUID, bytes]:
    """Makes and commits an attempt for `name`; returns its key and K. What it opens is decided by the next step."""
    with translated(), db.engine.connect() as connection:  # each statement is a transaction of its own
        row = connection.exec_driver_sql(
            "select c.id, c.salt, c.nonce, session_user::text from auth.challenge(%s) c", (name,)
        ).one()
    key = client_key(password, row.salt)
    stored = hashlib.sha256(key).digest()
    signature = hmac.new(stored, bytes(row.nonce) + row[3].encode(), hashlib.sha256).digest()
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    with translated(), db.engine.connect() as connection:
        attempt = connection.exec_driver_sql("select auth.attempt(%s, %s)", (row.id, proof)).scalar_one()
    return attempt, key


def _refusal(locked_until: datetime | None) -> str:
    if locked_until is not None:
        until = locked_until.astimezone().strftime("%H:%M")
        return f"This name is locked at this station until {until}. The helpdesk can reset the password."
    return "The user name or the password is not right. After 5 tries the name is locked here for 15 minutes."


_WARDS = "(select array_agg(d.id) from app.department d where d.id = any (m.departments) and d.kind = 'ward') as wards"
_ME = f"""
select m.*, {_WARDS}, s.family_name, s.given_names, s.title,
    (select json_agg(json_build_array(k.purpose, k.version, encode(k.wrapped, 'hex')))
     from auth.station_keys() k) as keys
from auth.me() m left join app.staff s on s.id = m.user_id
"""


def _enter(db: Database, token: str, secret: bytes, private_key: bytes) -> SignedIn:
    with db.transaction(_Bearer(token)) as tx:
        row = tx.exec_driver_sql(_ME).one()
    actor = Actor(
        token=token,
        user_id=row.user_id,
        user_name=row.user_name,
        name=_shown(row.title, row.given_names, row.family_name) or row.user_name,
        roles=tuple(row.roles),
        role_names=frozenset(row.role_names),
        permissions=permissions_of(row.permissions),
        departments=tuple(row.departments),
        wards=tuple(row.wards or ()),
        station=row.station,
        secret=secret,
    )
    return SignedIn(actor, _cipher(row.keys, private_key), row.must_change, row.last_at, row.last_station)


def refreshed(db: Database, actor: Actor) -> Actor:
    """The same person with the permissions and departments that the database gives now. Raises SignedOut."""
    from dataclasses import replace

    with db.transaction(actor) as tx:
        row = tx.exec_driver_sql(f"select m.*, {_WARDS} from auth.me() m").one()
    return replace(
        actor,
        roles=tuple(row.roles),
        role_names=frozenset(row.role_names),
        permissions=permissions_of(row.permissions),
        departments=tuple(row.departments),
        wards=tuple(row.wards or ()),
    )


def sign_out(db: Database, actor: Actor) -> None:
    """Ends the session on the server. Raises SignedOut when it had ended already, or Unavailable."""
    with db.transaction(actor) as tx:
        tx.exec_driver_sql("select auth.sign_out()")


def touch(db: Database, actor: Actor) -> None:
    """Tells the server that the station still serves this person; a station silent for 15 minutes loses its session.

    Raises SignedOut or Unavailable.
    """
    with db.transaction(actor) as tx:
        tx.exec_driver_sql("select auth.touch()")


def change_password(db: Database, actor: Actor, old: str, new: str) -> None:
    """Gives the signed-in person a new password; their other sessions end. Raises Denied for a wrong old one."""
    attempt, _ = prove(db, actor.user_name, old)
    credential = new_credential(new)
    with db.transaction(actor) as tx:
        done = tx.exec_driver_sql(
            "select auth.change_password(%s, %s, %s)", (attempt, credential.salt, credential.stored_key)
        ).scalar_one()
    if not done:
        raise Denied("The old password is not right. Nothing was changed.")


def device_sign_in(db: Database) -> str:
    """A board's own token, by its station's credential alone; lasts an hour and is renewed by asking again.

    Raises Denied at a station that is no board (or is revoked), or Unavailable.
    """
    with translated(), db.engine.connect() as connection:
        return str(connection.exec_driver_sql("select auth.device_login()").scalar_one())


def permissions_of(names: list[str]) -> frozenset[Permission]:
    """Permissions as the database names them: "patients.view"."""
    return frozenset(Permission(*name.split(".", 1)) for name in names)


def _shown(title: str | None, given: str | None, family: str | None) -> str:
    first = title or given or ""
    return " ".join(part for part in (first, given if title else "", family or "") if part)


def _cipher(keys: list[tuple[str, int, str]] | None, private_key: bytes) -> FieldCipher:
    opened: dict[str, dict[int, bytes]] = {"data": {}, "index": {}}
    for purpose, version, wrapped in keys or []:
        opened[purpose][version] = unwrap(private_key, bytes.fromhex(wrapped), context_of(purpose, version))
    return FieldCipher(opened["data"], opened["index"])
