"""Addresses follow the environment; embedded servers are shared, survive crashes and end with their last user."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from portal import embedded, roles
from portal.embedded import valkey

OWNER = "postgresql://owner:o%40@db.example:5433/customs?sslmode=require"
USER = "from portal import embedded; print(embedded.{}(), flush=True); input()"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty data folder and nothing said about servers."""
    for name in ("DATABASE_URL", "DATABASE_APP_URL", "REDIS_URL", "PORTAL_DATABASE_ROLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))


def test_the_owner_gets_the_given_address_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)
    assert embedded.database_url() == "postgresql://vedette_app@db.example:5433/customs?sslmode=require"
    monkeypatch.setenv("PORTAL_DATABASE_ROLE", "owner")
    assert embedded.database_url() == OWNER


def test_the_application_role_has_the_password_that_prepare_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)
    embedded.write_private(embedded.login_file(), "vedette_app_1:p@ss/:\n")
    assert embedded.database_url() == "postgresql://vedette_app_1:p%40ss%2F%3A@db.example:5433/customs?sslmode=require"
    assert embedded.login_file().stat().st_mode & 0o777 == 0o600


def test_an_own_application_role_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    given = "postgresql://mine:m@db.example/customs"
    monkeypatch.setenv("DATABASE_APP_URL", given)
    assert embedded.database_url() == given
    assert roles.application_role() == "mine"
    assert roles.application_url("postgresql://owner:o@db.example/test_customs").endswith(
        "mine:m@db.example/test_customs"
    )


def test_an_application_role_alone_cannot_be_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_APP_URL", "postgresql://mine:m@db.example/customs")
    monkeypatch.setenv("PORTAL_DATABASE_ROLE", "owner")
    with pytest.raises(embedded.EmbeddedError, match="DATABASE_URL too"):
        embedded.database_url()


def test_a_given_broker_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/3")
    assert embedded.redis_url() == "redis://broker.example/3"


def test_a_port_in_use_is_not_offered() -> None:
    port = valkey.free_port()
    assert port in valkey.PORTS
    assert valkey.is_free(port)


# ── with real servers ────────────────────────────────────────────────────────────────
@pytest.fixture
def joined() -> Iterator[Callable[[str], "subprocess.Popen[str]"]]:
    """Starts processes that join a server and stay until they are told to go."""
    users: list[subprocess.Popen[str]] = []

    def join(function: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", USER.format(function)]
        user = subprocess.Popen(
            command, cwd=embedded.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ.copy()
        )
        users.append(user)
        return user

    yield join
    for user in users:
        user.kill()
        user.communicate()
    for kind in (embedded.DATABASE, embedded.BROKER):
        if pid := embedded.keeper_pid(kind):
            os.kill(pid, signal.SIGTERM)
        wait_until(lambda kind=kind: not embedded.is_kept(kind))


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def address(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


@pytest.mark.processes
def test_processes_share_one_database_and_the_last_one_ends_it(
    joined: Callable[[str], "subprocess.Popen[str]"],
) -> None:
    first, second = joined("database_url"), joined("owner_url")
    application, owner = address(first), address(second)
    for url, role in ((application, "vedette_app"), (owner, "vedette_owner")):
        with psycopg.connect(url) as link:
            assert link.execute("SELECT current_user, current_database()").fetchone() == (role, "vedette")
    rights = "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    with psycopg.connect(application) as link:
        assert link.execute(rights).fetchone() == (False, False, False)
    with psycopg.connect(owner) as link:
        assert link.execute(rights).fetchone() == (False, False, False)

    first.kill()  # leaves without a word
    time.sleep(1)
    with psycopg.connect(owner) as link:
        link.execute("SELECT 1")
    second.communicate("\n")
    wait_until(lambda: not embedded.is_kept(embedded.DATABASE))


@pytest.mark.processes
def test_the_owner_needs_a_password(joined: Callable[[str], "subprocess.Popen[str]"]) -> None:
    owner = address(joined("owner_url"))
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(embedded.with_login(owner, "vedette_admin", ""))


@pytest.mark.processes
def test_a_database_killed_with_its_keeper_comes_back_with_its_data(
    joined: Callable[[str], "subprocess.Popen[str]"],
) -> None:
    owner = address(joined("owner_url"))
    with psycopg.connect(owner) as link:
        link.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(embedded.keeper_pid(embedded.DATABASE), signal.SIGKILL)
    again = address(joined("owner_url"))
    assert again == owner
    with psycopg.connect(again) as link:
        assert link.execute("SELECT answer FROM kept").fetchone() == (42,)


@pytest.mark.processes
def test_grants_leave_the_audit_trail_append_only(joined: Callable[[str], "subprocess.Popen[str]"]) -> None:
    joined_owner, joined_application = joined("owner_url"), joined("database_url")
    owner, application = address(joined_owner), address(joined_application)
    with psycopg.connect(owner, autocommit=True) as link:
        link.execute("CREATE TABLE audit_event (id int); CREATE TABLE rifs_rif (id int)")
        roles.grant(link.cursor(), "vedette_app")
        roles.grant(link.cursor(), "vedette_app")
        link.execute("CREATE TABLE rifs_later (id int)")
    roles.verify(application)
    with psycopg.connect(application, autocommit=True) as link:
        link.execute("INSERT INTO audit_event VALUES (1); DELETE FROM rifs_rif; DELETE FROM rifs_later")
        for forbidden in ("UPDATE audit_event SET id = 2", "DELETE FROM audit_event", "TRUNCATE rifs_rif"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute(forbidden)
    with pytest.raises(roles.RoleError, match="owns tables"):
        roles.verify(owner)


@pytest.mark.processes
def test_the_broker_keeps_its_port_and_its_messages_over_a_crash(
    joined: Callable[[str], "subprocess.Popen[str]"],
) -> None:
    url = address(joined("redis_url"))
    with redis.Redis.from_url(url) as link:
        link.set("a", "b")
        link.execute_command("WAITAOF", 1, 0, 5000)
        server = int(link.info("server")["process_id"])
    os.kill(server, signal.SIGKILL)

    def value() -> object:
        with redis.Redis.from_url(url) as again:
            try:
                return again.get("a")
            except redis.ConnectionError:
                return None

    wait_until(lambda: value() == b"b")
