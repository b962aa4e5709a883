"""Webhooks: who is rung, what is written for them once, and sending it until it was taken."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from apps.accounts.actors import organisation_itself
from apps.accounts.matrix import Permission
from apps.audit.record import record
from apps.exchange.addresses import Forbidden, target_of
from apps.exchange.feed import Place, changes, head
from apps.exchange.models import Webhook, WebhookDelivery
from apps.exchange.posting import Outcome, new_secret, post, signed
from apps.exchange.sealing import Unsealed, seal, unseal
from apps.kernel.actor import Actor, system_actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.wall import behind_wall

MOST_WEBHOOKS = 10
MOST_ATTEMPTS = 12
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
#: What was taken or given up is shown for so long.
KEPT = timedelta(days=30)
PAGE = 200
PURPOSE = "webhook"


@dataclass(frozen=True)
class NewWebhook:
    """A webhook with its secret as it is shown, once."""

    webhook: Webhook
    secret: str


def make_webhook(*, by: Actor, at: datetime, name: str, address: str) -> NewWebhook:
    """Ring this address of the own organisation from now on; the secret is in the answer and then sealed."""
    _may(by)
    try:
        target_of(address)
    except Forbidden as no:
        raise Refused(Refusal(str(no), Kind.RULE, "address")) from no
    secret = new_secret()
    with behind_wall(by):
        if Webhook.objects.filter(organisation_id=by.organisation_id, ended_at=None).count() >= MOST_WEBHOOKS:
            most = _("An organisation has at most %(most)d webhooks.") % {"most": MOST_WEBHOOKS}
            raise Refused(Refusal(most, Kind.RULE, "name"))
        place = head()
        webhook = Webhook.objects.create(
            organisation_id=by.organisation_id,
            name=name,
            address=address,
            sealed_secret=seal(secret, purpose=PURPOSE),
            number=place.number,
            event=place.event,
            created_at=at,
            created_by=by.name,
        )
        record("webhook.make", webhook, by=by, at=at, data={"address": address})
    return NewWebhook(webhook, secret)


def end_webhook(webhook: Webhook, *, by: Actor, at: datetime) -> Webhook:
    """Ring it no more; what still waits is not sent."""
    _may(by, webhook)
    if webhook.ended_at:
        raise Refused(Refusal(_("This webhook has ended already."), Kind.STATE))
    with behind_wall(by):
        webhook.ended_at = at
        webhook.save(update_fields=["ended_at"])
        webhook.deliveries.filter(next_attempt_at__isnull=False).update(next_attempt_at=None)
        record("webhook.end", webhook, by=by, at=at, data={})
    return webhook


def send_again(delivery: WebhookDelivery, *, by: Actor, at: datetime) -> WebhookDelivery:
    """Send one message again, whatever came of it; its id stays the same, so the system can tell."""
    _may(by, delivery.webhook)
    if delivery.webhook.ended_at:
        raise Refused(Refusal(_("This webhook has ended already."), Kind.STATE))
    with behind_wall(by):
        delivery.attempts, delivery.next_attempt_at, delivery.taken_at = 0, at, None
        delivery.save(update_fields=["attempts", "next_attempt_at", "taken_at"])
        record("webhook.send_again", delivery.webhook, by=by, at=at, data={"reference": delivery.reference})
    return delivery


def _may(by: Actor, webhook: Webhook | None = None) -> None:
    if not by.can(Permission.KEYS_MANAGE):
        raise Refused(Refusal(_("Your role does not include this."), Kind.PERMISSION))
    if webhook and webhook.organisation_id != by.organisation_id:
        raise Refused(Refusal(_("Only webhooks of your own organisation."), Kind.PERMISSION))


# ── By the portal itself ─────────────────────────────────────────────────────────────
def active() -> list[int]:
    """The webhooks that are rung."""
    with behind_wall(system_actor()):
        return list(Webhook.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))


def follow(webhook_id: int, *, at: datetime) -> int:
    """Write a delivery for each change that the feed has for the organisation since the last time."""
    written, more = 0, True
    while more:
        with behind_wall(system_actor()):
            rows = Webhook.objects.select_for_update(of=("self",), skip_locked=True).select_related("organisation")
            webhook = rows.filter(pk=webhook_id, ended_at=None).first()
            if webhook is None:
                return written  # ended, or another worker writes them this moment
            reader = organisation_itself(webhook.organisation, at.date())
            with behind_wall(reader):
                found = changes(reader, Place(webhook.number, webhook.event), PAGE)
            WebhookDelivery.objects.bulk_create(
                WebhookDelivery(
                    webhook=webhook, number=change.place.number, event=change.place.event, kind=change.kind,
                    reference=change.reference, written_at=at, next_attempt_at=at,
                )
                for change in found.entries
            )  # fmt: skip
            webhook.number, webhook.event = found.next.number, found.next.event
            webhook.save(update_fields=["number", "event"])
        written, more = written + len(found.entries), found.more
    return written


def send_waiting(webhook_id: int, *, now: Callable[[], datetime], most: int = PAGE) -> int:
    """Send what is due, each in a step of its own; after the first failure the rest waits for the next time."""
    for sent in range(most):
        delivery = _claim(webhook_id, now())
        if delivery is None:
            return sent
        outcome = _send(delivery, now())
        _note(delivery, outcome, now())
        if not outcome.taken:
            return sent
    return most


def _claim(webhook_id: int, at: datetime) -> WebhookDelivery | None:
    """The next message that is due. Its next attempt is set before it goes: a worker that dies loses nothing."""
    with behind_wall(system_actor()):
        rows = WebhookDelivery.objects.select_for_update(of=("self",), skip_locked=True).select_related("webhook")
        due = rows.filter(webhook_id=webhook_id, webhook__ended_at=None, next_attempt_at__lte=at)
        delivery = due.order_by("next_attempt_at", "pk").first()
        if delivery is not None:
            delivery.attempts += 1
            delivery.next_attempt_at = at + pause_after(delivery.attempts)
            delivery.save(update_fields=["attempts", "next_attempt_at"])
        return delivery


def pause_after(attempts: int) -> timedelta:
    """Half a minute after the first failure, then four times as long each time, at most six hours."""
    times: int = 4 ** min(attempts - 1, 8)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE)


def _send(delivery: WebhookDelivery, at: datetime) -> Outcome:
    webhook = delivery.webhook
    cursor = Place(delivery.number, delivery.event).seal(webhook.organisation_id)
    said = {"kind": delivery.kind, "reference": delivery.reference, "cursor": cursor}
    body = json.dumps(said, separators=(",", ":")).encode()
    try:
        secret = unseal(webhook.sealed_secret, purpose=PURPOSE)
    except Unsealed:
        return Outcome(error=_("Its secret was sealed under another secret of the portal; make the webhook anew."))
    return post(webhook.address, body, signed(body, secret=secret, name=cursor, at=at))


def _note(delivery: WebhookDelivery, outcome: Outcome, at: datetime) -> None:
    delivery.last_status, delivery.last_error = outcome.status, outcome.error[:200]
    if outcome.taken:
        delivery.taken_at, delivery.next_attempt_at = at, None
    elif delivery.attempts >= MOST_ATTEMPTS:
        delivery.next_attempt_at = None
    with behind_wall(system_actor()):
        delivery.save(update_fields=["last_status", "last_error", "taken_at", "next_attempt_at"])


def forget_old(*, at: datetime) -> int:
    """Take away what was taken or given up long ago."""
    with behind_wall(system_actor()):
        return WebhookDelivery.objects.filter(next_attempt_at=None, written_at__lt=at - KEPT).delete()[0]
