"""What the issuer keeps for itself beside its RIFs: where else they were reported, and templates."""

from typing import ClassVar

from django.db import models

from apps.organisations.models import Organisation
from apps.rifs.models.rif import Rif


class ChannelReport(models.Model):
    """A RIF already reported to another network. The issuer's own affair: nobody else ever reads it."""

    rif = models.ForeignKey(Rif, on_delete=models.PROTECT, related_name="channel_reports")
    channel = models.CharField(max_length=12)
    basis = models.CharField(max_length=20)
    reference = models.CharField(max_length=60)
    reported_on = models.DateField()
    #: Whether it was sent as the draft text of this portal, and so typed once.
    from_draft = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rif", "channel", "reference"], name="channelreport_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["channel", "reference"], name="channelreport_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reference}"


class RifTemplate(models.Model):
    """The content of a draft that an administration keeps under a name, to begin others with."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rif_templates")
    name = models.CharField(max_length=60)
    content = models.JSONField()
    at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "name"], name="riftemplate_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
