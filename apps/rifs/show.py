"""What the pages of one RIF show, gathered with few queries."""

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AccessLog, Event
from apps.kernel.actor import Actor
from apps.organisations.models import PolicyArea
from apps.rifs import choices
from apps.rifs.content import filled_rows
from apps.rifs.form import FIELDS, GROUPS, Field
from apps.rifs.models import SHARED, Delivery, Rif
from apps.workflow.transitions import offers

#: What every reader may know of the course of a RIF; the rest is the issuer's own.
COURSE: dict[str, str | Promise] = {
    "rif.publish": _("Published"),
    "rif.take_over": _("Published from its network"),
    "rif.retranscribe": _("Renewed from its network"),
    "rif.close": _("Closed"),
    "rif.cancel": _("Cancelled"),
}
INTERNAL: dict[str, str | Promise] = {
    "rif.create": _("Draft begun"),
    "rif.edit": _("Draft changed"),
    "rif.add_row": _("Row added"),
    "rif.remove_row": _("Row removed"),
    "rif.attach": _("File attached"),
    "rif.detach": _("File removed"),
    "rif.submit": _("Handed to review"),
    "rif.send_back": _("Sent back"),
    "rif.discard": _("Discarded"),
    "rif.open_": _("Opened"),
    "rif.acknowledge": _("Acknowledged"),
}


@dataclass(frozen=True)
class Moment:
    """One point of the timeline."""

    at: datetime
    title: str | Promise
    who: str
    text: str


def timeline_of(rif: Rif, actor: Actor, most: int = 30) -> list[Moment]:
    """The latest events first; other administrations see the public course only."""
    kinds = {**COURSE, **INTERNAL} if rif.issuer_id == actor.organisation_id else COURSE
    events = Event.objects.filter(subject_type=Rif.kind(), subject_id=rif.pk, kind__in=list(kinds))
    return [
        Moment(
            event.at,
            kinds[event.kind],
            event.actor_name if rif.issuer_id == actor.organisation_id else event.organisation_name,
            str(next((event.data[key] for key in ("reason", "outcome", "name") if event.data.get(key)), "")),
        )
        for event in events.order_by("-id")[:most]
    ]


def seen_by(rif: Rif) -> list[dict[str, Any]]:
    """Who has looked at it, per person: first and last time. For the issuer."""
    looks = AccessLog.objects.filter(subject_type=Rif.kind(), subject_id=rif.pk, allowed=True)
    people = looks.order_by().values("actor_name", "organisation_name").annotate(first=Min("at"), last=Max("at"))
    return [dict(person) for person in people.order_by("organisation_name", "actor_name")]


def rows_of(rif: Rif) -> list[Delivery]:
    """The whole ledger, in the order of the codes."""
    return list(rif.deliveries.select_related("organisation").order_by("organisation__code"))


def ledger_of(rif: Rif, now: datetime) -> list[dict[str, Any]]:
    """The matrix: each administration's row with its state and the time it took."""
    return [
        {"delivery": row, "state": row.state(now), "taken": taken(row), "organisation": row.organisation}
        for row in rows_of(rif)
    ]


def taken(row: Delivery) -> timedelta | None:
    """How long it took to acknowledge."""
    return row.acknowledged_at - row.delivered_at if row.acknowledged_at else None


def tiles_of(rif: Rif, rows: list[Delivery], now: datetime) -> list[dict[str, Any]]:
    """The map of tiles: the sender and each addressed administration."""
    tiles: list[dict[str, Any]] = [{"code": rif.issuer.code, "state": "sender", "taken": None, "name": rif.issuer.name}]
    return tiles + [
        {"code": r.organisation.code, "state": r.state(now), "taken": taken(r), "name": r.organisation.name}
        for r in rows
    ]


def figures_of(rows: list[Delivery]) -> dict[str, Any]:
    """The few numbers beside the map."""
    done = [row for row in rows if row.acknowledged_at]
    punctual = [row for row in done if row.acknowledged_at and row.acknowledged_at <= row.due_at]
    times = [(row.acknowledged_at - row.delivered_at).total_seconds() for row in done if row.acknowledged_at]
    return {
        "addressed": len(rows),
        "acknowledged": len(done),
        "opened": sum(row.opened_at is not None for row in rows),
        "in_time": round(100 * len(punctual) / len(done)) if done else None,
        "median": timedelta(seconds=statistics.median(times)) if times else None,
    }


def words_for(field: Field, value: Any) -> str:
    """A value in words: choices by their label, several joined."""
    parts = value if isinstance(value, list) else [value]
    if field.choices is None:
        return ", ".join(map(str, parts))
    options = list(field.choices())
    return ", ".join(choices.title_of(options, str(part)) for part in parts)


def facts_of(rif: Rif) -> list[tuple[str | Promise, str]]:
    """The short facts of the header, empty ones left out."""
    names = ("kind", "nature", "areas", "legal_ground", "modus_operandi", "action", "feedback_by", "valid_from",
             "valid_to", "language", "contact", "tlp")  # fmt: skip
    return [(FIELDS[n].label, words_for(FIELDS[n], rif.content[n])) for n in names if rif.content.get(n)]


def groups_of(rif: Rif) -> list[dict[str, Any]]:
    """The repeating groups as tables with only the columns that are used."""
    tables = []
    for name, group in GROUPS.items():
        rows = filled_rows(rif.content, name)
        used = [field for field in group.fields if any(row.get(field.name) for row in rows)]
        if rows:
            cells = [[words_for(f, row[f.name]) if row.get(f.name) else "" for f in used] for row in rows]
            tables.append({"group": group, "fields": used, "rows": cells})
    return tables


def tabs_of(rif: Rif, here: str, acknowledged: int) -> list[tuple[str | Promise, str, bool, int | None]]:
    """The pages of one RIF: title, address, whether it is this one, and a count."""
    pages: list[tuple[str, str | Promise, str, int | None]] = [("overview", _("Overview"), "rifs:detail", None)]
    if rif.status in SHARED:
        pages.append(("acknowledgements", _("Acknowledgements"), "rifs:acknowledgements", acknowledged))
    pages.append(("files", _("Attachments"), "rifs:files", getattr(rif, "files", None)))
    pages.append(("history", _("History"), "rifs:history", None))
    return [(title, reverse(at, args=[rif.reference]), name == here, count) for name, title, at, count in pages]


def detail_of(rif: Rif, actor: Actor, now: datetime, here: str) -> dict[str, Any]:
    """Everything that the tabs of one RIF share."""
    rows = rows_of(rif) if rif.status in SHARED else []
    mine = next((row for row in rows if row.organisation_id == actor.organisation_id), None)
    return {
        "rif": rif,
        "tabs": tabs_of(rif, here, rif.acknowledged),
        "now": now,
        "mine": mine,
        "rows": rows,
        "tiles": tiles_of(rif, rows, now),
        "figures": figures_of(rows),
        "facts": facts_of(rif),
        "tables": groups_of(rif),
        "events": timeline_of(rif, actor),
        "offers": {offer.name: offer.refusal for offer in offers(rif, actor)},
        "is_issuer": rif.issuer_id == actor.organisation_id,
        "area_names": [PolicyArea(area).label for area in rif.areas],
    }


def complete(group: str, row: dict[str, Any]) -> dict[str, str]:
    """A row with all fields of its group, those not filled in empty."""
    return {field.name: str(row.get(field.name, "")) for field in GROUPS[group].fields}


def preview_of(rif: Rif, actor: Actor) -> dict[str, Any]:
    """The short form beside the list."""
    rows = rows_of(rif) if rif.status in SHARED else []
    return {
        "rif": rif,
        "rows": rows,
        "mine": next((row for row in rows if row.organisation_id == actor.organisation_id), None),
        "areas": [PolicyArea(area).label for area in rif.areas],
        "goods": [complete("goods", row) for row in filled_rows(rif.content, "goods")[:3]],
        "routes": [complete("route", row) for row in filled_rows(rif.content, "route")[:2]],
        "targeting": [complete("targeting", row) for row in filled_rows(rif.content, "targeting")[:4]],
        "offers": {offer.name: offer.refusal for offer in offers(rif, actor)},
    }
