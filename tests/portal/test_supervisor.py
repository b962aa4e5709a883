"""One supervisor per data folder, one portal per port, nothing started when it cannot run."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import supervisor
from portal.program import Program


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty data folder; the signal handlers of the test run are put back."""
    handlers = {sign: signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for name in ("BIND", "PORT", "PORTAL_DEMONSTRATION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    yield tmp_path / "data"
    for sign, handler in handlers.items():
        signal.signal(sign, handler)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of loopback that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_second_portal_on_a_data_folder_says_where_the_first_one_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with supervisor.only_one("http://127.0.0.1:8000"):
        before = sorted(folder.iterdir())
        assert supervisor.run() == 1
        assert sorted(folder.iterdir()) == before
    told = capsys.readouterr().err
    assert "already running" in told
    assert f"http://127.0.0.1:8000 (process {os.getpid()})" in told


def test_a_taken_port_is_named_before_anything_is_started(
    taken: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(taken))
    assert supervisor.run() == 1
    assert f"Port {taken} on 127.0.0.1 cannot be used" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["portal.lock"]


def test_a_demonstration_is_not_shown_to_the_network(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIND", "0.0.0.0")
    assert supervisor.run() == 1
    assert "PORTAL_DEMONSTRATION=0" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "eight")
    assert supervisor.run() == 1
    assert "PORT=eight" in capsys.readouterr().err


def test_children_hear_only_of_the_application_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:secret@127.0.0.1:1/vedette")
    monkeypatch.setenv("DATABASE_APP_URL", "postgresql://vedette_app:a@127.0.0.1:1/vedette")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("PORTAL_DATABASE_ROLE", "owner")
    environment = supervisor.application_environment("http://127.0.0.1:8000")
    assert "PORTAL_DATABASE_ROLE" not in environment
    assert not [value for value in environment.values() if "owner:secret" in value]


@pytest.mark.processes
def test_a_program_that_ends_starts_again_after_a_growing_pause() -> None:
    program = Program("failing", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    messages = []
    end = time.monotonic() + 10
    while len(messages) < 2 and time.monotonic() < end:
        if message := program.revive():
            messages.append(message)
        time.sleep(0.02)
    program.wait(time.monotonic() + 5)
    assert messages == [
        "failing ended (3); it starts again in 0.5 s.",
        "failing ended (3); it starts again in 1 s.",
    ]


@pytest.mark.processes
def test_a_program_that_will_not_stop_is_killed() -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    program = Program("deaf", [sys.executable, "-c", deaf], dict(os.environ))
    program.revive()
    time.sleep(0.5)
    program.ask_to_stop()
    program.wait(time.monotonic() + 0.5)
    assert program.process is not None
    assert program.process.returncode == -signal.SIGKILL
