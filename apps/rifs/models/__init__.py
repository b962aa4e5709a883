"""The tables of the RIF exchange."""

from apps.rifs.models.answers import Assessment, Delivery, DeliveryQuerySet, Feedback, Implemented, Measure, Result
from apps.rifs.models.channels import ChannelReport, RifTemplate
from apps.rifs.models.rif import (
    OPEN,
    PRIVATE,
    SHARED,
    Likeness,
    Rif,
    SavedSearch,
    Snooze,
    Status,
    Target,
    Tlp,
    Urgency,
    Version,
)

__all__ = [
    "OPEN",
    "PRIVATE",
    "SHARED",
    "Assessment",
    "ChannelReport",
    "Delivery",
    "DeliveryQuerySet",
    "Feedback",
    "Implemented",
    "Likeness",
    "Measure",
    "Result",
    "Rif",
    "RifTemplate",
    "SavedSearch",
    "Snooze",
    "Status",
    "Target",
    "Tlp",
    "Urgency",
    "Version",
]  # fmt: skip
