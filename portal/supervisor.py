"""Runs the portal with all that belongs to it: `make run`, `manage.py run` or `python -m portal.supervisor`.

One supervisor per data folder. It opens the port, starts the embedded servers, brings the database up
to date and keeps two web processes, a worker and a scheduler alive until it is told to stop.
"""

import argparse
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import psycopg

from portal import embedded
from portal.embedded.children import die_with_parent
from portal.program import Program
from portal.roles import RoleError, application_url, connected

ROOT = embedded.ROOT
MANAGE = [sys.executable, str(ROOT / "manage.py")]
STOP_SECONDS = 10.0
READY_SECONDS = 90.0


class Stop(Exception):
    """The operator asked to stop."""


class StartError(Exception):
    """The portal cannot start; the text says why."""


def say(text: str) -> None:
    """One message for the operator."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


# ── Before anything is started ───────────────────────────────────────────────────────
@contextmanager
def only_one(address: str) -> Iterator[None]:
    """Hold the data folder; refuse when another supervisor holds it."""
    folder = embedded.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "portal.lock").open("a+") as lock:
        if not embedded.locked(lock):
            lock.seek(0)
            raise StartError(f"The portal is already running on this data folder: {lock.read().strip()}.")
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def listen(bind: str, port: int) -> socket.socket:
    """Open the port, or say who should make room."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((bind, port))
    except OSError as problem:
        listening.close()
        raise StartError(
            f"Port {port} on {bind} cannot be used ({problem.strerror}). Choose another: make run PORT={port + 1}"
        ) from problem
    listening.listen(512)
    listening.set_inheritable(True)
    return listening


def is_on(name: str) -> bool:
    """A yes-or-no setting that is yes unless told otherwise."""
    return os.environ.get(name, "1").lower() in {"1", "true", "yes", "on"}


def is_demonstration() -> bool:
    """Whether this installation shows the demonstration (see portal.settings)."""
    return is_on("PORTAL_DEMONSTRATION")


def check_exposure(bind: str) -> None:
    """A demonstration, whose passwords are printed, stays on this machine."""
    if is_demonstration() and not ipaddress.ip_address(bind).is_loopback:
        raise StartError(
            f"BIND={bind} would show a demonstration to the network. "
            "Set PORTAL_DEMONSTRATION=0 and its settings first (docs/guides/operator.md)."
        )


# ── Making ready ─────────────────────────────────────────────────────────────────────
def application_environment(address: str) -> dict[str, str]:
    """The environment of the children: the application role's database, never the owner's."""
    environment = {name: value for name, value in os.environ.items() if name != "PORTAL_DATABASE_ROLE"}
    environment.setdefault("PORTAL_ADDRESS", address)
    database = application_url(embedded.owner_url())
    return environment | {
        "DATABASE_URL": database,
        "DATABASE_APP_URL": database,
        "REDIS_URL": embedded.redis_url(),
        "PORTAL_DATA": str(embedded.data_folder()),
        "PORTAL_SUPERVISED": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore:You're running the worker",  # root is allowed here, see the README
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def manage(*arguments: str, environment: dict[str, str]) -> None:
    """Run one management command to its end."""
    process = subprocess.Popen(
        [*MANAGE, *arguments],
        env=environment,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  no threads here
    )
    try:
        if process.wait():
            raise StartError(f"manage.py {' '.join(arguments)} failed; the reason stands above.")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def demonstration_exists() -> bool:
    """Whether this version of the portal knows how to build a demonstration world."""
    return (ROOT / "portal/management/commands/demo.py").exists()


def is_empty(owner_url: str) -> bool:
    """Whether the database knows no organisation yet."""
    with connected(owner_url) as link:
        try:
            return link.execute("SELECT FROM organisations_organisation LIMIT 1").fetchone() is None
        except psycopg.errors.UndefinedTable:
            return False


def make_ready(environment: dict[str, str], *, demonstration: bool) -> None:
    """Bring the database up to date and, when it is empty, fill it with the demonstration world."""
    manage("prepare", "--verbosity=0", environment=os.environ | {"PORTAL_DATABASE_ROLE": "owner"})
    if demonstration and demonstration_exists() and is_empty(embedded.owner_url()):
        say("Building the demonstration world …")
        manage("demo", environment=environment)


# ── Running ──────────────────────────────────────────────────────────────────────────
def programs(environment: dict[str, str], listening: socket.socket) -> list[Program]:
    """The processes that make up the portal."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app=portal"]
    schedule = str(embedded.data_folder() / "beat-schedule")
    quiet = "--loglevel=WARNING"
    web = [sys.executable, "-m", "portal.web", str(listening.fileno())]
    return [
        Program("web 1", web, environment, keep=listening.fileno()),
        Program("web 2", web, environment, keep=listening.fileno()),
        Program("worker", [*celery, "worker", "--concurrency=2", quiet], environment),
        Program("scheduler", [*celery, "beat", f"--schedule={schedule}", "--pidfile=", quiet], environment),
    ]


def watch(running: list[Program], *, until: float | None = None) -> Iterator[None]:
    """Keep programs and embedded servers alive, a little at a time; ends at `until`."""
    while until is None or time.monotonic() < until:
        for program in running:
            if message := program.revive():
                say(message)
        try:
            embedded.revive()
        except embedded.EmbeddedError as problem:
            say(str(problem))
        time.sleep(0.5)
        yield


def is_well(listening: socket.socket) -> bool:
    """Whether database, broker and worker answer, as the portal itself reports."""
    host, port = listening.getsockname()[:2]
    link = http.client.HTTPConnection(host, port, timeout=15)
    try:
        link.request("GET", "/healthz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return link.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def announce(running: list[Program], environment: dict[str, str], listening: socket.socket, address: str) -> None:
    """Wait until the portal is well, then print its address and the demonstration accounts."""
    for _ in watch(running, until=time.monotonic() + READY_SECONDS):
        if is_well(listening):
            break
    else:
        say("The portal does not report itself well yet; see /healthz.")
    if is_demonstration() and demonstration_exists():
        manage("demo", "--accounts", environment=environment)
    say(f"\nVedette is ready at {address}: Ctrl-C stops it.")


def stop(running: list[Program]) -> None:
    """Ask all to stop, insist after ten seconds, and let the embedded servers end."""
    for program in running:
        program.ask_to_stop()
    end = time.monotonic() + STOP_SECONDS
    for program in running:
        program.wait(end)
    for kind in embedded.dismiss(STOP_SECONDS):
        say(f"The embedded {kind} server stays: another process still uses it.")
    say("Stopped.")


def raise_stop(_number: int, _frame: FrameType | None) -> None:
    """A signal ends what is under way; a second one changes nothing."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    raise Stop


def serve(bind: str, port: int, *, demonstration: bool) -> None:
    """Everything between taking the port and being told to stop."""
    host = f"[{bind}]" if ":" in bind else bind
    address = f"http://{host}:{port}"
    with only_one(address), listen(bind, port) as listening:
        running: list[Program] = []
        try:
            say("Starting …")
            environment = application_environment(address)
            make_ready(environment, demonstration=demonstration)
            running += programs(environment, listening)
            announce(running, environment, listening, address)
            for _ in watch(running):
                pass
        finally:
            stop(running)


def run(*, demonstration: bool = True) -> int:
    """Run the portal until Ctrl-C or TERM; the exit code."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, raise_stop)
    bind, port = os.environ.get("BIND") or "127.0.0.1", os.environ.get("PORT") or "8000"
    bind = "127.0.0.1" if bind == "localhost" else bind
    wanted = demonstration and is_on("PORTAL_DEMO") and is_demonstration()
    try:
        check_exposure(bind)
        serve(bind, int(port), demonstration=wanted)
    except Stop:
        return 0
    except ValueError:
        sys.stderr.write(f"BIND={bind} or PORT={port} is not an address and a port number.\n")
    except (StartError, RoleError, embedded.EmbeddedError) as problem:
        sys.stderr.write(f"{problem}\n")
    return 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """What may be said on the command line; the rest is in the environment."""
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="portal.supervisor", description=__doc__)
    add_options(options)
    sys.exit(run(demonstration=not options.parse_args().no_demo))
