"""Acknowledging many at once: what will happen, what happened to each, and taking it back."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.kernel.actor import Actor
from apps.kernel.refusals import Refusal, Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif
from apps.rifs.views.register import back_to

MOST_AT_ONCE = 200
#: Where the outcome waits for its page: reference → why not, empty when it was done.
OUTCOME = "acknowledged_many"


@dataclass(frozen=True)
class Row:
    """One of the selected RIFs, and why it is not (or was not) acknowledged."""

    rif: Rif
    mine: Delivery | None
    reason: str
    may_undo: bool = False


def _selected(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("reference")))[:MOST_AT_ONCE]


def _readable(actor: Actor, references: list[str]) -> list[tuple[Rif, Delivery | None]]:
    """Those of them that the person may read, each with the own row of the ledger noted."""
    rifs = Rif.objects.visible_to(actor).filter(reference__in=references).select_related("issuer").order_by("reference")
    rows = {row.rif_id: row for row in Delivery.objects.received_by(actor).filter(rif__in=list(rifs))}
    for rif in rifs:
        rif.note_row(actor.organisation_id, rows.get(rif.pk))
    return [(rif, rows.get(rif.pk)) for rif in rifs]


def _why(refusal: Refusal | None) -> str:
    return str(refusal.reason) if refusal else ""


@require_POST
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """Show what would be acknowledged and what not; nothing is done before that is confirmed."""
    references = _selected(request)
    back = back_to(request, "rifs:register")
    if not references:
        messages.warning(request, _("Nothing was selected."))
        return redirect(back)
    readable = _readable(request.actor, references)
    rows = [Row(rif, mine, _why(actions.acknowledge.refusal(rif, request.actor))) for rif, mine in readable]
    context = {
        "now": timezone.now(),
        "open": [row for row in rows if not row.reason],
        "refused": [row for row in rows if row.reason],
        "unknown": len(references) - len(rows),
    }
    return render(request, "rifs/bulk.html", context)


@require_POST
def acknowledge_these(request: HttpRequest) -> HttpResponse:
    """Acknowledge the confirmed RIFs, each by itself; the outcome of each is told on the next page."""
    outcome: dict[str, str] = {}
    for rif, _mine in _readable(request.actor, _selected(request)):
        try:
            actions.acknowledge(rif, by=request.actor, at=timezone.now())
            outcome[rif.reference] = ""
        except Refused as no:
            outcome[rif.reference] = str(no)
    request.session[OUTCOME] = {"organisation": request.actor.organisation_id, "rows": outcome}
    if done := sum(not reason for reason in outcome.values()):
        text = ngettext("%(number)d RIF acknowledged.", "%(number)d RIFs acknowledged.", done)
        messages.success(request, text % {"number": done})
    return redirect("rifs:acknowledged_many")


@require_GET
def acknowledged_many(request: HttpRequest) -> HttpResponse:
    """What happened to each RIF of the last selection, with a way back in the first minutes."""
    kept = request.session.get(OUTCOME, {})
    outcome = kept["rows"] if kept.get("organisation") == request.actor.organisation_id else {}
    readable = _readable(request.actor, list(outcome))
    rows = [_outcome(rif, mine, outcome[rif.reference], request.actor) for rif, mine in readable]
    context = {"now": timezone.now(), "rows": rows, "minutes": settings.TAKE_BACK_MINUTES}
    return render(request, "rifs/bulk_done.html", context)


def _outcome(rif: Rif, mine: Delivery | None, reason: str, actor: Actor) -> Row:
    soon = timezone.now() - timedelta(minutes=settings.TAKE_BACK_MINUTES)
    fresh = bool(mine and mine.acknowledged_at and mine.acknowledged_at >= soon)
    return Row(rif, mine, reason, fresh and not reason and actions.take_back.refusal(rif, actor) is None)
