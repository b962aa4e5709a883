"""Documents: files that belong to a subject of any register, readable by whoever may read that subject."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.documents.kinds import FileType
from apps.kernel.actor import Actor
from apps.kernel.subjects import Subject
from apps.search.models import Entry


class Shows(models.TextChoices):
    """What a picture shows, for whoever looks for images to compare."""

    NOTHING = "", _("Document")
    XRAY = "XRAY", _("X-ray or scanner image")
    PHOTO = "PHOTO", _("Photograph")


#: What was taken out of a picture.
REMOVED: dict[str, str | Promise] = {
    "EXIF": _("camera data"),
    "GPS": _("place where it was taken"),
    "TEXT": _("texts and names"),
    "OTHER": _("hidden parts and previews"),
}
#: What somebody should look at before the RIF is published.
WARNINGS: dict[str, str | Promise] = {
    "EU_WORDS": _("The first page speaks of EU classification: make sure that it is not classified."),
    "NO_TEXT": _("The text of the first page could not be read: look at its marking yourself."),
}


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents."""

    def visible_to(self, actor: Actor | None) -> "DocumentQuerySet":
        """Those of subjects that the actor may read, as the subject's search card says."""
        cards = Entry.objects.visible_to(actor).filter(
            subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
        )
        return self.filter(Exists(cards), detached_at=None)

    def of(self, subject: Subject) -> "DocumentQuerySet":
        """Those that belong to one subject."""
        return self.filter(subject_type=subject.kind(), subject_id=subject.pk)


class Document(models.Model):
    """One file. Its bytes are in `Sealed`; what is taken off leaves this row, so that no number comes again."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=FileType)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    description = models.CharField(max_length=300, blank=True)
    tlp = models.CharField(max_length=12)
    shows = models.CharField(max_length=5, choices=Shows, blank=True)
    scanner = models.CharField(max_length=60, blank=True)
    removed = ArrayField(models.CharField(max_length=10), default=list)
    warnings = ArrayField(models.CharField(max_length=10), default=list)
    attached_at = models.DateTimeField()
    attached_by = models.CharField(max_length=200)
    attached_for = models.CharField(max_length=20)
    detached_at = models.DateTimeField(null=True)
    detached_by = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "number"], name="document_number_once"),
            models.CheckConstraint(
                condition=Q(detached_at=None, detached_by="") | (~Q(detached_at=None) & ~Q(detached_by="")),
                name="document_detached_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where its bytes belong: they open nowhere else."""
        return f"{self.subject_type}/{self.subject_id}/{self.number}/{self.sha256}"

    @property
    def removed_labels(self) -> list[str | Promise]:
        """What was taken out, in words."""
        return [REMOVED[code] for code in self.removed]

    @property
    def warning_labels(self) -> list[str | Promise]:
        """What to look at, in words."""
        return [WARNINGS[code] for code in self.warnings]


class Sealed(models.Model):
    """The encrypted bytes of one document, and the name of the key that opens them."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="sealed")
    key = models.CharField(max_length=16, db_index=True)
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.document_id} under {self.key}"


def how_many(register: type[Subject]) -> Coalesce:
    """For an annotation of the register's rows: how many documents each has. Whoever reads the row reads them."""
    mine = Document.objects.filter(subject_type=register.kind(), subject_id=OuterRef("pk"), detached_at=None)
    counted = mine.order_by().values("subject_id").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted), Value(0))
