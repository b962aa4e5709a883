"""What the pages of one RIF show, gathered with few queries."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AccessLog, Event
from apps.kernel.actor import Actor
from apps.organisations.models import PolicyArea
from apps.rifs import choices
from apps.rifs.content import filled_rows
from apps.rifs.form import FIELDS, GROUPS, Field
from apps.rifs.models import SHARED, Delivery, Feedback, Measure, Rif, Status
from apps.workflow.transitions import offers

#: Of fewer administrations than this, nobody learns that they know the risk too.
FEWEST_TOLD = 3
#: What every reader may know of the course of a RIF; the rest is the issuer's own.
COURSE: dict[str, str | Promise] = {
    "rif.publish": _("Published"),
    "rif.take_over": _("Published from its network"),
    "rif.share": _("Published"),
    "rif.take_over_version": _("New version"),
    "rif.retranscribe": _("Renewed from its network"),
    "rif.expire": _("Expired"),
    "rif.remind": _("Reminder sent"),
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
    "rif.take_back": _("Acknowledgement taken back"),
    "rif.assess": _("Assessed"),
    "rif.take_measures": _("Measures taken"),
    "rif.give_feedback": _("Feedback given"),
    "rif.withdraw_profile": _("Profile withdrawn"),
    "rif.revise": _("New version begun"),
    "rif.publish_version": _("Taken over as a new version"),
    "rif.recall": _("Recalled"),
    "rif.report_elsewhere": _("Reported to another network"),
    "rif.keep_as_template": _("Kept as a template"),
}


@dataclass(frozen=True)
class Moment:
    """One point of the timeline."""

    at: datetime
    title: str | Promise
    who: str
    text: str


def kinds_told(rif: Rif, actor: Actor) -> dict[str, str | Promise]:
    """The kinds of event that the actor may know of, with their titles."""
    return {**COURSE, **INTERNAL} if rif.issuer_id == actor.organisation_id else COURSE


def timeline_of(rif: Rif, actor: Actor, most: int = 30) -> list[Moment]:
    """The latest events first; other administrations see the public course only."""
    kinds = kinds_told(rif, actor)
    events = Event.objects.filter(subject_type=Rif.kind(), subject_id=rif.pk, kind__in=list(kinds))
    return [
        Moment(
            event.at,
            kinds[event.kind],
            event.actor_name if rif.issuer_id == actor.organisation_id else event.organisation_name,
            str(next((event.data[key] for key in ("reason", "outcome", "note", "name") if event.data.get(key)), "")),
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


#: Which rows of the ledger a number leads to.
SHOWN: dict[str, Callable[[Delivery, list[Feedback]], bool]] = {
    "waiting": lambda row, _reports: not row.settled,
    "acknowledged": lambda row, _reports: row.settled,
    "profiles": lambda row, _reports: row.adopted,
    "reported": lambda _row, reports: bool(reports),
    "irregularities": lambda _row, reports: bool(reports) and reports[0].irregularities > 0,
    "withdraw": lambda row, _reports: row.withdraw_by is not None,
}


def ledger_of(rif: Rif, rows: list[Delivery], now: datetime, show: str = "") -> list[dict[str, Any]]:
    """The matrix: each administration's row with its state, the time it took, and its latest report."""
    reports: dict[int, list[Feedback]] = {}
    for report in Feedback.objects.filter(delivery__rif=rif).order_by("-at", "-pk"):
        reports.setdefault(report.delivery_id, []).append(report)
    labels = dict(Measure.choices)
    chosen = SHOWN.get(show)
    return [
        {
            "delivery": row, "state": row.state(now), "taken": taken(row), "organisation": row.organisation,
            "measures": [labels[measure] for measure in row.measures],
            "report": next(iter(reports.get(row.pk, [])), None),
        }
        for row in rows
        if chosen is None or chosen(row, reports.get(row.pk, []))
    ]  # fmt: skip


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
    known = sum(row.known_here for row in rows)
    return {
        "known_here": known if known >= FEWEST_TOLD else None,
        "profiles": sum(row.adopted for row in rows),
        "reported": sum(row.reported_at is not None for row in rows),
        "waiting": sum(not row.settled for row in rows),
        "to_withdraw": sum(row.withdraw_by is not None for row in rows),
        "withdrawn": sum(row.withdrawn_at is not None for row in rows),
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
             "valid_to", "sub_theme", "significance", "detected_by", "other_modus_operandi", "language", "contact",
             "unit", "links", "control_nature", "control_place", "duration", "tlp", "eu_marking",
             "caveats")  # fmt: skip
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


def tabs_of(
    rif: Rif, here: str, acknowledged: int, reported: int, *, own: bool
) -> list[tuple[str | Promise, str, bool, int | None]]:
    """The pages of one RIF: title, address, whether it is this one, and a count."""
    pages: list[tuple[str, str | Promise, str, int | None]] = [("overview", _("Overview"), "rifs:detail", None)]
    if rif.status in SHARED:
        pages.append(("acknowledgements", _("Acknowledgements"), "rifs:acknowledgements", acknowledged))
        pages.append(("versions", _("Versions"), "rifs:versions", rif.version))
        pages.append(("feedback", _("Feedback"), "rifs:feedback", reported))
    pages.append(("files", _("Attachments"), "rifs:files", getattr(rif, "files", None)))
    if own:
        pages.append(("channels", _("Other channels"), "rifs:channels", None))
    pages.append(("history", _("History"), "rifs:history", None))
    return [(title, reverse(at, args=[rif.reference]), name == here, count) for name, title, at, count in pages]


def detail_of(rif: Rif, actor: Actor, now: datetime, here: str) -> dict[str, Any]:
    """Everything that the tabs of one RIF share."""
    rows = rows_of(rif) if rif.status in SHARED else []
    mine = next((row for row in rows if row.organisation_id == actor.organisation_id), None)
    rif.note_row(actor.organisation_id, mine)
    own = rif.issuer_id == actor.organisation_id
    return {
        "rif": rif,
        "tabs": tabs_of(rif, here, rif.acknowledged, sum(row.reported_at is not None for row in rows), own=own),
        "now": now,
        "mine": mine,
        "rows": rows,
        "tiles": tiles_of(rif, rows, now),
        "figures": figures_of(rows),
        "facts": facts_of(rif),
        "tables": groups_of(rif),
        "events": timeline_of(rif, actor),
        "offers": {offer.name: offer.refusal for offer in offers(rif, actor)},
        "is_issuer": own,
        "asks_again": bool(mine and mine.acknowledged_version and not mine.settled),
        "related": related_to(rif, actor),
        "may_recall": recallable(rif, now),
        "area_names": [PolicyArea(area).label for area in rif.areas],
    }


def recallable(rif: Rif, now: datetime) -> bool:
    """Whether the first minutes are not over yet."""
    minutes = timedelta(minutes=settings.RECALL_MINUTES)
    return bool(rif.version == 1 and not rif.network and rif.published_at and now <= rif.published_at + minutes)


def related_to(rif: Rif, actor: Actor) -> list[tuple[str | Promise, Rif]]:
    """What the issuer sees beside it: the RIF that it revises or copies, its own copy, the version being prepared."""
    if rif.issuer_id != actor.organisation_id:
        return []
    states = [Status.DRAFT, Status.IN_REVIEW]
    match = Q(pk__in=[rif.revises_id, rif.original_id]) | Q(original=rif) | Q(revises=rif, status__in=states)
    found = Rif.objects.visible_to(actor).filter(match).order_by("pk")
    return [(_relation(rif, other), other) for other in found]


def _relation(rif: Rif, other: Rif) -> str | Promise:
    if other.pk == rif.revises_id:
        return _("New version of")
    if other.pk == rif.original_id:
        return _("Redacted copy of")
    return _("Redacted copy") if other.original_id == rif.pk else _("New version in preparation")


def complete(group: str, row: dict[str, Any]) -> dict[str, str]:
    """A row with all fields of its group, those not filled in empty."""
    return {field.name: str(row.get(field.name, "")) for field in GROUPS[group].fields}


def preview_of(rif: Rif, actor: Actor) -> dict[str, Any]:
    """The short form beside the list."""
    rows = rows_of(rif) if rif.status in SHARED else []
    mine = next((row for row in rows if row.organisation_id == actor.organisation_id), None)
    rif.note_row(actor.organisation_id, mine)
    return {
        "rif": rif,
        "rows": rows,
        "mine": mine,
        "areas": [PolicyArea(area).label for area in rif.areas],
        "goods": [complete("goods", row) for row in filled_rows(rif.content, "goods")[:3]],
        "routes": [complete("route", row) for row in filled_rows(rif.content, "route")[:2]],
        "targeting": [complete("targeting", row) for row in filled_rows(rif.content, "targeting")[:4]],
        "offers": {offer.name: offer.refusal for offer in offers(rif, actor)},
    }
