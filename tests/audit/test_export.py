"""An export is checked by a script that knows nothing of the portal."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.audit.conftest import Tamper

SCRIPT = settings.BASE_DIR / "docs" / "verify_export.py"
Check = Callable[..., tuple[int, str]]


def check(file: Path, *options: str) -> tuple[int, str]:
    """The exit code of the script and all that it says; it runs without the portal's packages."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent, env={})
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(owned_logs: None, tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    call_command("audit_verify", export=str(path))
    return path


def rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def write(file: Path, links: list[dict[str, str]]) -> None:
    file.write_text("".join(json.dumps(link, ensure_ascii=False) + "\n" for link in links), encoding="utf-8")


def roots(told: str) -> list[str]:
    """The roots that the script printed, as it takes them back."""
    return [f"{line.split(':')[0]}={line.split()[-1]}" for line in told.splitlines() if " rows, root " in line]


def test_an_untouched_export_holds(file: Path) -> None:
    code, told = check(file)
    assert code == 0
    assert told.count("4 rows, root ") == 2


def test_the_roots_are_those_that_the_portal_prints(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit_verify")
    assert sorted(roots(check(file)[1])) == sorted(roots(capsys.readouterr().out))


def test_a_changed_body_is_found(file: Path) -> None:
    links = rows(file)
    links[1]["body"] = links[1]["body"].replace("test.", "best.")
    write(file, links)
    code, told = check(file)
    assert code == 1
    assert "line 2: audit_event: row 2 was changed" in told


def test_a_removed_row_is_found(file: Path) -> None:
    links = rows(file)
    del links[1]
    write(file, links)
    code, told = check(file)
    assert code == 1
    assert "row 3 does not follow the row before it" in told


def test_two_rows_in_another_order_are_found(file: Path) -> None:
    links = rows(file)
    links[1], links[2] = links[2], links[1]
    write(file, links)
    assert check(file)[0] == 1


def test_a_cut_end_is_found_by_a_root_that_was_noted(file: Path) -> None:
    noted = roots(check(file)[1])
    write(file, rows(file)[:-1])
    assert check(file)[0] == 0
    code, told = check(file, "--root", noted[0], "--root", noted[1])
    assert code == 1
    assert "audit_accesslog: the root" in told


def test_a_log_that_grew_still_holds_its_earlier_root(file: Path) -> None:
    earlier = [f"{link['table']}={link['hash']}" for link in rows(file)[:1]]
    assert check(file, "--root", *earlier)[0] == 0


def test_a_log_written_anew_is_found_by_a_root_that_was_noted(file: Path, tamper: Tamper) -> None:
    noted = roots(check(file)[1])
    tamper("audit_event", "DELETE FROM {table}")
    tamper("audit_event", "UPDATE audit_head SET last_id = 0, hash = '' WHERE chain = '{table}'")
    call_command("audit_verify", export=str(file))
    assert check(file)[0] == 0
    assert check(file, "--root", noted[0])[0] == 1


@pytest.mark.parametrize("text", ["", "not json\n", "[]\n", '{"table": "audit_event"}\n', "\u2028\n"])
def test_what_is_no_export_is_refused(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert check(file)[0] == 1
