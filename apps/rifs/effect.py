"""What came of a RIF: the reports of the administrations, added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean, median

from apps.rifs.models import OPEN, Delivery, Feedback, Result, Rif

#: A RIF that still finds something is proposed for renewal when its validity ends within these days.
SOON_DAYS = 14


@dataclass(frozen=True)
class Report:
    """The latest report of one administration, and how many there were."""

    feedback: Feedback
    number: int


@dataclass(frozen=True)
class Effect:
    """The sums over the latest report of each administration."""

    reports: list[Report]
    by_result: list[tuple[str, str, int]]
    controls: int
    irregularities: int
    hits: int
    hits_assessed: int
    wish_extension: int
    usefulness: float | None
    to_act: timedelta | None
    propose_renewal: bool


def feedback_on(rif: Rif) -> list[Feedback]:
    """Every report, the latest first."""
    rows = Feedback.objects.filter(delivery__rif=rif).select_related("delivery__organisation")
    return list(rows.order_by("-at", "-pk"))


def effect_of(rif: Rif, reports: Iterable[Feedback], rows: Iterable[Delivery], today_in: int | None) -> Effect:
    """Added up; `today_in` is the number of days until the validity ends, None without an end."""
    latest: dict[int, Report] = {}
    for feedback in reports:
        known = latest.get(feedback.delivery_id)
        latest[feedback.delivery_id] = Report(known.feedback if known else feedback, known.number + 1 if known else 1)
    each = [report.feedback for report in latest.values()]
    marks = [feedback.usefulness for feedback in each if feedback.usefulness]
    times = [(row.acted_at - row.delivered_at).total_seconds() for row in rows if row.acted_at]
    found = sum(feedback.irregularities for feedback in each)
    wishes = sum(bool(feedback.extend) for feedback in each)
    ends_soon = today_in is not None and today_in <= SOON_DAYS and rif.status in OPEN
    return Effect(
        reports=list(latest.values()),
        by_result=[(code, str(label), sum(f.result == code for f in each)) for code, label in Result.choices],
        controls=sum(feedback.controls for feedback in each),
        irregularities=found,
        hits=sum(feedback.hits or 0 for feedback in each),
        hits_assessed=sum(feedback.hits_assessed or 0 for feedback in each),
        wish_extension=wishes,
        usefulness=mean(marks) if marks else None,
        to_act=timedelta(seconds=median(times)) if times else None,
        propose_renewal=ends_soon and bool(found or wishes),
    )
