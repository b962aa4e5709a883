"""Requests and messages between administrations, their answers, and the consents that come of them."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.matrix import Permission
from apps.kernel.subjects import Subject
from apps.organisations.models import Organisation, Unit
from apps.rifs.models import Rif


class Purpose(models.TextChoices):
    """What is asked for (Implementing Regulation (EU) 2025/512, Article 73(2))."""

    QUESTION = "QUESTION", _("Question")
    RESULTS = "RESULTS", _("Request for control results")
    DOCUMENTS = "DOCUMENTS", _("Request for documents")
    CONSENT = "CONSENT", _("Consent for onward sharing")
    INFORMATION = "INFORMATION", _("Information")


class Status(models.TextChoices):
    """Where a request stands."""

    OPEN = "OPEN", _("Open")
    ANSWERED = "ANSWERED", _("Answered")
    CLOSED = "CLOSED", _("Closed")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class Verdict(models.TextChoices):
    """The answer to a request for consent."""

    YES = "YES", _("Yes, it may be shared")
    NO = "NO", _("No, it may not be shared")


class Inquiry(Subject):
    """A request to another organisation. A unit or a person named in it is told first; colleagues may answer."""

    read = Permission.INQUIRY_READ

    reference = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    purpose = models.CharField(max_length=12, choices=Purpose)
    asker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inquiries_asked")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    addressee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="inquiries_received")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=140)
    text = models.TextField()
    rif = models.ForeignKey(Rif, on_delete=models.PROTECT, null=True, related_name="inquiries")
    rif_reference = models.CharField(max_length=30, blank=True)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ending = models.TextField(blank=True)
    settled = models.GeneratedField(
        expression=~Q(status="OPEN"),  # type: ignore[arg-type]  # a condition is an expression
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta(Subject.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(asker=F("addressee")), name="inquiry_between_two"),
            models.CheckConstraint(condition=Q(unit=None) | Q(person=None), name="inquiry_to_unit_or_person"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="inquiry_due_after_asked"),
            models.CheckConstraint(
                condition=Q(rif=None, rif_reference="") | (~Q(rif=None) & ~Q(rif_reference="")),
                name="inquiry_rif_with_reference",
            ),
            models.CheckConstraint(
                condition=(Q(purpose="CONSENT") & ~Q(agency=None) & ~Q(rif=None))
                | (~Q(purpose="CONSENT") & Q(agency=None)),
                name="inquiry_consent_names_rif_and_agency",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by="") | (~Q(answered_at=None) & ~Q(answered_by="")),
                name="inquiry_answered_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | (~Q(ended_at=None) & ~Q(ended_by="")),
                name="inquiry_ended_who_and_when",
            ),
            models.CheckConstraint(
                condition=(Q(status="OPEN") & Q(answered_at=None) & Q(ended_at=None))
                | (Q(status="ANSWERED") & ~Q(answered_at=None) & Q(ended_at=None))
                | (Q(status="CLOSED") & ~Q(answered_at=None) & ~Q(ended_at=None))
                | (Q(status="WITHDRAWN") & Q(answered_at=None) & ~Q(ended_at=None) & ~Q(ending="")),
                name="inquiry_status_and_moments",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["audience"], name="inquiry_audience", fastupdate=False),
            models.Index(fields=["addressee", "settled", "due_at", "reference"], name="inquiry_to_answer"),
            models.Index(fields=["asker", "settled", "due_at", "reference"], name="inquiry_asked"),
            models.Index(fields=["asked_at", "reference"], name="inquiry_by_date"),
        ]

    def __str__(self) -> str:
        return self.reference

    def readers(self) -> set[int]:
        """Whoever asks and whoever is asked; nobody else."""
        return {self.asker_id, self.addressee_id}

    def is_private(self) -> bool:
        """The talk of two administrations is theirs alone: no auditor of a third one reads it."""
        return True

    def search_words(self) -> tuple[str, str, list[str]]:
        """The subject line, all that was written, the own reference and that of the RIF."""
        written = [self.text, *self.messages.order_by("pk").values_list("text", flat=True)]
        return self.title, "\n".join(written), [self.reference, self.rif_reference]

    def get_absolute_url(self) -> str:
        """The page of this request."""
        return reverse("inquiries:detail", args=[self.reference])

    @property
    def settled_at(self) -> datetime | None:
        """When the addressee no longer had anything to do."""
        return self.answered_at or self.ended_at

    @property
    def addressed_to(self) -> str:
        """The unit or person within the addressee, if one was named."""
        return str(self.unit or self.person or "")


class Message(models.Model):
    """One text in the course of a request. It is written once: no later hand changes or removes it."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="messages")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField()
    is_answer = models.BooleanField(default=False)
    verdict = models.CharField(max_length=3, choices=Verdict, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(text=""), name="message_says_something"),
            models.CheckConstraint(condition=Q(verdict="") | Q(is_answer=True), name="message_verdict_is_answer"),
            models.UniqueConstraint(fields=["inquiry"], condition=Q(is_answer=True), name="message_one_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}, {self.at:%Y-%m-%d %H:%M}"


class Consent(models.Model):
    """The issuer's word that one RIF may be shared with one agency. The sharing itself is an action on the RIF."""

    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, related_name="consent")
    rif_reference = models.CharField(max_length=30)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.rif_reference} → {self.agency_id}"
