"""The register, its preview, its exports and what is done to many rows at once."""

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.matrix import Permission
from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.requests import HttpRequest
from apps.kernel.streams import streamed
from apps.rifs import exports
from apps.rifs.models import Rif, SavedSearch
from apps.rifs.register import SCOPES, SORTS, Filter, chips, counts_of, page_of
from apps.rifs.show import preview_of


@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The list of RIFs; a POST carries a pasted list of identifiers, which no address could hold."""
    wanted, now = Filter.read(request.POST if request.method == "POST" else request.GET), timezone.now()
    listed = page_of(request.actor, wanted, now)
    context = {
        "wanted": wanted,
        "page": listed,
        "counts": counts_of(request.actor, wanted, now),
        "chips": chips(wanted),
        "scopes": [(label, f"?{Filter(scope=code).query()}", code == wanted.scope) for code, label in SCOPES.items()],
        "sorts": SORTS,
        "now": now,
        "saved": _saved(request),
        "preview": preview_of(listed.rows[0].rif, request.actor) if listed.rows else None,
        "may_draft": request.actor.can(Permission.RIF_DRAFT),
        "may_acknowledge": request.actor.can(Permission.RIF_ACKNOWLEDGE),
    }
    return page(request, "rifs/register.html", context, part="results")


def _saved(request: HttpRequest) -> list[SavedSearch]:
    """The own searches first, then what colleagues share."""
    own = Q(owner_id=request.actor.user_id)
    rows = SavedSearch.objects.filter(own | Q(shared=True), organisation_id=request.actor.organisation_id)
    return list(rows.annotate(own=Q(owner_id=request.actor.user_id)).order_by("-own", "name", "pk")[:100])


@require_GET
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The short form of one RIF beside the list. Looking at it is noted; it is not acknowledging."""
    rif = Rif.objects.visible_or_404(request.actor, reference=reference)
    looked_at(request, "rif.preview", rif)
    context = {"preview": preview_of(rif, request.actor), "now": timezone.now()}
    return page(request, "rifs/preview.html", context, part="preview")


@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Exactly the filtered rows, all of them, as CSV, JSON or a spreadsheet."""
    wanted = Filter.read(request.GET)
    looked_at(request, "rif.export", None, filter=wanted.query(), form=form)
    asked = exports.ask(request.actor, wanted, timezone.now(), form, request.META.get("REMOTE_ADDR", ""))
    return streamed(request, exports.parts(asked), kind=exports.FORMS[form].kind, name=asked.name)


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The page that the form names to return to, if it is one of this portal's."""
    there = request.POST.get("next", "")
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/") else otherwise
