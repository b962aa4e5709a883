"""The application's role in the database: made, given its rights, and shown to be harmless.

Row-level security binds neither a superuser nor the owner of a table. The portal therefore works as
`vedette_app`, which is neither, and only `manage.py prepare` works as the owner.
"""

import fcntl
import hashlib
import secrets
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import errors, sql

from portal import embedded

#: What the role may do with tables that are not for it to change; all others are open to it.
EXCEPTIONS = {
    "audit_event": "SELECT, INSERT",
    "audit_accesslog": "SELECT, INSERT",
    "audit_head": "SELECT",
    "inquiries_message": "SELECT, INSERT",
    "inquiries_consent": "SELECT, INSERT",
    "django_migrations": "SELECT",
}
RIGHTS = {
    "TABLES": "SELECT, INSERT, UPDATE, DELETE",
    "SEQUENCES": "USAGE, SELECT",
    "FUNCTIONS": "EXECUTE",
}
#: Three reasons why row-level security may not bind the role that asks.
UNBOUND = (
    "SELECT rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_tables"
    " WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'MEMBER'))"
    " FROM pg_roles WHERE rolname = current_user"
)


class RoleError(Exception):
    """The application role cannot be made or is not safe; the text says what to do."""


class Cursor(Protocol):
    """Django's cursor or psycopg's."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[Any]:
        """The rows of the last statement."""


def application_url(owner_url: str) -> str:
    """The address of the application role for the owner's database; the role is made if it is missing."""
    if given := embedded.given_application_url():
        return urlunsplit(urlsplit(given)._replace(path=urlsplit(owner_url).path))
    if embedded.is_external():
        ensure(owner_url)
        return embedded.with_login(owner_url, *embedded.application_login())
    return embedded.with_login(owner_url, embedded.APPLICATION_ROLE, "")


def application_role() -> str:
    """The name of the application role."""
    if given := embedded.given_application_url():
        return unquote(urlsplit(given).username or "")
    return embedded.application_login()[0]


def ensure(owner_url: str) -> None:
    """Make the application role on an external server, with a password that only this installation knows.

    A server may serve several installations: where another one has taken the name, this one adds a suffix.
    """
    folder = embedded.data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "database-role.lock").open("w") as alone, connected(owner_url) as link:
        fcntl.flock(alone, fcntl.LOCK_EX)  # two test runs beside each other make one role
        name, password = embedded.application_login()
        taken = {row[0] for row in link.execute("SELECT rolname FROM pg_roles").fetchall()}
        if password and name in taken:
            return
        if name in taken:
            mark = hashlib.sha256(str(embedded.data_folder()).encode()).hexdigest()[:6]
            name = f"{embedded.APPLICATION_ROLE}_{mark}"
        verb = "ALTER" if name in taken else "CREATE"
        password = secrets.token_urlsafe(32)
        command = sql.SQL(f"{verb} ROLE {{}} LOGIN NOINHERIT PASSWORD {{}}")
        try:
            link.execute(command.format(sql.Identifier(name), sql.Literal(password)))
        except errors.InsufficientPrivilege as refused:
            raise RoleError(
                "The owner's role may not create the application role. Either run "
                "`ALTER ROLE … CREATEROLE` for it, or create a role yourself (LOGIN, neither superuser "
                "nor BYPASSRLS nor owner) and give its address as DATABASE_APP_URL."
            ) from refused
        embedded.write_private(embedded.login_file(), f"{name}:{password}\n")


def grant(cursor: Cursor, role: str = "") -> None:
    """Give the application role its rights on the tables, sequences and functions of this database.

    `cursor` is the owner's. Later tables get the common rights by themselves; those that the role may
    not change are taken back here, so this runs after every migration.
    """
    to = quoted(role or application_role())
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {to}")
    for kind, rights in RIGHTS.items():
        cursor.execute(f"GRANT {rights} ON ALL {kind} IN SCHEMA public TO {to}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} ON {kind} TO {to}")
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    present = {row[0] for row in cursor.fetchall()}
    for table, rights in EXCEPTIONS.items():
        if table in present:
            cursor.execute(f"REVOKE ALL ON {quoted(table)} FROM {to}")
            if rights:
                cursor.execute(f"GRANT {rights} ON {quoted(table)} TO {to}")


def verify(url: str) -> None:
    """Sign in as the application role and make sure that row-level security binds it."""
    with connected(url) as link:
        row = link.execute(UNBOUND).fetchone()
    if row is None or any(row):
        raise RoleError(
            "The application role is a superuser, may pass row-level security or owns tables: "
            "give another role as DATABASE_APP_URL."
        )


def connected(url: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection, or a sentence that names the address without its password."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        place = urlsplit(url)
        raise RoleError(
            f"Cannot sign in to the database {place.path.lstrip('/')} as {place.username}: {problem}"
        ) from problem


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
