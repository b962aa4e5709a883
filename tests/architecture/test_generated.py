"""Pages that follow from the code are the ones that are committed, and what the pages point to exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from apps.accounts.matrix import ROLES, Permission
from apps.rifs.models import Rif, Status
from apps.workflow.transitions import DECLARED
from portal.demo import world
from portal.demo.people import PASSWORD
from portal.management.commands import diagrams

DOCS = settings.BASE_DIR / "docs"
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
QUOTED = re.compile(
    r"`((?:apps|portal|tests|docs|templates|static|benchmarks|requirements|deploy)/[\w./{},-]*)(?:::(\w+))?`"
)


def pages() -> list[Path]:
    return sorted([settings.BASE_DIR / "README.md", *DOCS.rglob("*.md")])


def test_committed_pages_equal_what_the_code_says() -> None:
    stale = [name for name, text in diagrams.pages().items() if (DOCS / name).read_text(encoding="utf-8") != text]
    assert not stale, "run `manage.py diagrams` and commit what it writes"


def test_the_api_describes_itself_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS


def test_every_address_of_the_api_is_described() -> None:
    routes = [str(part.pattern) for part in get_resolver().url_patterns if str(part.pattern) == "api/v1/"]
    assert routes == ["api/v1/"]
    text = diagrams.openapi()
    exchange = next(part for part in get_resolver().url_patterns if str(part.pattern) == "api/v1/")
    for route in exchange.url_patterns:
        address = re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern))
        assert address == "openapi.json" or f'"/api/v1/{address}"' in text, address


def test_the_permission_page_knows_every_role_permission_and_action() -> None:
    text = diagrams.permissions()
    names = [*ROLES, *Permission, *(name for actions in DECLARED.values() for name in actions)]
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    moves = [action for action in DECLARED[Rif].values() if action.target]
    reached = {str(Status.DRAFT)} | {str(action.target) for action in moves}
    left = {state for action in moves for state in action.sources}
    assert reached == set(Status.values)
    assert set(Status.values) - left == {"CLOSED", "CANCELLED", "RECALLED", "ABSORBED", "DISCARDED"}


@pytest.mark.parametrize("written", pages(), ids=lambda path: path.relative_to(settings.BASE_DIR).as_posix())
def test_whatever_a_page_points_to_exists(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    assert [
        target for target in LINK.findall(text) if "://" not in target and not (written.parent / target).exists()
    ] == []
    assert list(missing(text)) == []


def test_the_readme_lists_the_accounts_of_the_demonstration() -> None:
    text = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    listed = text.partition("<!-- accounts")[2].partition("<!-- end of accounts")[0]
    assert set(re.findall(r"`(\S+@\S+)`", listed)) == {email for email, _why in world.SHOWN_ACCOUNTS}
    assert f"`{PASSWORD}`" in text


def missing(text: str) -> Iterator[str]:
    """Files named in a page that are not there, and tests that their file does not hold."""
    for path, test in QUOTED.findall(text):
        if "{" in path or path.startswith("static/vendor"):
            continue
        there = settings.BASE_DIR / path
        if not there.exists():
            yield path
        elif test and f"def {test}(" not in there.read_text(encoding="utf-8"):
            yield f"{path}::{test}"
