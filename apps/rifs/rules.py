"""The guards of the actions on a RIF: each gives a refusal with its reason, or nothing."""

from django.utils.translation import gettext as _

from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal
from apps.rifs.models import Delivery, Rif


def by_issuer(rif: Rif, by: Actor) -> Refusal | None:
    """Only the administration that issued the RIF."""
    if rif.issuer_id != by.organisation_id:
        return Refusal(_("Only the issuer may do this."), Kind.PERMISSION)
    return None


def by_second_person(rif: Rif, by: Actor) -> Refusal | None:
    """Four eyes: nobody who wrote or submitted the RIF may publish it."""
    if by.user_id is None or by.user_id in {*rif.hands, rif.author_id, rif.submitted_by_id}:
        return Refusal(_("You wrote part of this RIF; a second person must review it."), Kind.PERMISSION)
    return None


def by_addressee(rif: Rif, by: Actor) -> Refusal | None:
    """Only an administration that the RIF was delivered to."""
    if by.organisation_id not in rif.addressees():
        return Refusal(_("This RIF was not addressed to your organisation."), Kind.PERMISSION)
    return None


def not_yet_acknowledged(rif: Rif, by: Actor) -> Refusal | None:
    """An administration answers once, whoever of its people does it."""
    delivery = delivery_to(rif, by)
    if delivery and delivery.acknowledged_at:
        return Refusal(
            _("%(organisation)s has acknowledged already (%(person)s).")
            % {"organisation": by.organisation_name, "person": delivery.acknowledged_by},
            Kind.STATE,
        )
    return None


def delivery_to(rif: Rif, by: Actor) -> Delivery | None:
    """The ledger row of the actor's organisation."""
    return Delivery.objects.filter(rif=rif, organisation_id=by.organisation_id).first()
