"""The second wall: PostgreSQL's row-level security, told in each transaction who is reading.

`visible_to` is the first wall. This one holds when a query forgets the first: the application's
database role sees only rows whose audience meets the audiences set here; without them, no row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, migrations, transaction

from apps.kernel.actor import Actor

#: What the policies ask: whose audiences, which person, which permission. Made by a migration of `audit`.
FUNCTIONS = """
CREATE FUNCTION vedette_audiences() RETURNS int[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('vedette.audiences', true), ''), '{}')::int[] $$;
CREATE FUNCTION vedette_reader() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('vedette.reader', true), ''), '0')::bigint $$;
CREATE FUNCTION vedette_may(permission text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT permission = ANY (string_to_array(current_setting('vedette.permissions', true), ','))
   OR -1 = ANY (vedette_audiences()) $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION vedette_may(text); DROP FUNCTION vedette_audiences(); DROP FUNCTION vedette_reader();"

#: Audiences, person and permissions, as the database is told them.
Reader = tuple[str, str, str]
NOBODY: Reader = ("", "", "")


@contextmanager
def behind_wall(actor: Actor | None, *, savepoint: bool = True) -> Iterator[None]:
    """A transaction in which the database shows what `actor` may read, and nothing else.

    May be nested; the outer reader is restored when the inner block ends. Without a savepoint, an
    error in the block takes the whole outer transaction with it.
    """
    with transaction.atomic(savepoint=savepoint):
        before = getattr(connection, "vedette_reader", NOBODY)
        wanted = _reader(actor)
        if wanted == before:
            yield
            return
        _tell(wanted)
        try:
            yield
        except BaseException:
            # The rollback to the savepoint restores the database's own setting.
            connection.vedette_reader = before  # type: ignore[attr-defined]
            raise
        if connection.needs_rollback:
            connection.vedette_reader = before  # type: ignore[attr-defined]
        else:
            _tell(before)


def _reader(actor: Actor | None) -> Reader:
    if actor is None:
        return NOBODY
    audiences = "{" + ",".join(map(str, sorted(actor.audiences))) + "}"
    return (audiences, str(actor.user_id or 0), ",".join(sorted(actor.permissions)))


def _tell(reader: Reader) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('vedette.audiences', %s, true), set_config('vedette.reader', %s, true),"
            " set_config('vedette.permissions', %s, true)",
            reader,
        )
    connection.vedette_reader = reader  # type: ignore[attr-defined]


def protect(table: str, rule: str) -> migrations.RunSQL:
    """A migration step: only rows that meet `rule` (SQL over the row) exist for the application role."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY wall ON {table} USING ({rule});",
        f"DROP POLICY wall ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )
