"""Opening the ledger rows of whoever a RIF goes to, and keeping each version as it went out."""

from collections.abc import Iterable
from datetime import datetime

from apps.kernel.actor import Actor
from apps.organisations.models import Organisation
from apps.rifs.models import Delivery, Rif, Version
from apps.rifs.targets import due_dates


def deliver(rif: Rif, organisations: Iterable[Organisation], at: datetime) -> None:
    """Open a ledger row for each addressed organisation, with its target."""
    addressed = rif.addressees()
    due = due_dates(rif.urgency, [o for o in organisations if o.pk in addressed], at)
    Delivery.objects.bulk_create(
        Delivery(
            rif=rif,
            organisation_id=number,
            reference=rif.reference,
            for_action=number in rif.for_action,
            delivered_at=at,
            due_at=moment,
        )
        for number, moment in due.items()
    )
    rif.addressed += len(due)


def keep_version(rif: Rif, *, by: Actor, at: datetime, note: str = "", material: bool = False) -> None:
    """Keep the content as it goes out now, under the number that the RIF bears."""
    Version.objects.create(
        rif=rif, number=rif.version, content=rif.content, at=at, by=by.name, note=note, material=material
    )


def ask_again(rif: Rif, at: datetime) -> None:
    """Ask everybody who had acknowledged to do so for the new version; what they acknowledged stays noted."""
    rows = list(Delivery.objects.filter(rif=rif, settled=True, closed_at=None).select_related("organisation"))
    due = due_dates(rif.urgency, [row.organisation for row in rows], at)
    for row in rows:
        row.acknowledged_at, row.acknowledged_by, row.due_at = None, "", due[row.organisation_id]
        row.save(update_fields=["acknowledged_at", "acknowledged_by", "due_at"])
    rif.acknowledged -= len(rows)
