"""Saved searches that tell: whose search meets a RIF, and how often one would have told."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.http import QueryDict

from apps.accounts.actors import person
from apps.accounts.models import Membership
from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.notifications.tells import Found
from apps.rifs.models import Rif, SavedSearch
from apps.rifs.register import COUNTED, Filter, rows_of

#: What the page counts before somebody lets a search tell.
LOOK_BACK = timedelta(days=30)


def tells_by(query: str) -> Filter | None:
    """The filter as it tells: of what is received, however far its answering has come; None if of something else."""
    wanted = Filter.read(QueryDict(query))
    if wanted.scope != "received":
        return None
    return replace(wanted, after="", chosen={name: v for name, v in wanted.chosen.items() if name != "state"})


def found_for(rif: Rif, at: datetime) -> Found:
    """Whoever in the addressed organisations has a telling search that meets the RIF, with its name.

    Each search runs behind the wall of its owner, so it finds nothing that its owner could not read.
    """
    found: Found = {}
    searches = SavedSearch.objects.filter(notify=True, organisation__in=rif.addressees())
    for search in searches.order_by("owner_id", "pk"):
        pair = (search.owner_id, search.organisation_id)
        if pair not in found and _meets(search, rif, at):
            found[pair] = search.name
    return found


def _meets(search: SavedSearch, rif: Rif, at: datetime) -> bool:
    wanted, actor = tells_by(search.query), _owner(search, at.date())
    if wanted is None or actor is None:
        return False
    with behind_wall(actor):
        rows, _order, _descending = rows_of(actor, wanted, at)
        return bool(rows.filter(rif_id=rif.pk).exists())


def _owner(search: SavedSearch, today: date) -> Actor | None:
    """The owner as they may act on that day in the organisation of the search."""
    held = Membership.objects.in_force(today).filter(
        user_id=search.owner_id, organisation_id=search.organisation_id, user__is_active=True
    )
    membership = held.select_related("user", "organisation").order_by("pk").first()
    return person(membership.user, membership, today) if membership else None


def would_have_told(search: SavedSearch, actor: Actor, now: datetime) -> int:
    """How many messages it would have sent lately: the deliveries of those days that meet it."""
    wanted = tells_by(search.query)
    if wanted is None:
        return 0
    rows, _order, _descending = rows_of(actor, wanted, now)
    return int(rows.filter(delivered_at__gte=now - LOOK_BACK).order_by()[:COUNTED].count())
