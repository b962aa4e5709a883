"""Finding subjects by words, by an identifier or its beginning, or by a pasted list of identifiers."""

import re

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from apps.kernel.actor import Actor
from apps.search.models import Entry

#: How many hits of a word search are looked at; more is told as "more than".
MOST = 1_000
#: How many identifiers may be pasted at once.
LIST_LIMIT = 5_000
_SHAPE = re.compile(r"^[A-Z0-9/]*\d[A-Z0-9/]*$")


def normal(identifier: str) -> str:
    """An identifier as it is compared: upper case, without spaces, dots and dashes."""
    return re.sub(r"[\s.\-]", "", identifier).upper()


def find(query: str, actor: Actor) -> "QuerySet[Entry]":
    """The visible cards that match: an identifier by its beginning, anything else by its words."""
    cards = Entry.objects.visible_to(actor)
    query = query.replace("\x00", "").strip()
    if not query:
        return cards.none()
    identifier = normal(query)
    if len(identifier) < 4 or not _SHAPE.match(identifier):
        words = RawSQL("SELECT search_words(websearch_to_tsquery('simple', %s), %s)", [query[:400], MOST])
        return cards.filter(pk__in=words)
    # One list of numbers: between two lists joined by OR, the planner reads every card.
    either = RawSQL(
        "SELECT search_words(websearch_to_tsquery('simple', %s), %s) UNION SELECT search_prefix(%s, %s)",
        [query[:400], MOST, identifier[:80], MOST],
    )
    return cards.filter(pk__in=either)


def find_listed(identifiers: list[str], actor: Actor) -> "QuerySet[Entry]":
    """The visible cards that carry any of up to 5,000 identifiers exactly."""
    wanted = sorted({normal(identifier)[:80] for identifier in identifiers[:LIST_LIMIT]} - {""})
    listed = RawSQL("SELECT search_listed(%s, %s)", [wanted, LIST_LIMIT * 4])
    return Entry.objects.visible_to(actor).filter(pk__in=listed)
