"""People are told once of what is new, whatever crashed in between, and never of what is history."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import Event
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.actions import NEWS, deliver, send_waiting, sweep
from apps.notifications.models import Mail, Notice, Told
from tests.conftest import Publish

NOW = timezone.now()


def published() -> Event:
    with behind_wall(system_actor()):
        return Event.objects.get(kind="rif.publish")


def told() -> list[str]:
    with behind_wall(system_actor()):
        rows = Notice.objects.filter(kind="rif.publish").order_by("recipient__name")
        return list(rows.values_list("recipient__name", flat=True))


def test_everybody_who_may_acknowledge_is_told_once_however_often_it_is_delivered(
    cast: SimpleNamespace, publish: Publish
) -> None:
    publish(for_action=["DE"])
    event = published()
    for _attempt in range(3):
        deliver(event.pk, at=NOW)
        sweep(at=NOW)
    assert told() == ["German Analyst", "German Colleague"]


def test_what_a_crash_left_is_swept_up(cast: SimpleNamespace, publish: Publish) -> None:
    publish(for_action=["DE"])
    with behind_wall(system_actor()):
        Notice.objects.all().delete()
        Told.objects.all().delete()
    assert sweep(at=NOW) > 0
    assert told() == ["German Analyst", "German Colleague"]


@pytest.mark.parametrize(("age", "people"), [(NEWS - timedelta(hours=1), 2), (NEWS + timedelta(hours=1), 0)])
def test_what_is_older_than_a_week_is_history_in_both_ways_of_telling(
    cast: SimpleNamespace, publish: Publish, age: timedelta, people: int
) -> None:
    publish(for_action=["DE"], at=NOW - age)
    event = published()
    deliver(event.pk, at=NOW)
    sweep(at=NOW)
    assert len(told()) == people


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_a_mail_is_sent_once_although_two_workers_try(cast: SimpleNamespace, publish: Publish) -> None:
    User.objects.update(mail_rhythm=User.MailRhythm.AT_ONCE)
    publish(for_action=["DE"])
    deliver(published().pk, at=NOW)
    assert send_waiting(at=NOW) > 0
    assert send_waiting(at=NOW) == 0
    to = [letter.to[0] for letter in mail.outbox if letter.subject.startswith("New RIF")]
    assert len(to) == len(set(to)) == 2


@override_settings(EMAIL_BACKEND="tests.notifications.broken.Backend")
def test_a_mail_that_could_not_be_sent_waits(cast: SimpleNamespace, publish: Publish) -> None:
    User.objects.update(mail_rhythm=User.MailRhythm.AT_ONCE)
    publish(for_action=["DE"])
    deliver(published().pk, at=NOW)
    assert send_waiting(at=NOW) == 0
    with behind_wall(system_actor()):
        waiting = Mail.objects.filter(sent_at=None)
        assert waiting.count() > 0
        assert waiting.filter(attempts=1).count() == 1
