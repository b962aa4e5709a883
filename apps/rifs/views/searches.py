"""Searches that a person keeps, shares, and is told by."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.models import SavedSearch
from apps.rifs.register import Filter
from apps.rifs.seeking import LOOK_BACK, tells_by, would_have_told


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


@require_http_methods(["GET", "POST"])
def search(request: HttpRequest, number: int) -> HttpResponse:
    """Share one's own search, or let it tell; before that, the page shows how often it would have told."""
    actor = request.actor
    kept = SavedSearch.objects.filter(pk=number, owner_id=actor.user_id, organisation_id=actor.organisation_id).first()
    if kept is None:
        raise Http404
    can_tell = tells_by(kept.query) is not None
    if request.method == "POST":
        shared, notify = "shared" in request.POST, "notify" in request.POST and can_tell
        actions.settle_search(number, by=actor, shared=shared, notify=notify)
        messages.success(request, _("Saved."))
        return redirect("rifs:search", number)
    told = would_have_told(kept, actor, timezone.now())
    context = {"search": kept, "can_tell": can_tell, "told": told, "days": LOOK_BACK.days}
    return render(request, "rifs/search.html", context)


@require_POST
def forget_search(request: HttpRequest, number: int) -> HttpResponse:
    """Delete one's own saved search."""
    actions.forget_search(number, by=request.actor)
    return redirect("rifs:register")
