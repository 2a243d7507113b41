"""Ports of our own servers: on this machine only, outside the range that outgoing connections are given."""

from __future__ import annotations

import secrets
import socket
import sys

HOST = "127.0.0.1"
# Below Linux's first ephemeral port: a port there could be taken by any program's connection while we are down.
FIRST, LAST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":  # there it would mean sharing the port with another program
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def free_port() -> int:
    """A random port that is free now; somebody may still be faster."""
    for _ in range(1000):
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if is_free(port):
            return port
    raise OSError("no free port")
