"""New versions: a draft beside the published RIF, reviewed like any other, then taken over into it."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.actions.delivering import ask_again, deliver, keep_version
from apps.rifs.actions.drafting import check, insert, project
from apps.rifs.actions.ending import follow
from apps.rifs.actions.publishing import hands_of, reachable
from apps.rifs.actions.redacting import copy_for, renew_copy
from apps.rifs.audience import Audience
from apps.rifs.models import OPEN, Rif, Status, Tlp
from apps.rifs.rules import a_revision, by_issuer, by_second_person, not_a_copy
from apps.workflow.transitions import change, transition

#: Fields that tell of the change and are no part of the RIF.
OF_THE_CHANGE = ("change_note", "change_material")


@change(Rif, needs=Permission.RIF_DRAFT, sources=[*OPEN], guards=(by_issuer, not_a_copy))
def revise(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Begin a new version as a draft; the published one stands until the new one is published."""
    if rif.network:
        raise Refused(Refusal(_("It is renewed from its own network (%(name)s).") % {"name": rif.network}, Kind.STATE))
    begun = rif.revisions.filter(status__in=[Status.DRAFT, Status.IN_REVIEW]).first()
    if begun:
        raise Refused(Refusal(_("%(ref)s is being prepared already.") % {"ref": begun.reference}, Kind.STATE))
    draft = Rif(issuer=rif.issuer, author_id=by.user_id, created_at=at, revises=rif)
    draft.hands = [by.user_id] if by.user_id else []
    draft.content = deepcopy(rif.content) | {"change_material": "YES", "change_note": ""}
    project(draft)
    insert(draft, needs=Permission.RIF_DRAFT, by=by, at=at)
    return {"draft": draft.reference}


@transition(
    Rif,
    sources=[Status.IN_REVIEW],
    target=Status.ABSORBED,
    needs=Permission.RIF_PUBLISH,
    guards=(by_issuer, a_revision, by_second_person),
)
def publish_version(draft: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Publish the draft as the next version of the RIF that it revises."""
    check(draft, at.date())
    rif = Rif._base_manager.select_for_update(of=("self",)).get(revisions=draft)
    take_over_version(rif, by=by, at=at, draft=draft)
    return {"reference": rif.reference, "version": rif.version}


@change(Rif, needs=Permission.RIF_PUBLISH, sources=[*OPEN], guards=(by_issuer, not_a_copy))
def take_over_version(rif: Rif, *, by: Actor, at: datetime, draft: Rif) -> dict[str, Any]:
    """Become the next version; only a reviewed draft of this RIF can cause it."""
    if draft.revises_id != rif.pk or draft.status != Status.IN_REVIEW or by_second_person(draft, by):
        raise Refused(Refusal(_("Only a reviewed draft of this RIF can become its next version."), Kind.PERMISSION))
    audience = reachable(draft, at)
    material, note = draft.content.get("change_material") == "YES", str(draft.content.get("change_note", ""))
    rif.content = {name: value for name, value in draft.content.items() if name not in OF_THE_CHANGE}
    project(rif)
    rif.status, rif.version = Status.PUBLISHED, rif.version + 1
    _address(rif, draft, audience, by=by, at=at)
    if material:
        ask_again(rif, at)
    keep_version(rif, by=by, at=at, note=note, material=material)
    _renew_copies(rif, audience, by=by, at=at, note=note, material=material)
    return {"version": rif.version, "note": note, "material": material}


def _address(rif: Rif, draft: Rif, audience: Audience, *, by: Actor, at: datetime) -> None:
    """Whoever is newly addressed receives it; whoever had it keeps it."""
    before = rif.addressees()
    rif.for_action = sorted({*rif.for_action, *audience.for_action} - set(audience.for_information))
    rif.for_information = sorted({*rif.for_information, *audience.for_information} - set(rif.for_action))
    if rif.tlp == Tlp.RED:
        rif.named = sorted({*audience.persons, *hands_of(draft, by), *hands_of(rif, by)})
    deliver(rif, [r.organisation for r in audience.readers if r.organisation.pk not in before], at)


def _renew_copies(rif: Rif, audience: Audience, *, by: Actor, at: datetime, note: str, material: bool) -> None:
    copy = rif.copies.first()
    if copy is None:
        if audience.associated:
            copy_for(rif, audience.associated, by=by, at=at)
        return

    def renew(copy: Rif) -> None:
        renew_copy(copy, rif, audience.associated, at)
        copy.status, copy.version = Status.PUBLISHED, copy.version + 1
        if material:
            ask_again(copy, at)
        keep_version(copy, by=by, at=at, material=material)

    # The note was written for those who have the whole; the copy says only that it is new.
    follow(copy, renew, "take_over_version", by=by, at=at, data={"version": copy.version + 1, "material": material})
