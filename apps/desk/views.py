"""Home: what must I do, by when, and what happens if not."""

from datetime import timedelta

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.matrix import Permission
from apps.kernel.requests import HttpRequest
from apps.notifications.models import Notice
from apps.rifs.elsewhere import typed_once
from apps.rifs.models import OPEN, Delivery, Rif, Status
from apps.rifs.views.register import back_to

SHOWN = 10
#: A final report is asked for when the validity ends within these days.
FEEDBACK_SOON = timedelta(days=7)
YEAR = 365 * 86_400


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The oldest deadline first; then what waits for review, own drafts, and what is new."""
    actor, now = request.actor, timezone.now()
    open_rows = Delivery.objects.received_by(actor).filter(settled=False).select_related("rif__issuer")
    mine = Delivery.objects.received_by(actor).select_related("rif__issuer")
    to_withdraw = mine.filter(withdraw_by__isnull=False, withdrawn_at=None)
    soon = (now + FEEDBACK_SOON).date()
    unreported = mine.filter(
        for_action=True, settled=True, closed_at=None, rif__status__in=OPEN, rif__valid_to__lt=soon
    )
    own = Rif.objects.visible_to(actor).filter(issuer_id=actor.organisation_id).select_related("issuer")
    reviews = own.filter(status=Status.IN_REVIEW).order_by("submitted_at", "reference")
    late = own.filter(status=Status.PUBLISHED, deliveries__settled=False, deliveries__due_at__lt=now).distinct()
    put_off = mine.put_off_by(actor, now)
    due = open_rows.exclude(pk__in=put_off.values("pk"))
    context = {
        "now": now,
        "put_off": list(put_off.annotate(until=F("rif__snoozes__until")).order_by("until", "reference")[:SHOWN]),
        "due": list(due.order_by("due_at", "reference")[:SHOWN]),
        "to_withdraw": list(to_withdraw.order_by("withdraw_by", "reference")[:SHOWN]),
        "feedback_due": list(unreported.order_by("rif__valid_to", "reference")[:SHOWN]),
        "overdue_count": open_rows.filter(due_at__lt=now).order_by()[:100].count(),
        "reviews": list(reviews[:SHOWN]) if actor.can(Permission.RIF_PUBLISH) else [],
        "drafts": list(own.filter(status=Status.DRAFT, author_id=actor.user_id).order_by("-created_at", "pk")[:SHOWN]),
        "late": list(late.order_by("-published_at", "reference")[:SHOWN]) if actor.can(Permission.RIF_DRAFT) else [],
        "fresh": Notice.objects.visible_to(actor).filter(read_at=None).order_by()[:100].count(),
        "typed_once": typed_once(actor, now) if actor.can(Permission.RIF_PUBLISH) else None,
        "may_draft": actor.can(Permission.RIF_DRAFT),
        "may_acknowledge": actor.can(Permission.RIF_ACKNOWLEDGE),
        "reads_rifs": actor.can(Permission.RIF_READ),
    }
    return render(request, "desk/home.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it."""
    response = redirect(back_to(request, "desk:home"))
    wanted = request.POST.get("theme", "system")
    response.set_cookie("theme", wanted if wanted in {"light", "dark"} else "system", max_age=YEAR, samesite="Lax")
    return response


ABOUT = {"help", "accessibility", "data_protection"}


@require_GET
def about(request: HttpRequest, name: str) -> HttpResponse:
    """Help, the accessibility statement, data protection."""
    if name not in ABOUT:
        raise Http404
    return render(request, f"desk/{name}.html")
