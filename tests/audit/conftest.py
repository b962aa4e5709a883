"""Both logs with a few rows in them, for the application and for a database administrator who tampers."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from apps.audit.record import note_access, record
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from tests.conftest import OWNER, become

AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
Tamper = Callable[[str, str], None]


def four_of_each() -> None:
    """Four events and four looks, with text that is hard to copy."""
    by = system_actor()
    for number in range(4):
        with behind_wall(by):
            record("test.happened", None, by=by, at=AT, data={"number": number, "text": 'Größe – ναι \u2028 "q" \\'})
        note_access("test.looked", None, by=by, at=AT, address="192.0.2.7", data={"number": number})


@pytest.fixture
def logs(db: None) -> None:
    """The logs as the application sees them."""
    four_of_each()


@pytest.fixture
def administrator(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Work as the owner of the tables until the test ends; named before `db`, which then belongs to the owner."""
    here = connection.settings_dict.copy()
    with django_db_blocker.unblock():
        become(OWNER)
    yield
    with django_db_blocker.unblock():
        become(here)


@pytest.fixture
def owned_logs(administrator: None, db: None) -> None:
    """The logs in the hands of a database administrator; all is undone after the test."""
    four_of_each()


@pytest.fixture
def tamper(owned_logs: None) -> Tamper:
    """Run a statement with the triggers off: what only the owner of the tables can do."""

    def run(table: str, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement.format(table=table))
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return run
