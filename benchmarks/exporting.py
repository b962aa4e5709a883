"""Exporting: a million visible rows as CSV against COPY of the same rows, and 100,000 rows as a spreadsheet.

    python benchmarks/exporting.py [SIZE]

An auditor reads everything that was published (scope=all). ROUNDS (default 3) is how often each thing is
measured; PORTAL_DATA keeps the data for the next run.
"""

import os
import time
from functools import partial
from typing import Any

from _stage import size, stage

COPY = """COPY (
    SELECT r.reference, r.title, r.status, r.urgency, r.nature, array_to_string(r.areas, ' '), r.tlp, o.code,
           r.published_at, d.due_at, d.acknowledged_at
    FROM rifs_rif r JOIN organisations_organisation o ON o.id = r.issuer_id
    LEFT JOIN rifs_delivery d ON d.rif_id = r.id AND d.organisation_id = {own}
    WHERE r.published_at IS NOT NULL AND r.audience && ARRAY[-2, {own}]
    ORDER BY r.published_at DESC, r.reference DESC{limit}
) TO STDOUT WITH (FORMAT csv)"""
FIVE_TIMES, MOST_MB = 5, 300


def copied(person: Any) -> object:
    """What PostgreSQL itself needs for the rows, behind the same wall."""
    from django.db import connection

    from apps.kernel.wall import behind_wall

    statement = COPY.format(own=person.actor.organisation_id)
    with behind_wall(person.actor), connection.cursor() as cursor, cursor.copy(statement) as copy:
        return sum(len(part) for part in copy)


def exported(person: Any, form: str, query: str, taken: dict[str, float]) -> object:
    """The export as the server sends it, thrown away part by part."""
    start, first = time.perf_counter(), 0.0
    taken |= {"rows": 0, "bytes": 0}
    for part in person.client.get(f"/rifs/export/{form}/?{query}"):
        first = first or time.perf_counter() - start
        taken["rows"] += part.count(b"\n")
        taken["bytes"] += len(part)
    taken["first"] = first
    return taken


def main() -> None:
    """Build, measure, print."""
    with stage() as owner:
        from _measure import Memory, Table, Work, in_turn
        from _million import build
        from _people import sign_in

        world = build(owner, size(1_000_000))
        person, memory, table = sign_in("TAXUD", ["AUDITOR"]), Memory(), Table("Exporting")
        copied(person)  # what the first reading of a table costs is the disk's
        idle = memory.peak
        few = "scope=all&urgency=1&urgency=2"
        for form, query, most in (("csv", "scope=all", FIVE_TIMES), ("json", "scope=all", 0), ("xlsx", few, 0)):
            memory.start()
            taken: dict[str, float] = {}
            works: dict[str, Work] = {"COPY": partial(copied, person)} if most else {}
            works["ours"] = partial(exported, person, form, query, taken)
            found = in_turn(works, int(os.environ.get("ROUNDS", "3")), warm=0)
            floor, ours, grown = found["COPY"].p50 if most else None, found["ours"], memory.peak - idle
            met = grown < MOST_MB and (floor is None or ours.p50 <= most * floor)
            name = f"{form}, first byte after {taken['first']:.1f} s, {taken['bytes'] / 2**20:.0f} MB"
            aim = f"{f'≤ {most}× COPY, ' if most else ''}peak < {MOST_MB} MB over idle"
            rows = int(taken["rows"]) - 1 if form == "csv" else ""
            table.add(name, ours, floor=floor, rows=rows, peak=grown, aim=aim, met=met)
        print(f"{world.size:,} RIFs, {world.deliveries:,} deliveries; built in {world.seconds:.0f} s")
        table.show()


if __name__ == "__main__":
    main()
