"""From the first word to the national review."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.organisations.models import Nature, Organisation
from apps.reference.validators import parse_date
from apps.rifs import content as form_content
from apps.rifs.form import GROUPS
from apps.rifs.models import Rif, Status, Tlp, Urgency
from apps.rifs.rules import by_issuer
from apps.workflow.transitions import change, create, transition

#: What a new form says until somebody chooses.
BLANK = {"language": "en", "urgency": "3", "tlp": Tlp.AMBER.value, "action": "INFORMATION"}


class Conflict(Exception):
    """Somebody else changed the same field meanwhile; both texts are kept for the person to choose."""

    def __init__(self, path: str, theirs: str, mine: str) -> None:
        self.path, self.theirs, self.mine = path, theirs, mine
        super().__init__(path)


def draft(*, by: Actor, at: datetime, content: dict[str, Any] | None = None) -> Rif:
    """Start a RIF of the own administration.

    `content` has the shape of the API: field names to text, lists for several choices and for rows.
    """
    rif = Rif(issuer=Organisation.objects.get(pk=by.organisation_id), author_id=by.user_id, created_at=at)
    rif.hands = [by.user_id] if by.user_id else []
    rif.content = dict(BLANK)
    fill(rif, content or {})
    return insert(rif, needs=Permission.RIF_DRAFT, by=by, at=at)


def insert(
    rif: Rif, *, needs: str, by: Actor, at: datetime, data: dict[str, Any] | None = None, name: str = "create"
) -> Rif:
    """Write a new RIF, with its first event, under a number that nobody can count by."""
    for _attempt in range(20):
        rif.reference = f"RIF/{number_prefix(rif.issuer)}/{at.year}/{secrets.randbelow(10**6):06d}"
        try:
            with transaction.atomic():
                return create(rif, needs=needs, by=by, at=at, data=data or {}, name=name)
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
    raise Refused(Refusal(_("No free number was found; try again."), Kind.STATE))


def number_prefix(issuer: Organisation) -> str:
    """The issuer's two letters; EC for the Commission's services and the agencies."""
    return issuer.code if len(issuer.code) == 2 else "EC"


def fill(rif: Rif, content: Mapping[str, Any]) -> None:
    """Write a whole content into the form; raises a refusal for each name that the form does not have."""
    unknown = []
    for name, value in content.items():
        try:
            if name in GROUPS and isinstance(value, list):
                rif.content[name] = []
                for row in value:
                    form_content.add_row(rif.content, name, {k: str(v) for k, v in row.items() if k != "key"})
            else:
                form_content.write(rif.content, name, ",".join(value) if isinstance(value, list) else str(value))
        except form_content.UnknownPath as error:
            unknown.append(Refusal(_("The form has no field of this name."), Kind.RULE, str(error)))
    if unknown:
        raise Refused(*unknown)
    project(rif)


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,), quiet=True)
def edit(rif: Rif, *, by: Actor, at: datetime, changes: Mapping[str, tuple[str | None, str]]) -> dict[str, Any]:
    """Write values into a draft.

    `changes` maps a path to what the writer saw there and what it shall be; None for "whatever it was".
    Raises Conflict when somebody else wrote the same field in between.
    """
    written = []
    for path, (was, value) in changes.items():
        now, wanted = form_content.value_at(rif.content, path), form_content.clean(value)
        seen = None if was is None else form_content.clean(was)
        if seen == wanted:
            continue  # left as it was seen: a colleague's text there stands
        if seen is not None and now not in {seen, wanted}:
            raise Conflict(path, now, value)
        if now != wanted:
            form_content.write(rif.content, path, value)
            written.append(path)
    return _touched(rif, by, written)


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,))
def add_row(rif: Rif, *, by: Actor, at: datetime, group: str) -> dict[str, Any]:
    """Add an empty row to a group of a draft."""
    return _touched(rif, by, [f"{group}.{form_content.add_row(rif.content, group)}"])


@change(Rif, needs=Permission.RIF_DRAFT, sources=[Status.DRAFT], guards=(by_issuer,))
def remove_row(rif: Rif, *, by: Actor, at: datetime, group: str, key: str) -> dict[str, Any]:
    """Take a row out of a draft."""
    form_content.remove_row(rif.content, group, key)
    return _touched(rif, by, [f"{group}.{key}"])


def _touched(rif: Rif, by: Actor, paths: list[str]) -> dict[str, Any]:
    if not paths:
        return {}
    if by.user_id and by.user_id not in rif.hands:
        rif.hands = [*rif.hands, by.user_id]
    project(rif)
    return {"fields": paths}


def project(rif: Rif) -> None:
    """Draw the columns by which RIFs are listed and filtered from the content."""
    content = rif.content
    rif.title = str(content.get("title", ""))[:140]
    rif.urgency = int(content["urgency"]) if str(content.get("urgency")) in {"1", "2", "3"} else Urgency.ROUTINE
    rif.nature = content["nature"] if content.get("nature") in Nature.values else ""
    rif.areas = sorted({int(area) for area in content.get("areas", []) if str(area).isdigit() and int(area) <= 11})
    rif.tlp = content["tlp"] if content.get("tlp") in Tlp.values else Tlp.AMBER
    rif.valid_to = parse_date(str(content.get("valid_to", "")))


def check(rif: Rif, on: date) -> None:
    """Raise a refusal with every error of the form, each at its field."""
    errors = [fault for fault in form_content.findings(rif.content, on) if fault.is_error]
    if errors:
        raise Refused(*(Refusal(fault.finding.message, Kind.RULE, fault.path) for fault in errors))


@transition(Rif, sources=[Status.DRAFT], target=Status.IN_REVIEW, needs=Permission.RIF_DRAFT, guards=(by_issuer,))
def submit(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Hand the draft to a second person of the administration."""
    check(rif, at.date())
    rif.submitted_at, rif.submitted_by_id = at, by.user_id
    return {}


@transition(Rif, sources=[Status.IN_REVIEW], target=Status.DRAFT, needs=Permission.RIF_PUBLISH, guards=(by_issuer,))
def send_back(rif: Rif, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    """Return it to its author with the reason."""
    if not reason.strip():
        raise Refused(Refusal(_("Say what should be changed."), Kind.RULE, "reason"))
    rif.submitted_at, rif.submitted_by_id = None, None
    return {"reason": reason.strip()}


@transition(Rif, sources=[Status.DRAFT], target=Status.DISCARDED, needs=Permission.RIF_DRAFT, guards=(by_issuer,))
def discard(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Give up a draft that nobody else has seen."""
    return {}
