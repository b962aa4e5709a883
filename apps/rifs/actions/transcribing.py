"""Alerts of another network become RIFs; the same alert again changes only what changed."""

import hashlib
import json
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind as Against
from apps.kernel.refusals import Refusal, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Agreement, Kind, Organisation
from apps.organisations.rules import why_not
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
    brought_in_at: datetime,
) -> tuple[Rif, Outcome]:
    """Publish an alert of another network as a RIF of `issuer`, or renew the RIF that it became before.

    The alert went through its own network's review, so there is no second one here; `by` is noted. A new
    RIF bears the date of the alert, `at`; `brought_in_at` is when it came into the portal, or is renewed.
    """
    digest = _digest(content, for_action, for_information)
    facts: dict[str, Any] = {
        "by": by, "for_action": for_action, "for_information": for_information, "brought_in_at": brought_in_at,
    }  # fmt: skip
    with behind_wall(by):
        _take_turns(network)
        known = Rif._base_manager.filter(network=network, network_reference=network_reference).first()
        if known is None:
            rif = Rif(issuer=issuer, created_at=at, network=network, network_reference=network_reference)
            rif.network_digest = digest
            fill(rif, content)
            insert(rif, needs=Permission.RIF_TRANSCRIBE, by=by, at=at)
            take_over(rif, at=at, **facts)
            return rif, "accepted"
        if known.network_digest == digest:
            return known, "unchanged"
        if known.issuer_id != issuer.pk:
            reason = _("It became %(reference)s of another issuer; cancel that one first.")
            raise Refused(Refusal(reason % {"reference": known.reference}, Against.RULE, "issuer"))
        retranscribe(known, at=brought_in_at, content=content, digest=digest, **facts)
        return known, "updated"


def _digest(content: dict[str, Any], for_action: list[Organisation], for_information: list[Organisation]) -> str:
    """A mark of all that an alert says; the order in which organisations are named means nothing."""
    named = [sorted(o.pk for o in for_action), sorted(o.pk for o in for_information)]
    return hashlib.sha256(json.dumps([content, *named], sort_keys=True).encode()).hexdigest()


def _take_turns(network: str) -> None:
    """Let two imports of one network work one after the other, so that neither makes an alert a second time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"transcribe {network}"])


@transition(Rif, sources=[Status.DRAFT], target=Status.PUBLISHED, needs=Permission.RIF_TRANSCRIBE)
def take_over(
    rif: Rif,
    *,
    by: Actor,
    at: datetime,
    for_action: list[Organisation],
    for_information: list[Organisation],
    brought_in_at: datetime,
) -> dict[str, Any]:
    """Publish what another network has already reviewed."""
    rif.published_at, rif.published_by = at, by.name
    return _address(rif, for_action, for_information, at, brought_in_at)


@change(Rif, sources=[Status.PUBLISHED], needs=Permission.RIF_TRANSCRIBE)
def retranscribe(
    rif: Rif,
    *,
    by: Actor,
    at: datetime,
    content: dict[str, Any],
    for_action: list[Organisation],
    for_information: list[Organisation],
    brought_in_at: datetime,
    digest: str,
) -> dict[str, Any]:
    """Renew it from its network; whoever is newly named receives it, nobody is asked twice."""
    rif.content = {}
    fill(rif, content)
    rif.network_digest = digest
    return _address(rif, for_action, for_information, at, brought_in_at)


def _address(
    rif: Rif, action: list[Organisation], information: list[Organisation], at: datetime, brought_in_at: datetime
) -> dict[str, Any]:
    """Address the RIF; a row of the ledger stays, so nobody who was told is untold without cause."""
    rows = {row.organisation: row for row in Delivery.objects.filter(rif=rif).select_related("organisation")}
    everybody = {*action, *information, *rows} - {rif.issuer}
    withheld = _withheld(rif, everybody, brought_in_at.date())
    asked = {organisation.pk for organisation in {*action} & everybody - withheld}
    rif.for_action = sorted(asked)
    rif.for_information = sorted({organisation.pk for organisation in everybody - withheld} - asked)
    for row in rows.values():
        if row.for_action != (row.organisation_id in asked):
            row.for_action = not row.for_action
            row.save(update_fields=["for_action"])
    deliver(rif, everybody - rows.keys(), at)
    facts = {"for_action": rif.for_action, "for_information": rif.for_information, "network": rif.network}
    codes = {"withheld_from": sorted(organisation.code for organisation in withheld)} if withheld else {}
    return facts | codes | {"brought_in_at": brought_in_at.isoformat()}


def _withheld(rif: Rif, organisations: set[Organisation], on: date) -> set[Organisation]:
    """Whom the portal may not tell although the network names them: need to know is not the network's to decide."""
    doubtful = [o for o in organisations if o.kind not in {Kind.MEMBER_STATE, Kind.COMMISSION}]
    agreements = list(Agreement.objects.in_force(on)) if any(o.kind == Kind.ASSOCIATED for o in doubtful) else []
    return {o for o in doubtful if why_not(o, nature=rif.nature, areas=rif.areas, agreements=agreements)}
