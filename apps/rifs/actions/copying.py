"""A new draft from an earlier RIF of the own administration."""

from copy import deepcopy
from datetime import datetime

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.organisations.models import Organisation
from apps.rifs.actions.drafting import insert, project
from apps.rifs.models import Rif

#: What belongs to the occasion and not to the risk.
OF_THE_OCCASION = ("valid_from", "valid_to", "feedback_by", "change_note", "change_material")


def copy(rif: Rif, *, by: Actor, at: datetime) -> Rif:
    """Start a draft with the content of `rif`, which the actor may read and the own administration has issued."""
    known = Rif.objects.visible_or_404(by, pk=rif.pk, issuer_id=by.organisation_id)
    draft = Rif(issuer=Organisation.objects.get(pk=by.organisation_id), author_id=by.user_id, created_at=at)
    draft.hands = [by.user_id] if by.user_id else []
    draft.content = {name: value for name, value in deepcopy(known.content).items() if name not in OF_THE_OCCASION}
    draft.content["links"] = ", ".join(filter(None, [draft.content.get("links", ""), known.reference]))[:300]
    project(draft)
    return insert(draft, needs=Permission.RIF_DRAFT, by=by, at=at, data={"from": known.reference})
