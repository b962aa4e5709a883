"""The hash chain: each row's hash covers the row and the hash before it.

The database computes it in a trigger under a lock on the chain's head, so that no writer, not even
one that speaks SQL to it, can choose a hash, a number or a place. Verification recomputes all of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from apps.audit.models import ACCESS_COLUMNS, EVENT_COLUMNS
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall

CHAINS = {"audit_event": EVENT_COLUMNS, "audit_accesslog": ACCESS_COLUMNS}


def body(columns: tuple[str, ...], row: str) -> str:
    """SQL text of what is hashed: the row's columns as jsonb, whose text form PostgreSQL keeps canonical."""
    pairs = ", ".join(f"'{name}', {_value(name, row)}" for name in columns)
    return f"jsonb_build_object({pairs})::text"


def _value(name: str, row: str) -> str:
    moment = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    return f"to_char({row}.at AT TIME ZONE 'UTC', '{moment}')" if name == "at" else f"{row}.{name}"


def install(table: str) -> str:
    """SQL that makes `table` a chain: numbered, hashed, append-only."""
    columns = CHAINS[table]
    return f"""
    INSERT INTO audit_head (chain, last_id, hash) VALUES ('{table}', 0, '');
    CREATE FUNCTION {table}_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
        SELECT last_id + 1, hash INTO NEW.id, NEW.previous FROM audit_head WHERE chain = '{table}' FOR UPDATE;
        NEW.hash := encode(sha256(convert_to(NEW.previous || {body(columns, "NEW")}, 'UTF8')), 'hex');
        UPDATE audit_head SET last_id = NEW.id, hash = NEW.hash WHERE chain = '{table}';
        RETURN NEW;
    END $$;
    CREATE TRIGGER link BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_link();
    CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_keep();
    CREATE TRIGGER keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
    """


KEEP = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The audit log is append-only.' USING ERRCODE = 'insufficient_privilege'; END $$;
"""


@dataclass(frozen=True)
class Fault:
    """One place where a chain does not hold."""

    table: str
    row: int
    reason: str


def verify() -> Iterator[Fault]:
    """Every changed, removed or inserted row of both chains; nothing when they hold."""
    for table, columns in CHAINS.items():
        with behind_wall(system_actor()), connection.cursor() as cursor:
            cursor.execute(_CHECK.format(table=table, body=body(columns, "r")))
            for row, reason in cursor.fetchall():
                yield Fault(table, row, reason)
            cursor.execute(
                f"SELECT h.last_id, h.hash, coalesce(max(r.id), 0), coalesce(max(r.hash), '')"
                f" FROM audit_head h LEFT JOIN (SELECT id, hash FROM {table} ORDER BY id DESC LIMIT 1) r ON true"
                f" WHERE h.chain = %s GROUP BY h.last_id, h.hash",
                [table],
            )
            head_id, head_hash, last_id, last_hash = cursor.fetchone()
            if (head_id, head_hash) != (last_id, last_hash):
                yield Fault(table, head_id, "the last rows are missing or the head was changed")


_CHECK = """
SELECT id, CASE
    WHEN number <> id THEN 'a row before this one is missing or was inserted'
    WHEN previous <> before THEN 'does not follow the row before it'
    ELSE 'was changed' END
FROM (
    SELECT r.id, row_number() OVER w AS number, r.previous, r.hash, coalesce(lag(r.hash) OVER w, '') AS before,
           encode(sha256(convert_to(r.previous || {body}, 'UTF8')), 'hex') AS computed
    FROM {table} r WINDOW w AS (ORDER BY r.id)
) checked
WHERE number <> id OR previous <> before OR hash <> computed
ORDER BY id
LIMIT 100
"""


def export() -> Iterator[dict[str, str]]:
    """Every link as text: table, previous, body, hash. `docs/verify_export.py` checks it without a server."""
    for table, columns in CHAINS.items():
        with behind_wall(system_actor()), connection.cursor() as cursor:
            cursor.execute(f"SELECT r.previous, {body(columns, 'r')}, r.hash FROM {table} r ORDER BY r.id")
            for previous, text, digest in cursor:
                yield {"table": table, "previous": previous, "body": text, "hash": digest}
