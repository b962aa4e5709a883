"""What happened, and who looked: two chained logs that nothing can rewrite."""

from typing import ClassVar

from django.db import models

#: The columns that a row's hash covers, in the order in which they are written out.
EVENT_COLUMNS = (
    "id", "kind", "subject_type", "subject_id", "reference", "actor_id", "actor_name",
    "organisation_id", "organisation_name", "at", "data",
)  # fmt: skip
ACCESS_COLUMNS = (*EVENT_COLUMNS, "allowed", "address")


class Link(models.Model):
    """One row of a chain. Names are kept as text and nothing points elsewhere: the row must outlive both."""

    kind = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=80, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    organisation_id = models.BigIntegerField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="%(class)s_subject"),
            models.Index(fields=["organisation_id", "-id"], name="%(class)s_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}".strip()


class Event(Link):
    """A fact: somebody did something, written in the transaction that did it."""


class AccessLog(Link):
    """A look: somebody opened, searched, exported or was refused something."""

    allowed = models.BooleanField(default=True)
    address = models.CharField(max_length=45, blank=True)


class Head(models.Model):
    """The last link of each chain. Only the database's own trigger moves it."""

    chain = models.CharField(max_length=30, primary_key=True)
    last_id = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.chain} {self.last_id}"
