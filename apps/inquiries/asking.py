"""What stands against a new request: its addressee, its RIF, its agency, its date. Reads, never writes."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import Membership, User
from apps.inquiries.models import Inquiry, Purpose
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal
from apps.organisations.models import Kind as OrganisationKind
from apps.organisations.models import Organisation
from apps.organisations.rules import may_take_part, why_not
from apps.reference.calendars import holidays_of
from apps.rifs.models import Rif
from apps.workflow.clock import due_working_days

#: How many working days the addressee has, unless the asker names a day. Usage, not law.
USUAL_DAYS = 5
LATEST = timedelta(days=366)
WRITERS = [code for code, role in ROLES.items() if Permission.INQUIRY_WRITE in role.permissions]
SHARED_WITH = {OrganisationKind.AGENCY, OrganisationKind.PARTNER_AUTHORITY}


def due_moment(addressee: Organisation, at: datetime, day: date | None) -> datetime:
    """The end of the named day, or of the usual term, in the addressee's time zone and calendar."""
    zone = ZoneInfo(addressee.timezone)
    if day is not None:
        return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
    return due_working_days(at, USUAL_DAYS, holidays_of(addressee.country or "EU"), zone).due


def member(addressee: Organisation, email: str, on: date) -> User | None:
    """The person of the addressee with this address who may answer today."""
    rows = Membership.objects.in_force(on).filter(
        organisation=addressee, roles__overlap=WRITERS, user__email=email.strip().lower(), user__is_active=True
    )
    row = rows.select_related("user").first()
    return row.user if row else None


def common_rif(reference: str, by: Actor, addressee: Organisation) -> Rif | None:
    """The RIF, if both the asker and the addressee may read it; else the same as for one that never was."""
    rif = Rif.objects.visible_to(by).filter(reference=reference.strip().upper()).first()
    return rif if rif and addressee.pk in rif.audience else None


def refusals(inquiry: Inquiry, at: datetime, *, person: str, rif: str) -> Iterator[Refusal]:
    """Everything that stands against a request, each at its field."""
    if not inquiry.title:
        yield Refusal(_("Say in a few words what this is about."), Kind.RULE, "title")
    if not inquiry.text:
        yield Refusal(_("Write what you want to know or tell."), Kind.RULE, "text")
    yield from _against_addressee(inquiry, at.date(), person)
    yield from _against_date(inquiry, at)
    if rif.strip() and inquiry.rif is None:
        reason = _("You cannot refer to this RIF: it must be one that both you and the addressee may read.")
        yield Refusal(reason, Kind.RULE, "rif")
    if inquiry.purpose == Purpose.CONSENT:
        yield from _against_consent(inquiry, missing=not rif.strip())
    elif inquiry.agency_id:
        yield Refusal(_("Only a request for consent names an agency."), Kind.RULE, "agency")


def _against_addressee(inquiry: Inquiry, on: date, person: str) -> Iterator[Refusal]:
    addressee = inquiry.addressee
    if addressee.pk == inquiry.asker_id:
        yield Refusal(_("Choose another organisation than your own."), Kind.RULE, "addressee")
    elif addressee.kind == OrganisationKind.OPERATOR:
        yield Refusal(_("Requests are never addressed to economic operators."), Kind.RULE, "addressee")
    elif not may_take_part(addressee, on):
        reason = _("%(name)s: no agreement is in force.") % {"name": addressee.name}
        yield Refusal(reason, Kind.RULE, "addressee")
    if inquiry.unit and inquiry.unit.organisation_id != addressee.pk:
        yield Refusal(_("This unit does not belong to %(name)s.") % {"name": addressee.name}, Kind.RULE, "unit")
    if inquiry.unit and person.strip():
        yield Refusal(_("Name a unit or a person, not both."), Kind.RULE, "person")
    elif person.strip() and inquiry.person is None:
        reason = _("Nobody at %(name)s who answers requests has this address.") % {"name": addressee.name}
        yield Refusal(reason, Kind.RULE, "person")


def _against_date(inquiry: Inquiry, at: datetime) -> Iterator[Refusal]:
    if inquiry.due_at <= at:
        yield Refusal(_("This day has passed already; name a later one."), Kind.RULE, "due_on")
    elif inquiry.due_at > at + LATEST:
        yield Refusal(_("This day is more than a year away; name an earlier one."), Kind.RULE, "due_on")


def _against_consent(inquiry: Inquiry, *, missing: bool) -> Iterator[Refusal]:
    rif, agency = inquiry.rif, inquiry.agency
    if missing:
        yield Refusal(_("Name the RIF that is to be shared."), Kind.RULE, "rif")
    if agency is None or agency.kind not in SHARED_WITH:
        yield Refusal(_("Name the agency or authority with which it is to be shared."), Kind.RULE, "agency")
    if rif is None:
        return
    if rif.issuer_id != inquiry.addressee_id:
        reason = _("Only the issuer of the RIF can consent; address the request to the issuer.")
        yield Refusal(reason, Kind.RULE, "addressee")
    if agency is None or agency.kind not in SHARED_WITH:
        return
    if agency.pk in {*rif.readers(), inquiry.asker_id}:
        yield Refusal(_("%(name)s has received this RIF already.") % {"name": agency.name}, Kind.RULE, "agency")
    elif reason := why_not(agency, nature=rif.nature, areas=rif.areas, agreements=()):
        yield Refusal(reason, Kind.RULE, "agency")
