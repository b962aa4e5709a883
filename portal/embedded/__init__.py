"""Where the data live: the servers that the environment names, else PostgreSQL and Valkey beside the portal.

An embedded server belongs to its data folder. Whoever needs it calls `attach`: the first caller starts
a keeper (see `portal.embedded.keeper`), the others join, and the keeper stops the server when the last one has
left, however it left. Leaving and dying look the same because both only release a file lock.
"""

import atexit
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE, BROKER = "postgres", "valkey"
OWNER_ROLE, APPLICATION_ROLE = "vedette_owner", "vedette_app"
START_SECONDS = 60.0

_joined: dict[str, IO[str]] = {}
_keepers: list["subprocess.Popen[bytes]"] = []  # held, so that Python does not complain of living children


class EmbeddedError(Exception):
    """An embedded server could not be started or reached; the text says why."""


def data_folder() -> Path:
    """The folder that holds all data of this installation: PORTAL_DATA, else `var` beside manage.py."""
    return Path(os.environ.get("PORTAL_DATA") or ROOT / "var").expanduser().resolve()


def owner_url() -> str:
    """The address by which the schema is made."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    if given_application_url():
        raise EmbeddedError("DATABASE_APP_URL is given alone: give the owner's address as DATABASE_URL too.")
    return attach(DATABASE)["owner"]


def database_url() -> str:
    """The address of the database in the role that PORTAL_DATABASE_ROLE names.

    `owner` makes the schema. Anything else is the application role, which neither owns the tables
    nor passes row-level security; only `manage.py prepare` and the test suite are owners.
    """
    if os.environ.get("PORTAL_DATABASE_ROLE") == "owner":
        return owner_url()
    if given := given_application_url():
        return given
    if external := os.environ.get("DATABASE_URL"):
        return with_login(external, *application_login())
    return attach(DATABASE)["application"]


def is_external() -> bool:
    """Whether the environment names a database server."""
    return bool(os.environ.get("DATABASE_URL"))


def given_application_url() -> str:
    """The address of an application role that the operator has made himself; empty if he has not."""
    return os.environ.get("DATABASE_APP_URL", "")


def redis_url() -> str:
    """The address of the message broker."""
    return os.environ.get("REDIS_URL") or attach(BROKER)["url"]


def login_file() -> Path:
    """Where the name and password of the application role on an external server are kept."""
    return data_folder() / "database-role"


def application_login() -> tuple[str, str]:
    """Name and password of the application role; without password before `manage.py prepare` has run."""
    if not login_file().exists():
        return APPLICATION_ROLE, ""
    name, _, password = login_file().read_text().strip().partition(":")
    return name, password


def with_login(url: str, role: str, password: str) -> str:
    """The same database for another role; an address that already names the role stays as it is."""
    parts = urlsplit(url)
    if parts.username == role:
        return url
    place = parts.netloc.rpartition("@")[2]
    login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    return urlunsplit(parts._replace(netloc=f"{login}@{place}"))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


# ── Joining and leaving an embedded server ───────────────────────────────────────────
def attach(kind: str) -> dict[str, str]:
    """The addresses of an embedded server, started when it is not running.

    The server stays until this process ends or calls `leave`.
    """
    if kind not in _joined:
        data_folder().mkdir(parents=True, exist_ok=True)
        users = users_file(kind).open("a")
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for a keeper that is just stopping
        _joined[kind] = users
        atexit.register(leave)
    return keep_alive(kind)


def keep_alive(kind: str) -> dict[str, str]:
    """The addresses of a server, its keeper started anew when it has died."""
    end = time.monotonic() + START_SECONDS
    keeper: subprocess.Popen[bytes] | None = None
    while time.monotonic() < end:
        if found := addresses(kind):
            return found
        if keeper is None and not is_kept(kind):
            keeper = spawn_keeper(kind)
        if keeper is not None and keeper.poll() is not None:
            if keeper.returncode:
                raise EmbeddedError(failure(kind))
            keeper = None
        time.sleep(0.05)
    raise EmbeddedError(failure(kind))


def leave() -> list[str]:
    """Give up the embedded servers that this process joined; their names."""
    left = list(_joined)
    while _joined:
        _joined.popitem()[1].close()
    for keeper in _keepers:
        keeper.returncode = keeper.poll() or 0  # it lives on by design, which Python would report as a leak
    _keepers.clear()
    return left


def revive() -> None:
    """Start again the keepers of the servers that this process joined, where they have died."""
    for kind in list(_joined):
        keep_alive(kind)


def dismiss(seconds: float) -> list[str]:
    """Leave the servers and wait for them to stop; those that stay because others use them."""
    left = leave()
    for kind in left:
        if pid := keeper_pid(kind):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    while (staying := [kind for kind in left if is_kept(kind)]) and time.monotonic() < end:
        time.sleep(0.1)
    return staying


def keeper_pid(kind: str) -> int:
    """The process that keeps a server; 0 when there is none."""
    try:
        return int(json.loads(lock_file(kind).read_text())["keeper"])
    except (OSError, ValueError, KeyError):
        return 0


def is_kept(kind: str) -> bool:
    """Whether a keeper holds the server of this kind."""
    if not lock_file(kind).exists():
        return False
    with lock_file(kind).open() as file:
        return not locked(file)


def addresses(kind: str) -> dict[str, str] | None:
    """What the keeper of a server wrote when the server began to answer; None before and after."""
    try:
        found: dict[str, str] = json.loads(lock_file(kind).read_text())
    except (OSError, ValueError):
        return None
    # A killed keeper leaves its text behind: only a living process may vouch for it.
    alive = Path(f"/proc/{found.get('keeper')}").exists()
    return found if alive and is_kept(kind) else None


def locked(file: IO[str]) -> bool:
    """Take the exclusive lock of an open file, if nobody has it."""
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def spawn_keeper(kind: str) -> subprocess.Popen[bytes]:
    """Start the keeper of a server, apart from this process so that Ctrl-C does not reach it."""
    with opened_log(kind) as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded.keeper", kind, str(data_folder())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        _keepers.append(keeper)
        return keeper


@contextlib.contextmanager
def opened_log(kind: str) -> Iterator[IO[bytes]]:
    """The log of a server, set aside when it has grown beyond ten megabytes."""
    path = log_file(kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > 10 * 2**20:
        path.replace(path.with_suffix(".old.log"))
    with path.open("ab") as log:
        yield log


def failure(kind: str) -> str:
    """One sentence and the last lines of the log, for a server that did not start."""
    lines = log_file(kind).read_text(errors="replace").splitlines()[-5:] if log_file(kind).exists() else []
    return "\n".join([f"The embedded {kind} server did not start; the end of {log_file(kind)}:", *lines])


def users_file(kind: str) -> Path:
    """Whoever uses a server holds a shared lock on this file."""
    return data_folder() / f"{kind}.users"


def lock_file(kind: str) -> Path:
    """The keeper holds this file's lock and writes into it where the server answers."""
    return data_folder() / f"{kind}.keeper"


def log_file(kind: str) -> Path:
    """What a server and its keeper have to say."""
    return data_folder() / "log" / f"{kind}.log"
