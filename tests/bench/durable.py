"""A database server as a hospital runs it: what is committed is on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from hisdesk.embedded.postgres import Address, EmbeddedPostgres
from tests.helpers import servers


@contextmanager
def durable_postgres() -> Iterator[Address]:
    """A new cluster, thrown away afterwards. The tests' own servers leave out the disk, and commit_delay with it."""
    folder = servers.open_folder("hisdesk-bench-pg-")
    server = EmbeddedPostgres(folder)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
