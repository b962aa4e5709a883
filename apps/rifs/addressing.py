"""Which organisations a form may be addressed to: asked while it is written, and again when it is published."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.organisations.models import Agreement, Kind, Nature, Organisation
from apps.organisations.rules import why_not
from apps.rifs.models import Tlp


def is_for_copy(content: dict[str, Any], organisation: Organisation) -> bool:
    """Whether this organisation receives the redacted copy in place of the RIF."""
    return organisation.kind == Kind.ASSOCIATED and content.get("nature") == Nature.BOTH


def judge_of(content: dict[str, Any], on: date) -> Callable[[Organisation], str]:
    """Tells why an organisation may have neither the RIF nor its copy; empty when it may."""
    agreements = list(Agreement.objects.in_force(on))
    areas = [int(area) for area in content.get("areas", []) if str(area).isdigit()]

    def why(organisation: Organisation) -> str:
        copy = is_for_copy(content, organisation)
        if copy and content.get("tlp") == Tlp.RED:
            return _("%(name)s cannot receive a redacted copy of what is TLP:RED.") % {"name": organisation.name}
        nature = Nature.SECURITY_SAFETY.value if copy else str(content.get("nature", ""))
        return why_not(organisation, nature=nature, areas=areas, agreements=agreements)

    return why


def refused_in(content: dict[str, Any], on: date) -> Iterator[tuple[str, str]]:
    """The addressees who may not have it, each with the field that names it and the reason.

    Member States may have everything; without a nature or areas nothing can be said yet.
    """
    named = {name: content.get(name, []) for name in ("for_action", "for_information")}
    codes = {code for several in named.values() for code in several}
    if not (codes and content.get("nature") in Nature.values and content.get("areas")):
        return
    others = list(Organisation.objects.filter(code__in=codes).exclude(kind=Kind.MEMBER_STATE).order_by("code"))
    judge = judge_of(content, on) if others else None
    for organisation in others:
        if judge and (reason := judge(organisation)):
            yield next(name for name, several in named.items() if organisation.code in several), reason
