"""Exporting: a million visible rows as CSV against COPY of the same rows, and 100,000 rows as a spreadsheet.

    python benchmarks/exporting.py [SIZE]

An auditor reads everything that was published (scope=all). ROUNDS (default 3) is how often each thing is
measured; PORTAL_DATA keeps the data for the next run.
"""

import os
import time
from functools import partial

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


def main() -> None:
    """Build, measure, print."""
    with stage() as owner:
        from _measure import Memory, Table, Work, in_turn
        from _million import build
        from _people import Person, sign_in
        from django.db import connection

        from apps.kernel.wall import behind_wall

        world = build(owner, size(1_000_000))
        rounds = int(os.environ.get("ROUNDS", "3"))
        person = sign_in("TAXUD", ["AUDITOR"])
        idle, taken = Memory(), {"rows": 0, "bytes": 0, "first": 0.0}

        def copied(limit: str = "") -> object:
            statement = COPY.format(own=person.actor.organisation_id, limit=limit)
            with behind_wall(person.actor), connection.cursor() as cursor, cursor.copy(statement) as copy:
                return sum(len(part) for part in copy)

        def export(reader: Person, form: str, query: str) -> object:
            start = time.perf_counter()
            answer = reader.client.get(f"/rifs/export/{form}/?{query}")
            taken["first"], taken["rows"], taken["bytes"] = 0.0, 0, 0
            for part in answer:
                taken["first"] = taken["first"] or time.perf_counter() - start
                taken["rows"] += part.count(b"\n")
                taken["bytes"] += len(part)
            return taken

        table = Table("Exporting")
        few = "scope=all&urgency=1&urgency=2"
        copied()  # what the first reading of a table costs is the disk's
        before = idle.peak
        for form, query, wanted in (("csv", "scope=all", FIVE_TIMES), ("json", "scope=all", 0), ("xlsx", few, 0)):
            idle.start()
            works: dict[str, Work] = {"COPY": copied} if wanted else {}
            works["ours"] = partial(export, person, form, query)
            found = in_turn(works, rounds, warm=0)
            ours, grown = found["ours"], idle.peak - before
            floor = found["COPY"].p50 if wanted else 0.0
            met = grown < MOST_MB and (not wanted or ours.p50 <= wanted * floor)
            aim = f"{f'≤ {wanted}× COPY, ' if wanted else ''}peak < {MOST_MB} MB over idle"
            name = f"{form}, first byte after {taken['first']:.1f} s, {taken['bytes'] / 2**20:.0f} MB"
            rows = taken["rows"] - 1 if form == "csv" else ""
            table.add(
                name, ours, floor=floor if wanted else None, rows=rows, peak=grown, aim=aim, met=met,
            )  # fmt: skip
        print(f"{world.size:,} RIFs, {world.deliveries:,} deliveries; built in {world.seconds:.0f} s")
        table.show()


if __name__ == "__main__":
    main()
