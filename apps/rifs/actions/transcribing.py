"""Alerts of another network become RIFs; the same alert again changes only what changed."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.organisations.models import Organisation
from apps.rifs.actions.drafting import fill, insert
from apps.rifs.actions.publishing import deliver
from apps.rifs.models import Delivery, Rif, Status
from apps.workflow.transitions import change, transition

Outcome = Literal["accepted", "updated", "unchanged"]


def transcribe(
    content: dict[str, Any],
    *,
    issuer: Organisation,
    for_action: list[Organisation],
    for_information: list[Organisation],
    network: str,
    network_reference: str,
    by: Actor,
    at: datetime,
) -> tuple[Rif, Outcome]:
    """Publish an alert of another network as a RIF of `issuer`, or renew the RIF that it became before.

    The alert went through its own network's review, so there is no second one here; `by` is noted.
    """
    digest = hashlib.sha256(
        json.dumps(
            [content, sorted(o.pk for o in for_action), sorted(o.pk for o in for_information)], sort_keys=True
        ).encode()
    ).hexdigest()
    known = Rif._base_manager.filter(network=network, network_reference=network_reference).first()
    if known is not None:
        if known.network_digest == digest:
            return known, "unchanged"
        retranscribe(
            known, by=by, at=at, content=content, for_action=for_action, for_information=for_information, digest=digest
        )
        return known, "updated"
    rif = Rif(issuer=issuer, created_at=at, network=network, network_reference=network_reference)
    rif.network_digest = digest
    fill(rif, content)
    insert(rif, needs=Permission.RIF_TRANSCRIBE, by=by, at=at)
    take_over(rif, by=by, at=at, for_action=for_action, for_information=for_information)
    return rif, "accepted"


@transition(Rif, sources=[Status.DRAFT], target=Status.PUBLISHED, needs=Permission.RIF_TRANSCRIBE)
def take_over(
    rif: Rif, *, by: Actor, at: datetime, for_action: list[Organisation], for_information: list[Organisation]
) -> dict[str, Any]:
    """Publish what another network has already reviewed."""
    rif.published_at, rif.published_by = at, by.name
    return _address(rif, for_action, for_information, at)


@change(Rif, sources=[Status.PUBLISHED], needs=Permission.RIF_TRANSCRIBE)
def retranscribe(
    rif: Rif,
    *,
    by: Actor,
    at: datetime,
    content: dict[str, Any],
    for_action: list[Organisation],
    for_information: list[Organisation],
    digest: str,
) -> dict[str, Any]:
    """Renew it from its network; whoever is newly named receives it, nobody is asked twice."""
    rif.content = {}
    fill(rif, content)
    rif.network_digest = digest
    return _address(rif, for_action, for_information, at)


def _address(rif: Rif, action: list[Organisation], information: list[Organisation], at: datetime) -> dict[str, Any]:
    """Address the RIF; a ledger row once opened stays, so nobody who was told is untold."""
    known = set(Delivery.objects.filter(rif=rif).values_list("organisation_id", flat=True))
    rif.for_action = sorted({o.pk for o in action} - {rif.issuer_id})
    informed = {o.pk for o in information} | (known - set(rif.for_action))
    rif.for_information = sorted(informed - set(rif.for_action) - {rif.issuer_id})
    named = {o.pk: o for o in [*action, *information]}
    deliver(rif, [o for pk, o in named.items() if pk not in known], at) if known else deliver(rif, named.values(), at)
    return {"for_action": rif.for_action, "for_information": rif.for_information, "network": rif.network}
