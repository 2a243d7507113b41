"""Where the relay finds its database and its broker: a TOML file that only its owner can read.

    [database]
    url = "postgresql://relay:…@127.0.0.1:5432/hisdesk"
    [broker]
    host = "127.0.0.1"
    port = 1883
    user = "relay"
    password = "…"
    ca_file = "/etc/hisdesk/ca.pem"     # only where the broker speaks TLS

`HISDESK_SYNC_DATABASE_URL` and `HISDESK_SYNC_BROKER_PASSWORD` win over the file, for secrets kept elsewhere.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hisdesk.errors import UserError

CONFIG_VARIABLE = "HISDESK_SYNC_CONFIG"


@dataclass(frozen=True)
class Settings:
    """Everything the relay needs; secrets stay out of its repr."""

    database_url: str = field(repr=False)
    broker_host: str
    broker_port: int
    broker_user: str
    broker_password: str = field(repr=False)
    ca_file: str = ""

    def tls(self) -> ssl.SSLContext | None:
        """For a broker that speaks TLS; None without a certificate authority's file."""
        return ssl.create_default_context(cafile=self.ca_file) if self.ca_file else None

    def write(self, path: Path) -> None:
        """Writes the file, mode 0600."""
        lines = ["[database]", f"url = {_quoted(self.database_url)}", "", "[broker]"]
        lines += [f"host = {_quoted(self.broker_host)}", f"port = {self.broker_port}"]
        lines += [f"user = {_quoted(self.broker_user)}", f"password = {_quoted(self.broker_password)}"]
        lines += [f"ca_file = {_quoted(self.ca_file)}"] if self.ca_file else []
        path.unlink(missing_ok=True)  # an older file might be open to others
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this file, else of the one that HISDESK_SYNC_CONFIG names. Raises UserError."""
    named = path or (Path(environment[CONFIG_VARIABLE]) if environment.get(CONFIG_VARIABLE) else None)
    if named is None:
        raise UserError(f"No configuration. Name a file with --config or in {CONFIG_VARIABLE}.")
    try:
        content = tomllib.loads(named.read_text(encoding="utf-8"))
        database, broker = content.get("database", {}), content["broker"]
        return Settings(
            database_url=environment.get("HISDESK_SYNC_DATABASE_URL") or str(database["url"]),
            broker_host=str(broker["host"]),
            broker_port=int(broker["port"]),
            broker_user=str(broker["user"]),
            broker_password=environment.get("HISDESK_SYNC_BROKER_PASSWORD") or str(broker["password"]),
            ca_file=str(broker.get("ca_file", "")),
        )
    except OSError as error:
        raise UserError(f"The configuration {named} cannot be read: {error.strerror}.") from error
    except KeyError as missing:
        raise UserError(f"The configuration {named} lacks {missing}.") from missing
    except (ValueError, TypeError, AttributeError) as error:
        raise UserError(f"The configuration {named} is not valid: {error}") from error


def is_private(path: Path) -> bool:
    """Whether nobody but the owner can read the file (always said of Windows, whose rights are not looked at)."""
    return sys.platform == "win32" or path.stat().st_mode & 0o077 == 0
