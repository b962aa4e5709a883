"""The register, its preview, its exports and what is done to many rows at once."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.matrix import Permission
from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.kernel.streams import streamed
from apps.rifs import actions, exports
from apps.rifs.models import Rif, SavedSearch
from apps.rifs.register import SCOPES, SORTS, Filter, chips, counts_of, page_of
from apps.rifs.show import preview_of

MOST_AT_ONCE = 200


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
    rows = SavedSearch.objects.filter(owner_id=request.actor.user_id, organisation_id=request.actor.organisation_id)
    return list(rows.order_by("name"))


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


@require_POST
def acknowledge_many(request: HttpRequest) -> HttpResponse:
    """Acknowledge the selected RIFs, one by one; each refusal is told with its reason."""
    done = 0
    references = list(dict.fromkeys(request.POST.getlist("reference")))[:MOST_AT_ONCE]
    for rif in Rif.objects.visible_to(request.actor).filter(reference__in=references).order_by("reference"):
        try:
            actions.acknowledge(rif, by=request.actor, at=timezone.now())
            done += 1
        except Refused as no:
            messages.warning(request, f"{rif.reference}: {no}")
    if done:
        text = ngettext("%(number)d RIF acknowledged.", "%(number)d RIFs acknowledged.", done)
        messages.success(request, text % {"number": done})
    elif not references:
        messages.warning(request, _("Nothing was selected."))
    return redirect(back_to(request, "rifs:register"))


@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the present filter under a name."""
    name = request.POST.get("name", "").strip()[:60]
    wanted = Filter.read(request.POST)
    if name:
        actions.keep_search(by=request.actor, name=name, query=wanted.query())
    else:
        messages.warning(request, _("Give the search a name."))
    return redirect(f"{request.path.removesuffix('save/')}?{wanted.query()}")


@require_POST
def forget_search(request: HttpRequest, number: int) -> HttpResponse:
    """Delete one's own saved search."""
    actions.forget_search(number, by=request.actor)
    return redirect("rifs:register")


def back_to(request: HttpRequest, otherwise: str) -> str:
    """The page that the form names to return to, if it is one of this portal's."""
    there = request.POST.get("next", "")
    return there if url_has_allowed_host_and_scheme(there, allowed_hosts=None) and there.startswith("/") else otherwise
