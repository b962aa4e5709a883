"""Who will see a RIF when it is published: computed once, for the pre-flight page and for publishing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import Membership
from apps.organisations.models import Agreement, Kind, Organisation
from apps.organisations.rules import why_not
from apps.rifs.content import ALL_MEMBER_STATES
from apps.rifs.models import Rif

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
    agreements = list(Agreement.objects.in_force(on))
    areas = [int(area) for area in rif.content.get("areas", []) if str(area).isdigit()]
    people = people_in([rif.issuer_id, *(o.pk for o in action + information)], on)
    audience = Audience([Reader(rif.issuer, "issuer", people.get(rif.issuer_id, 0))], overseers=overseers(on))
    for organisation in action + information:
        nature = str(rif.content.get("nature", ""))
        if reason := why_not(organisation, nature=nature, areas=areas, agreements=agreements):
            audience.refused.append((organisation, reason))
            continue
        why = "action" if organisation.pk in chosen else "information"
        audience.readers.append(Reader(organisation, why, people.get(organisation.pk, 0)))
        (audience.for_action if why == "action" else audience.for_information).append(organisation.pk)
    return audience


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
