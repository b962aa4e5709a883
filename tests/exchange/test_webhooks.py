"""A system is rung once for each change, with a signature, at no address inside the house, until it has taken it."""

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import Event
from apps.exchange.actions import webhooks
from apps.exchange.feed import Place, changes
from apps.exchange.models import Webhook, WebhookDelivery
from apps.exchange.tasks import sweep
from apps.kernel.actor import system_actor
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from tests.conftest import PASSWORD, Person, Publish, join
from tests.exchange.system import System, listening

NOW = timezone.now()


@pytest.fixture
def system() -> Iterator[System]:
    with listening() as there:
        yield there


@pytest.fixture
def admin(cast: SimpleNamespace, organisations: Any) -> Person:
    return join("german_admin", organisations["DE"], ["USER_ADMIN"])


@pytest.fixture
def made(admin: Person, system: System) -> webhooks.NewWebhook:
    return webhooks.make_webhook(by=admin.actor, at=NOW, name="national system", address=system.address)


def ring(made: webhooks.NewWebhook, at: datetime = NOW) -> None:
    webhooks.follow(made.webhook.pk, at=at)
    webhooks.send_waiting(made.webhook.pk, now=lambda: at)


def deliveries() -> list[WebhookDelivery]:
    with behind_wall(system_actor()):
        return list(WebhookDelivery.objects.order_by("pk"))


# ── What is told ─────────────────────────────────────────────────────────────────────
def test_a_change_is_told_once_signed_and_without_content(
    cast: SimpleNamespace, publish: Publish, made: webhooks.NewWebhook, system: System
) -> None:
    rif = publish(for_action=["DE"])
    publish(for_action=["FR"])
    for _attempt in range(3):
        ring(made)
    ((headers, body),) = system.told
    said = json.loads(body)
    assert set(said) == {"kind", "reference", "cursor"}
    assert (said["kind"], said["reference"]) == ("rif.publish", rif.reference)
    assert headers["webhook-id"] == said["cursor"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - NOW.timestamp()) < 2
    with behind_wall(cast.german_analyst.actor):
        actor = cast.german_analyst.actor
        cursors = [c.place.seal(actor.organisation_id) for c in changes(actor, Place(), 10).entries]
    assert said["cursor"] in cursors, "it names the entry of the feed"


def test_only_what_happens_from_now_on_is_told(publish: Publish, admin: Person, system: System) -> None:
    publish()
    made = webhooks.make_webhook(by=admin.actor, at=NOW, name="new", address=system.address)
    ring(made)
    assert system.told == []
    publish()
    ring(made)
    assert len(system.told) == 1


def test_the_sweep_alone_rings(publish: Publish, made: webhooks.NewWebhook, system: System, monkeypatch: Any) -> None:
    from apps.exchange import tasks

    monkeypatch.setattr(tasks.ring, "delay", tasks.ring)
    publish()
    sweep()
    sweep()
    assert len(system.told) == 1


def test_an_event_of_the_public_course_is_handed_to_the_queue(
    publish: Publish, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from apps.exchange import tasks

    queued: list[int] = []
    monkeypatch.setattr(tasks.ring_all, "delay", lambda: queued.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        publish()
    assert queued == [1], "once for publishing, not for drafting"


# ── Until it is taken ────────────────────────────────────────────────────────────────
def test_a_system_that_fails_is_asked_again_later_and_later(
    publish: Publish, made: webhooks.NewWebhook, system: System
) -> None:
    system.status = 503
    publish()
    publish()
    ring(made)
    assert len(system.told) == 1, "after a failure the rest waits"
    first = deliveries()[0]
    assert (first.attempts, first.last_status, first.taken_at) == (1, 503, None)
    assert first.next_attempt_at == NOW + timedelta(seconds=30)
    system.status = 200
    ring(made, NOW + timedelta(seconds=31))
    assert [row.taken_at is not None for row in deliveries()] == [True, True]
    ids = [headers["webhook-id"] for headers, _body in system.told]
    assert ids.count(ids[0]) == 2, "sent again, it bears the same id"


def test_pauses_grow_to_six_hours_and_end(publish: Publish, made: webhooks.NewWebhook, system: System) -> None:
    system.status = 500
    publish()
    at, pauses = NOW, []
    for _attempt in range(webhooks.MOST_ATTEMPTS + 3):
        ring(made, at)
        (row,) = deliveries()
        if row.next_attempt_at is None:
            break
        pauses.append(row.next_attempt_at - at)
        at = row.next_attempt_at
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=30) and pauses[-1] == timedelta(hours=6)
    assert len(system.told) == webhooks.MOST_ATTEMPTS
    assert deliveries()[0].next_attempt_at is None


def test_a_worker_that_is_killed_while_it_sends_loses_nothing(
    publish: Publish, made: webhooks.NewWebhook, system: System
) -> None:
    publish()
    webhooks.follow(made.webhook.pk, at=NOW)
    assert webhooks._claim(made.webhook.pk, NOW)  # and here it dies
    ring(made, NOW + timedelta(seconds=29))
    assert system.told == []
    ring(made, NOW + timedelta(seconds=30))
    assert len(system.told) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(publish: Publish, made: webhooks.NewWebhook, system: System) -> None:
    for _number in range(8):
        publish()

    def work() -> None:
        ring(made)
        webhooks.send_waiting(made.webhook.pk, now=lambda: NOW)
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ring(made)
    ids = [headers["webhook-id"] for headers, _body in system.told]
    assert len(ids) == len(set(ids)) == 8


def test_what_was_taken_can_be_sent_again(
    publish: Publish, made: webhooks.NewWebhook, system: System, admin: Person, cast: SimpleNamespace
) -> None:
    publish()
    ring(made)
    with behind_wall(admin.actor):
        delivery = WebhookDelivery.objects.select_related("webhook").get()
    with pytest.raises(Refused):
        webhooks.send_again(delivery, by=cast.german_analyst.actor, at=NOW)
    with pytest.raises(Refused):
        webhooks.send_again(delivery, by=cast.italian_admin.actor, at=NOW)
    webhooks.send_again(delivery, by=admin.actor, at=NOW)
    ring(made)
    assert len(system.told) == 2


def test_an_ended_webhook_is_rung_no_more(
    publish: Publish, made: webhooks.NewWebhook, system: System, admin: Person
) -> None:
    publish()
    webhooks.follow(made.webhook.pk, at=NOW)
    webhooks.end_webhook(made.webhook, by=admin.actor, at=NOW)
    publish()
    ring(made)
    assert system.told == []
    with pytest.raises(Refused):
        webhooks.end_webhook(made.webhook, by=admin.actor, at=NOW)


def test_old_messages_are_forgotten(publish: Publish, made: webhooks.NewWebhook, system: System) -> None:
    publish()
    ring(made)
    assert webhooks.forget_old(at=NOW + webhooks.KEPT - timedelta(hours=1)) == 0
    assert webhooks.forget_old(at=NOW + webhooks.KEPT + timedelta(hours=1)) == 1


# ── Who manages them ─────────────────────────────────────────────────────────────────
def browser(person: Person) -> Any:
    client = person.client()
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_the_secret_is_shown_once_and_kept_sealed(admin: Person, system: System) -> None:
    client, facts = browser(admin), {"name": "national system", "address": system.address}
    shown = client.post("/people/keys/webhooks/", facts).content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]+", shown)
    assert "whsec_" not in client.get("/people/keys/webhooks/").content.decode()
    with behind_wall(system_actor()):
        webhook = Webhook.objects.get()
        assert secret not in webhook.sealed_secret
        assert secret not in str(list(Event.objects.values("data")))


def test_the_page_shows_what_became_of_messages_and_sends_one_again(
    admin: Person, made: webhooks.NewWebhook, system: System, publish: Publish
) -> None:
    system.status = 503
    rif, client = publish(), browser(admin)
    ring(made)
    text = client.get("/people/keys/webhooks/").content.decode()
    assert rif.reference in text
    assert "It answered 503." in text
    (row,) = deliveries()
    system.status = 200
    assert client.post(f"/people/keys/webhooks/deliveries/{row.pk}/again/").status_code == 302
    ring(made, timezone.now())
    assert len(system.told) == 2
    assert "Taken" in client.get("/people/keys/webhooks/").content.decode()
    assert client.post(f"/people/keys/webhooks/{made.webhook.pk}/end/").status_code == 302
    assert "Ended" in client.get("/people/keys/webhooks/").content.decode()


def test_others_neither_see_nor_change_them(
    cast: SimpleNamespace, made: webhooks.NewWebhook, publish: Publish, system: System
) -> None:
    publish()
    ring(made)
    (row,) = deliveries()
    for person in (cast.german_analyst, cast.italian_admin):
        client = browser(person)
        assert "national system" not in client.get("/people/keys/webhooks/").content.decode()
        assert client.post(f"/people/keys/webhooks/{made.webhook.pk}/end/").status_code == 404
        assert client.post(f"/people/keys/webhooks/deliveries/{row.pk}/again/").status_code == 404
        with behind_wall(person.actor):
            assert Webhook.objects.count() == WebhookDelivery.objects.count() == 0
    with pytest.raises(Refused):
        webhooks.make_webhook(by=cast.german_analyst.actor, at=NOW, name="x", address=system.address)
    with pytest.raises(Refused):
        webhooks.end_webhook(made.webhook, by=cast.italian_admin.actor, at=NOW)


def test_an_organisation_has_a_few_webhooks_not_any_number(admin: Person, system: System) -> None:
    for number in range(webhooks.MOST_WEBHOOKS):
        webhooks.make_webhook(by=admin.actor, at=NOW, name=str(number), address=system.address)
    with pytest.raises(Refused, match="at most 10"):
        webhooks.make_webhook(by=admin.actor, at=NOW, name="more", address=system.address)


def test_a_withdrawn_rif_rings_too(
    cast: SimpleNamespace, publish: Publish, made: webhooks.NewWebhook, system: System
) -> None:
    from tests.exchange.test_changes import readers

    rif = publish(for_action=["DE", "FR"])
    ring(made)
    readers(rif, cast.french_analyst.actor.organisation_id)
    actions.close(rif, by=cast.italian_analyst.actor, at=NOW, outcome="Over")
    ring(made)
    assert [json.loads(body)["kind"] for _headers, body in system.told] == ["rif.publish", "rif.withdrawn"]
