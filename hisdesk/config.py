"""Typed settings: which station this computer is, where its servers are, where its data lies.

A station folder holds `station.toml` (nothing secret) and the station's secrets, either in `secrets.json` beside it,
readable for its owner alone, or in the operating system's keyring. The folder is written by
`hisdesk admin enrol-station`. Nothing here talks to a server.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from hisdesk.errors import UserError

STATION_FILE = "station.toml"
SECRETS_FILE = "secrets.json"
SecretsPlace = Literal["file", "keyring"]


@dataclass(frozen=True)
class DatabaseAddress:
    """Where PostgreSQL is, and the station's login role there."""

    host: str
    port: int
    name: str
    role: str


@dataclass(frozen=True)
class BrokerAddress:
    """Where the MQTT broker is, and the station's user name there."""

    host: str
    port: int
    user: str


@dataclass(frozen=True)
class Secrets:
    """What only this station knows. `private_key` unwraps the data key that was wrapped for it at enrolment."""

    database_password: str = field(repr=False)
    broker_password: str = field(repr=False)
    private_key: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Station:
    """One enrolled computer. `printers` maps a kind of document ("ticket", "label", …) to a printer's name."""

    code: str
    hospital: str
    database: DatabaseAddress
    broker: BrokerAddress
    secrets: Secrets = field(repr=False)
    printers: dict[str, str] = field(default_factory=dict)
    camera: str = ""
    secrets_in: SecretsPlace = "file"


def station_folder(chosen: Path | None = None) -> Path:
    """The folder that was named, else HISDESK_STATION, else the machine-wide place of this operating system."""
    if chosen is not None:
        return chosen
    named = os.environ.get("HISDESK_STATION")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.site_config_dir("hisdesk", appauthor=False))


def load_station(folder: Path | None = None) -> Station:
    """The station this computer is. Raises UserError, in words for the person at the desk."""
    place = station_folder(folder)
    file = place / STATION_FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(
            "This computer is not enrolled yet. Ask the administrator to run `hisdesk admin enrol-station` for it "
            f"(there is no {STATION_FILE} in {place})."
        ) from None
    except OSError as error:
        raise UserError(f"The station's settings in {file} can't be read: {error.strerror}.") from error
    try:
        return _station(tomllib.loads(text), place)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"The station's settings in {file} are damaged: {error}. Enrol the station again.") from error


def _station(table: dict[str, Any], place: Path) -> Station:
    code = _text(table, "code", "")
    secrets_in = _text(table, "secrets", "", default="file")
    if secrets_in not in ("file", "keyring"):
        raise UserError(f'{STATION_FILE}: secrets must be "file" or "keyring", not "{secrets_in}".')
    database, broker = _table(table, "database"), _table(table, "broker")
    printers = table.get("printers", {})
    return Station(
        code=code,
        hospital=_text(table, "hospital", ""),
        database=DatabaseAddress(
            host=_text(database, "host", "database"),
            port=_port(database, "database"),
            name=_text(database, "name", "database"),
            role=_text(database, "role", "database"),
        ),
        broker=BrokerAddress(
            host=_text(broker, "host", "broker"), port=_port(broker, "broker"), user=_text(broker, "user", "broker")
        ),
        secrets=_keyring_secrets(code) if secrets_in == "keyring" else _file_secrets(place / SECRETS_FILE),
        printers={str(kind): str(name) for kind, name in printers.items()} if isinstance(printers, dict) else {},
        camera=_text(table, "camera", "", default=""),
        secrets_in=secrets_in,  # type: ignore[arg-type]  # one of the two, as just checked
    )


def write_station(folder: Path, station: Station) -> None:
    """Writes both files so that a crash leaves either the old ones or the new ones, secrets first."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = _plain(station.secrets)
    if station.secrets_in == "keyring":
        import keyring

        keyring.set_password(f"hisdesk {station.code}", "station", json.dumps(plain))
    else:
        write_private(folder / SECRETS_FILE, json.dumps(plain, indent=2) + "\n")
    _write_atomic(folder / STATION_FILE, _toml(station), mode=0o644)


def write_private(file: Path, text: str) -> None:
    """Writes a file that nobody but its owner may read, in one step."""
    _write_atomic(file, text, mode=0o600)


def _plain(secrets: Secrets) -> dict[str, str]:
    return {
        "database_password": secrets.database_password,
        "broker_password": secrets.broker_password,
        "private_key": base64.b64encode(secrets.private_key).decode("ascii"),
    }


def _file_secrets(file: Path) -> Secrets:
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise UserError(f"The station's secrets in {file} can be read by others. Set its rights to 600.")
        return _secrets(file.read_text(encoding="utf-8"), str(file))
    except FileNotFoundError:
        raise UserError(f"The station's secrets are missing ({file}). Enrol the station again.") from None
    except OSError as error:
        raise UserError(f"The station's secrets in {file} can't be read: {error.strerror}.") from error


def _keyring_secrets(code: str) -> Secrets:
    import keyring
    from keyring.errors import KeyringError

    try:
        text = keyring.get_password(f"hisdesk {code}", "station")
    except KeyringError as error:
        raise UserError(f"The keyring of this computer does not answer ({error}). Unlock it and try again.") from error
    if text is None:
        raise UserError(f"The keyring holds no secrets for station {code}. Enrol the station again.")
    return _secrets(text, "the keyring")


def _secrets(text: str, where: str) -> Secrets:
    try:
        stored = json.loads(text)
        return Secrets(
            database_password=str(stored["database_password"]),
            broker_password=str(stored["broker_password"]),
            private_key=base64.b64decode(stored.get("private_key", ""), validate=True),
        )
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError, binascii.Error):
        raise UserError(f"The station's secrets in {where} are damaged. Enrol the station again.") from None


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name)
    if not isinstance(found, dict):
        raise UserError(f"{STATION_FILE}: the section [{name}] is missing. Enrol the station again.")
    return found


def _text(table: dict[str, Any], name: str, section: str, default: str | None = None) -> str:
    value = table.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        where = f"[{section}] {name}" if section else name
        raise UserError(f"{STATION_FILE}: {where} must be a text. Enrol the station again or correct it.")
    return value


def _port(table: dict[str, Any], section: str) -> int:
    value = table.get("port")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65536:
        raise UserError(f"{STATION_FILE}: [{section}] port must be a number from 1 to 65535.")
    return value


def _toml(station: Station) -> str:
    lines = ["# Written by `hisdesk admin enrol-station`. Nothing in this file is secret.", ""]
    lines += [f"{name} = {_quoted(getattr(station, name))}" for name in ("code", "hospital", "camera")]
    lines.append(f"secrets = {_quoted(station.secrets_in)}")
    for name, values in (
        ("database", asdict(station.database)),
        ("broker", asdict(station.broker)),
        ("printers", station.printers),
    ):
        lines += ["", f"[{name}]", *(f"{_key(key)} = {_quoted(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if name.replace("_", "").isascii() and name.isidentifier() else _quoted(name)


def _quoted(value: str | int) -> str:
    """A TOML value. JSON's escapes are TOML's, but for the delete character."""
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_atomic(file: Path, text: str, *, mode: int) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 600 from the first moment
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        _restrict(Path(temporary), mode)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _restrict(file: Path, mode: int) -> None:
    if os.name == "posix":
        file.chmod(mode)
    elif mode == 0o600:
        # Not tested on Windows yet: takes inherited rights away, leaves the owner, administrators and services.
        import subprocess

        account = os.environ.get("USERNAME", "")
        grants = [f"{who}:F" for who in (account, "*S-1-5-32-544", "*S-1-5-18") if who]
        icacls = str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe")
        words = [icacls, str(file), "/inheritance:r", *(w for g in grants for w in ("/grant:r", g))]
        subprocess.run(words, check=True, capture_output=True)  # noqa: S603 (fixed program, account from the session)


def demo_home() -> Path:
    """Where the demo hospital keeps its database, broker, stations and passwords. Made by whoever writes there."""
    named = os.environ.get("HISDESK_DEMO_HOME")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("hisdesk-demo", appauthor=False))


def log_folder() -> Path:
    """Where this account's log files go (HISDESK_LOGS overrules)."""
    named = os.environ.get("HISDESK_LOGS")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_log_dir("hisdesk", appauthor=False))
