"""When an administration is expected to have acknowledged: a service level, by urgency and its calendar."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.organisations.models import Organisation
from apps.reference.calendars import holidays_of
from apps.rifs.models import Target, Urgency
from apps.workflow.clock import due_working_days

DEFAULTS = {Urgency.FLASH: (2, None), Urgency.URGENT: (24, None), Urgency.ROUTINE: (None, 5)}


def load_targets() -> None:
    """Set the usual targets where none are set (domain 4.2: configuration, not law)."""
    rows = [Target(urgency=urgency, hours=hours, working_days=days) for urgency, (hours, days) in DEFAULTS.items()]
    Target.objects.bulk_create(rows, ignore_conflicts=True)


def due_dates(urgency: int, organisations: Iterable[Organisation], at: datetime) -> dict[int, datetime]:
    """The target of each organisation for a RIF delivered at `at`, in its own time zone and calendar."""
    target = Target.objects.filter(urgency=urgency).first()
    hours, days = (target.hours, target.working_days) if target else DEFAULTS[Urgency(urgency)]
    if hours:
        return {organisation.pk: at + timedelta(hours=hours) for organisation in organisations}
    return {
        organisation.pk: due_working_days(
            at, days or 5, holidays_of(organisation.country or "EU"), ZoneInfo(organisation.timezone)
        ).due
        for organisation in organisations
    }
