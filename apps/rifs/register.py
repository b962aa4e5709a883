"""The register of RIFs as one person sees it: scopes, filters, counts, pages of rows."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel.actor import Actor
from apps.kernel.pagination import Page, keyset
from apps.organisations.models import Organisation, PolicyArea
from apps.rifs.models import SHARED, Delivery, Rif, Status, Urgency
from apps.search.find import find, find_listed

#: Counts look at no more rows than this; beyond it they are told as "more than".
COUNTED = 10_000
PAGE_SIZE = 25
Label = str | Promise

SCOPES: dict[str, Label] = {
    "received": _("Received"),
    "sent": _("Sent by us"),
    "preparation": _("In preparation"),
    "all": _("All"),
}
STATES: dict[str, Label] = {
    "unread": _("Unread"),
    "read": _("Read, not acknowledged"),
    "overdue": _("Overdue"),
    "acknowledged": _("Acknowledged"),
}
STATUSES: dict[str, Label] = {str(status): status.label for status in SHARED}
SORTS: dict[str, Label] = {"clock": _("Deadline first"), "newest": _("Newest first"), "oldest": _("Oldest first")}


@dataclass(frozen=True)
class Filter:
    """What a person asked the register for; unknown values are left out, never an error."""

    scope: str = "received"
    q: str = ""
    sort: str = "clock"
    after: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict) -> "Filter":
        """From the address of the page."""
        known = {
            "state": set(STATES), "urgency": {str(u) for u in Urgency.values},
            "area": {str(a) for a in PolicyArea.values}, "status": set(STATUSES), "from": None,
        }  # fmt: skip
        chosen = {}
        for name, allowed in known.items():
            values = [v for v in query.getlist(name) if (v in allowed if allowed else v.isalnum() and len(v) <= 20)]
            if values:
                chosen[name] = tuple(dict.fromkeys(values))
        scope = query.get("scope", "received")
        sort = query.get("sort", "clock")
        return cls(
            scope=scope if scope in SCOPES else "received",
            q=query.get("q", "")[:100_000],
            sort=sort if sort in SORTS else "clock",
            after=query.get("after", ""),
            chosen=chosen,
        )

    def query(self, **changed: Any) -> str:
        """The address of this filter without its page, with some parts changed."""
        parts: dict[str, Any] = {"scope": self.scope, "q": self.q, "sort": self.sort, **self.chosen, **changed}
        return urlencode({name: value for name, value in parts.items() if value}, doseq=True)

    def hash(self) -> str:
        """A short name of this filter, echoed by answers so that a stale one is dropped."""
        return hashlib.sha256(self.query().encode()).hexdigest()[:12]

    def without(self, name: str, value: str) -> str:
        """The address with one choice taken away."""
        rest = tuple(v for v in self.chosen.get(name, ()) if v != value)
        return self.query(**{name: rest})


@dataclass(frozen=True)
class Row:
    """One line of the register: the RIF and the own administration's ledger row, if there is one."""

    rif: Rif
    delivery: Delivery | None


@dataclass(frozen=True)
class Facet:
    """One choice of a filter with the number of rows behind it."""

    name: str
    value: str
    label: Label
    count: int
    chosen: bool


@dataclass(frozen=True)
class Counts:
    """The numbers beside the list. `more` says that there are more than were counted."""

    total: int
    waiting: int
    more: bool
    facets: dict[str, list[Facet]]


def _visible(actor: Actor, wanted: Filter, now: datetime) -> QuerySet[Any]:
    """The rows of a scope, all with the same names for what is filtered and sorted."""
    if wanted.scope == "received":
        return Delivery.objects.received_by(actor).annotate(
            urgency=F("rif__urgency"), areas=F("rif__areas"), status=F("rif__status"), sender=F("rif__issuer__code")
        )
    rifs = Rif.objects.visible_to(actor).annotate(sender=F("issuer__code"))
    if wanted.scope == "sent":
        return rifs.filter(issuer_id=actor.organisation_id, published_at__isnull=False)
    if wanted.scope == "preparation":
        return rifs.filter(issuer_id=actor.organisation_id, status__in=[Status.DRAFT, Status.IN_REVIEW])
    return rifs.filter(published_at__isnull=False)


def _conditions(wanted: Filter, now: datetime) -> dict[str, Q]:
    """Each chosen filter as a condition, by its name."""
    parts: dict[str, Q] = {}
    for name, values in wanted.chosen.items():
        condition = Q()
        for value in values:
            condition |= _condition(name, value, now)
        if name != "state" or wanted.scope == "received":
            parts[name] = condition
    return parts


def _condition(name: str, value: str, now: datetime) -> Q:
    open_ = Q(settled=False)
    match name, value:
        case "state", "unread":
            return open_ & Q(opened_at=None)
        case "state", "read":
            return open_ & Q(opened_at__isnull=False)
        case "state", "overdue":
            return open_ & Q(due_at__lt=now)
        case "state", _:
            return Q(settled=True)
        case "urgency", number:
            return Q(urgency=int(number))
        case "area", number:
            return Q(areas__contains=[int(number)])
        case "from", code:
            return Q(sender=code)
    return Q(status=value)


def _matching(rows: QuerySet[Any], actor: Actor, wanted: Filter) -> QuerySet[Any]:
    """Narrowed to a text or a pasted list of identifiers."""
    words = wanted.q.strip()
    if not words:
        return rows
    listed = [part for part in words.replace(";", "\n").replace(",", "\n").split("\n") if part.strip()]
    cards = find_listed(listed, actor) if len(listed) > 1 else find(words, actor)
    numbers = list(cards.filter(subject_type=Rif.kind()).values_list("subject_id", flat=True))
    return rows.filter(rif_id__in=numbers) if rows.model is Delivery else rows.filter(pk__in=numbers)


def rows_of(actor: Actor, wanted: Filter, now: datetime) -> tuple[QuerySet[Any], tuple[str, ...], bool]:
    """Every row of the filter, with the columns of the wanted order and whether it descends."""
    rows = _matching(_visible(actor, wanted, now), actor, wanted)
    for condition in _conditions(wanted, now).values():
        rows = rows.filter(condition)
    order: tuple[str, ...] = ("published_at", "reference")
    if wanted.scope == "received":
        order = ("settled", "due_at", "reference") if wanted.sort == "clock" else ("delivered_at", "reference")
    elif wanted.scope == "preparation":
        order = ("created_at", "reference")
    return rows, order, order[0] != "settled" and wanted.sort != "oldest"


def page_of(actor: Actor, wanted: Filter, now: datetime, size: int = PAGE_SIZE) -> Page[Any]:
    """One page of rows (Row) in the wanted order."""
    rows, order, descending = rows_of(actor, wanted, now)
    rows = rows.select_related("rif__issuer" if wanted.scope == "received" else "issuer")
    page = keyset(rows, order=order, size=size, after=wanted.after, descending=descending)
    return Page(_rows(actor, page.rows), page.next, page.first)


def _rows(actor: Actor, found: Iterable[Any]) -> list[Row]:
    found = list(found)
    if found and isinstance(found[0], Delivery):
        return [Row(delivery.rif, delivery) for delivery in found]
    mine = Delivery.objects.received_by(actor).filter(rif__in=found)
    by_rif = {delivery.rif_id: delivery for delivery in mine}
    return [Row(rif, by_rif.get(rif.pk)) for rif in found]


def counts_of(actor: Actor, wanted: Filter, now: datetime) -> Counts:
    """How many rows there are behind each choice, each facet counted under the other filters."""
    some = _matching(_visible(actor, wanted, now), actor, wanted).order_by()[: COUNTED + 1]
    conditions = _conditions(wanted, now)
    choices = _choices(wanted, actor)
    asked: dict[str, Count] = {"total": _count(conditions, ""), "seen": Count("pk")}
    if wanted.scope == "received":
        asked["waiting"] = Count("pk", filter=Q(settled=False))
    for name, values in choices.items():
        for value in values:
            asked[f"{name}_{value}"] = _count(conditions, name, _condition(name, value, now))
    numbers = some.aggregate(**asked)
    facets = {
        name: [
            Facet(name, value, label, numbers[f"{name}_{value}"], value in wanted.chosen.get(name, ()))
            for value, label in values.items()
        ]
        for name, values in choices.items()
    }
    more = numbers["seen"] > COUNTED
    return Counts(numbers["total"], numbers.get("waiting", 0), more, _shown(facets))


def _count(conditions: dict[str, Q], own: str, extra: Q | None = None) -> Count:
    condition = extra or Q()
    for name, other in conditions.items():
        if name != own:
            condition &= other
    return Count("pk", filter=condition) if condition else Count("pk")


def _choices(wanted: Filter, actor: Actor) -> dict[str, dict[str, Label]]:
    senders = Organisation.objects.exclude(kind="OPERATOR").order_by("code").values_list("code", "name")
    choices: dict[str, dict[str, Label]] = {"state": STATES} if wanted.scope == "received" else {}
    choices |= {
        "urgency": {str(value): label for value, label in Urgency.choices},
        "area": {str(value): label for value, label in PolicyArea.choices},
        "status": STATUSES,
    }
    if wanted.scope in {"received", "all"}:
        choices["from"] = dict(senders)
    return choices


def _shown(facets: dict[str, list[Facet]]) -> dict[str, list[Facet]]:
    """Long lists without their empty choices."""
    long = {"from", "area"}
    return {
        name: [facet for facet in values if name not in long or facet.count or facet.chosen]
        for name, values in facets.items()
    }


def chips(wanted: Filter) -> list[tuple[Label, str]]:
    """What is filtered, each with the address that takes it away."""
    labels: dict[str, dict[str, Label]] = {
        "state": STATES, "status": STATUSES, "from": {},
        "urgency": {str(v): label for v, label in Urgency.choices},
        "area": {str(v): label for v, label in PolicyArea.choices},
    }  # fmt: skip
    return [
        (labels[name].get(value, value), wanted.without(name, value))
        for name, values in wanted.chosen.items()
        for value in values
    ]
