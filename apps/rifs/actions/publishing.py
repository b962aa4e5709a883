"""From the national review to the other administrations, and to the end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.organisations.models import Organisation
from apps.rifs.actions.drafting import check
from apps.rifs.audience import audience_of
from apps.rifs.models import Delivery, Rif, Status
from apps.rifs.rules import by_issuer, by_second_person
from apps.rifs.targets import due_dates
from apps.workflow.transitions import transition


@transition(
    Rif,
    sources=[Status.IN_REVIEW],
    target=Status.PUBLISHED,
    needs=Permission.RIF_PUBLISH,
    guards=(by_issuer, by_second_person),
)
def publish(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Send it to exactly the organisations that the pre-flight page lists."""
    check(rif, at.date())
    audience = audience_of(rif, at.date())
    if audience.refused:
        raise Refused(*(Refusal(reason, Kind.RULE, "for_action") for _organisation, reason in audience.refused))
    if not audience.for_action and not audience.for_information:
        raise Refused(Refusal(_("Nobody would receive this RIF: choose an addressee."), Kind.RULE, "for_action"))
    rif.for_action, rif.for_information = audience.for_action, audience.for_information
    rif.published_at, rif.published_by = at, by.name
    deliver(rif, [reader.organisation for reader in audience.readers], at)
    return {"for_action": audience.for_action, "for_information": audience.for_information}


def deliver(rif: Rif, organisations: Iterable[Organisation], at: datetime) -> None:
    """Open a ledger row for each addressed organisation, with its target."""
    addressed = rif.addressees()
    due = due_dates(rif.urgency, [o for o in organisations if o.pk in addressed], at)
    Delivery.objects.bulk_create(
        Delivery(
            rif=rif,
            organisation_id=number,
            reference=rif.reference,
            for_action=number in rif.for_action,
            delivered_at=at,
            due_at=moment,
        )
        for number, moment in due.items()
    )
    rif.addressed += len(due)


@transition(Rif, sources=[Status.PUBLISHED], target=Status.CLOSED, needs=Permission.RIF_END, guards=(by_issuer,))
def close(rif: Rif, *, by: Actor, at: datetime, outcome: str) -> dict[str, Any]:
    """End the exchange and say what came of it."""
    return _end(rif, by, at, outcome, _("Say what came of it."), "outcome")


@transition(Rif, sources=[Status.PUBLISHED], target=Status.CANCELLED, needs=Permission.RIF_END, guards=(by_issuer,))
def cancel(rif: Rif, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    """Call it back with the reason; its readers see that it no longer holds."""
    return _end(rif, by, at, reason, _("Say why it is cancelled."), "reason")


def _end(rif: Rif, by: Actor, at: datetime, words: str, missing: str, field: str) -> dict[str, Any]:
    if not words.strip():
        raise Refused(Refusal(missing, Kind.RULE, field))
    rif.ended_at, rif.ended_by, rif.ending = at, by.name, words.strip()
    return {field: rif.ending}
