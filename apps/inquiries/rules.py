"""The guards of the actions on a request: each gives a refusal with its reason, or nothing."""

from django.utils.translation import gettext as _

from apps.inquiries.models import Inquiry, Purpose
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal


def by_asker(inquiry: Inquiry, by: Actor) -> Refusal | None:
    """Only the organisation that asked."""
    if inquiry.asker_id != by.organisation_id:
        return Refusal(_("Only the organisation that asked may do this."), Kind.PERMISSION)
    return None


def by_addressee(inquiry: Inquiry, by: Actor) -> Refusal | None:
    """Only the organisation that was asked, whoever of its people does it."""
    if inquiry.addressee_id != by.organisation_id:
        return Refusal(_("Only the organisation that was asked may do this."), Kind.PERMISSION)
    return None


def by_either(inquiry: Inquiry, by: Actor) -> Refusal | None:
    """Only one of the two organisations."""
    if by.organisation_id not in inquiry.readers():
        return Refusal(_("Only the two organisations concerned may do this."), Kind.PERMISSION)
    return None


def wants_answer(inquiry: Inquiry, by: Actor) -> Refusal | None:
    """Information is not answered but acknowledged."""
    if inquiry.purpose == Purpose.INFORMATION:
        return Refusal(_("This is information: it needs no answer, only to be acknowledged."))
    return None


def only_informs(inquiry: Inquiry, by: Actor) -> Refusal | None:
    """A request is not acknowledged but answered."""
    if inquiry.purpose != Purpose.INFORMATION:
        return Refusal(_("This asks for an answer; acknowledging is not enough."))
    return None
