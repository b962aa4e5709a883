"""One search over every register."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.pagination import keyset
from apps.kernel.requests import HttpRequest
from apps.kernel.subjects import registers
from apps.search.find import find
from apps.search.models import Entry


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """Subjects by words, reference or identifier, the newest first."""
    query = request.GET.get("q", "")[:400]
    cards = find(query, request.actor)
    listed = keyset(cards, order=("at", "reference"), size=25, after=request.GET.get("after", ""), descending=True)
    if query and listed.first:
        looked_at(request, "search", None, query=query)
    total = cards.order_by()[:1_001].count() if query else 0
    context = {"query": query, "page": listed, "total": total, "now": timezone.now()}
    return page(request, "search/results.html", context, part="results")


@require_GET
def open_(request: HttpRequest, number: int) -> HttpResponse:
    """Go to the page of what was found."""
    card = Entry.objects.visible_to(request.actor).filter(pk=number).first()
    register = next((known for known in registers() if card and known.kind() == card.subject_type), None)
    if card is None or register is None:
        raise Http404
    return redirect(register.objects.visible_or_404(request.actor, pk=card.subject_id).get_absolute_url())
