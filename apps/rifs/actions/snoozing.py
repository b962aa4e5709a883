"""Putting a received RIF off one's own desk. It is the person's own affair, so no event tells of it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.models import Delivery, Rif, Snooze
from apps.rifs.rules import by_addressee

LONGEST = timedelta(days=14)


def snooze(rif: Rif, *, by: Actor, at: datetime, until: datetime) -> None:
    """Put it off until a moment, at most 14 days away and never beyond its target."""
    if refusal := by_addressee(rif, by):
        raise Refused(refusal)
    row = Delivery.objects.received_by(by).filter(rif=rif).first()
    if row is None or by.user_id is None:
        raise Refused(Refusal(_("This RIF is not on your desk."), Kind.PERMISSION))
    if row.settled:
        raise Refused(Refusal(_("It is acknowledged; there is nothing to put off."), Kind.STATE))
    if until <= at:
        raise Refused(Refusal(_("This moment is over; choose a later one."), Kind.RULE, "until"))
    if until > at + LONGEST:
        raise Refused(Refusal(_("A RIF can be put off for 14 days at most."), Kind.RULE, "until"))
    if until > row.due_at:
        raise Refused(Refusal(_("A RIF cannot be put off beyond its target."), Kind.RULE, "until"))
    Snooze.objects.update_or_create(person_id=by.user_id, rif=rif, defaults={"until": until, "version": rif.version})


def wake(rif: Rif, *, by: Actor) -> None:
    """Bring it back to the own desk at once."""
    Snooze.objects.filter(person_id=by.user_id, rif=rif).delete()
