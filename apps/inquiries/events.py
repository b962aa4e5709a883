"""Who is told of what happens to a request."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.audit.models import Event
from apps.inquiries.asking import WRITERS
from apps.inquiries.models import Inquiry
from apps.notifications.tells import Recipients, tells


def _people(organisation: int, condition: Q | None = None) -> Recipients:
    """The people of the organisation who may answer, or those of them who meet a condition."""
    rows = Membership.objects.in_force(timezone.localdate()).filter(
        condition or Q(), organisation=organisation, roles__overlap=WRITERS, user__is_active=True
    )
    return set(rows.values_list("user_id", "organisation_id"))


def _asking(inquiry: Inquiry) -> Recipients:
    """The person who asked; everybody of the asker's once that person is gone."""
    return _people(inquiry.asker_id, Q(user_id=inquiry.author_id)) or _people(inquiry.asker_id)


def _asked(inquiry: Inquiry) -> Recipients:
    """The named person or unit; else those whose mandate touches the RIF; everybody where that is nobody."""
    condition = None
    if inquiry.person_id:
        condition = Q(user_id=inquiry.person_id)
    elif inquiry.unit_id:
        condition = Q(unit_id=inquiry.unit_id)
    elif inquiry.rif:
        condition = Q(mandates=[]) | Q(mandates__overlap=inquiry.rif.areas)
    return _people(inquiry.addressee_id, condition) or _people(inquiry.addressee_id)


@tells("inquiry.ask", register=Inquiry, title=_("A request for your organisation"))
@tells("inquiry.withdraw", register=Inquiry, title=_("A request was withdrawn"))
def addressees(inquiry: Inquiry, event: Event) -> Recipients:
    """Whoever was asked."""
    return _asked(inquiry)


@tells("inquiry.answer", register=Inquiry, title=_("Your request was answered"))
@tells("inquiry.acknowledge", register=Inquiry, title=_("Your information was acknowledged"))
def askers(inquiry: Inquiry, event: Event) -> Recipients:
    """Whoever asked."""
    return _asking(inquiry)


@tells("inquiry.reply", register=Inquiry, title=_("A message on a request"))
def other_side(inquiry: Inquiry, event: Event) -> Recipients:
    """Whoever did not write it."""
    return _asked(inquiry) if event.organisation_id == inquiry.asker_id else _asking(inquiry)
