"""Ringing national systems in the background. Each task loads by number and calls actions."""

from celery import shared_task
from django.utils import timezone

from apps.exchange.actions import webhooks


@shared_task(name="exchange.ring")
def ring(*, webhook_id: int) -> None:
    """Write what one webhook is to be told, and send what is due."""
    webhooks.follow(webhook_id, at=timezone.now())
    webhooks.send_waiting(webhook_id, now=timezone.now)


@shared_task(name="exchange.ring_all")
def ring_all() -> None:
    """After an event: every webhook looks at the feed by itself; a slow one holds up no other."""
    for webhook_id in webhooks.active():
        ring.delay(webhook_id=webhook_id)


@shared_task(name="exchange.sweep")
def sweep() -> None:
    """Ring what a crash, a lost message or a system that was away has left."""
    webhooks.forget_old(at=timezone.now())
    ring_all()
