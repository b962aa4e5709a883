"""A database of its own for one run of a benchmark: made, prepared, taken away again.

Without DATABASE_URL the embedded server is started in the data folder (PORTAL_DATA, else a temporary
one). With it, a new database is made on that server and dropped at the end.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from portal import embedded  # noqa: E402

Link = psycopg.Connection[Any]


@contextmanager
def stage(*, broker: bool = False) -> Iterator[Link]:
    """Django works as the application role on an empty schema; the owner's connection is given. `broker` starts one too."""
    kept = os.environ.get("PORTAL_DATA")
    folder = Path(kept or tempfile.mkdtemp(prefix="vedette-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if not kept:
        folder.chmod(0o755)  # the server's own account passes through
    os.environ["PORTAL_DATA"] = str(folder)
    if not broker:
        os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
    given = os.environ.get("DATABASE_URL")
    before = _make(given) if given else None
    try:
        prepare = [sys.executable, str(ROOT / "manage.py"), "prepare", "--verbosity=0"]
        subprocess.run(prepare, check=True, cwd=ROOT)
        _set_up()
        with psycopg.connect(embedded.owner_url(), autocommit=True) as owner:
            yield owner
    finally:
        _close()
        if given and before is not None:
            _drop(given, before)
        embedded.dismiss(60)
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
            home = _home(folder)
            if home != folder:
                shutil.rmtree(home, ignore_errors=True)


def _home(folder: Path) -> Path:
    """Where the files of the embedded server lie, when its account could not reach the folder."""
    from portal.embedded.postgres import Postgres

    return Postgres(folder).home


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = "_addresses"


def _close() -> None:
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()


def _make(given: str) -> set[str]:
    """Make a database for this run and point the environment at it; the roles that were there before."""
    name = f"vedette_bench_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as link:
        roles = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
        link.execute(f"CREATE DATABASE {name}")
    for variable in ("DATABASE_URL", "DATABASE_APP_URL"):
        if address := os.environ.get(variable):
            os.environ[variable] = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    return roles


def _drop(given: str, before: set[str]) -> None:
    """Drop the database of this run and the role that it made."""
    role = embedded.application_login()[0] if embedded.login_file().exists() else ""
    with psycopg.connect(given, autocommit=True) as link:
        link.execute(f"DROP DATABASE IF EXISTS vedette_bench_{os.getpid()} WITH (FORCE)")
        if role and role not in before:
            link.execute(f'DROP ROLE IF EXISTS "{role}"')


def size(default: int) -> int:
    """How many RIFs: the first argument, else SIZE."""
    return int(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SIZE", default))
