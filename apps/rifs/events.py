"""Who is told of what happens to a RIF."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import Membership
from apps.audit.models import Event
from apps.notifications.tells import Recipients, tells
from apps.rifs.models import Rif, Urgency
from apps.rifs.seeking import found_for


def _people(organisations: set[int], permission: Permission, areas: list[int]) -> Recipients:
    """The people of these organisations with this permission whose mandate touches the areas."""
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    rows = Membership.objects.in_force(timezone.localdate()).filter(
        Q(mandates=[]) | Q(mandates__overlap=areas),
        organisation__in=organisations,
        roles__overlap=roles,
        user__is_active=True,
    )
    return set(rows.values_list("user_id", "organisation_id"))


def is_hurried(rif: Rif) -> bool:
    """Flash and urgent RIFs go by mail to whoever wants only these."""
    return rif.urgency <= Urgency.URGENT


@tells("rif.submit", register=Rif, title=_("A RIF waits for your review"))
def reviewers(rif: Rif, event: Event) -> Recipients:
    """Whoever may publish for the issuer, but not the one who submitted it."""
    people = _people({rif.issuer_id}, Permission.RIF_PUBLISH, rif.areas)
    return {pair for pair in people if pair[0] != event.actor_id}


@tells("rif.send_back", register=Rif, title=_("A RIF was sent back to you"))
def author(rif: Rif, event: Event) -> Recipients:
    """Its author."""
    return {(rif.author_id, rif.issuer_id)} if rif.author_id else set()


@tells("rif.publish", register=Rif, title=_("New RIF for your administration"), urgent=is_hurried, searches=found_for)
def receivers(rif: Rif, event: Event) -> Recipients:
    """Whoever may acknowledge in the addressed organisations."""
    return _people(rif.addressees(), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells(
    "rif.take_over", register=Rif, title=_("New alert for your administration"), urgent=is_hurried, searches=found_for
)
def alerted(rif: Rif, event: Event) -> Recipients:
    """Whoever may acknowledge in the named administrations."""
    return _people(rif.addressees(), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells("rif.share", register=Rif, title=_("New RIF for your administration"), urgent=is_hurried, searches=found_for)
def sharers(rif: Rif, event: Event) -> Recipients:
    """Whoever may acknowledge in the administrations that receive the redacted copy."""
    return _people(rif.addressees(), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells("rif.take_over_version", register=Rif, title=_("New version of a RIF"), urgent=is_hurried, searches=found_for)
def renewed(rif: Rif, event: Event) -> Recipients:
    """Whoever may acknowledge in the addressed administrations; they are asked again if the change is material."""
    return _people(rif.addressees(), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells("rif.remind", register=Rif, title=_("Reminder: a RIF waits for your acknowledgement"), urgent=is_hurried)
def reminded(rif: Rif, event: Event) -> Recipients:
    """Whoever may acknowledge where nobody has."""
    return _people(set(event.data["organisations"]), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells("rif.give_feedback", register=Rif, title=_("Feedback on a RIF of yours"))
@tells("rif.expire", register=Rif, title=_("A RIF of yours has expired: renew or close it"))
def issuers(rif: Rif, event: Event) -> Recipients:
    """Whoever may end it at the issuer."""
    return _people({rif.issuer_id}, Permission.RIF_END, rif.areas)


@tells("rif.cancel", register=Rif, title=_("A RIF was cancelled"), urgent=is_hurried)
@tells("rif.close", register=Rif, title=_("A RIF was closed"))
def readers(rif: Rif, event: Event) -> Recipients:
    """Whoever was asked to acknowledge it."""
    return _people(rif.addressees(), Permission.RIF_ACKNOWLEDGE, rif.areas)


@tells("rif.search", register=Rif, title=_("Found by your saved search"))
def nobody(rif: Rif, event: Event) -> Recipients:
    """No event has this kind: it is how whoever saved a search is told of one of the events above."""
    return set()
