"""The ends of a RIF: closed with a report, cancelled, recalled in the first minutes, expired."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.audit.record import record
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.reference.calendars import holidays_of
from apps.rifs.models import OPEN, Delivery, Measure, Rif, Status
from apps.rifs.rules import by_issuer, by_issuer_or_portal, not_a_copy
from apps.workflow.clock import due_working_days
from apps.workflow.transitions import transition


@transition(Rif, sources=[*OPEN], target=Status.CLOSED, needs=Permission.RIF_END, guards=(by_issuer, not_a_copy))
def close(rif: Rif, *, by: Actor, at: datetime, outcome: str) -> dict[str, Any]:
    """End the exchange and say what came of it."""
    data = _end(rif, by, at, outcome, _("Say what came of it."), "outcome")
    _copies(rif, Status.CLOSED, "close", by=by, at=at, words=_("The issuer has closed it."))
    return data


@transition(Rif, sources=[*OPEN], target=Status.CANCELLED, needs=Permission.RIF_END, guards=(by_issuer, not_a_copy))
def cancel(rif: Rif, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    """Call it back with the reason; whoever made a profile of it is asked to withdraw that."""
    data = _end(rif, by, at, reason, _("Say why it is cancelled."), "reason")
    asked = ask_to_withdraw(rif, at)
    _copies(rif, Status.CANCELLED, "cancel", by=by, at=at, words=_("The issuer has cancelled it."))
    return data | {"to_withdraw": asked}


@transition(Rif, sources=[Status.PUBLISHED], target=Status.RECALLED, needs=Permission.RIF_END,
            guards=(by_issuer, not_a_copy))  # fmt: skip
def recall(rif: Rif, *, by: Actor, at: datetime, reason: str) -> dict[str, Any]:
    """Take it back in the first minutes: nobody but the issuer sees it any more."""
    end = (rif.published_at or at) + timedelta(minutes=settings.RECALL_MINUTES)
    if at > end or rif.version > 1 or rif.network:
        text = _("A RIF can be recalled in the first %(minutes)d minutes only; cancel it instead.")
        raise Refused(Refusal(text % {"minutes": settings.RECALL_MINUTES}, Kind.STATE))
    data = _end(rif, by, at, reason, _("Say why it is recalled."), "reason")
    opened = Delivery.objects.filter(rif=rif, opened_at__isnull=False).count()
    _copies(rif, Status.RECALLED, "recall", by=by, at=at, words=rif.ending)
    return data | {"opened": opened}


@transition(Rif, sources=[Status.PUBLISHED], target=Status.EXPIRED, needs=Permission.RIF_EXPIRE,
            guards=(by_issuer_or_portal,))  # fmt: skip
def expire(rif: Rif, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Note that its validity has ended; a new version can renew it."""
    if rif.valid_to is None or rif.valid_to >= at.astimezone(ZoneInfo(rif.issuer.timezone)).date():
        raise Refused(Refusal(_("It is still valid."), Kind.STATE))
    return {"valid_to": rif.valid_to.isoformat()}


def ask_to_withdraw(rif: Rif, at: datetime) -> int:
    """Ask every administration that made a profile of it to withdraw the profile; how many these are."""
    made = Delivery.objects.filter(rif=rif, measures__overlap=[Measure.PROFILE_CREATED, Measure.PROFILE_CHANGED])
    rows = list(made.filter(withdraw_by=None).select_related("organisation"))
    for row in rows:
        country, zone = row.organisation.country or "EU", ZoneInfo(row.organisation.timezone)
        row.withdraw_by = due_working_days(at, settings.WITHDRAWAL_DAYS, holidays_of(country), zone).due
        row.save(update_fields=["withdraw_by"])
    return len(rows)


def follow(
    copy: Rif, write: Callable[[Rif], None], name: str, *, by: Actor, at: datetime, data: dict[str, Any]
) -> None:
    """Let a redacted copy follow its original, with an event of its own."""
    write(copy)
    copy.audience = copy.current_audience()
    copy.save()
    record(f"rif.{name}", copy, by=by, at=at, data=data)


def _copies(rif: Rif, status: Status, name: str, *, by: Actor, at: datetime, words: str) -> None:
    """Copies end with their original, in words that tell nothing of it."""

    def write(copy: Rif) -> None:
        copy.status, copy.ended_at, copy.ended_by, copy.ending = status, at, by.name, words
        if status == Status.CANCELLED:
            ask_to_withdraw(copy, at)

    for copy in rif.copies.select_for_update(of=("self",)).filter(status__in=OPEN):
        follow(copy, write, name, by=by, at=at, data={"reason": words})


def _end(rif: Rif, by: Actor, at: datetime, words: str, missing: str, field: str) -> dict[str, Any]:
    if not words.strip():
        raise Refused(Refusal(missing, Kind.RULE, field))
    rif.ended_at, rif.ended_by, rif.ending = at, by.name, words.strip()
    return {field: rif.ending}
