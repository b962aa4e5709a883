"""Scheduled care for the registers."""

import logging

from celery import shared_task

from apps.kernel.actor import system_actor
from apps.kernel.subjects import registers
from apps.kernel.wall import behind_wall

log = logging.getLogger(__name__)


@shared_task(name="kernel.check_audiences")
def check_audiences() -> int:
    """Compute every stored audience anew; whatever had drifted is mended and reported."""
    drifted = 0
    for register in registers():
        with behind_wall(system_actor()):
            for subject in register._base_manager.order_by("pk").iterator(chunk_size=500):
                if subject.refresh_audience():
                    drifted += 1
                    log.error("The audience of %s %s had drifted.", register.kind(), subject.pk)
    return drifted
