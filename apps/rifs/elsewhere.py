"""What the issuer knows of its RIFs in other networks: the reports, the same report of another RIF, the share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.functional import Promise

from apps.kernel.actor import Actor
from apps.rifs.channels import BASES, CHANNELS
from apps.rifs.models import SHARED, ChannelReport, Rif

WINDOW = timedelta(days=90)


@dataclass(frozen=True)
class Told:
    """One report with the words for its codes, and the other RIFs that carry the same one."""

    report: ChannelReport
    channel: str | Promise
    basis: str | Promise
    twins: list[Rif]


def reports_of(rif: Rif, actor: Actor) -> list[Told]:
    """The reports of a RIF, the latest first."""
    rows = list(ChannelReport.objects.filter(rif=rif).order_by("-reported_on", "-pk"))
    found = twins_of(rif, actor, [(row.channel, row.reference) for row in rows])
    return [
        Told(
            row,
            CHANNELS[row.channel].title if row.channel in CHANNELS else row.channel,
            BASES[row.basis].title if row.basis in BASES else row.basis,
            found.get((row.channel, row.reference.casefold()), []),
        )
        for row in rows
    ]


def twins_of(rif: Rif, actor: Actor, reports: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Rif]]:
    """Other RIFs of the administration that are reported under the same channel and reference, by these."""
    match = Q()
    for channel, reference in reports:
        match |= Q(channel=channel, reference__iexact=reference.strip())
    if not match:
        return {}
    own = Rif.objects.visible_to(actor).filter(issuer_id=actor.organisation_id).exclude(pk=rif.pk)
    rows = ChannelReport.objects.filter(match, rif__in=own).select_related("rif").order_by("rif__reference", "pk")
    found: dict[tuple[str, str], list[Rif]] = {}
    for row in rows:
        found.setdefault((row.channel, row.reference.casefold()), []).append(row.rif)
    return found


def typed_once(actor: Actor, now: datetime) -> tuple[int, int]:
    """Own RIFs published in the last 90 days that went on by the draft text, and all of them; copies not counted."""
    sent_on = ChannelReport.objects.filter(from_draft=True).values("rif")
    own = Rif.objects.visible_to(actor).filter(
        issuer_id=actor.organisation_id, published_at__gt=now - WINDOW, status__in=[*SHARED], original=None
    )
    counted = own.order_by().aggregate(once=Count("pk", filter=Q(pk__in=sent_on)), all=Count("pk"))
    return counted["once"], counted["all"]
