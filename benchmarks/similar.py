"""The similar-RIF guard: how fast it answers among 100,000 RIFs, and how right it is on real alerts.

    python benchmarks/similar.py [SIZE]

PORTAL_DATA keeps the data of the first part for the next run; PARTS (speed, judged) chooses. The second part
reads the alerts beside the project, and is left out with a word where they are not there.
"""

import os
from typing import Any

from _stage import Link, size, stage

DAYS_DENSE, DAYS_SPREAD = 85, 1_400
AIM = 50
#: What a RIF says, drawn by Zipf's law: operators, goods, countries, places, words.
MARKS = """
TRUNCATE rifs_likeness;
SELECT setseed(0.42);
INSERT INTO rifs_likeness (rif_id, at, audience, keys)
SELECT id, at, audience, ARRAY(SELECT p || ':' || mark FROM unnest(marks) mark)
FROM (
    SELECT r.id, r.audience, drawn.at, drawn.marks,
        ((drawn.at AT TIME ZONE 'UTC')::date - date '0001-01-01' + 1) / 30 AS p
    FROM rifs_rif r CROSS JOIN LATERAL (
        SELECT now() - random() * interval '{days} days' AS at, ARRAY[
            'container:CSQU' || lpad(r.id::text, 7, '0'),
            'eori:IT' || floor(20000 * random() ^ 3), 'name:N' || floor(20000 * random() ^ 3),
            'hs6:' || 100000 + h, 'hs4:' || (100000 + h) / 100, 'origin:' || floor(60 * random() ^ 4),
            'loading:L' || l, 'unloading:U' || u, 'way:L' || l || '-U' || u, 'method:' || floor(15 * random() ^ 2)
        ] || ARRAY(SELECT 'word:' || substr({word}, 1, 7) FROM generate_series(1, 9 + (r.id %% 3)::int)) AS marks
        FROM (SELECT floor(5000 * random() ^ 3 + r.id * 0)::int AS h, floor(200 * random() ^ 3)::int AS l,
            floor(30 * random() ^ 2)::int AS u) dice
    ) drawn
    WHERE r.status IN ('DRAFT', 'PUBLISHED')
) row;
VACUUM ANALYZE rifs_likeness;
"""
FLOOR = "SELECT r.* FROM rifs_likeness l JOIN rifs_rif r ON r.id = l.rif_id WHERE l.keys && %s::text[] LIMIT 3"
PEER = """
SELECT rif_id, (SELECT count(*) FROM unnest(keys) k WHERE split_part(k, ':', 2) || ':' || split_part(k, ':', 3) = ANY(%s))
FROM rifs_likeness WHERE audience && vedette_audiences() AND at > now() - interval '90 days' ORDER BY 2 DESC LIMIT 3
"""


def main() -> None:
    """Both parts, each in a database of its own."""
    parts = os.environ.get("PARTS", "speed judged").split()
    if "speed" in parts:
        with stage() as owner:
            speed(owner)
    if "judged" in parts:
        import _judged

        if all(path.exists() for path in _judged.FILES.values()):
            with stage() as owner:
                _judged.figures(owner)
        else:
            print("Nothing is judged: the alerts are not beside the project.")


def speed(owner: Link) -> None:
    """Among RIFs of four years, and among as many within the 90 days."""
    from _measure import Table
    from _million import WORD, build
    from _people import sign_in

    world = build(owner, size(100_000))
    people = {"one administration": sign_in("DE", ["ANALYST"]), "auditor, sees all": sign_in("OLAF", ["AUDITOR"])}
    table = Table(f"Similar among {world.size:,} RIFs")
    for name, days in (("four years", DAYS_SPREAD), ("all within 85 days", DAYS_DENSE)):
        for statement in MARKS.replace("{days}", str(days)).replace("{word}", WORD).split(";\n"):
            if statement.strip():
                owner.execute(statement.replace("%%", "%"))
        for who, person in people.items():
            compare(table, owner, person, f"{name}, {who}", int(os.environ.get("ROUNDS", "40")))
    table.show()


def compare(table: Any, owner: Link, person: Any, name: str, rounds: int) -> None:
    """Floor, peer and ours in turn, another draft in each round."""
    from _measure import in_turn
    from django.utils import timezone

    from apps.rifs.likeness import marks_of
    from apps.rifs.models import Rif
    from apps.rifs.similar import keys_of, similar_to

    found = owner.execute("SELECT keys FROM rifs_likeness ORDER BY (rif_id * 7919) %% 99991 LIMIT %s", [rounds + 9])
    forms = [form_of(keys) for (keys,) in found.fetchall()]
    turn = {"floor": 0, "peer": 0, "ours": 0}
    now, hits = timezone.now(), []

    def following(kind: str) -> dict[str, Any]:
        turn[kind] += 1
        return forms[turn[kind] % len(forms)]

    def floor() -> object:
        strongest = keys_of(list(marks_of(following("floor")))[:1], now)
        return owner.execute(FLOOR, [strongest]).fetchall()

    def peer() -> object:
        return person.raw(PEER, [list(marks_of(following("peer")))])()

    def ours() -> None:
        draft = Rif(pk=0, content=following("ours"))
        hits.append(len(person.behind(lambda: similar_to(draft, person.actor, now))()))

    taken = in_turn({"floor": floor, "peer": peer, "ours": ours}, rounds)
    table.add(
        name, taken["ours"], floor=taken["floor"].p50, peer=taken["peer"].p50, rows=sum(hits), aim=f"p95 < {AIM} ms",
        met=taken["ours"].at(95) < AIM,
    )  # fmt: skip


def form_of(keys: list[str]) -> dict[str, Any]:
    """A form that has the marks of a stored RIF, the container aside: it would be found at once."""
    said: dict[str, list[str]] = {}
    for key in keys:
        _period, _colon, mark = key.partition(":")
        kind, _colon, value = mark.partition(":")
        said.setdefault(kind, []).append(value)
    return {
        "title": " ".join(said["word"]),
        "modus_operandi": said["method"],
        "goods": [{"commodity": said["hs6"][0], "origin": said["origin"][0]}],
        "operators": [{"identification": said["eori"][0], "name": said["name"][0]}],
        "route": [{"loading": said["loading"][0], "unloading": said["unloading"][0]}],
    }


if __name__ == "__main__":
    main()
