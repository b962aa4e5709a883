"""What a receiving administration does, from opening to its final report; it answers once, whoever does it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.models import SHARED, Assessment, Delivery, Feedback, Implemented, Measure, Result, Rif
from apps.rifs.rules import asked_to_withdraw, by_addressee, not_yet_acknowledged, not_yet_closed
from apps.workflow.transitions import change

ANSWER = Permission.RIF_ACKNOWLEDGE


@change(Rif, needs=Permission.RIF_READ, sources=[*SHARED], guards=(by_addressee,), quiet=True)
def open_(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Note that the administration has opened it. Opening is not acknowledging."""
    rows = Delivery.objects.filter(rif=rif, organisation_id=by.organisation_id, opened_at=None)
    first = rows.update(opened_at=at, opened_by=by.name)
    return {"organisation": by.organisation_code} if first else {}


@change(Rif, needs=ANSWER, sources=[*SHARED], guards=(by_addressee, not_yet_acknowledged))
def acknowledge(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Confirm for the whole administration that it has taken notice."""
    row = _row(rif, by)
    before = row.acknowledged_version
    _acknowledge(rif, row, by, at)
    row.save()
    return {"organisation": by.organisation_code, "version": rif.version, "before": before}


@change(Rif, needs=ANSWER, sources=[*SHARED], guards=(by_addressee, not_yet_closed))
def assess(
    rif: Rif,
    *,
    by: Actor,
    at: datetime,
    assessment: str,
    reason: str = "",
    duplicate_of: str = "",
    known_here: bool = False,
) -> dict[str, Any]:
    """Say what it means for the own administration; that acknowledges it too."""
    row = _row(rif, by)
    if assessment not in Assessment.values:
        raise Refused(Refusal(_("Choose an assessment."), Kind.RULE, "assessment"))
    if assessment == Assessment.NOT_RELEVANT and not reason.strip():
        raise Refused(Refusal(_("Say why it is not relevant."), Kind.RULE, "reason"))
    row.duplicate_of = _duplicate(rif, duplicate_of, by) if assessment == Assessment.DUPLICATE else None
    _acknowledge(rif, row, by, at)
    row.assessment, row.reason, row.known_here = assessment, reason.strip(), known_here
    row.assessed_at, row.assessed_by = at, by.name
    row.save()
    return {"organisation": by.organisation_code, "assessment": assessment, "reason": row.reason}


@change(Rif, needs=ANSWER, sources=[*SHARED], guards=(by_addressee, not_yet_closed))
def take_measures(rif: Rif, *, by: Actor, at: datetime, measures: Iterable[str], profile: str = "") -> dict[str, Any]:
    """Say what the own administration did about it."""
    row, taken = _row(rif, by), [measure for measure in Measure.values if measure in set(measures)]
    if not taken:
        raise Refused(Refusal(_("Choose what was done, or “None”."), Kind.RULE, "measures"))
    if Measure.NONE in taken and len(taken) > 1:
        raise Refused(Refusal(_("“None” stands alone."), Kind.RULE, "measures"))
    _acknowledge(rif, row, by, at)
    if not row.assessment:
        row.assessment, row.assessed_at, row.assessed_by = Assessment.RELEVANT, at, by.name
    row.measures, row.acted_at, row.acted_by, row.profile = taken, at, by.name, profile.strip()[:60]
    row.save()
    return {"organisation": by.organisation_code, "measures": taken}


@change(Rif, needs=ANSWER, sources=[*SHARED], guards=(by_addressee, not_yet_closed))
def give_feedback(
    rif: Rif,
    *,
    by: Actor,
    at: datetime,
    result: str,
    final: bool = False,
    implemented: str = "",
    profile: str = "",
    profile_from: date | None = None,
    profile_to: date | None = None,
    hits: int | None = None,
    hits_assessed: int | None = None,
    controls: int = 0,
    irregularities: int = 0,
    by_type: dict[str, dict[str, int]] | None = None,
    quantity: str = "",
    duties: Decimal | None = None,
    extend: bool | None = None,
    usefulness: int | None = None,
    comment: str = "",
) -> dict[str, Any]:
    """Report what risk analysis and controls have shown (domain 4.3). The final report ends the own part."""
    row = _row(rif, by)
    feedback = Feedback(
        delivery=row, final=final, result=result, implemented=implemented, profile=profile, profile_from=profile_from,
        profile_to=profile_to, hits=hits, hits_assessed=hits_assessed, controls=controls,
        irregularities=irregularities, by_type=by_type or {}, quantity=quantity, duties=duties, extend=extend,
        usefulness=usefulness, comment=comment, at=at, by=by.name,
    )  # fmt: skip
    if faults := list(_faults(rif, feedback)):
        raise Refused(*faults)
    _acknowledge(rif, row, by, at)
    _draw_from(row, feedback, by, at)
    feedback.save()
    row.save()
    return {"organisation": by.organisation_code, "final": final, "result": result}


@change(Rif, needs=ANSWER, sources=[*SHARED], guards=(by_addressee, asked_to_withdraw))
def withdraw_profile(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Confirm that the national profile made from a cancelled RIF is withdrawn."""
    row = _row(rif, by)
    row.withdrawn_at, row.withdrawn_by = at, by.name
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return {"organisation": by.organisation_code}


def _row(rif: Rif, by: Actor) -> Delivery:
    return Delivery.objects.select_for_update(of=("self",)).get(rif=rif, organisation_id=by.organisation_id)


def _acknowledge(rif: Rif, row: Delivery, by: Actor, at: datetime) -> None:
    """Note opening and acknowledging where this is still open."""
    if row.opened_at is None:
        row.opened_at, row.opened_by = at, by.name
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = at, by.name
        rif.acknowledged += 1
    row.acknowledged_version = rif.version


def _duplicate(rif: Rif, reference: str, by: Actor) -> Rif:
    """The RIF that it repeats, if the actor may read that one; the answer is the same when there is none."""
    known = Rif.objects.visible_to(by).filter(reference=reference.strip()).exclude(pk=rif.pk).first()
    if known is None:
        raise Refused(Refusal(_("You have no RIF with this reference."), Kind.RULE, "duplicate_of"))
    return known


def _draw_from(row: Delivery, feedback: Feedback, by: Actor, at: datetime) -> None:
    """What a report implies for the ledger, where nobody has said it yet."""
    if not row.assessment:
        absent = feedback.result == Result.NOT_APPLICABLE
        row.assessment = Assessment.NOT_RELEVANT if absent else Assessment.RELEVANT
        row.assessed_at, row.assessed_by = at, by.name
    made = {Implemented.AS_IS: Measure.PROFILE_CREATED, Implemented.ADAPTED: Measure.PROFILE_CHANGED}
    if feedback.implemented in made and not row.adopted:
        kept = [measure for measure in row.measures if measure != Measure.NONE]
        row.measures = [*kept, made[Implemented(feedback.implemented)].value]
        row.acted_at, row.acted_by = at, by.name
    row.profile = feedback.profile or row.profile
    row.reported_at = at
    if feedback.final:
        row.closed_at, row.closed_by = at, by.name


def _faults(rif: Rif, feedback: Feedback) -> Iterable[Refusal]:
    """The cross-checks of domain 4.3, each at its field."""
    if feedback.result not in Result.values:
        yield Refusal(_("Choose the result of controls."), Kind.RULE, "result")
    yield from _counts(feedback)
    yield from _by_type(feedback)
    yield from _profile(rif, feedback)


def _counts(feedback: Feedback) -> Iterable[Refusal]:
    if feedback.irregularities > feedback.controls:
        yield Refusal(_("There cannot be more irregularities than controls."), Kind.RULE, "irregularities")
    if feedback.result == Result.IRREGULARITY and not feedback.irregularities:
        yield Refusal(_("Say how many irregularities were found."), Kind.RULE, "irregularities")
    if feedback.result != Result.IRREGULARITY and feedback.irregularities:
        yield Refusal(_("Irregularities were counted, but the result says that none was found."), Kind.RULE, "result")
    if feedback.hits_assessed is not None and feedback.hits_assessed > (feedback.hits or 0):
        text = _("There cannot be more hits after assessment than automated hits.")
        yield Refusal(text, Kind.RULE, "hits_assessed")


def _by_type(feedback: Feedback) -> Iterable[Refusal]:
    counted = {name: sum(rows.values()) for name, rows in feedback.by_type.items()}
    if counted.get("controls", 0) > feedback.controls:
        yield Refusal(_("The controls by type add up to more than all controls."), Kind.RULE, "controls")
    if counted.get("irregularities", 0) > feedback.irregularities:
        text = _("The irregularities by type add up to more than all irregularities.")
        yield Refusal(text, Kind.RULE, "irregularities")


def _profile(rif: Rif, feedback: Feedback) -> Iterable[Refusal]:
    start, end = feedback.profile_from, feedback.profile_to
    if start and end and end < start:
        yield Refusal(_("The end lies before the start."), Kind.RULE, "profile_to")
    if end and rif.valid_to and end > rif.valid_to and not feedback.extend:
        text = _("The RIF holds until %(day)s only; ask for it to be extended, or end the profile then.")
        yield Refusal(text % {"day": rif.valid_to}, Kind.RULE, "profile_to")
