"""What stands beside a draft while it is written: its quality, and the RIFs that are like it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.kernel.actor import Actor
from apps.rifs.models import Rif
from apps.rifs.quality import quality_of
from apps.rifs.similar import similar_to


def rail_of(rif: Rif, actor: Actor, now: datetime) -> dict[str, Any]:
    """Both for the pages of the form."""
    return {"quality": quality_of(rif, timezone.localtime(now).date()), "similar": similar_to(rif, actor, now)}
