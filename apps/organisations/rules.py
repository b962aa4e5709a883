"""Who may be told what: the need-to-know rules R2 and R5 of the domain reference."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from apps.organisations.models import Agreement, Kind, Nature, Organisation


def may_take_part(organisation: Organisation, on: date) -> bool:
    """Whether its people may read anything on that day; a third country needs an agreement in force."""
    if organisation.kind != Kind.ASSOCIATED:
        return True
    return Agreement.objects.in_force(on).filter(organisation=organisation).exists()


def why_not(organisation: Organisation, *, nature: str, areas: Iterable[int], agreements: Iterable[Agreement]) -> str:
    """Why this organisation may not receive a risk of that nature in those areas; empty when it may.

    `agreements` are those in force. R2: a third country receives only what its agreement covers;
    what is also financial is not covered by an agreement on security and safety. R5: an agency or
    partner authority receives only what lies in its policy areas.
    """
    if organisation.kind == Kind.OPERATOR:
        return _("%(name)s is an economic operator; risk information is never addressed to operators.") % {
            "name": organisation.name
        }
    if organisation.kind == Kind.ASSOCIATED:
        mine = [agreement for agreement in agreements if agreement.organisation_id == organisation.pk]
        if not mine:
            return _("%(name)s: no agreement is in force.") % {"name": organisation.name}
        if not any(agreement.covers(nature) for agreement in mine):
            return _("%(name)s may only receive what is security and safety; this RIF is: %(nature)s.") % {
                "name": organisation.name,
                "nature": Nature(nature).label,
            }
    if organisation.kind in {Kind.AGENCY, Kind.PARTNER_AUTHORITY} and not set(areas) & set(organisation.policy_areas):
        return _("%(name)s works in none of the policy areas of this RIF.") % {"name": organisation.name}
    return ""
