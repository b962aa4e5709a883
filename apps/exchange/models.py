"""What the exchange remembers: calls that were carried out, who could read what from when, and who wants to be told."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from apps.organisations.models import Organisation
from apps.rifs.models import Rif


class Call(models.Model):
    """A call that was carried out under an idempotency key. It holds no content, only what it was about."""

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["caller", "key"], name="call_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="call_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"


class Reach(models.Model):
    """From which place of the feed on an organisation may read a RIF, and up to which it could.

    A trigger on the RIF's audience keeps it, so that no way of changing an audience is forgotten; the
    application can only read its own rows.
    """

    rif = models.ForeignKey(Rif, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=30)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.BigIntegerField()
    until = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["rif", "organisation"], condition=Q(until=None), name="reach_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="reach_in_order"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "since"], name="reach_since"),
            models.Index(fields=["organisation", "until"], condition=Q(until__isnull=False), name="reach_until"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} → {self.organisation_id}"


class Webhook(models.Model):
    """An address of an organisation's system that is rung when the feed has something new for it.

    `number` and `event` are the place in the feed up to which its deliveries were written.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=500)
    sealed_secret = models.CharField(max_length=200)
    number = models.BigIntegerField()
    event = models.BigIntegerField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="webhook_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One change of the feed to be told at one address: written once, sent until it was taken or given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    number = models.BigIntegerField()
    event = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=30)
    written_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["webhook", "number", "event"], name="webhookdelivery_once"),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(next_attempt_at=None), name="webhookdelivery_taken_or_waiting"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["webhook", "next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="webhookdelivery_waiting",
            ),
            models.Index(fields=["webhook", "-id"], name="webhookdelivery_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
