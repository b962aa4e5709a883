"""Templates: the content of a draft that an administration keeps under a name."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.audit.record import record
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.rifs.actions.copying import OF_THE_OCCASION
from apps.rifs.actions.drafting import insert, project
from apps.rifs.content import clean
from apps.rifs.models import Rif, RifTemplate, Status, Tlp
from apps.rifs.rules import by_issuer
from apps.workflow.transitions import change


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,))
def keep_as_template(rif: Rif, *, by: Actor, at: datetime, name: str) -> dict[str, Any]:
    """Keep the content of a draft as a template of the own administration."""
    name = clean(name)[:60]
    if rif.tlp == Tlp.RED:
        raise Refused(Refusal(_("What only named persons may read cannot become a template for all."), Kind.RULE))
    if not name:
        raise Refused(Refusal(_("Give the template a name."), Kind.RULE, "name"))
    mine = RifTemplate.objects.filter(organisation_id=by.organisation_id)
    if mine.filter(name__iexact=name).exists():
        raise _taken()
    kept = {field: value for field, value in deepcopy(rif.content).items() if field not in OF_THE_OCCASION}
    template = RifTemplate(organisation_id=by.organisation_id, name=name, content=kept, at=at, by=by.name)
    try:
        with transaction.atomic():
            template.save(force_insert=True)
    except IntegrityError:  # a colleague was quicker by a moment
        raise _taken() from None
    return {"name": name}


def _taken() -> Refused:
    return Refused(Refusal(_("There is a template of this name already."), Kind.STATE, "name"))


def begin_with(template: RifTemplate, *, by: Actor, at: datetime) -> Rif:
    """Start a draft with the content of a template of the own administration."""
    _own(template, by)
    draft = Rif(issuer=Organisation.objects.get(pk=by.organisation_id), author_id=by.user_id, created_at=at)
    draft.hands = [by.user_id] if by.user_id else []
    draft.content = deepcopy(template.content)
    project(draft)
    return insert(draft, needs=Permission.RIF_DRAFT, by=by, at=at, data={"template": template.name})


def forget_template(template: RifTemplate, *, by: Actor, at: datetime) -> None:
    """Delete a template of the own administration; drafts that began with it stay as they are."""
    _own(template, by)
    with behind_wall(by):
        record("riftemplate.forget", template, by=by, at=at, data={"name": template.name})
        template.delete()


def _own(template: RifTemplate, by: Actor) -> None:
    if not by.can(Permission.RIF_DRAFT):
        raise Refused(Refusal(_("Your role does not include this."), Kind.PERMISSION))
    if template.organisation_id != by.organisation_id:
        raise Refused(Refusal(_("This template belongs to another administration."), Kind.PERMISSION))
