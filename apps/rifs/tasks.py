"""What happens to RIFs by the clock."""

import logging

from celery import shared_task
from django.utils import timezone

from apps.accounts.matrix import Permission
from apps.kernel.actor import system_actor
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif, Status

log = logging.getLogger(__name__)


@shared_task(name="rifs.expire")
def expire() -> int:
    """Note for each RIF whose validity has ended that it has expired; each by itself, so one fault stops no other."""
    by, now, done = system_actor(Permission.RIF_READ, Permission.RIF_EXPIRE), timezone.now(), 0
    with behind_wall(by):
        ended = list(Rif.objects.visible_to(by).filter(status=Status.PUBLISHED, valid_to__lt=now.date()))
    for rif in ended:
        try:
            actions.expire(rif, by=by, at=now)
            done += 1
        except Refused as no:
            log.info("%s does not expire yet: %s", rif.reference, no)
    return done
