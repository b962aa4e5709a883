"""What people are told: a notice in the portal, a mail that names only the reference."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import Promise

from apps.kernel.actor import Actor
from apps.notifications.tells import TELLINGS
from apps.search.models import Entry


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def visible_to(self, actor: Actor | None) -> "NoticeQuerySet":
        """The person's own notices of the acting organisation whose subject is (still) open to them."""
        if actor is None or actor.user_id is None:
            return self.none()
        open_card = Entry.objects.visible_to(actor).filter(
            subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
        )
        return self.filter(Exists(open_card), recipient_id=actor.user_id, organisation_id=actor.organisation_id)


class Notice(models.Model):
    """One event told to one person. It holds no content of the subject."""

    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reference = models.CharField(max_length=80)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    #: The recipient's own saved search that found the subject, by its name.
    search = models.CharField(max_length=60, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event_id", "recipient"], name="notice_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["recipient", "-at"], name="notice_recipient"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @property
    def telling(self) -> str | Promise:
        """What it tells, in words."""
        return TELLINGS[self.kind].title if self.kind in TELLINGS else self.kind


class Told(models.Model):
    """The mark that everybody was told of an event; events without it are swept up."""

    event_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.event_id)


class Mail(models.Model):
    """One mail: written first, sent after, kept until sent."""

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("written_at")), name="mail_sent_after_written"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], condition=Q(sent_at=None), name="mail_waiting"),
        ]

    def __str__(self) -> str:
        return self.subject
