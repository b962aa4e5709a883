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
