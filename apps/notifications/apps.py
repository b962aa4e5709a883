"""Notifications listen for events and hand each that has readers to the worker after commit."""

import logging
from typing import Any

from django.apps import AppConfig
from django.db import transaction

log = logging.getLogger(__name__)


class Config(AppConfig):
    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Listen."""
        from apps.audit.record import event_recorded

        event_recorded.connect(hand_over, dispatch_uid="notifications.deliver")


def hand_over(sender: object, **kwargs: Any) -> None:
    """Queue the delivery of an event once its transaction is safe; without a broker the sweep does it."""
    from apps.notifications.tells import TELLINGS

    event = kwargs["event"]
    if event.kind in TELLINGS:
        transaction.on_commit(lambda: _queue(event.pk))


def _queue(event_id: int) -> None:
    from kombu.exceptions import OperationalError

    from apps.notifications.tasks import deliver

    try:
        deliver.delay(event_id=event_id)
    except OperationalError as error:
        log.warning("Notices wait for the broker: %s", error)
