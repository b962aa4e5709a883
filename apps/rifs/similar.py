"""The RIFs that are like a draft, among those that its writer may see: so that nobody tells a thing twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.kernel.actor import Actor
from apps.rifs.likeness import MOST, MOST_SEEN, Kind, faint_of, kind_of, marks_of, ranked
from apps.rifs.models import Rif

WINDOW = timedelta(days=90)
PERIOD_DAYS = 30
SHOWN, REASONS = 3, 4


@dataclass(frozen=True)
class Similar:
    """One RIF that is like the draft, and why."""

    rif: Rif
    why: list[str]
    score: float


def keys_of(marks: Iterable[str], at: datetime) -> list[str]:
    """The marks as they are stored: with the 30 days in which they lie, so that a look-up reads no older ones."""
    period = period_of(at)
    return [f"{period}:{mark}" for mark in marks]


def period_of(at: datetime) -> int:
    """The number of the 30 days, by the day in UTC, so that the time zone of a moment means nothing."""
    return at.astimezone(UTC).toordinal() // PERIOD_DAYS


def similar_to(rif: Rif, actor: Actor, now: datetime, most: int = SHOWN) -> list[Similar]:
    """At most `most` open RIFs of the last 90 days that are like this one and that the actor may read."""
    own = marks_of(rif.content)
    if not own:
        return []
    seen, shared = _alike(rif, list(own), now)
    likes = {like.rif: like for like in ranked(own, shared, seen, faint_of(rif.content))[: 2 * most]}
    rows = Rif.objects.visible_to(actor).filter(pk__in=likes).select_related("issuer")
    found = [Similar(row, _why(likes[row.pk].marks, own), likes[row.pk].score) for row in rows]
    return sorted(found, key=lambda one: (-one.score, one.rif.reference))[:most]


def _alike(rif: Rif, marks: list[str], now: datetime) -> tuple[int, dict[int, set[str]]]:
    """How many RIFs are seen in the window, and who shares which marks; the database adds the audience itself."""
    since = now - WINDOW
    window: list[Any] = [list(range(period_of(since), period_of(now) + 1)), since, now]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rifs_seen(%s, %s, %s)", [since, now, MOST_SEEN])
        seen = cursor.fetchone()[0]
        cursor.execute("SELECT mark, rif FROM rifs_alike(%s, %s, %s, %s, %s, %s)", [rif.pk, marks, *window, MOST])
        shared: dict[int, set[str]] = {}
        for mark, other in cursor.fetchall():
            shared.setdefault(other, set()).add(mark)
    return seen, shared


def _why(marks: Iterable[str], own: dict[str, str]) -> list[str]:
    """The reasons in words, the strongest first, one for each family."""
    by_family: dict[str, tuple[Kind, list[str]]] = {}
    for mark in marks:
        kind = kind_of(mark)
        by_family.setdefault(kind.family, (kind, []))[1].append(own[mark])
    reasons = []
    for family, (kind, words) in by_family.items():
        said = ", ".join(words[:4]) if family == "words" else words[0]
        reasons.append(_("same %(what)s: %(value)s") % {"what": kind.title, "value": said})
    return reasons[:REASONS]


def marked(rif: Rif) -> dict[str, Any]:
    """What is stored of a RIF for the look-up: its moment, its audience and its marks."""
    at = rif.published_at or rif.created_at
    return {"at": at, "audience": rif.audience, "keys": keys_of(marks_of(rif.content), at)}
