"""Noting that a RIF was reported to another network too."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.kernel.actor import Actor
from apps.kernel.refusals import Kind, Refusal, Refused
from apps.rifs.channels import CHANNELS, unfit_for
from apps.rifs.content import clean
from apps.rifs.models import ChannelReport, Rif, Status
from apps.rifs.rules import by_issuer
from apps.workflow.transitions import change

ANY_BUT_DISCARDED = [status for status in Status if status != Status.DISCARDED]


@change(Rif, needs=Permission.RIF_DRAFT, sources=[*ANY_BUT_DISCARDED], guards=(by_issuer,))
def report_elsewhere(
    rif: Rif, *, by: Actor, at: datetime, channel: str, basis: str, reference: str, reported_on: date,
    from_draft: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Note that it was reported under another legal basis, through which channel and under which reference there."""
    report = ChannelReport(
        rif=rif, channel=channel, basis=basis, reference=clean(reference)[:60], reported_on=reported_on,
        from_draft=from_draft, at=at, by=by.name,
    )  # fmt: skip
    if faults := list(_faults(rif, report)):
        raise Refused(*faults)
    report.save(force_insert=True)
    # The reference there stays behind the wall of its own table; the event names only the channel.
    return {"name": channel, "basis": basis, "from_draft": from_draft}


def _faults(rif: Rif, report: ChannelReport) -> list[Refusal]:
    known = CHANNELS.get(report.channel)
    if known is None:
        return [Refusal(_("Choose a channel."), Kind.RULE, "channel")]
    faults = []
    if report.basis not in known.bases:
        text = _("%(channel)s does not work on this legal basis.") % {"channel": known.title}
        faults.append(Refusal(text, Kind.RULE, "basis"))
    if not report.reference:
        faults.append(Refusal(_("Give the reference there."), Kind.RULE, "reference"))
    if report.reported_on > report.at.date():
        faults.append(Refusal(_("This day has not come yet."), Kind.RULE, "reported_on"))
    if report.from_draft and (unfit := unfit_for(rif, known)):
        faults.append(Refusal(unfit.reason, Kind.RULE, "from_draft"))
    if ChannelReport.objects.filter(rif=rif, channel=report.channel, reference=report.reference).exists():
        faults.append(Refusal(_("This report is noted already."), Kind.STATE, "reference"))
    return faults
