"""The inbox, and the bell that rings while a page is open."""

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.kernel.htmx import page
from apps.kernel.pagination import keyset
from apps.kernel.requests import HttpRequest
from apps.notifications import actions
from apps.notifications.live import listen
from apps.notifications.models import Notice, NoticeQuerySet
from apps.notifications.tells import TELLINGS, WHYS
from apps.search.models import Entry


def _mine(request: HttpRequest) -> NoticeQuerySet:
    cards = Entry.objects.visible_to(request.actor).filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    )
    return Notice.objects.visible_to(request.actor).annotate(title=Subquery(cards.values("title")[:1]))


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told, the newest first."""
    unread = request.GET.get("show") == "unread"
    rows = _mine(request).filter(read_at=None) if unread else _mine(request)
    listed = keyset(rows, order=("at", "pk"), size=25, after=request.GET.get("after", ""), descending=True)
    context = {
        "page": listed,
        "tabs": [(_("All"), "?", not unread), (_("Unread"), "?show=unread", unread)],
        "now": timezone.now(),
    }
    return page(request, "notifications/inbox.html", context, part="results")


@require_POST
def open_(request: HttpRequest, number: int) -> HttpResponse:
    """Mark a notice as read and go to what it tells of."""
    notice = _mine(request).filter(pk=number).first()
    if notice is None:
        raise Http404
    actions.read(notice, by=request.actor, at=timezone.now())
    subject = TELLINGS[notice.kind].register.objects.visible_or_404(request.actor, pk=notice.subject_id)
    return redirect(subject.get_absolute_url())


@require_GET
def why(request: HttpRequest, number: int) -> HttpResponse:
    """Why the person was told: by which rules the subject reached them."""
    notice = _mine(request).filter(pk=number).first()
    if notice is None or notice.kind not in TELLINGS:
        raise Http404
    register = TELLINGS[notice.kind].register
    subject = register.objects.visible_or_404(request.actor, pk=notice.subject_id)
    reasons = WHYS[register](subject, request.actor) if register in WHYS else []
    return render(request, "notifications/why.html", {"notice": notice, "reasons": reasons, "subject": subject})


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    actions.read_all(by=request.actor, at=timezone.now())
    return redirect("notifications:inbox")


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The badge of the bell alone."""
    unread = Notice.objects.visible_to(request.actor).filter(read_at=None).order_by()[:100].count()
    return render(request, "notifications/bell.html", {"unread": unread})


@require_GET
def live(request: HttpRequest) -> StreamingHttpResponse:
    """The stream on which the bell rings. It says that something is new, never what."""
    answer = StreamingHttpResponse(listen(request.actor.user_id or 0), content_type="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
