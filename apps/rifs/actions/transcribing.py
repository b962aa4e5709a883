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
from apps.rifs.actions.delivering import deliver, keep_version
from apps.rifs.actions.drafting import fill, insert
from apps.rifs.models import Delivery, Rif, Status
from apps.workflow.transitions import change

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
    with behind_wall(by):
        _take_turns(network)
        known = Rif._base_manager.filter(network=network, network_reference=network_reference).first()
        if known is None:
            rif = Rif(issuer=issuer, network=network, network_reference=network_reference, network_digest=digest)
            fill(rif, content)
            _take_over(rif, for_action, for_information, by=by, at=at, brought_in_at=brought_in_at)
            return rif, "accepted"
        if known.network_digest == digest:
            return known, "unchanged"
        if known.issuer_id != issuer.pk:
            reason = _("It became %(reference)s of another issuer; cancel that one first.")
            raise Refused(Refusal(reason % {"reference": known.reference}, Against.RULE, "issuer"))
        retranscribe(
            known, by=by, at=brought_in_at, content=content, for_action=for_action, for_information=for_information,
            digest=digest,
        )  # fmt: skip
        return known, "updated"


def _digest(content: dict[str, Any], for_action: list[Organisation], for_information: list[Organisation]) -> str:
    """A mark of all that an alert says; the order in which organisations are named means nothing."""
    named = [sorted(o.pk for o in for_action), sorted(o.pk for o in for_information)]
    return hashlib.sha256(json.dumps([content, *named], sort_keys=True).encode()).hexdigest()


def _take_turns(network: str) -> None:
    """Let two imports of one network work one after the other, so that neither makes an alert a second time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"transcribe {network}"])


def _take_over(
    rif: Rif,
    action: list[Organisation],
    information: list[Organisation],
    *,
    by: Actor,
    at: datetime,
    brought_in_at: datetime,
) -> None:
    """Write it published at once: in the portal it never was a draft."""
    named = {*action, *information} - {rif.issuer}
    facts = _address(rif, action, named, brought_in_at.date())
    rif.status, rif.created_at, rif.published_at, rif.published_by = Status.PUBLISHED, at, at, by.name
    rif.addressed, rif.version = len(rif.addressees()), 1
    data = facts | {"brought_in_at": brought_in_at.isoformat()}
    insert(rif, needs=Permission.RIF_TRANSCRIBE, by=by, at=at, data=data, name="take_over")
    rif.addressed = 0  # stored above; the delivery counts it anew
    deliver(rif, named, at)
    keep_version(rif, by=by, at=at)


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
    rows = {row.organisation: row for row in Delivery.objects.filter(rif=rif).select_related("organisation")}
    everybody = {*for_action, *for_information, *rows} - {rif.issuer}
    facts = _address(rif, for_action, everybody, at.date())
    for row in rows.values():
        if row.for_action != (row.organisation_id in rif.for_action):
            row.for_action = not row.for_action
            row.save(update_fields=["for_action"])
    rif.version += 1
    keep_version(rif, by=by, at=at, note=_("Renewed from %(network)s.") % {"network": rif.network})
    deliver(rif, everybody - rows.keys(), at)
    return facts


def _address(rif: Rif, action: list[Organisation], everybody: set[Organisation], on: date) -> dict[str, Any]:
    """Address the RIF to everybody whom the portal may tell, those of `action` for action."""
    withheld = _withheld(rif, everybody, on)
    told = {organisation.pk for organisation in everybody - withheld}
    rif.for_action = sorted(told & {organisation.pk for organisation in action})
    rif.for_information = sorted(told - set(rif.for_action))
    facts = {"for_action": rif.for_action, "for_information": rif.for_information, "network": rif.network}
    return facts | ({"withheld_from": sorted(o.code for o in withheld)} if withheld else {})


def _withheld(rif: Rif, organisations: set[Organisation], on: date) -> set[Organisation]:
    """Whom the portal may not tell although the network names them: need to know is not the network's to decide."""
    doubtful = [o for o in organisations if o.kind not in {Kind.MEMBER_STATE, Kind.COMMISSION}]
    agreements = list(Agreement.objects.in_force(on)) if any(o.kind == Kind.ASSOCIATED for o in doubtful) else []
    return {o for o in doubtful if why_not(o, nature=rif.nature, areas=rif.areas, agreements=agreements)}
