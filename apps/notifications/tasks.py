"""Delivery in the background. Each task loads by number and calls one action."""

from celery import shared_task
from django.utils import timezone

from apps.notifications import actions


@shared_task(name="notifications.deliver")
def deliver(*, event_id: int) -> None:
    """Tell everybody concerned of one event, then send what mail that wrote."""
    actions.deliver(event_id, at=timezone.now())
    actions.send_waiting(at=timezone.now())


@shared_task(name="notifications.sweep")
def sweep() -> None:
    """Deliver what was left."""
    actions.sweep(at=timezone.now())


@shared_task(name="notifications.send_waiting")
def send_waiting() -> None:
    """Send waiting mail."""
    actions.send_waiting(at=timezone.now())
