"""How each administration answers: its row of the ledger, and its feedback."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.actor import Actor
from apps.organisations.models import Organisation
from apps.rifs.models.rif import Rif


class Assessment(models.TextChoices):
    """What a RIF means for the administration that received it (domain 4.2)."""

    RELEVANT = "RELEVANT", _("Relevant")
    PARTLY = "PARTLY", _("Partly relevant")
    NOT_RELEVANT = "NOT_RELEVANT", _("Not relevant")
    DUPLICATE = "DUPLICATE", _("Duplicate of another RIF")


class Measure(models.TextChoices):
    """What an administration did about it."""

    PROFILE_CREATED = "PROFILE_CREATED", _("Profile created")
    PROFILE_CHANGED = "PROFILE_CHANGED", _("Profile changed")
    CONTROLS = "CONTROLS", _("Controls ordered")
    FORWARDED = "FORWARDED", _("Forwarded to the offices")
    NONE = "NONE", _("None")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Ledger rows."""

    def received_by(self, actor: Actor | None) -> "DeliveryQuerySet":
        """The own administration's rows of RIFs that the actor may (still) read."""
        if actor is None or not actor.audiences or not actor.can(Rif.read):
            return self.none()
        return self.filter(organisation_id=actor.organisation_id, rif__audience__overlap=sorted(actor.audiences))

    def put_off_by(self, actor: Actor, now: datetime) -> "DeliveryQuerySet":
        """Those that the person has put off for now: never beyond the target, never a newer version."""
        return self.filter(
            settled=False,
            due_at__gt=now,
            rif__snoozes__person_id=actor.user_id,
            rif__snoozes__until__gt=now,
            rif__snoozes__version=F("rif__version"),
        )


class Delivery(models.Model):
    """The answer of one administration to one RIF: one row per administration, never per person."""

    rif = models.ForeignKey(Rif, on_delete=models.PROTECT, related_name="deliveries")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="deliveries")
    reference = models.CharField(max_length=30)
    for_action = models.BooleanField()
    delivered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=200, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    #: The version that was acknowledged last; 0 before the first time.
    acknowledged_version = models.PositiveSmallIntegerField(default=0)
    assessment = models.CharField(max_length=12, choices=Assessment, blank=True)
    assessed_at = models.DateTimeField(null=True)
    assessed_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    duplicate_of = models.ForeignKey(Rif, on_delete=models.PROTECT, null=True, related_name="+")
    known_here = models.BooleanField(default=False)
    measures = ArrayField(models.CharField(max_length=16, choices=Measure), default=list)
    acted_at = models.DateTimeField(null=True)
    acted_by = models.CharField(max_length=200, blank=True)
    profile = models.CharField(max_length=60, blank=True)
    reported_at = models.DateTimeField(null=True)
    withdraw_by = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    settled = models.GeneratedField(
        expression=Q(acknowledged_at__isnull=False),  # type: ignore[arg-type]  # a condition is an expression
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rif", "organisation"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(opened_at=None, opened_by="") | (~Q(opened_at=None) & ~Q(opened_by="")),
                name="delivery_opened_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by="")
                | (~Q(acknowledged_at=None) & ~Q(acknowledged_by="")),
                name="delivery_acknowledged_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(assessed_at=None, assessment="") | (~Q(assessed_at=None) & ~Q(assessment="")),
                name="delivery_assessed_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(acted_at=None, measures=[]) | (~Q(acted_at=None) & ~Q(measures=[])),
                name="delivery_acted_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdraw_by=None), name="delivery_withdrawn_when_asked"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "settled", "due_at", "reference"], name="delivery_by_clock"),
            models.Index(fields=["organisation", "delivered_at", "reference"], name="delivery_by_date"),
            models.Index(
                fields=["organisation", "withdraw_by"],
                condition=Q(withdraw_by__isnull=False, withdrawn_at=None),
                name="delivery_to_withdraw",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} → {self.organisation_id}"

    def state(self, now: datetime) -> str:
        """in_time, late, overdue or waiting: how the tile and the matrix show it."""
        if self.acknowledged_at:
            return "in_time" if self.acknowledged_at <= self.due_at else "late"
        return "overdue" if now > self.due_at else "waiting"

    @property
    def stage(self) -> str:
        """How far the administration has come: the last thing that it has done (domain 4.2)."""
        if self.closed_at:
            return "CLOSED"
        if self.reported_at:
            return "INTERIM"
        if self.acted_at:
            return "ACTING"
        if self.assessed_at:
            return "ASSESSED"
        if self.acknowledged_at:
            return "ACKNOWLEDGED"
        return "OPENED" if self.opened_at else "DELIVERED"

    @property
    def adopted(self) -> bool:
        """Whether a national profile follows from it."""
        return bool({Measure.PROFILE_CREATED, Measure.PROFILE_CHANGED} & set(self.measures))


class Result(models.TextChoices):
    """What the controls showed, in the one answer that everybody can give."""

    IRREGULARITY = "IRREGULARITY", _("Irregularity found")
    CONFORM = "CONFORM", _("Controlled, nothing found")
    NO_CONSIGNMENT = "NO_CONSIGNMENT", _("No matching consignment")
    NOT_APPLICABLE = "NOT_APPLICABLE", _("Not applicable to us")


class Implemented(models.TextChoices):
    """Whether the targeting elements became a national profile, and if not, why (domain 4.3)."""

    AS_IS = "AS_IS", _("Yes, as it is")
    ADAPTED = "ADAPTED", _("Yes, adapted")
    COVERED = "COVERED", _("Already covered")
    NO_IT = "NO_IT", _("No: our systems cannot")
    NO_TRAFFIC = "NO_TRAFFIC", _("No: no such traffic")
    NO_LEGAL = "NO_LEGAL", _("No: a legal obstacle")
    NO_CAPACITY = "NO_CAPACITY", _("No: no capacity")


class Feedback(models.Model):
    """What one administration reports of its risk analysis and controls; the final report ends it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="feedback")
    final = models.BooleanField(default=False)
    result = models.CharField(max_length=16, choices=Result)
    implemented = models.CharField(max_length=12, choices=Implemented, blank=True)
    profile = models.CharField(max_length=60, blank=True)
    profile_from = models.DateField(null=True)
    profile_to = models.DateField(null=True)
    hits = models.PositiveIntegerField(null=True)
    hits_assessed = models.PositiveIntegerField(null=True)
    controls = models.PositiveIntegerField(default=0)
    irregularities = models.PositiveIntegerField(default=0)
    #: Controls by type and irregularities by type, for those who count them.
    by_type = models.JSONField(default=dict)
    quantity = models.CharField(max_length=140, blank=True)
    duties = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    extend = models.BooleanField(null=True)
    usefulness = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(hits=None) | Q(hits_assessed=None) | Q(hits_assessed__lte=F("hits")), name="feedback_hits"
            ),
            models.CheckConstraint(condition=Q(irregularities__lte=F("controls")), name="feedback_irregularities"),
            models.CheckConstraint(
                condition=Q(usefulness=None) | Q(usefulness__range=(1, 4)), name="feedback_usefulness"
            ),
            models.UniqueConstraint(fields=["delivery"], condition=Q(final=True), name="feedback_final_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} {self.result}"
