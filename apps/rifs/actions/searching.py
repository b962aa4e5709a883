"""Filters of the register that a person keeps. They are that person's own affair, so no event tells of them."""

from apps.kernel.actor import Actor
from apps.rifs.models import SavedSearch


def keep_search(*, by: Actor, name: str, query: str) -> SavedSearch:
    """Keep a filter under a name; the same name again replaces it."""
    kept, _made = SavedSearch.objects.update_or_create(
        owner_id=by.user_id, organisation_id=by.organisation_id, name=name, defaults={"query": query[:600]}
    )
    return kept


def settle_search(number: int, *, by: Actor, shared: bool, notify: bool) -> None:
    """Say of one's own kept filter whether the organisation sees it, and whether it tells of what is new."""
    SavedSearch.objects.filter(pk=number, owner_id=by.user_id).update(shared=shared, notify=notify)


def forget_search(number: int, *, by: Actor) -> None:
    """Delete one's own kept filter."""
    SavedSearch.objects.filter(pk=number, owner_id=by.user_id).delete()
