"""The exchange describes its API, and rings national systems after events."""

import logging
from typing import Any

from django.apps import AppConfig
from django.db import transaction

log = logging.getLogger(__name__)


class Config(AppConfig):
    name = "apps.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Let the API's description know its authentication, and listen for events."""
        from apps.audit.record import event_recorded
        from apps.exchange import schema  # noqa: F401

        event_recorded.connect(hand_over, dispatch_uid="exchange.ring")


def hand_over(sender: object, **kwargs: Any) -> None:
    """Ring after an event that other administrations may know of; for all else the sweep is soon enough."""
    from apps.rifs.show import COURSE

    if kwargs["event"].kind in COURSE:
        transaction.on_commit(_queue)


def _queue() -> None:
    from kombu.exceptions import OperationalError

    from apps.exchange.tasks import ring_all

    try:
        ring_all.delay()
    except OperationalError as error:
        log.warning("Webhooks wait for the broker: %s", error)
