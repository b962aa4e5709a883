"""What a receiving administration does: open and acknowledge. It answers once, whoever of its people does it."""

from datetime import datetime
from typing import Any

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.rifs.models import SHARED, Delivery, Rif
from apps.rifs.rules import by_addressee, not_yet_acknowledged
from apps.workflow.transitions import change


@change(Rif, needs=Permission.RIF_READ, sources=[*SHARED], guards=(by_addressee,), quiet=True)
def open_(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Note that the administration has opened it. Opening is not acknowledging."""
    rows = Delivery.objects.filter(rif=rif, organisation_id=by.organisation_id, opened_at=None)
    first = rows.update(opened_at=at, opened_by=by.name)
    return {"organisation": by.organisation_code} if first else {}


@change(
    Rif,
    needs=Permission.RIF_ACKNOWLEDGE,
    sources=[*SHARED],
    guards=(by_addressee, not_yet_acknowledged),
)
def acknowledge(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Confirm for the whole administration that it has taken notice."""
    rows = Delivery.objects.filter(rif=rif, organisation_id=by.organisation_id)
    rows.filter(opened_at=None).update(opened_at=at, opened_by=by.name)
    rif.acknowledged += rows.filter(acknowledged_at=None).update(acknowledged_at=at, acknowledged_by=by.name)
    return {"organisation": by.organisation_code}
