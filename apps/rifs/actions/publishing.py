"""From the national review to the other administrations."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.actions.delivering import deliver, keep_version
from apps.rifs.actions.drafting import check
from apps.rifs.actions.redacting import copy_for
from apps.rifs.audience import Audience, audience_of
from apps.rifs.models import Rif, Status, Tlp
from apps.rifs.rules import by_issuer, by_second_person, not_a_revision
from apps.workflow.transitions import transition


@transition(
    Rif,
    sources=[Status.IN_REVIEW],
    target=Status.PUBLISHED,
    needs=Permission.RIF_PUBLISH,
    guards=(by_issuer, not_a_revision, by_second_person),
)
def publish(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Send it to exactly the organisations that the pre-flight page lists."""
    check(rif, at.date())
    audience = reachable(rif, at)
    rif.for_action, rif.for_information = audience.for_action, audience.for_information
    rif.named = sorted({*audience.persons, *hands_of(rif, by)}) if rif.tlp == Tlp.RED else []
    rif.published_at, rif.published_by = at, by.name
    deliver(rif, [reader.organisation for reader in audience.readers], at)
    rif.version = 1
    keep_version(rif, by=by, at=at)
    if audience.associated:
        copy_for(rif, audience.associated, by=by, at=at)
    return {"for_action": audience.for_action, "for_information": audience.for_information}


def reachable(rif: Rif, at: datetime) -> Audience:
    """Whom it would reach now; refused where somebody addressed may not have it, or nobody would."""
    audience = audience_of(rif, at.date())
    if audience.refused:
        raise Refused(*(Refusal(reason, Kind.RULE, "for_action") for _organisation, reason in audience.refused))
    if audience.unknown:
        text = _("Nobody who may read this RIF has the address %(address)s.")
        raise Refused(*(Refusal(text % {"address": a}, Kind.RULE, "named") for a in audience.unknown))
    if not (audience.for_action or audience.for_information or audience.associated):
        raise Refused(Refusal(_("Nobody would receive this RIF: choose an addressee."), Kind.RULE, "for_action"))
    return audience


def hands_of(rif: Rif, by: Actor) -> set[int]:
    """Those of the issuer who wrote, submitted and published it."""
    people = {*rif.hands, rif.author_id, rif.submitted_by_id, by.user_id}
    return {person for person in people if person}
