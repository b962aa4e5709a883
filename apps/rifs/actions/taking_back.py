"""Undoing an acknowledgement that was a slip of the hand."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.audit.models import Event
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.models import SHARED, Delivery, Rif
from apps.rifs.rules import by_addressee, just_acknowledged
from apps.workflow.transitions import change


@change(Rif, needs=Permission.RIF_ACKNOWLEDGE, sources=[*SHARED], guards=(by_addressee, just_acknowledged))
def take_back(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Take back the own acknowledgement within the first minutes, as long as nobody has built on it."""
    row = Delivery.objects.select_for_update(of=("self",)).get(rif=rif, organisation_id=by.organisation_id)
    # Names are not unique; the event says which person it was.
    own = Event.objects.filter(
        kind="rif.acknowledge", subject_type=Rif.kind(), subject_id=rif.pk, at=row.acknowledged_at or at,
        organisation_id=by.organisation_id, actor_id=by.user_id, actor_id__isnull=False,
    ).order_by("-id").first()  # fmt: skip
    if own is None:
        raise Refused(Refusal(_("Only the person who acknowledged it may take this back."), Kind.PERMISSION))
    if at > own.at + timedelta(minutes=settings.TAKE_BACK_MINUTES):
        text = _("An acknowledgement can be taken back for %(minutes)d minutes only.")
        raise Refused(Refusal(text % {"minutes": settings.TAKE_BACK_MINUTES}, Kind.STATE))
    row.acknowledged_at, row.acknowledged_by = None, ""
    row.acknowledged_version = own.data.get("before", 0)
    row.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_version"])
    rif.acknowledged -= 1
    return {"organisation": by.organisation_code}
