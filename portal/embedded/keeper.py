"""Keeps one embedded server running for as long as somebody uses it: `python -m portal.embedded.keeper KIND FOLDER`."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Protocol

from portal import embedded
from portal.embedded.postgres import Postgres
from portal.embedded.valkey import Valkey

GRACE_SECONDS = 3.0  # successive commands find the server still warm


class Server(Protocol):
    """What a keeper must know of a server."""

    stop_signal: signal.Signals

    def prepare(self) -> None:
        """Make the files that the server needs, and clear what a crash left."""

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start the server as a child of the keeper."""

    def addresses(self) -> dict[str, str]:
        """Where it answers; raises OSError while it does not answer yet."""


class Keeper:
    """Starts a server, restarts it when it dies, stops it when its last user has left."""

    def __init__(self, kind: str, server: Server) -> None:
        self.kind, self.server = kind, server
        self.grace = GRACE_SECONDS
        self.child: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Keep the server until nobody uses it; 0 also when another keeper was faster."""
        with embedded.lock_file(self.kind).open("a+") as lock:
            embedded.lock_file(self.kind).chmod(0o600)
            if not embedded.locked(lock):
                return 0
            lock.truncate(0)
            signal.signal(signal.SIGTERM, lambda *_: self.hurry())
            users = self.keep(lock)
            lock.truncate(0)
            self.stop()
            # New users wait at their lock until here, then find no keeper and start the next one.
            users.close()
        return 0

    def hurry(self) -> None:
        """On TERM: do not wait for further users once the last one has left."""
        self.grace = 0.0

    def keep(self, lock: IO[str]) -> IO[str]:
        """Watch the server until its users have left; their file, locked against new ones."""
        users = embedded.users_file(self.kind).open("a")
        idle_since: float | None = None
        while True:
            self.revive(lock)
            if embedded.locked(users):
                idle_since = idle_since or time.monotonic()
                if time.monotonic() - idle_since >= self.grace:
                    return users
                fcntl.flock(users, fcntl.LOCK_UN)
            else:
                idle_since = None
            time.sleep(0.2)

    def revive(self, lock: IO[str]) -> None:
        """Start the server when it is not running and write down where it answers."""
        if self.child is not None and self.child.poll() is None:
            return
        lock.truncate(0)
        wait, end = 0.1, time.monotonic() + embedded.START_SECONDS
        while not self.started():
            if time.monotonic() > end:
                raise embedded.EmbeddedError(f"{self.kind} does not answer.")
            time.sleep(wait)
            wait = min(wait * 2, 5.0)
        lock.write(json.dumps({**self.server.addresses(), "keeper": os.getpid()}))
        lock.flush()

    def started(self) -> bool:
        """Start the server and wait until it answers; False when it ended instead."""
        self.server.prepare()
        with embedded.opened_log(self.kind) as log:
            self.child = self.server.start(log)
        while self.child.poll() is None:
            try:
                self.server.addresses()
            except OSError:
                time.sleep(0.05)
            else:
                return True
        return False

    def stop(self) -> None:
        """Ask the server to end, insist after ten seconds."""
        if self.child is None:
            return
        self.child.send_signal(self.server.stop_signal)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def server(kind: str, folder: Path) -> Server:
    """The server of a kind, with its files under `folder`."""
    return Postgres(folder) if kind == embedded.DATABASE else Valkey(folder)


def main() -> int:
    """Run from `portal.embedded`; the output goes to the log of the server."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    os.environ["PORTAL_DATA"] = str(folder)
    try:
        return Keeper(kind, server(kind, folder)).run()
    except embedded.EmbeddedError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
