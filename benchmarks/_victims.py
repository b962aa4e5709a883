"""The processes of a running portal, and killing them."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import redis

from portal import embedded


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def victims(supervisor: int) -> dict[str, list[int]]:
    """What can be killed now, by its name."""
    found: dict[str, list[int]] = {"database": children(embedded.keeper_pid(embedded.DATABASE))}
    found["broker"] = children(embedded.keeper_pid(embedded.BROKER))
    for name, mark in (("web", "portal.web"), ("worker", " worker "), ("scheduler", " beat ")):
        found[name] = [pid for pid in children(supervisor) if mark in _command(pid)]
    return {name: pids for name, pids in found.items() if pids}


class Killer(threading.Thread):
    """Kills one process after another until told to stop; empties the broker once, in the middle."""

    def __init__(self, supervisor: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.supervisor, self.chance, self.over = supervisor, random.Random(seed), threading.Event()
        self.kills: Counter[str] = Counter()
        self.turn: list[str] = []

    def run(self) -> None:
        """One kill every few seconds, each kind in every round."""
        while not self.over.wait(self.chance.uniform(1.0, 4.0)):
            alive = victims(self.supervisor)
            if not self.turn:
                self.turn = ["web", "worker", "scheduler", "broker", "database", "emptied broker"]
                self.chance.shuffle(self.turn)
            name = self.turn.pop()
            if name == "emptied broker":
                self.kills[name] += self.wipe()
            elif name in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.chance.choice(alive[name]), signal.SIGKILL)
                    self.kills[name] += 1

    @staticmethod
    def wipe() -> int:
        """Lose every message that the broker holds; 0 when it does not answer."""
        addresses = embedded.addresses(embedded.BROKER)
        with contextlib.suppress(redis.RedisError):
            if addresses:
                redis.Redis.from_url(addresses["url"], socket_timeout=2).flushall()
                return 1
        return 0


def until_well(address: str, seconds: float) -> float:
    """Wait until the portal reports itself well; how long that took. Raises TimeoutError."""
    from urllib.error import URLError
    from urllib.request import urlopen

    start = time.monotonic()
    while time.monotonic() - start < seconds:
        with contextlib.suppress(URLError, OSError), urlopen(f"{address}/healthz", timeout=10) as answer:
            if answer.status == 200:
                return time.monotonic() - start
        time.sleep(0.5)
    raise TimeoutError("The portal did not become well.")
