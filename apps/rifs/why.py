"""Why a person got a RIF, in sentences about that person and nobody else."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.notifications.models import Notice
from apps.notifications.tells import explains
from apps.organisations.models import PolicyArea
from apps.rifs.content import ALL_MEMBER_STATES
from apps.rifs.models import Rif, Tlp


@explains(Rif)
def reasons_for(rif: Rif, actor: Actor) -> list[str]:
    """Every rule by which this person reads the RIF or was told of it."""
    return [*_address(rif, actor), *_person(rif, actor), *_search(rif, actor)]


def _address(rif: Rif, actor: Actor) -> Iterable[str]:
    """How the organisation comes to it."""
    name = actor.organisation_name
    row = rif.row_of(actor.organisation_id)
    if rif.issuer_id == actor.organisation_id:
        yield _("%(name)s issued it.") % {"name": name}
    elif row is None:
        if actor.can(Permission.RIF_OVERSEE):
            yield _("You read what was published as an auditor.")
    else:
        field = "for_action" if row.for_action else "for_information"
        listed = rif.content.get(field, [])
        as_all = ALL_MEMBER_STATES in listed and actor.organisation_code not in listed
        yield _SENTENCES[row.for_action, as_all]() % {"name": name, "network": rif.network}
        if rif.network:
            yield _("%(network)s, its network, names whom it is for.") % {"network": rif.network}


_SENTENCES = {
    (True, False): lambda: _("It was addressed to %(name)s by name, for action."),
    (False, False): lambda: _("It was addressed to %(name)s by name, for information."),
    (True, True): lambda: _("It was addressed to all Member States, and so to %(name)s, for action."),
    (False, True): lambda: _("It was addressed to all Member States, and so to %(name)s, for information."),
}


def _person(rif: Rif, actor: Actor) -> Iterable[str]:
    """How the person comes to it within the organisation."""
    if rif.tlp == Tlp.RED and actor.user_id in rif.named:
        yield _("You are one of the persons whom this TLP:RED RIF names.")
    if actor.can(Permission.RIF_ACKNOWLEDGE):
        yield _("Your role (%(role)s) acknowledges for your organisation.") % {"role": actor.role_title}
    else:
        yield _("Your role (%(role)s) reads what your organisation may read.") % {"role": actor.role_title}
    shared = [str(PolicyArea(area).label) for area in rif.areas if area in actor.areas]
    if shared:
        yield _("Your mandate covers %(areas)s.") % {"areas": ", ".join(shared)}
    elif not actor.areas:
        yield _("Your mandate is not limited to some policy areas.")


def _search(rif: Rif, actor: Actor) -> Iterable[str]:
    """The own saved searches that found it."""
    rows = Notice.objects.visible_to(actor).filter(subject_type=Rif.kind(), subject_id=rif.pk).exclude(search="")
    for name in rows.order_by("search").values_list("search", flat=True).distinct():
        yield _("Your saved search “%(name)s” found it.") % {"name": name}
