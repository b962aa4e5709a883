"""The risk information form, its versions, the targets for answering it, and kept searches."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import reader_of
from apps.kernel.subjects import Subject
from apps.organisations.models import Nature, Organisation, PolicyArea

if TYPE_CHECKING:
    from apps.rifs.models.answers import Delivery


class Status(models.TextChoices):
    """Where a RIF stands on the issuer's side (domain 4.2)."""

    DRAFT = "DRAFT", _("Draft")
    IN_REVIEW = "IN_REVIEW", _("In national review")
    PUBLISHED = "PUBLISHED", _("Published")
    CLOSED = "CLOSED", _("Closed")
    CANCELLED = "CANCELLED", _("Cancelled")
    EXPIRED = "EXPIRED", _("Expired")
    RECALLED = "RECALLED", _("Recalled")
    ABSORBED = "ABSORBED", _("Taken over as a new version")
    DISCARDED = "DISCARDED", _("Discarded")


#: What only the issuer knows of.
PRIVATE = (Status.DRAFT, Status.IN_REVIEW, Status.ABSORBED, Status.DISCARDED)
#: What its readers have, whatever became of it. What was recalled, only the issuer has.
SHARED = (Status.PUBLISHED, Status.EXPIRED, Status.CLOSED, Status.CANCELLED)
#: What can still be answered and changed.
OPEN = (Status.PUBLISHED, Status.EXPIRED)


class Urgency(models.IntegerChoices):
    """How soon a RIF must be read; the lower the number, the sooner."""

    FLASH = 1, _("Flash")
    URGENT = 2, _("Urgent")
    ROUTINE = 3, _("Routine")


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0 (domain 4.4)."""

    RED = "RED", _("TLP:RED – the persons named, and nobody else")
    AMBER_STRICT = "AMBER+STRICT", _("TLP:AMBER+STRICT – the receiving administration only")
    AMBER = "AMBER", _("TLP:AMBER – the receiving organisation and its partners with need to know")
    GREEN = "GREEN", _("TLP:GREEN – the customs risk community")
    CLEAR = "CLEAR", _("TLP:CLEAR – may be published")


class Rif(Subject):
    """A risk information form. `content` is the form as written; the columns beside it are drawn from it."""

    read = Permission.RIF_READ
    unsearched = frozenset(
        f"rif.{name}"
        for name in (
            "open_", "acknowledge", "assess", "take_measures", "give_feedback", "withdraw_profile", "remind",
            "take_back",
        )
    )  # fmt: skip

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

    version = models.PositiveSmallIntegerField(default=0)
    valid_to = models.DateField(null=True)
    #: The RIF that this draft is to change.
    revises = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="revisions")
    #: The RIF that this is the redacted copy of, for administrations whose agreement covers only part of it.
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    #: The persons named by a TLP:RED RIF, those of the issuer who wrote and published it among them.
    named = ArrayField(models.BigIntegerField(), default=list)

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
                fields=["revises"], condition=Q(status__in=["DRAFT", "IN_REVIEW"]), name="rif_one_revision_at_a_time"
            ),
            models.UniqueConstraint(fields=["original"], name="rif_one_redacted_copy"),
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
        """The issuer; once published, the addressees too; of TLP:RED only the persons named."""
        if self.status in PRIVATE:
            return {self.issuer_id}
        if self.tlp == Tlp.RED:
            return {reader_of(person) for person in self.named}
        if self.status == Status.RECALLED:
            return {self.issuer_id}
        return {self.issuer_id, *self.for_action, *self.for_information}

    def is_private(self) -> bool:
        """What never left the issuer is its own, and what names its readers is theirs."""
        return self.status in PRIVATE or self.tlp == Tlp.RED

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

    def row_of(self, organisation: int) -> "Delivery | None":
        """The ledger row of an organisation: the one that a page has noted, else looked up."""
        noted: dict[int, Delivery | None] = self.__dict__.get("_rows", {})
        if organisation in noted:
            return noted[organisation]
        return self.deliveries.filter(organisation_id=organisation).first()

    def note_row(self, organisation: int, row: "Delivery | None") -> None:
        """Note a row of the ledger that was read with others, so that each offer need not look it up."""
        self.__dict__.setdefault("_rows", {})[organisation] = row

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


class Version(models.Model):
    """The content as it was published, kept for comparing; never changed."""

    rif = models.ForeignKey(Rif, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    material = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rif", "number"], name="version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rif_id} v{self.number}"


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
    """A filter of the register that one person keeps under a name; shared, the whole organisation sees it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600)
    shared = models.BooleanField(default=False)
    #: Whether the owner is told of each new RIF that meets it.
    notify = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "organisation", "name"], name="savedsearch_name_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation"], condition=Q(shared=True), name="savedsearch_shared"),
            models.Index(fields=["organisation"], condition=Q(notify=True), name="savedsearch_notify"),
        ]

    def __str__(self) -> str:
        return self.name


class Snooze(models.Model):
    """A received RIF that one person has put off; it is back on that person's desk at the moment named."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rif = models.ForeignKey(Rif, on_delete=models.CASCADE, related_name="snoozes")
    until = models.DateTimeField()
    #: The version that was put off; a newer one is back at once.
    version = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "rif"], name="snooze_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rif_id} until {self.until}"


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
