"""Reminding those who have not answered, at the issuer's wish and no more than once a day."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.audit.models import Event
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.models import OPEN, Delivery, Rif
from apps.rifs.rules import by_issuer
from apps.workflow.transitions import change

PAUSE = timedelta(days=1)


@change(Rif, needs=Permission.RIF_PUBLISH, sources=[*OPEN], guards=(by_issuer,))
def remind(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Remind every administration that has not acknowledged."""
    waiting = list(Delivery.objects.filter(rif=rif, settled=False).values_list("organisation_id", flat=True))
    if not waiting:
        raise Refused(Refusal(_("Everybody has acknowledged."), Kind.STATE))
    if Event.objects.filter(subject_type=Rif.kind(), subject_id=rif.pk, kind="rif.remind", at__gt=at - PAUSE).exists():
        raise Refused(Refusal(_("They were reminded within the last day already."), Kind.STATE))
    return {"organisations": sorted(waiting)}
