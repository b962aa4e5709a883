"""The risk information form, its delivery to each administration, and the targets for answering."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.subjects import Subject
from apps.organisations.models import Nature, Organisation, PolicyArea


class Status(models.TextChoices):
    """Where a RIF stands on the issuer's side (domain 4.2)."""

    DRAFT = "DRAFT", _("Draft")
    IN_REVIEW = "IN_REVIEW", _("In national review")
    PUBLISHED = "PUBLISHED", _("Published")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", _("Cancelled")
    DISCARDED = "DISCARDED", _("Discarded")


#: What only the issuer knows of.
PRIVATE = (Status.DRAFT, Status.IN_REVIEW, Status.DISCARDED)
#: What was published, whatever became of it.
SHARED = (Status.PUBLISHED, Status.CLOSED, Status.CANCELLED)


class Urgency(models.IntegerChoices):
    """How soon a RIF must be read; the lower the number, the sooner."""

    FLASH = 1, _("Flash")
    URGENT = 2, _("Urgent")
    ROUTINE = 3, _("Routine")


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0. RED needs named recipients and is not offered yet."""

    AMBER_STRICT = "AMBER+STRICT", _("TLP:AMBER+STRICT – the receiving administration only")
    AMBER = "AMBER", _("TLP:AMBER – the receiving organisation and its partners with need to know")
    GREEN = "GREEN", _("TLP:GREEN – the customs risk community")
    CLEAR = "CLEAR", _("TLP:CLEAR – may be published")


class Rif(Subject):
    """A risk information form. `content` is the form as written; the columns beside it are drawn from it."""

    read = Permission.RIF_READ

    reference = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    issuer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rifs")
    content = models.JSONField(default=dict)

    title = models.CharField(max_length=140, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.ROUTINE)
    nature = models.CharField(max_length=20, choices=Nature, blank=True)
    areas = ArrayField(models.PositiveSmallIntegerField(), default=list)
    tlp = models.CharField(max_length=12, choices=Tlp, default=Tlp.AMBER)
    for_action = ArrayField(models.IntegerField(), default=list)
    for_information = ArrayField(models.IntegerField(), default=list)

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    hands = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ending = models.TextField(blank=True)

    network = models.CharField(max_length=20, blank=True)
    network_reference = models.CharField(max_length=60, blank=True)
    network_digest = models.CharField(max_length=64, blank=True)

    addressed = models.PositiveSmallIntegerField(default=0)
    acknowledged = models.PositiveSmallIntegerField(default=0)

    class Meta(Subject.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(status__in=[*PRIVATE]) | Q(published_at__isnull=False), name="rif_shared_is_published"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by="") | (~Q(published_at=None) & ~Q(published_by="")),
                name="rif_published_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="", ending="") | (~Q(ended_at=None) & ~Q(ended_by="")),
                name="rif_ended_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["CLOSED", "CANCELLED"]) | ~Q(ending=""), name="rif_ending_says_why"
            ),
            models.CheckConstraint(condition=Q(acknowledged__lte=F("addressed")), name="rif_acknowledged_by_addressed"),
            models.UniqueConstraint(
                fields=["network", "network_reference"], condition=~Q(network=""), name="rif_network_reference_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["audience"], name="rif_audience", fastupdate=False),
            models.Index(fields=["published_at", "reference"], name="rif_published"),
            models.Index(fields=["issuer", "published_at", "reference"], name="rif_issued"),
            models.Index(
                fields=["issuer", "created_at", "reference"],
                condition=Q(status__in=["DRAFT", "IN_REVIEW"]),
                name="rif_in_preparation",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def readers(self) -> set[int]:
        """The issuer; once published, the addressees too."""
        if self.status in PRIVATE:
            return {self.issuer_id}
        return {self.issuer_id, *self.for_action, *self.for_information}

    def is_private(self) -> bool:
        """Drafts, reviews and discarded drafts are the issuer's own."""
        return self.status in PRIVATE

    def addressees(self) -> set[int]:
        """The organisations that it is or will be delivered to."""
        return {*self.for_action, *self.for_information} - {self.issuer_id}

    def search_words(self) -> tuple[str, str, list[str]]:
        """Title, all text and all identifiers of the form."""
        from apps.rifs.content import identifiers_in, words_in

        return (
            self.title,
            words_in(self.content),
            [*identifiers_in(self.content), self.reference, self.network_reference],
        )

    def get_absolute_url(self) -> str:
        """The page of this RIF."""
        return reverse("rifs:detail", args=[self.reference])

    @property
    def area_labels(self) -> list[str]:
        """The policy areas in words."""
        return [str(PolicyArea(area).label) for area in self.areas]

    @property
    def short_facts(self) -> list[str]:
        """What a line of the register tells beside the title: codes, route, mode."""
        goods = [f"{row['commodity']}" for row in self.rows("goods") if row.get("commodity")][:2]
        places = [(row.get("loading", ""), row.get("unloading", "")) for row in self.rows("route")][:1]
        routes = [f"{loading} → {unloading}" for loading, unloading in places if loading]
        containers = [row["container"] for row in self.rows("transport") if row.get("container")][:1]
        return [*(f"HS {code}" for code in goods), *routes, *containers]

    def rows(self, group: str) -> list[dict[str, Any]]:
        """The rows of a repeating group of the form, such as goods."""
        rows: list[dict[str, Any]] = self.content.get(group, [])
        return rows


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Ledger rows."""

    def received_by(self, actor: Actor | None) -> "DeliveryQuerySet":
        """The own administration's rows of RIFs that the actor may (still) read."""
        if actor is None or not actor.audiences or not actor.can(Rif.read):
            return self.none()
        return self.filter(organisation_id=actor.organisation_id, rif__audience__overlap=sorted(actor.audiences))


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
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "settled", "due_at", "reference"], name="delivery_by_clock"),
            models.Index(fields=["organisation", "delivered_at", "reference"], name="delivery_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} → {self.organisation_id}"

    def state(self, now: datetime) -> str:
        """in_time, late, overdue or waiting: how the tile and the matrix show it."""
        if self.acknowledged_at:
            return "in_time" if self.acknowledged_at <= self.due_at else "late"
        return "overdue" if now > self.due_at else "waiting"


class Target(models.Model):
    """How soon an administration is expected to acknowledge. A service level, not a legal deadline."""

    urgency = models.PositiveSmallIntegerField(choices=Urgency, unique=True)
    hours = models.PositiveSmallIntegerField(null=True)
    working_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(hours=None, working_days__gt=0) | Q(hours__gt=0, working_days=None),
                name="target_hours_or_days",
            ),
        ]

    def __str__(self) -> str:
        return Urgency(self.urgency).name


class SavedSearch(models.Model):
    """A filter of the register that one person keeps under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "organisation", "name"], name="savedsearch_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Likeness(models.Model):
    """The marks of an open RIF by which it is found to be like a draft; drawn from its content, never shown."""

    rif = models.OneToOneField(Rif, on_delete=models.CASCADE, primary_key=True, related_name="likeness")
    at = models.DateTimeField()
    audience = ArrayField(models.IntegerField(), default=list)
    keys = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["keys"], name="likeness_keys", fastupdate=False),
            models.Index(fields=["at"], name="likeness_at"),
        ]

    def __str__(self) -> str:
        return f"likeness of {self.rif_id}"
