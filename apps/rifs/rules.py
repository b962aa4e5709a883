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


def just_acknowledged(rif: Rif, by: Actor) -> Refusal | None:
    """The own acknowledgement, on which nobody of the administration has built anything yet."""
    delivery = delivery_to(rif, by)
    if delivery is None or delivery.acknowledged_at is None:
        return Refusal(_("There is no acknowledgement to take back."), Kind.STATE)
    if by.user_id is None or delivery.acknowledged_by != by.name:
        return Refusal(_("Only the person who acknowledged it may take this back."), Kind.PERMISSION)
    steps = (delivery.assessed_at, delivery.acted_at, delivery.reported_at, delivery.withdrawn_at, delivery.closed_at)
    if any(step and step >= delivery.acknowledged_at for step in steps):
        return Refusal(_("Your administration has gone on since; this stays as it is."), Kind.STATE)
    return None


def not_a_revision(rif: Rif, by: Actor) -> Refusal | None:
    """A draft of its own, not a new version of a published RIF."""
    if rif.revises_id:
        return Refusal(_("This draft is a new version of a RIF; publish it as such."), Kind.STATE)
    return None


def a_revision(rif: Rif, by: Actor) -> Refusal | None:
    """A new version of a published RIF, not a draft of its own."""
    if not rif.revises_id:
        return Refusal(_("This draft is not a new version of another RIF."), Kind.STATE)
    return None


def not_a_copy(rif: Rif, by: Actor) -> Refusal | None:
    """A redacted copy follows its original in all."""
    if rif.original_id:
        return Refusal(_("This is a redacted copy; do it with the original, the copy follows."), Kind.STATE)
    return None


def by_issuer_or_portal(rif: Rif, by: Actor) -> Refusal | None:
    """The administration that issued the RIF, or the portal's own clock."""
    if rif.issuer_id != by.organisation_id and by.organisation_id:
        return Refusal(_("Only the issuer may do this."), Kind.PERMISSION)
    return None


def not_yet_closed(rif: Rif, by: Actor) -> Refusal | None:
    """What an administration has closed for itself stays closed."""
    delivery = delivery_to(rif, by)
    if delivery and delivery.closed_at:
        return Refusal(
            _("Your administration has closed this RIF (%(person)s).") % {"person": delivery.closed_by}, Kind.STATE
        )
    return None


def asked_to_withdraw(rif: Rif, by: Actor) -> Refusal | None:
    """Only who made a profile of a RIF that was cancelled has something to withdraw."""
    delivery = delivery_to(rif, by)
    if delivery is None or delivery.withdraw_by is None:
        return Refusal(_("Your administration has no profile to withdraw."), Kind.STATE)
    if delivery.withdrawn_at:
        return Refusal(
            _("The profile is withdrawn already (%(person)s).") % {"person": delivery.withdrawn_by}, Kind.STATE
        )
    return None


def delivery_to(rif: Rif, by: Actor) -> Delivery | None:
    """The ledger row of the actor's organisation."""
    return rif.row_of(by.organisation_id)
