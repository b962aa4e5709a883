"""One row per subject: what it is found by, and who may find it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func

from apps.kernel.actor import Actor
from apps.kernel.subjects import registers


class Words(Func):
    """The words of title and text, in no particular language: RIFs are written in all of them."""

    function = "to_tsvector"
    template = "%(function)s('simple', %(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


class EntryQuerySet(models.QuerySet["Entry"]):
    """Search cards."""

    def visible_to(self, actor: Actor | None) -> "EntryQuerySet":
        """The cards of subjects that the actor may read."""
        if actor is None or not actor.audiences:
            return self.none()
        known = [register.kind() for register in registers() if actor.can(register.read)]
        return self.filter(subject_type__in=known, audience__overlap=sorted(actor.audiences))


class Entry(models.Model):
    """The search card of one subject."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    reference = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    audience = ArrayField(models.IntegerField(), default=list)
    words = models.GeneratedField(
        expression=Words(F("title"), F("text")), output_field=SearchVectorField(), db_persist=True
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="entry_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["audience", "words"], name="entry_words", fastupdate=False),
            models.Index(F("at").desc(), name="entry_newest"),
        ]

    def __str__(self) -> str:
        return self.reference


class Identifier(models.Model):
    """One exact identifier of one subject: a container, an EORI, a commodity code, a reference."""

    #: Compared byte by byte, so that a prefix is a range of the index.
    value = models.CharField(max_length=80, db_collation="C")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="identifiers")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["value", "entry"], name="identifier_once"),
        ]

    def __str__(self) -> str:
        return self.value
