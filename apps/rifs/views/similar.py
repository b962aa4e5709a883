"""Before a thing is told twice: the RIFs that are like a draft, and one of them side by side with it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.models import SHARED, Delivery
from apps.rifs.sides import side_by_side
from apps.rifs.similar import similar_to
from apps.rifs.views.detail import one_of
from apps.rifs.views.form import _own as own_draft


@require_GET
def similar(request: HttpRequest, reference: str) -> HttpResponse:
    """At most three open RIFs that are like the draft, and why."""
    rif = own_draft(request, reference)
    context = {"rif": rif, "similar": similar_to(rif, request.actor, timezone.now())}
    return page(request, "rifs/similar.html", context, part="similar")


@require_GET
def compare(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Both field by field. Whoever reads a received RIF here has opened it."""
    rif, like = own_draft(request, reference), one_of(request, other)
    now = timezone.now()
    mine = Delivery.objects.received_by(request.actor).filter(organisation_id=request.actor.organisation_id)
    if mine.filter(rif=like, opened_at=None).exists():
        actions.open_(like, by=request.actor, at=now)
    looked_at(request, "rif.read", like)
    context = {
        "rif": rif,
        "other": like,
        "parts": side_by_side(rif, like),
        "is_own": like.issuer_id == rif.issuer_id,
        "is_shared": like.status in SHARED,
        "now": now,
    }
    return render(request, "rifs/compare.html", context)
