"""`hisdesk-sync`: runs the relay until SIGTERM or Ctrl+C; `--check` tells how it stands."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server_sync.relay import Relay
    from server_sync.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0; 1 when `--check` finds something wrong; 2 for a configuration that cannot be used."""
    parser = argparse.ArgumentParser(
        prog="hisdesk-sync", description="Relays committed changes from the database to the MQTT broker."
    )
    parser.add_argument("--config", type=Path, help="TOML file; else the one that HISDESK_SYNC_CONFIG names")
    parser.add_argument(
        "--check", action="store_true", help="print backlog and state of database, broker and relay, then end"
    )
    parser.add_argument(
        "--while-open", action="store_true", help="end when standard input closes, as it does when the parent dies"
    )
    chosen = parser.parse_args(arguments)

    from hisdesk.errors import UserError
    from server_sync import settings

    try:
        loaded = settings.load(chosen.config)
    except UserError as error:
        sys.stderr.write(f"hisdesk-sync: {error}\n")
        return 2
    return _check(loaded) if chosen.check else _run(loaded, chosen.config, chosen.while_open)


def _run(loaded: Settings, config: Path | None, while_open: bool) -> int:
    import logging
    import signal

    from server_sync import settings
    from server_sync.relay import Relay

    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="time=%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"
    )
    named = config or (Path(os.environ[settings.CONFIG_VARIABLE]) if os.environ.get(settings.CONFIG_VARIABLE) else None)
    if named is not None and not settings.is_private(named):
        logging.getLogger("hisdesk.relay").warning("event=config state=readable_by_others file=%s", named)
    relay = Relay(loaded)
    signal.signal(signal.SIGTERM, lambda number, frame: relay.stop())
    signal.signal(signal.SIGINT, lambda number, frame: relay.stop())
    if while_open:
        threading.Thread(target=_await_end, args=(relay,), name="parent", daemon=True).start()
    relay.run()
    return 0


def _await_end(relay: Relay) -> None:
    while os.read(0, 4096):
        pass
    relay.stop()


def _check(loaded: Settings) -> int:
    """One line; 0 when the database and the broker answer and the relay's heartbeat is heard."""
    from hisdesk.errors import Unavailable
    from hisdesk.live.topics import HEARTBEAT
    from server_sync.broker_link import BrokerLink
    from server_sync.outbox import Outbox

    backlog, oldest_s, database, broker, heartbeat = "unknown", "unknown", "up", "up", "none"
    try:
        outbox = Outbox(loaded.database_url)
        waiting, age_s = outbox.backlog()
        backlog, oldest_s = str(waiting), f"{age_s:.0f}"
        outbox.close()
    except Unavailable:
        database = "away"
    try:
        link = BrokerLink(
            loaded.broker_host, loaded.broker_port, loaded.broker_user, loaded.broker_password, loaded.tls()
        )
        if link.hear(HEARTBEAT, timeout_s=5):
            heartbeat = "heard"
        link.close()
    except Unavailable:
        broker = "away"
    sys.stdout.write(f"backlog={backlog} oldest_s={oldest_s} database={database} broker={broker} relay={heartbeat}\n")
    return 0 if (database, broker, heartbeat) == ("up", "up", "heard") else 1


if __name__ == "__main__":
    sys.exit(main())
