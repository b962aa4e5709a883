"""What row-level security costs: the same statement as the owner, whom it does not bind, and as the application."""

from collections.abc import Callable
from typing import Any

from _measure import Table, in_turn
from _million import word
from _people import Person
from _register import FILTERS, wanted
from _stage import Link
from django.db import connection
from django.utils import timezone

from apps.kernel.wall import behind_wall
from apps.rifs.models import Rif
from apps.rifs.register import counts_of, page_of
from apps.search.find import find


def cost(table: Table, owner: Link, person: Person, rounds: int) -> None:
    """Page, counts, one RIF, and words: through the functions of search and through the policy alone."""
    actor, now = person.actor, timezone.now()
    reference = person.behind(lambda: Rif.objects.visible_to(actor).order_by("-published_at").first())().reference
    asked: dict[str, Callable[[], Any]] = {
        "page": lambda: page_of(actor, wanted(FILTERS["urgent"]), now),
        "page of all, newest": lambda: page_of(actor, wanted("scope=all"), now),
        "counts": lambda: counts_of(actor, wanted(FILTERS["urgent"]), now),
        "one RIF": lambda: Rif.objects.visible_or_404(actor, reference=reference),
        "search": lambda: list(find(word(100), actor).order_by("-at", "-reference")[:26]),
    }
    for name, work in asked.items():
        statements = [q for q in person.queries(person.behind(work)) if q.startswith("SELECT")]
        statement = max(statements, key=len)
        _compare(table, owner, person, name, statement, rounds)
    plain = (
        "SELECT id FROM search_entry WHERE audience && vedette_audiences()"
        f" AND words @@ websearch_to_tsquery('simple', '{word(1_000)}') ORDER BY at DESC LIMIT 26"
    )
    _compare(table, owner, person, "search without its functions", plain, max(rounds // 10, 3))
    print(f"  its plan without wall: {_plan(owner, person, plain, walled=False)}")
    print(f"  its plan behind the wall: {_plan(owner, person, plain, walled=True)}")


def _compare(table: Table, owner: Link, person: Person, name: str, statement: str, rounds: int) -> None:
    def walled() -> list[Any]:
        with behind_wall(person.actor):
            return connection.connection.execute(statement).fetchall()

    def free() -> list[Any]:
        with owner.transaction():
            _tell(owner, person)
            return owner.execute(statement).fetchall()

    taken = in_turn({"free": free, "walled": walled}, rounds)
    free_ms, walled_times = taken["free"].p50, taken["walled"]
    table.add(f"wall: {name}", walled_times, floor=free_ms, aim="≤ 1.1× or recorded")
    print(f"  {name}: {free_ms:.2f} ms without, {walled_times.p50:.2f} ms with the wall", flush=True)


def _tell(owner: Link, person: Person) -> None:
    audiences = "{" + ",".join(map(str, sorted(person.actor.audiences))) + "}"
    owner.execute("SELECT set_config('vedette.audiences', %s, true)", [audiences])
    permissions = ",".join(sorted(person.actor.permissions))
    owner.execute("SELECT set_config('vedette.permissions', %s, true)", [permissions])


def _plan(owner: Link, person: Person, statement: str, *, walled: bool) -> str:
    """The kinds of scan in the plan."""
    if walled:
        with behind_wall(person.actor):
            rows = connection.connection.execute(f"EXPLAIN {statement}").fetchall()
    else:
        with owner.transaction():
            _tell(owner, person)
            rows = owner.execute(f"EXPLAIN {statement}").fetchall()
    lines = [str(row[0]).strip(" ->").split("  (")[0] for row in rows]
    return "; ".join(line for line in lines if "Scan" in line)
