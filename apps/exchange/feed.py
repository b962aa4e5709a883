"""The changes of RIFs as one organisation may learn of them, each once, in an order that never misses one.

Events are numbered under a lock that is held until their transaction ends (`apps/audit/chain.py`), so
whoever sees number n sees every number below it that will ever be. A change stands at the number of its
event, or, where the organisation could read the RIF only later, at the number from which it could
(`Reach`). What was read up to a place therefore stays complete, whatever is committed afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from apps.audit.models import Event, Head
from apps.exchange.models import Reach
from apps.exchange.sealing import Unsealed, seal, unseal
from apps.kernel.actor import Actor
from apps.rifs.models import Rif
from apps.rifs.show import COURSE, INTERNAL

#: So many events are looked through for one page; an organisation that few of them concern asks again.
WINDOW = 20_000
WITHDRAWN = "rif.withdrawn"


@dataclass(frozen=True, order=True)
class Place:
    """A place in the feed: the number at which a change stands there, and the event itself."""

    number: int = 0
    event: int = 0

    def seal(self, organisation_id: int) -> str:
        """As the cursor that this organisation is given; the numbers would tell how busy others are."""
        return seal(f"{self.number:020d} {self.event:020d}", purpose=f"feed {organisation_id}")

    @classmethod
    def unseal(cls, cursor: str, organisation_id: int) -> "Place":
        """From a cursor of this organisation; raises Unsealed."""
        number, _space, event = unseal(cursor, purpose=f"feed {organisation_id}").partition(" ")
        try:
            return cls(int(number), int(event))
        except ValueError as error:
            raise Unsealed from error


@dataclass(frozen=True)
class Change:
    """One entry: what happened to which RIF. Of one that is no longer readable only its reference is told."""

    place: Place
    kind: str
    reference: str
    at: datetime | None = None

    @property
    def is_readable(self) -> bool:
        """Whether the RIF can be opened now."""
        return self.kind != WITHDRAWN


@dataclass(frozen=True)
class Changes:
    """A page of entries, the place after it, and whether there is more to be had at once."""

    entries: list[Change]
    next: Place
    more: bool


def head() -> Place:
    """The place after everything that has happened so far."""
    last = Head.objects.values_list("last_id", flat=True).get(chain=Event._meta.db_table)
    return Place(last, last)


def changes(actor: Actor, after: Place, limit: int) -> Changes:
    """At most `limit` entries after a place. Who may read nothing now stays where they are, and misses nothing."""
    if not actor.audiences or not actor.can(Rif.read):
        return Changes([], after, more=False)
    # The end is asked first: each query below sees at least all that is numbered up to it.
    last = head().number
    end = min(last, after.number + WINDOW)
    found = [
        *islice(_as_they_came(actor, after, end), limit + 1),
        *islice(_opened_later(actor, after, end), limit + 1),
        *islice(_withdrawn(actor, after, end), limit + 1),
    ]
    found.sort(key=lambda change: change.place)
    if len(found) > limit:
        return Changes(found[:limit], found[limit - 1].place, more=True)
    return Changes(found, max(after, Place(end, end)), more=end < last)


def _events(actor: Actor) -> QuerySet[Any]:
    """What every reader may know of RIFs that are open now, and what is the organisation's own; as in the timeline."""
    visible = Rif.objects.visible_to(actor).filter(pk=OuterRef("subject_id"))
    issued = Exists(visible.filter(issuer_id=actor.organisation_id))
    own = Q(kind__in=list(INTERNAL)) & (issued | Q(organisation_id=actor.organisation_id))
    since = _open(actor).filter(rif_id=OuterRef("subject_id")).values("since")[:1]
    return Event.objects.filter(Q(kind__in=list(COURSE)) | own, Exists(visible), subject_type=Rif.kind()).annotate(
        since=Subquery(since, output_field=BigIntegerField())
    )


def _open(actor: Actor) -> QuerySet[Reach]:
    return Reach.objects.filter(organisation_id=actor.organisation_id, until=None)


def _as_they_came(actor: Actor, after: Place, end: int) -> Iterator[Change]:
    """Events of RIFs that the organisation could read when they happened."""
    first = after.number + (after.event >= after.number)
    rows = _events(actor).filter(pk__gte=first, pk__lte=end, since__lte=F("pk"))
    for event in rows.order_by("pk").iterator(chunk_size=500):
        yield Change(Place(event.pk, event.pk), event.kind, event.reference, event.at)


def _opened_later(actor: Actor, after: Place, end: int) -> Iterator[Change]:
    """Earlier events of RIFs that became readable afterwards, at the place where they did."""
    opened = _open(actor).filter(since__gte=after.number, since__lte=end)
    rows = _events(actor).filter(subject_id__in=opened.values("rif_id"), pk__lt=F("since"))
    here = Q(since=Value(after.number), pk__gt=after.event) | Q(since__gt=after.number)
    for event in rows.filter(here, since__lte=end).order_by("since", "pk").iterator(chunk_size=500):
        place = Place(event.since, event.pk)
        yield Change(place, event.kind, event.reference, event.at)


def _withdrawn(actor: Actor, after: Place, end: int) -> Iterator[Change]:
    """RIFs that the organisation could read once and no longer can: the bare reference, which it knows."""
    rows = Reach.objects.filter(organisation_id=actor.organisation_id, until__gte=after.number, until__lte=end)
    for row in rows.order_by("until", "rif_id").iterator(chunk_size=500):
        place = Place(row.until or 0, -row.rif_id)
        if place > after:
            yield Change(place, WITHDRAWN, row.reference)
