"""Who will see a RIF when it is published: computed once, for the pre-flight page and for publishing."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import Membership
from apps.organisations.models import Kind, Organisation
from apps.rifs.addressing import is_for_copy, judge_of
from apps.rifs.content import ALL_MEMBER_STATES
from apps.rifs.models import Rif, Tlp

READING_ROLES = [code for code, role in ROLES.items() if Permission.RIF_READ in role.permissions]
OVERSEEING_ROLES = [code for code, role in ROLES.items() if Permission.RIF_OVERSEE in role.permissions]


@dataclass(frozen=True)
class Reader:
    """One organisation that will see the RIF, why, and how many of its people."""

    organisation: Organisation
    why: str
    people: int


@dataclass
class Audience:
    """Everyone who will see the RIF, and everyone addressed who may not."""

    readers: list[Reader] = field(default_factory=list)
    refused: list[tuple[Organisation, str]] = field(default_factory=list)
    for_action: list[int] = field(default_factory=list)
    for_information: list[int] = field(default_factory=list)
    overseers: int = 0
    #: Third countries that receive the redacted copy of what is also financial.
    associated: list[Organisation] = field(default_factory=list)
    #: The persons named by a TLP:RED RIF, and named addresses of nobody who could read it.
    persons: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many people in all."""
        return sum(reader.people for reader in self.readers) + self.overseers


def resolve(codes: Iterable[str], issuer_id: int) -> list[Organisation]:
    """The organisations behind codes; "all Member States" stands for all but the issuer."""
    wanted = set(codes)
    match = Q(code__in=wanted)
    if ALL_MEMBER_STATES in wanted:
        match |= Q(kind=Kind.MEMBER_STATE)
    return list(Organisation.objects.filter(match).exclude(pk=issuer_id).order_by("code"))


def audience_of(rif: Rif, on: date) -> Audience:
    """Who sees the RIF once it is published on that day, as its content now stands."""
    action = resolve(rif.content.get("for_action", []), rif.issuer_id)
    chosen = {organisation.pk for organisation in action}
    information = [o for o in resolve(rif.content.get("for_information", []), rif.issuer_id) if o.pk not in chosen]
    judge = judge_of(rif.content, on)
    red = named_in(rif, [rif.issuer, *action, *information], on) if rif.tlp == Tlp.RED else None
    people = red.people if red else people_in([rif.issuer_id, *(o.pk for o in action + information)], on)
    audience = Audience([Reader(rif.issuer, "issuer", people.get(rif.issuer_id, 0))])
    audience.overseers = 0 if red else overseers(on)
    if red:
        audience.persons, audience.unknown = red.persons, red.unknown
    for organisation in action + information:
        why = "action" if organisation.pk in chosen else "information"
        if reason := judge(organisation) or (red and red.why_not(organisation)):
            audience.refused.append((organisation, reason))
        elif is_for_copy(rif.content, organisation):
            audience.readers.append(Reader(organisation, "copy", people.get(organisation.pk, 0)))
            audience.associated.append(organisation)
        else:
            audience.readers.append(Reader(organisation, why, people.get(organisation.pk, 0)))
            (audience.for_action if why == "action" else audience.for_information).append(organisation.pk)
    return audience


@dataclass(frozen=True)
class Named:
    """The persons that a TLP:RED RIF names: by organisation how many, and addresses that fit nobody."""

    people: dict[int, int]
    persons: list[int]
    unknown: list[str]

    def why_not(self, organisation: Organisation) -> str:
        """An addressed organisation of which nobody is named would have an answer to give and nobody to give it."""
        if self.people.get(organisation.pk):
            return ""
        return _("No named recipient belongs to %(name)s.") % {"name": organisation.name}


def named_in(rif: Rif, organisations: list[Organisation], on: date) -> Named:
    """The named persons among those of these organisations who may read RIFs on that day."""
    text = str(rif.content.get("named", ""))
    wanted = {part.lower() for part in re.split(r"[\s,;]+", text) if part}
    rows = Membership.objects.in_force(on).filter(
        organisation__in=organisations, roles__overlap=READING_ROLES, user__is_active=True, user__email__in=wanted
    )
    found = set(rows.values_list("user_id", "organisation_id", "user__email"))
    people = Counter(organisation for _user, organisation, _email in found)
    unknown = sorted(wanted - {email for _user, _organisation, email in found})
    return Named(dict(people), sorted({user for user, _organisation, _email in found}), unknown)


def people_in(organisations: list[int], on: date) -> dict[int, int]:
    """How many people of each organisation may read RIFs on that day."""
    rows = Membership.objects.in_force(on).filter(
        organisation__in=organisations, roles__overlap=READING_ROLES, user__is_active=True
    )
    counts = rows.order_by().values_list("organisation").annotate(people=Count("user", distinct=True))
    return dict(counts.values_list("organisation", "people"))


def overseers(on: date) -> int:
    """How many auditors read whatever was published."""
    rows = Membership.objects.in_force(on).filter(roles__overlap=OVERSEEING_ROLES, user__is_active=True)
    return rows.values("user").distinct().count()
