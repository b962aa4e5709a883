"""The filtered rows as files, read page by page."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from apps.kernel.actor import Actor
from apps.reference.validators import safe_cell
from apps.rifs.register import Filter, Row, page_of

COLUMNS = ("reference", "title", "status", "urgency", "nature", "areas", "tlp", "issuer", "published", "due",
           "acknowledged")  # fmt: skip
#: More rows than this are a job for the feed of the API, not for a click.
MOST = 10_000
PAGE = 500


def rows(actor: Actor, wanted: Filter, now: datetime) -> Iterator[Row]:
    """Every row of the filter, page by page, up to the limit."""
    after, seen = "", 0
    while seen < MOST:
        found = page_of(actor, Filter(wanted.scope, wanted.q, wanted.sort, after, wanted.chosen), now, PAGE)
        yield from found.rows
        seen += len(found.rows)
        after = found.next
        if not after:
            return


def facts(row: Row) -> dict[str, Any]:
    """One row as an export names it."""
    rif, mine = row.rif, row.delivery
    return {
        "reference": rif.reference,
        "title": rif.title,
        "status": rif.status,
        "urgency": rif.get_urgency_display(),
        "nature": rif.nature,
        "areas": rif.areas,
        "tlp": rif.tlp,
        "issuer": rif.issuer.code,
        "published": rif.published_at.isoformat() if rif.published_at else "",
        "due": mine.due_at.isoformat() if mine else "",
        "acknowledged": mine.acknowledged_at.isoformat() if mine and mine.acknowledged_at else "",
    }


def as_csv(actor: Actor, wanted: Filter, now: datetime) -> HttpResponse:
    """UTF-8 with a mark for spreadsheets; no cell can start a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows(actor, wanted, now):
        cells = facts(row) | {"areas": " ".join(map(str, row.rif.areas))}
        writer.writerow([safe_cell(str(cells[name])) for name in COLUMNS])
    return _file("\ufeff" + text.getvalue(), "text/csv; charset=utf-8", "rifs.csv")


def as_json(actor: Actor, wanted: Filter, now: datetime) -> HttpResponse:
    """The rows with their count and a checksum over them."""
    found = [facts(row) for row in rows(actor, wanted, now)]
    digest = hashlib.sha256(json.dumps(found, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    body = json.dumps({"count": len(found), "sha256": digest, "rifs": found}, ensure_ascii=False, indent=1)
    return _file(body, "application/json", "rifs.json")


def _file(body: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


ANSWERS: dict[str, Callable[[Actor, Filter, datetime], HttpResponse]] = {"csv": as_csv, "json": as_json}
