"""Nobody rewrites the logs: the application cannot, and what a database administrator does is found."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from apps.audit.chain import CHAINS, verify
from apps.audit.models import AccessLog, Event, Head
from apps.audit.record import OutsideTransaction, note_access, record
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from tests.audit.conftest import AT, Tamper, four_of_each

TABLES = sorted(CHAINS)
COPY = (
    "id, kind, subject_type, subject_id, reference, actor_id, actor_name, organisation_id, organisation_name, at, data"
)
each_log = pytest.mark.parametrize("table", TABLES)


def faults() -> list[tuple[str, int, str]]:
    return [(fault.table, fault.row, fault.reason) for fault in verify()]


def test_untouched_logs_hold(logs: None) -> None:
    assert faults() == []
    call_command("audit_verify")


@each_log
def test_a_changed_row_is_found(tamper: Tamper, table: str) -> None:
    tamper(table, "UPDATE {table} SET actor_name = 'Somebody else' WHERE id = 2")
    assert faults() == [(table, 2, "was changed")]


@each_log
@pytest.mark.parametrize(
    "change",
    ["data = data || '{{\"number\": 9}}'", "at = at + interval '1 microsecond'", "kind = 'x'", "actor_id = 7"],
)
def test_the_smallest_change_is_found(tamper: Tamper, table: str, change: str) -> None:
    tamper(table, f"UPDATE {{table}} SET {change} WHERE id = 3")
    assert faults() == [(table, 3, "was changed")]


@each_log
def test_a_changed_row_with_a_fitting_hash_is_found(tamper: Tamper, table: str) -> None:
    tamper(table, "UPDATE {table} SET hash = encode(sha256('forged'), 'hex') WHERE id = 2")
    assert (table, 3, "does not follow the row before it") in faults()


@each_log
@pytest.mark.parametrize("row", [1, 2])
def test_a_row_removed_in_the_middle_is_found(tamper: Tamper, table: str, row: int) -> None:
    tamper(table, f"DELETE FROM {{table}} WHERE id = {row}")
    assert faults()[0] == (table, row + 1, "a row before this one is missing or was inserted")


@each_log
def test_the_last_row_removed_is_found(tamper: Tamper, table: str) -> None:
    tamper(table, "DELETE FROM {table} WHERE id = 4")
    assert faults() == [(table, 4, "the last rows are missing or the head was changed")]


@each_log
def test_an_emptied_log_is_found(tamper: Tamper, table: str) -> None:
    tamper(table, "DELETE FROM {table}")
    assert faults() == [(table, 4, "the last rows are missing or the head was changed")]


@each_log
def test_an_inserted_row_is_found(tamper: Tamper, table: str) -> None:
    more = ", allowed, address" if table == "audit_accesslog" else ""
    tamper(
        table,
        f"INSERT INTO {{table}} ({COPY}{more}, previous, hash)"
        f" SELECT 5, {COPY.removeprefix('id, ')}{more}, hash, encode(sha256('forged'), 'hex') FROM {{table}} WHERE id = 4",
    )
    assert (table, 5, "was changed") in faults()
    assert (table, 4, "the last rows are missing or the head was changed") in faults()


def test_the_command_fails_and_says_where(tamper: Tamper, capsys: pytest.CaptureFixture[str]) -> None:
    tamper("audit_event", "UPDATE {table} SET reference = 'RIF/IT/2026/000001' WHERE id = 1")
    with pytest.raises(CommandError, match="tampered"):
        call_command("audit_verify")
    assert "audit_event row 1: was changed" in capsys.readouterr().err


@each_log
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET actor_name = 'x'",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "ALTER TABLE {table} DISABLE TRIGGER USER",
        "DROP TRIGGER link ON {table}",
        "DROP TABLE {table}",
        "UPDATE audit_head SET last_id = 0",
        "INSERT INTO audit_head VALUES ('other', 0, '')",
        "DELETE FROM audit_head",
        "CREATE OR REPLACE FUNCTION {table}_link() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    ],
)
def test_the_application_can_only_append(logs: None, table: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table))
    assert faults() == []


@each_log
@pytest.mark.parametrize("statement", ["UPDATE {table} SET kind = 'x'", "DELETE FROM {table}", "TRUNCATE {table}"])
def test_even_the_owner_is_refused_while_the_triggers_stand(owned_logs: None, table: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table=table))
    assert faults() == []


def test_a_writer_chooses_neither_number_nor_hash(logs: None) -> None:
    by = system_actor()
    with behind_wall(by):
        Event.objects.create(id=1, kind="test", at=AT, actor_name="Vedette", previous="chosen", hash="chosen")
    assert faults() == []
    with behind_wall(by):
        newest = Event.objects.order_by("-id").first()
    assert newest is not None
    assert newest.id == Head.objects.get(chain="audit_event").last_id == 5


def test_an_event_needs_the_transaction_that_causes_it(transactional_db: None) -> None:
    with pytest.raises(OutsideTransaction):
        record("test", None, by=system_actor(), at=AT, data={})


def happens_and_fails() -> None:
    with behind_wall(system_actor()):
        record("test", None, by=system_actor(), at=AT, data={})
        connection.cursor().execute("SELECT 1 / 0")


def test_an_event_disappears_with_what_it_told_of(logs: None) -> None:
    with pytest.raises(DatabaseError):
        happens_and_fails()
    assert faults() == []
    assert Head.objects.get(chain="audit_event").last_id == 4


def test_writers_at_the_same_time_leave_one_chain(transactional_db: None) -> None:
    four_of_each()

    def write() -> None:
        for number in range(10):
            note_access("test", None, by=system_actor(), at=AT, data={"number": number})
        connection.close()

    threads = [threading.Thread(target=write) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults() == []
    with behind_wall(system_actor()):
        assert AccessLog.objects.count() == 44
