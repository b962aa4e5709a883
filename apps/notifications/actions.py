"""Telling people of an event: once each, whatever crashes in between."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.models import Event
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.live import ring
from apps.notifications.models import Mail, Notice, Told
from apps.notifications.tells import TELLINGS, Telling

#: Older events are history, not news: a restored backup must not mail the past.
NEWS = timedelta(days=7)
MOST_ATTEMPTS = 8


def deliver(event_id: int, *, at: datetime) -> int:
    """Write a notice for each person to be told of the event; told once, it does nothing."""
    with behind_wall(system_actor()):
        event = Event.objects.filter(pk=event_id).first()
        if event is None or event.kind not in TELLINGS or event.subject_id is None or event.at < at - NEWS:
            return 0
        if not Told.objects.bulk_create([Told(event_id=event_id, at=at)], ignore_conflicts=True):
            return 0
        telling = TELLINGS[event.kind]
        subject = telling.register._base_manager.filter(pk=event.subject_id).first()
        if subject is None:
            return 0
        found = telling.searches(subject, at) if telling.searches else {}
        recipients = telling.recipients(subject, event) | set(found)
        Notice.objects.bulk_create(
            (
                Notice(
                    event_id=event_id, kind=telling.found if (person, organisation) in found else event.kind,
                    search=found.get((person, organisation), ""), recipient_id=person, organisation_id=organisation,
                    subject_type=event.subject_type, subject_id=event.subject_id,
                    reference=event.reference, at=event.at,
                )
                for person, organisation in sorted(recipients)
            ),
            ignore_conflicts=True,
            batch_size=2_000,
        )  # fmt: skip
        write_mails(event, telling, urgent=bool(telling.urgent and telling.urgent(subject)), at=at)
    people = {person for person, _organisation in recipients}
    transaction.on_commit(lambda: ring(people))
    return len(people)


def write_mails(event: Event, telling: Telling, *, urgent: bool, at: datetime) -> None:
    """A mail for each notice whose reader wants one. It names the reference and nothing else."""
    rhythms = [User.MailRhythm.AT_ONCE, *([User.MailRhythm.URGENT_ONLY] if urgent else [])]
    notices = Notice.objects.filter(event_id=event.pk, recipient__mail_rhythm__in=rhythms, mail=None)
    subject = f"{telling.title}: {event.reference}"
    body = _("%(title)s: %(reference)s\n\nOpen it in Vedette: %(address)s\n") % {
        "title": telling.title,
        "reference": event.reference,
        "address": settings.PUBLIC_ADDRESS,
    }
    Mail.objects.bulk_create(
        (
            Mail(notice=notice, to=notice.recipient.email, subject=subject, body=body, written_at=at)
            for notice in notices.select_related("recipient").order_by("pk")
        ),
        ignore_conflicts=True,
        batch_size=2_000,
    )


def sweep(*, at: datetime) -> int:
    """Deliver what a crash or a lost message left: recent events without their mark."""
    told = Told.objects.values("event_id")
    with behind_wall(system_actor()):
        rows = Event.objects.filter(kind__in=list(TELLINGS), at__gte=at - NEWS).exclude(pk__in=told)
        waiting = list(rows.order_by("pk").values_list("pk", flat=True)[:1_000])
    return sum(deliver(event_id, at=at) for event_id in waiting)


def send_waiting(*, at: datetime, most: int = 500) -> int:
    """Send the mails that wait. Each is locked while it goes, so two workers never send the same."""
    sent = 0
    for _number in range(most):
        with behind_wall(system_actor()):
            rows = Mail.objects.select_for_update(skip_locked=True).filter(sent_at=None, attempts__lt=MOST_ATTEMPTS)
            mail = rows.order_by("attempts", "pk").first()
            if mail is None:
                return sent
            mail.attempts += 1
            try:
                EmailMessage(mail.subject, mail.body, to=[mail.to]).send()
                mail.sent_at = max(at, mail.written_at)
                sent += 1
            except OSError:
                pass
            mail.save(update_fields=["attempts", "sent_at"])
            if mail.sent_at is None:
                return sent
    return sent


def read(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    """Mark the person's own notice as read."""
    Notice.objects.filter(pk=notice.pk, recipient_id=by.user_id, read_at=None).update(read_at=at)
    notice.refresh_from_db()
    return notice


def read_all(*, by: Actor, at: datetime) -> int:
    """Mark all visible notices of the person as read."""
    return Notice.objects.visible_to(by).filter(read_at=None).update(read_at=at)
