"""The RIFs that the benchmarks read, made in bulk by the owner of the tables: a million unless told otherwise.

Every administration receives about 18 % of them, which is five deliveries a RIF. Words follow Zipf's
law over a vocabulary of 200,000; each card has five identifiers. Nothing is drawn anew: the same size
gives the same rows.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from _stage import Link, embedded
from psycopg import sql

TABLES = (
    "rifs_rif",
    "rifs_delivery",
    "rifs_likeness",
    "search_entry",
    "search_identifier",
    "audit_event",
    "notifications_notice",
)
SPAN_DAYS = 1_400
VOCABULARY = 200_000

#: The word of a rank, written with letters only: word 12 is qbc.
WORD = f"'q' || translate((floor(exp(random() * ln({VOCABULARY})))::int)::text, '0123456789', 'abcdefghij')"


def word(rank: int) -> str:
    """The word with this rank in the vocabulary; the lower, the more frequent."""
    return "q" + str(rank).translate(str.maketrans("0123456789", "abcdefghij"))


def container(rif: int) -> str:
    """The container that the RIF with this number names."""
    return f"CSQU{rif:07d}"


RIFS = """
INSERT INTO rifs_rif (id, reference, status, issuer_id, content, title, urgency, nature, areas, tlp, for_action,
    for_information, hands, created_at, published_at, published_by, ended_at, ended_by, ending, network,
    network_reference, network_digest, addressed, acknowledged, audience)
SELECT i, 'RIF/' || code || '/' || to_char(at, 'YYYY') || '/' || lpad((i / 27)::text, 6, '0'), status, issuer,
    jsonb_build_object('title', title, 'summary', repeat('What was seen, where, and how to find the next one. ', 4),
        'language', 'en', 'kind', 'NEW_TREND', 'nature', 'SECURITY_SAFETY', 'areas', jsonb_build_array(area::text),
        'urgency', urgency::text, 'tlp', 'AMBER', 'action', 'PROFILE', 'legal_ground', '46_5_A',
        'goods', jsonb_build_array(jsonb_build_object('key', 'a', 'description', 'plastic covers',
            'commodity', '870895', 'origin', 'CN', 'net_mass', '120')),
        'transport', jsonb_build_array(jsonb_build_object('key', 'b', 'mode', '1',
            'container', 'CSQU' || lpad(i::text, 7, '0'))),
        'route', jsonb_build_array(jsonb_build_object('key', 'c', 'country', 'TR')),
        'targeting', jsonb_build_array(jsonb_build_object('key', 'd', 'element', '18 05', 'operator', 'contains',
            'value', 'plastic cover', 'weight', '30'))),
    title, urgency, 'SECURITY_SAFETY', ARRAY[area], 'AMBER',
    CASE WHEN i %% 3 > 0 THEN named ELSE '{}' END, CASE WHEN i %% 3 = 0 THEN named ELSE '{}' END,
    '{}', at, CASE WHEN status <> 'DRAFT' THEN at END, CASE WHEN status <> 'DRAFT' THEN 'Second person' ELSE '' END,
    CASE WHEN status IN ('CLOSED', 'CANCELLED') THEN at + interval '20 days' END,
    CASE WHEN status IN ('CLOSED', 'CANCELLED') THEN 'Second person' ELSE '' END,
    CASE WHEN status IN ('CLOSED', 'CANCELLED') THEN 'Over' ELSE '' END, '', '', '',
    cardinality(named), cardinality(named) * 9 / 10,
    CASE WHEN status = 'DRAFT' THEN ARRAY[-1, issuer] ELSE ARRAY[-2, -1, issuer] || named END
FROM (
    SELECT i, m.id AS issuer, m.code, now() - random() * interval '{span} days' AS at,
        (ARRAY['DRAFT', 'CANCELLED', 'CLOSED', 'CLOSED', 'CLOSED'])[1 + floor(random() * 60)::int] AS drawn,
        CASE WHEN random() < 0.05 THEN 1 WHEN random() < 0.25 THEN 2 ELSE 3 END AS urgency,
        1 + floor(11 * random() ^ 2)::int AS area,
        'Consignment of ' || {word} || ' and ' || {word} || ' declared as ' || {word} AS title,
        ARRAY(SELECT o.id FROM organisations_organisation o WHERE o.kind = 'MEMBER_STATE' AND o.id <> m.id
            AND (i %% 25 = 0 OR random() < 0.158) ORDER BY o.id) AS named
    FROM generate_series(%(first)s::int, %(last)s::int) i
    JOIN (SELECT id, code, row_number() OVER (ORDER BY code) - 1 AS place FROM organisations_organisation
        WHERE kind = 'MEMBER_STATE') m ON m.place = (i * 7 + i / 27) %% 27
) drawn_row
CROSS JOIN LATERAL (SELECT coalesce(drawn, 'PUBLISHED') AS status) s
"""
DELIVERIES = """
INSERT INTO rifs_delivery (rif_id, organisation_id, reference, for_action, delivered_at, due_at, opened_at, opened_by,
    acknowledged_at, acknowledged_by)
SELECT id, o, reference, for_action <> '{}', published_at, due,
    CASE WHEN done OR luck < 0.5 THEN at END, CASE WHEN done OR luck < 0.5 THEN 'First reader' ELSE '' END,
    CASE WHEN done THEN at END, CASE WHEN done THEN 'First reader' ELSE '' END
FROM (
    SELECT r.id, o, r.reference, r.for_action, r.published_at, random() AS luck,
        random() < CASE WHEN r.published_at < now() - interval '30 days' THEN 0.97 ELSE 0.6 END AS done,
        r.published_at + CASE r.urgency WHEN 1 THEN interval '2 hours' WHEN 2 THEN interval '1 day'
            ELSE interval '7 days' END AS due,
        r.published_at + random() * interval '6 days' AS at
    FROM rifs_rif r, unnest(r.for_action || r.for_information) o
    WHERE r.status <> 'DRAFT' AND r.id BETWEEN %(first)s AND %(last)s
) answer
"""
CARDS = """
INSERT INTO search_entry (id, subject_type, subject_id, reference, title, text, at, audience)
SELECT r.id, 'rifs.rif', r.id, r.reference, r.title,
    (SELECT string_agg({word}, ' ') FROM generate_series(1, 30 + (r.id %% 3)::int * 10)), r.created_at, r.audience
FROM rifs_rif r WHERE r.id BETWEEN %(first)s AND %(last)s
"""
IDENTIFIERS = """
INSERT INTO search_identifier (value, entry_id)
SELECT DISTINCT value, r.id FROM rifs_rif r CROSS JOIN LATERAL (VALUES
    (r.reference), ('CSQU' || lpad(r.id::text, 7, '0')),
    ('CN' || lpad(floor(5000 * random() ^ 2)::int::text, 4, '0')),
    ('IT' || lpad(floor(200000 * random())::int::text, 11, '0')),
    (lpad((10000000 + floor(9000 * random() ^ 3) * 9973)::bigint::text, 8, '0'))
) v (value) WHERE r.id BETWEEN %(first)s AND %(last)s
"""
EVENTS = """
INSERT INTO audit_event (id, kind, subject_type, subject_id, reference, actor_id, actor_name, organisation_id,
    organisation_name, at, data, previous, hash)
SELECT id, 'rif.publish', 'rifs.rif', id, reference, 1, 'Second person', issuer_id, '', created_at, '{}', '', ''
FROM rifs_rif r WHERE r.id BETWEEN %(first)s AND %(last)s
"""
#: Two halves that know nothing of each other are built side by side, after the RIFs.
LEDGER = {"deliveries": DELIVERIES, "events": EVENTS}
SEARCH = {"search cards": CARDS, "identifiers": IDENTIFIERS}
BATCH = 250_000


@dataclass(frozen=True)
class World:
    """What the benchmarks need to know of what was built."""

    size: int
    deliveries: int
    received: int
    seconds: float


def build(owner: Link, size: int) -> World:
    """Fill the tables. Their indexes and constraints are taken away for the time and made again."""
    from apps.organisations.base import load_organisations
    from apps.reference.base import load_base
    from apps.rifs.targets import load_targets

    start = time.perf_counter()
    present = owner.execute("SELECT count(*) FROM rifs_rif").fetchone()
    if present == (size,):  # PORTAL_DATA of an earlier run
        return _count(owner, size, 0.0)
    load_base()
    load_organisations()
    load_targets()
    owner.execute("ALTER TABLE audit_event DISABLE TRIGGER USER; ALTER TABLE rifs_rif DISABLE TRIGGER reach")
    again = _bare(owner)
    _fill(owner, {"RIFs": RIFS}, [], size)
    search = [statement for statement in again if "search_" in statement]
    ledger = [statement for statement in again if "search_" not in statement]
    with Link.connect(embedded.owner_url(), autocommit=True) as other, ThreadPoolExecutor() as pool:
        halves = [pool.submit(_fill, other, SEARCH, search, size), pool.submit(_fill, owner, LEDGER, ledger, size)]
        for half in halves:
            half.result()
    _finish(owner, size)
    return _count(owner, size, time.perf_counter() - start)


def _fill(link: Link, steps: dict[str, str], indexes: list[str], size: int) -> None:
    """Run the steps in batches, then make the indexes."""
    start = time.perf_counter()
    link.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SELECT setseed(0.42)")
    for statement in steps.values():
        text = statement.replace("{span}", str(SPAN_DAYS)).replace("{word}", WORD)
        for first in range(1, size + 1, BATCH):
            link.execute(text, {"first": first, "last": min(first + BATCH - 1, size)})
    for statement in indexes:
        link.execute(statement)
    link.execute("RESET synchronous_commit; RESET maintenance_work_mem")
    print(f"{', '.join(steps)}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def _bare(owner: Link) -> list[str]:
    """Drop indexes and constraints of the large tables; the statements that make them again."""
    names = sql.SQL(", ").join(sql.Literal(name) for name in TABLES)
    rows = owner.execute(
        sql.SQL(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid::regclass::text IN ({0}) AND contype IN ('f', 'u', 'p', 'c')"
            " ORDER BY array_position(ARRAY['f', 'u', 'c', 'p'], contype::text)"
        ).format(names)
    ).fetchall()
    again = []
    for table, name, definition in rows:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
        again.insert(0, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    found = owner.execute(
        sql.SQL("SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({0})").format(names)
    ).fetchall()
    for name, definition in found:
        owner.execute(f'DROP INDEX "{name}"')
        again.append(definition)
    return again


def _finish(owner: Link, size: int) -> None:
    for table in ("rifs_rif", "search_entry"):
        owner.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size})")
    owner.execute("ALTER TABLE audit_event ENABLE TRIGGER USER; ALTER TABLE rifs_rif ENABLE TRIGGER reach")
    owner.execute("UPDATE audit_head SET last_id = %s WHERE chain = 'audit_event'", [size])
    for table in TABLES:
        owner.execute(f"VACUUM (ANALYZE) {table}")


def _count(owner: Link, size: int, seconds: float) -> World:
    row = owner.execute(
        "SELECT count(*), count(*) FILTER (WHERE organisation_id ="
        " (SELECT id FROM organisations_organisation WHERE code = 'DE')) FROM rifs_delivery"
    ).fetchone()
    assert row is not None
    return World(size, row[0], row[1], seconds)
