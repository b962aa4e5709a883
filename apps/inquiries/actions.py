"""Every write to a request. Page, API and demonstration call these and nothing else."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.inquiries.asking import common_rif, due_moment, member, refusals
from apps.inquiries.models import Consent, Inquiry, Message, Purpose, Status, Verdict
from apps.inquiries.rules import by_addressee, by_asker, by_either, only_informs, wants_answer
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation, Unit
from apps.reference.validators.text import clean_text
from apps.rifs.actions.drafting import number_prefix
from apps.workflow.transitions import change, create, transition


def ask(
    *,
    by: Actor,
    at: datetime,
    purpose: str,
    addressee: Organisation,
    title: str,
    text: str,
    unit: Unit | None = None,
    person: str = "",
    rif: str = "",
    agency: Organisation | None = None,
    due_on: date | None = None,
) -> Inquiry:
    """Send a request or message of the own organisation, or raise a refusal with every fault at its field.

    `person` is the e-mail address of somebody of the addressee, `rif` a reference that both may read;
    without `due_on` the addressee has the usual term.
    """
    _require(by)
    with behind_wall(by):
        found = common_rif(rif, by, addressee) if rif.strip() else None
        inquiry = Inquiry(
            purpose=purpose, asker=Organisation.objects.get(pk=by.organisation_id), author_id=by.user_id,
            asked_by=by.name, asked_at=at, addressee=addressee, unit=unit, agency=agency,
            person=member(addressee, person, at.date()) if person.strip() else None,
            title=" ".join(clean_text(title).split())[:140], text=clean_text(text),
            rif=found, rif_reference=found.reference if found else "", due_at=due_moment(addressee, at, due_on),
        )  # fmt: skip
        if faults := list(refusals(inquiry, at, person=person, rif=rif)):
            raise Refused(*faults)
        return _insert(inquiry, by=by, at=at)


def _require(by: Actor) -> None:
    if not by.can(Permission.INQUIRY_WRITE):
        raise Refused(Refusal(_("Your role does not include this."), Kind.PERMISSION))


def _insert(inquiry: Inquiry, *, by: Actor, at: datetime) -> Inquiry:
    """Write it under a number that nobody can count by."""
    data = {"purpose": str(inquiry.purpose), "addressee": inquiry.addressee.code}
    for _attempt in range(20):
        prefix = number_prefix(inquiry.asker)
        inquiry.reference = f"REQ/{prefix}/{at.year}/{secrets.randbelow(10**6):06d}"
        try:
            with transaction.atomic():
                return create(inquiry, needs=Permission.INQUIRY_WRITE, by=by, at=at, data=data, name="ask")
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
    raise Refused(Refusal(_("No free number was found; try again."), Kind.STATE))


@transition(
    Inquiry,
    sources=[Status.OPEN],
    target=Status.ANSWERED,
    needs=Permission.INQUIRY_WRITE,
    guards=(by_addressee, wants_answer),
)
def answer(inquiry: Inquiry, *, by: Actor, at: datetime, text: str, verdict: str = "") -> dict[str, Any]:
    """Answer for the whole organisation; a request for consent is answered by yes or no, with the reason."""
    consent = inquiry.purpose == Purpose.CONSENT
    if consent and verdict not in Verdict.values:
        raise Refused(Refusal(_("Say yes or no."), Kind.RULE, "verdict"))
    if verdict and not consent:
        raise Refused(Refusal(_("Only a request for consent is answered by yes or no."), Kind.RULE, "verdict"))
    _say(inquiry, by=by, at=at, text=text, is_answer=True, verdict=verdict)
    inquiry.answered_at, inquiry.answered_by = at, by.name
    if verdict == Verdict.YES and inquiry.agency:
        Consent.objects.create(
            inquiry=inquiry, rif_reference=inquiry.rif_reference, agency=inquiry.agency,
            issuer_id=inquiry.addressee_id, given_by=by.name, given_at=at,
        )  # fmt: skip
    return {"verdict": verdict} if verdict else {}


@transition(
    Inquiry,
    sources=[Status.OPEN],
    target=Status.CLOSED,
    needs=Permission.INQUIRY_WRITE,
    guards=(by_addressee, only_informs),
)
def acknowledge(inquiry: Inquiry, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Confirm for the whole organisation that the information was taken notice of."""
    inquiry.answered_at = inquiry.ended_at = at
    inquiry.answered_by = inquiry.ended_by = by.name
    return {}


@change(Inquiry, needs=Permission.INQUIRY_WRITE, sources=[Status.OPEN], guards=(by_either,))
def reply(inquiry: Inquiry, *, by: Actor, at: datetime, text: str) -> dict[str, Any]:
    """Add a message while the request is open; it does not close it."""
    _say(inquiry, by=by, at=at, text=text)
    return {}


@transition(
    Inquiry, sources=[Status.ANSWERED], target=Status.CLOSED, needs=Permission.INQUIRY_WRITE, guards=(by_asker,)
)
def close(inquiry: Inquiry, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Take the answer as sufficient."""
    inquiry.ended_at, inquiry.ended_by = at, by.name
    return {}


@transition(Inquiry, sources=[Status.OPEN], target=Status.WITHDRAWN, needs=Permission.INQUIRY_WRITE, guards=(by_asker,))
def withdraw(inquiry: Inquiry, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    """Take the request back with the reason; nobody is asked any more."""
    if not (words := clean_text(reason)):
        raise Refused(Refusal(_("Say why it is withdrawn."), Kind.RULE, "reason"))
    inquiry.ended_at, inquiry.ended_by, inquiry.ending = at, by.name, words
    return {}


def _say(inquiry: Inquiry, *, by: Actor, at: datetime, text: str, is_answer: bool = False, verdict: str = "") -> None:
    if not (words := clean_text(text)):
        raise Refused(Refusal(_("Write something."), Kind.RULE, "text"))
    Message.objects.create(
        inquiry=inquiry, organisation_id=by.organisation_id, author_id=by.user_id, author_name=by.name,
        at=at, text=words, is_answer=is_answer, verdict=verdict,
    )  # fmt: skip
