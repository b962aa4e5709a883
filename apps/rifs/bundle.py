"""The evidence of one RIF: form, versions, ledger, reports and events in one file, with a proof.

A reader's bundle holds what that reader may see on the pages, and nothing else.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.audit.models import Event
from apps.kernel.actor import Actor
from apps.reference.validators import safe_cell
from apps.rifs.effect import feedback_on
from apps.rifs.models import Rif, Version
from apps.rifs.show import kinds_told, rows_of

LEDGER = ("organisation", "for_action", "delivered_at", "due_at", "opened_at", "acknowledged_at",
          "acknowledged_version", "assessment", "reason", "measures", "withdraw_by", "withdrawn_at",
          "closed_at")  # fmt: skip
REPORT = ("final", "result", "implemented", "controls", "irregularities", "by_type", "hits", "hits_assessed",
          "quantity", "duties", "extend", "usefulness", "comment", "at")  # fmt: skip
EVENT = ("id", "kind", "at", "organisation_name", "data", "previous", "hash")
ABOUT = """Evidence of {reference}, version {version}, marked TLP:{tlp}
Made for {name}, {organisation}, at {at}.

checksums.txt has the SHA-256 of each file. Each event carries the hash of the one before it in the log of
the whole portal (previous) and its own (hash); whoever holds an export of that log can find them there.
Only events that the reader may know of are in events.json.
"""


def bundle_of(rif: Rif, actor: Actor, at: datetime) -> bytes:
    """The bundle as a ZIP file."""
    versions = Version.objects.filter(rif=rif).order_by("number")
    files = {
        "about.txt": ABOUT.format(
            reference=rif.reference, version=rif.version, tlp=rif.tlp, name=actor.name,
            organisation=actor.organisation_name, at=at.isoformat(timespec="seconds"),
        ),
        "rif.json": _json({"reference": rif.reference, "status": rif.status, "version": rif.version,
                           "issuer": rif.issuer.code, "tlp": rif.tlp, "published_at": rif.published_at,
                           "ending": rif.ending, "content": rif.content}),
        "versions.json": _json([_facts(version, ("number", "at", "by", "note", "material", "content"))
                                for version in versions]),
        "ledger.csv": _table(rif),
        "feedback.json": _json([{"organisation": report.delivery.organisation.code, **_facts(report, REPORT)}
                                for report in feedback_on(rif)]),
        "events.json": _json([_facts(event, EVENT) for event in _events(rif, actor)]),
    }  # fmt: skip
    files["checksums.txt"] = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in files.items()
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return archive.getvalue()


def _events(rif: Rif, actor: Actor) -> Iterable[Event]:
    rows = Event.objects.filter(subject_type=Rif.kind(), subject_id=rif.pk, kind__in=list(kinds_told(rif, actor)))
    return rows.order_by("id")


def _facts(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _json(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False, indent=1, default=str)


def _table(rif: Rif) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(LEDGER)
    for row in rows_of(rif):
        facts = _facts(row, LEDGER) | {"organisation": row.organisation.code, "measures": " ".join(row.measures)}
        writer.writerow([safe_cell("" if value is None else str(value)) for value in facts.values()])
    return text.getvalue()
