"""One search over every register."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.pagination import keyset
from apps.kernel.requests import HttpRequest
from apps.search.find import find


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
