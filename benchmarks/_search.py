"""Search among a million cards: words, one identifier, its beginning, a pasted list."""

import random
from collections.abc import Callable
from typing import Any

from _measure import Memory, Table, in_turn
from _million import container, word
from _people import Person
from _stage import Link

from apps.search.find import find, find_listed

AIM_WORDS, AIM_LIST = 150, 2_000
INDEXES = ("entry_words", "identifier_once")


def queries(size: int) -> dict[str, str]:
    """What is typed."""
    return {
        "word in most RIFs": word(1),
        "word in a quarter": word(10),
        "word in 1 of 25": word(100),
        "word in 1 of 250": word(1_000),
        "word in 1 of 25,000": word(100_000),
        "two common words": f"{word(8)} {word(12)}",
        "common and rare word": f"{word(5)} {word(20_000)}",
        "no such word": "zzzz",
        "identifier": container(size // 2),
        "identifier's beginning": container(size // 2)[:8],
        "beginning of most": "CSQU0",
        "reference's beginning": "RIF/IT/2026",
    }


def _first_page(person: Person, query: str) -> Callable[[], Any]:
    return person.behind(lambda: list(find(query, person.actor).order_by("-at", "-reference")[:26]))


def _probe(person: Person, query: str) -> str:
    """The same question in SQL as the owner, whom no wall binds."""
    own = person.actor.organisation_id
    if query.startswith(("CSQU", "RIF/")):
        return (
            "SELECT e.id FROM search_identifier i JOIN search_entry e ON e.id = i.entry_id"
            f" WHERE i.value >= '{query}' AND i.value < '{query}' || chr(1114109)"
            f" AND e.audience && ARRAY[{own}] LIMIT 26"
        )
    return (
        f"SELECT id FROM search_entry WHERE audience && ARRAY[{own}]"
        f" AND words @@ websearch_to_tsquery('simple', '{query}') LIMIT 26"
    )


def _scan(person: Person, query: str) -> str:
    own = person.actor.organisation_id
    return (
        f"SELECT id FROM search_entry WHERE audience && ARRAY[{own}]"
        f" AND title || ' ' || text ILIKE '%{query}%' ORDER BY at DESC LIMIT 26"
    )


def typed(table: Table, owner: Link, person: Person, size: int, rounds: int) -> None:
    """What is typed into the one search field, first page of 25."""
    memory = Memory()
    peer = in_turn({"peer": lambda: owner.execute(_scan(person, word(1_000))).fetchall()}, 2, 0)["peer"].p50
    for name, query in queries(size).items():
        probe = _probe(person, query)
        works = {
            "floor": lambda probe=probe: owner.execute(probe).fetchall(),
            "ours": _first_page(person, query),
            "page": person.get(f"/search/?q={query}"),
        }
        taken = in_turn(works, rounds)
        ours, rows = taken["ours"], person.behind(lambda query=query: find(query, person.actor).count())()
        met = ours.at(95) < AIM_WORDS
        table.add(
            f"search: {name}", ours, floor=taken["floor"].p50, peer=peer, rows=rows, peak=memory.peak,
            aim=f"p95 < {AIM_WORDS} ms", met=met,
        )  # fmt: skip
        print(f"  {name}: whole page {taken['page'].p50:.1f} ms, p95 {taken['page'].at(95):.1f}", flush=True)


def pasted(table: Table, owner: Link, person: Person, size: int, rounds: int) -> None:
    """5,000 pasted identifiers, a tenth of them unknown; alone and as a filter of the register."""
    chance = random.Random(7)
    lines = [container(chance.randrange(1, int(size * 1.1))) for _number in range(5_000)]
    probe = (
        "SELECT DISTINCT e.id FROM search_identifier i JOIN search_entry e ON e.id = i.entry_id"
        " WHERE i.value = ANY (%s) AND e.audience && %s::int[]"
    )
    own = [person.actor.organisation_id]
    memory = Memory()
    text = "\n".join(lines)

    def register() -> None:
        answer = person.client.post("/rifs/", {"q": text, "scope": "received"})
        assert answer.status_code == 200, answer.status_code

    taken = in_turn(
        {
            "floor": lambda: owner.execute(probe, [lines, own]).fetchall(),
            "ours": person.behind(lambda: list(find_listed(lines, person.actor).values_list("pk", flat=True))),
            "register": register,
        },
        rounds,
    )
    rows = len(owner.execute(probe, [lines, own]).fetchall())
    for title, name in (("5,000 pasted", "ours"), ("5,000 pasted into the register", "register")):
        table.add(
            title, taken[name], floor=taken["floor"].p50, rows=rows, peak=memory.peak,
            aim=f"< {AIM_LIST} ms", met=taken[name].at(95) < AIM_LIST,
        )  # fmt: skip


def proof(owner: Link, person: Person, size: int) -> None:
    """Shows by the database's own counters that each search probes its index and reads no whole table."""
    before = _scans(owner)
    asked = [_first_page(person, query) for query in queries(size).values()]
    for ask in asked:
        ask()
    with_index, whole = (after - earlier for after, earlier in zip(_scans(owner), before, strict=True))
    print(f"\n{len(asked)} searches behind the wall: {with_index} index probes, {whole} scans of a whole table")


def _scans(owner: Link) -> tuple[int, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT 1")
    owner.execute("SELECT pg_stat_force_next_flush()")
    probes = owner.execute(
        "SELECT sum(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname = ANY (%s)", [list(INDEXES)]
    )
    index = probes.fetchone()
    tables = "('search_entry', 'search_identifier')"
    scans = owner.execute(f"SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN {tables}").fetchone()
    assert index is not None
    assert scans is not None
    return int(index[0]), int(scans[0])
