"""Who can see a published RIF and by which rule, computed anew and compared with what is stored."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.kernel.actor import OVERSIGHT_READER, SYSTEM_READER, Actor, reader_of
from apps.organisations.models import Organisation
from apps.rifs.audience import Audience, Reader, audience_of, overseers, people_in
from apps.rifs.models import Rif, Tlp


@dataclass(frozen=True)
class Xray:
    """The readers by rule, the persons of a TLP:RED RIF, and where the stored audience differs."""

    audience: Audience
    persons: list[User]
    differences: list[str]


def xray(rif: Rif, on: date) -> Xray:
    """What the rules say on that day, and each difference from the audience that both walls use."""
    audience = _of_network(rif, on) if rif.network else audience_of(rif, on)
    persons = list(User.objects.filter(pk__in=rif.named).order_by("name", "pk")) if rif.tlp == Tlp.RED else []
    return Xray(audience, persons, _differences(rif, audience))


def _of_network(rif: Rif, on: date) -> Audience:
    """An alert of another network is addressed by that network; its content names nobody."""
    people = people_in([rif.issuer_id, *rif.addressees()], on)
    readers = [Reader(rif.issuer, "issuer", people.get(rif.issuer_id, 0))]
    for organisation in Organisation.objects.filter(pk__in=rif.addressees()).order_by("code"):
        why = "action" if organisation.pk in rif.for_action else "information"
        readers.append(Reader(organisation, why, people.get(organisation.pk, 0)))
    return Audience(readers, [], rif.for_action, rif.for_information, overseers(on))


def _differences(rif: Rif, audience: Audience) -> list[str]:
    expected = _expected(rif, audience)
    stored = set(rif.audience)
    names = _names(expected ^ stored)
    missing = [_("%(name)s should see it by the rules, but cannot.") % {"name": names[n]} for n in expected - stored]
    return sorted(missing + [
        _("%(name)s can see it, although the rules do not say so.") % {"name": names[n]} for n in stored - expected
    ])  # fmt: skip


def _expected(rif: Rif, audience: Audience) -> set[int]:
    if rif.tlp == Tlp.RED:
        hands = {*rif.hands, rif.author_id, rif.submitted_by_id}
        publishers = User.objects.filter(pk__in=rif.named, name=rif.published_by).values_list("pk", flat=True)
        people = {person for person in {*audience.persons, *hands, *publishers} if person}
        return {SYSTEM_READER, *(reader_of(person) for person in people)}
    organisations = {rif.issuer_id, *audience.for_action, *audience.for_information}
    return {SYSTEM_READER, OVERSIGHT_READER, *organisations}


def _names(numbers: set[int]) -> dict[int, str]:
    """What stands for each member of an audience in words."""
    names = {SYSTEM_READER: _("The portal itself"), OVERSIGHT_READER: _("Auditors")}
    names |= dict(Organisation.objects.filter(pk__in=numbers).values_list("pk", "name"))
    persons = [-1_000 - number for number in numbers if number < OVERSIGHT_READER]
    names |= {reader_of(pk): name for pk, name in User.objects.filter(pk__in=persons).values_list("pk", "name")}
    return {number: names.get(number, str(number)) for number in numbers}


def seen_as(rif: Rif, reader: Actor) -> Rif | None:
    """The RIF as this reader has it: the RIF itself, its redacted copy, or neither; asked behind that reader's wall."""
    either = Rif.objects.visible_to(reader).filter(Q(pk=rif.pk) | Q(original_id=rif.pk))
    return either.select_related("issuer").order_by("pk").first()
