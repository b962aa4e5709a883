"""The register: one page of the visible RIFs, its counts, deep pages; and one RIF with its ledger."""

from collections.abc import Callable
from typing import Any

from _measure import Memory, Table, in_turn
from _people import Person
from _stage import Link
from django.http import QueryDict
from django.utils import timezone

from apps.rifs.register import Filter, counts_of, page_of

FILTERS = {
    "no filter": "sort=clock",
    "urgent": "sort=clock&urgency=2",
    "urgent, unread": "sort=clock&urgency=2&state=unread",
    "rare area, acknowledged": "sort=clock&area=11&state=acknowledged",
    "from France, newest first": "sort=newest&from=FR",
}
JOINED = "rifs_delivery d JOIN rifs_rif r ON r.id = d.rif_id JOIN organisations_organisation o ON o.id = r.issuer_id"
#: What a filter means in SQL, for the floor and the peers.
CONDITIONS = {
    "no filter": "true",
    "urgent": "r.urgency = 2",
    "urgent, unread": "r.urgency = 2 AND NOT d.settled AND d.opened_at IS NULL",
    "rare area, acknowledged": "r.areas @> ARRAY[11]::smallint[] AND d.settled",
    "from France, newest first": "o.code = 'FR'",
}
CLOCK = "d.settled, d.due_at, d.reference"


def page_sql(person: Person, name: str) -> str:
    """The page as somebody would write it by hand."""
    order = "d.delivered_at DESC, d.reference DESC" if "newest" in name else CLOCK
    return (
        f"SELECT d.*, r.*, o.* FROM {JOINED} WHERE d.organisation_id = {person.actor.organisation_id}"
        f" AND {CONDITIONS[name]} ORDER BY {order} LIMIT 26"
    )


def grouped_sql(person: Person) -> str:
    """One grouped scan of what is counted: the first 10,001 visible rows."""
    return (
        "SELECT settled, opened, late, urgency, areas, status, issuer_id, count(*) FROM ("
        "SELECT d.settled, d.opened_at IS NULL AS opened, d.due_at < now() AS late, r.urgency, r.areas, r.status,"
        " r.issuer_id FROM rifs_delivery d JOIN rifs_rif r ON r.id = d.rif_id"
        f" WHERE d.organisation_id = {person.actor.organisation_id} LIMIT 10001) s GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )


def peers_sql(person: Person) -> dict[str, str]:
    """Two usual ways to ask who may see what, without a stored audience and without a wall."""
    own = person.actor.organisation_id
    mine = f"SELECT 1 FROM rifs_delivery d WHERE d.rif_id = r.id AND d.organisation_id = {own}"
    clock = f"(SELECT d.due_at FROM rifs_delivery d WHERE d.rif_id = r.id AND d.organisation_id = {own})"
    return {
        "EXISTS": f"SELECT r.* FROM rifs_rif r WHERE r.urgency = 2 AND (r.issuer_id = {own} OR EXISTS ({mine}))"
        f" ORDER BY {clock}, r.reference LIMIT 26",
        "join + distinct": f"SELECT DISTINCT r.id, r.reference, r.title, d.due_at FROM rifs_rif r"
        f" LEFT JOIN rifs_delivery d ON d.rif_id = r.id WHERE r.urgency = 2"
        f" AND (r.issuer_id = {own} OR d.organisation_id = {own}) ORDER BY d.due_at, r.reference LIMIT 26",
        "count by EXISTS": f"SELECT r.urgency, r.status, count(*) FROM rifs_rif r WHERE r.issuer_id = {own}"
        f" OR EXISTS ({mine}) GROUP BY 1, 2",
    }


def wanted(address: str) -> Filter:
    """The filter of an address."""
    return Filter.read(QueryDict(address))


def owners(owner: Link, statement: str) -> Callable[[], Any]:
    """Bare SQL as the owner, whom no wall binds."""
    return lambda: owner.execute(statement).fetchall()


def pages(table: Table, owner: Link, person: Person, rounds: int) -> None:
    """Server time of the whole page through the real view, against an empty page and the bare SQL."""
    memory, received = Memory(), None
    for name, address in FILTERS.items():
        works = {
            "empty": person.get("/empty/"),
            "page": person.raw(page_sql(person, name)),
            "counts": person.raw(grouped_sql(person)),
            "ours": person.get(f"/rifs/?{address}"),
        }
        memory.start()
        taken = in_turn(works, rounds)
        peers = {}
        if name == "urgent":
            peers = in_turn({n: owners(owner, q) for n, q in peers_sql(person).items() if "count" not in n}, 3, 1)
        received = sum(taken[part].p50 for part in ("empty", "page", "counts"))
        ours = taken["ours"]
        peer = min((times.p50 for times in peers.values()), default=None)
        aim, met = "≤ 3× (empty + SQL)", ours.p50 <= 3 * received
        table.add(f"page: {name}", ours, floor=received, peer=peer, rows=25, peak=memory.peak, aim=aim, met=met)
        for title, times in peers.items():
            print(f"  peer {title}: {times.p50:.0f} ms")
        print(f"  {name}: " + ", ".join(f"{part} {taken[part].p50:.2f}" for part in works), flush=True)


def steadiness(table: Table, person: Person, rounds: int) -> None:
    """The first page against a page 20,000 rows deep, and the slowest against the usual."""
    now = timezone.now()
    clock = wanted("sort=clock&urgency=3")
    deep = person.behind(lambda: page_of(person.actor, clock, now, size=20_000).next)()
    taken = in_turn(
        {
            "first": person.behind(lambda: page_of(person.actor, clock, now)),
            "deep": person.behind(lambda: page_of(person.actor, wanted(f"{clock.query()}&after={deep}"), now)),
            "page": person.get(f"/rifs/?{clock.query()}"),
        },
        rounds,
    )
    first, far, whole = taken["first"].p50, taken["deep"], taken["page"]
    table.add("rows 20,000 deep", far, floor=first, rows=25, aim="≤ 1.5× first page", met=far.p50 <= 1.5 * first)
    aim = "p99 ≤ 3× p50"
    table.add("page: steadiness", whole, floor=whole.p50, rows=25, aim=aim, met=whole.at(99) <= 3 * whole.p50)
    numbers = {name: len(person.queries(person.get(f"/rifs/?{address}"))) for name, address in FILTERS.items()}
    print("  queries per page:", ", ".join(f"{name} {number}" for name, number in numbers.items()), flush=True)


def counts(table: Table, owner: Link, person: Person, rounds: int) -> None:
    """The numbers beside the list."""
    now, memory = timezone.now(), Memory()
    peer = in_turn({"peer": owners(owner, peers_sql(person)["count by EXISTS"])}, 3, 1)["peer"].p50
    for name in ("no filter", "urgent"):
        chosen = wanted(FILTERS[name])
        taken = in_turn(
            {
                "floor": person.raw(grouped_sql(person)),
                "ours": person.behind(lambda chosen=chosen: counts_of(person.actor, chosen, now)),
            },
            rounds,
        )
        floor, ours = taken["floor"].p50, taken["ours"]
        met = ours.p50 <= 3 * floor
        table.add(f"counts: {name}", ours, floor=floor, peer=peer, rows=10_001, peak=memory.peak, aim="≤ 3×", met=met)


def detail(table: Table, owner: Link, person: Person, rounds: int) -> None:
    """One RIF of which 30 organisations were told, with ten events."""
    reference, number = _told_to_thirty(owner, person)
    address = f"/rifs/{reference.removeprefix('RIF/')}/"
    for part, title in (("", "overview"), ("acknowledgements/", "ledger"), ("history/", "history")):
        memory = Memory()
        taken = in_turn({"empty": person.get("/empty/"), "ours": person.get(address + part)}, rounds, warm=3)
        sent = person.queries(person.get(address + part))
        statements = [text for text in sent if text.startswith("SELECT")]
        replay = in_turn({"sql": _replay(person, statements)}, rounds)["sql"].p50
        empty, ours = taken["empty"].p50, taken["ours"]
        queries = len(sent) - len(person.queries(person.get("/empty/")))
        met = ours.p50 <= 3 * empty and queries <= 12
        table.add(
            f"RIF: {title}", ours, floor=empty, rows=number, peak=memory.peak,
            aim=f"≤ 3× empty, ≤ 12 queries ({queries})", met=met,
        )  # fmt: skip
        print(f"  {title}: {queries} queries of its own; its SQL {replay:.1f} ms", flush=True)


def _replay(person: Person, statements: list[str]) -> Callable[[], Any]:
    from django.db import connection

    def done() -> None:
        for statement in statements:
            connection.connection.execute(statement).fetchall()

    return person.behind(done)


def _told_to_thirty(owner: Link, person: Person) -> tuple[str, int]:
    """A published RIF for the reader's administration, delivered to four more than the Member States."""
    row = owner.execute(
        "SELECT r.id, r.reference FROM rifs_rif r JOIN rifs_delivery d ON d.rif_id = r.id AND d.organisation_id = %s"
        " WHERE r.id %% 25 = 0 AND r.status = 'PUBLISHED' AND NOT d.settled ORDER BY r.id LIMIT 1",
        [person.actor.organisation_id],
    ).fetchone()
    assert row is not None
    owner.execute(
        "INSERT INTO rifs_delivery (rif_id, organisation_id, reference, for_action, delivered_at, due_at, opened_by,"
        " acknowledged_by) SELECT %s, id, %s, false, now(), now() + interval '7 days', '', ''"
        " FROM organisations_organisation WHERE code IN ('CH', 'NO', 'EUROPOL', 'OLAF') ON CONFLICT DO NOTHING",
        row,
    )
    ten = "INSERT INTO audit_event (kind, subject_type, subject_id, reference, actor_name, organisation_name, at, data,"
    ten += " previous, hash) SELECT 'rif.retranscribe', 'rifs.rif', %s, %s, 'A', 'B', now(), '{}', '', ''"
    owner.execute(ten + " FROM generate_series(1, 10)", row)
    told = owner.execute("SELECT count(*) FROM rifs_delivery WHERE rif_id = %s", row[:1]).fetchone()
    return row[1], told[0] if told else 0
