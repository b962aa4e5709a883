"""The portal's own export can be compared with the portal; nothing is changed by it."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif
from tests.conftest import Publish


@pytest.fixture
def rifs(publish: Publish) -> list[Rif]:
    return [publish(title=title, for_action=["DE"]) for title in ("=First", "Second, ünï", "Third")]


@pytest.fixture
def file(cast: SimpleNamespace, rifs: list[Rif], tmp_path: Path) -> Path:
    path = tmp_path / "rifs.json"
    path.write_bytes(cast.german_analyst.client().get("/rifs/export/json/").getvalue())
    return path


def check(path: Path, code: str = "de", **options: Any) -> tuple[dict[str, Any], bool]:
    out = io.StringIO()
    try:
        call_command("import_rifs", path, check=True, code=code, json=True, stdout=out)
    except CommandError as no:
        if "differ" not in str(no):
            raise
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


def test_an_export_is_equal_to_the_portal_it_came_from_and_changes_nothing(file: Path, rifs: list[Rif]) -> None:
    with behind_wall(system_actor()):
        before = Event.objects.count()
    found, holds = check(file)
    assert holds
    assert (found["equal"], found["different"], found["unknown"]) == (3, 0, 0)
    with behind_wall(system_actor()):
        assert Event.objects.count() == before


def test_what_changed_since_is_told_by_line_and_column(cast: SimpleNamespace, file: Path, rifs: list[Rif]) -> None:
    actions.acknowledge(rifs[0], by=cast.german_analyst.actor, at=timezone.now())
    actions.close(rifs[1], by=cast.italian_analyst.actor, at=timezone.now(), outcome="Over")
    found, holds = check(file)
    assert not holds
    assert (found["equal"], found["different"]) == (1, 2)
    lines = file.read_text(encoding="utf-8").splitlines()
    told = {(d["reference"], d["name"]) for d in found["differences"]}
    assert told == {(rifs[0].reference, "acknowledged"), (rifs[1].reference, "status")}
    assert all(d["reference"] in lines[d["line"] - 1] for d in found["differences"])


def test_what_another_organisation_does_not_see_is_unknown_to_it(file: Path) -> None:
    found, holds = check(file, "fr")
    assert not holds
    assert (found["equal"], found["unknown"]) == (0, 3)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda text: text.replace("Third", "Other"), "checksum"),
        (lambda text: text.rsplit("\n", 2)[0], "ends before"),
        (lambda text: text.replace('"tlp"', '"tlb"', 1), "Line 2"),
        (lambda text: text.replace("{", "[", 1), "Line 1"),
        (lambda text: text.replace('{"reference"', "{reference", 1), "Line 2"),
        (lambda text: "", "Line 0"),
    ],
)
def test_a_damaged_file_is_refused_at_its_line(file: Path, change: Any, where: str) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(CommandError, match=where):
        check(file)


def test_nothing_is_written_without_being_asked_to_compare(file: Path) -> None:
    with pytest.raises(CommandError, match="--check"):
        call_command("import_rifs", file, code="DE")
    with pytest.raises(CommandError, match="no organisation"):
        call_command("import_rifs", file, check=True, code="XX")
