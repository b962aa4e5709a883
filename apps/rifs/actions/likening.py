"""Keeping the marks by which a RIF is found to be like another: written with the event that changed it."""

from typing import Any

from apps.rifs.models import Likeness, Rif, Status
from apps.rifs.similar import marked

#: What may still be added to. A RIF that ended is no reason not to write a new one.
OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED)


def keep_marks(sender: object, **kwargs: Any) -> None:
    """Store the marks of the RIF that an event tells of, or forget them when it has ended."""
    rif = kwargs["subject"]
    if not isinstance(rif, Rif) or kwargs["event"].kind in Rif.unsearched:
        return
    if rif.status not in OPEN:
        Likeness.objects.filter(rif=rif).delete()
        return
    Likeness.objects.bulk_create(
        [Likeness(rif=rif, **marked(rif))],
        update_conflicts=True,
        unique_fields=["rif"],
        update_fields=["at", "audience", "keys"],
    )
