"""The tabs of one RIF on which administrations answer and compare: feedback, versions."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.bundle import bundle_of
from apps.rifs.effect import effect_of, feedback_on
from apps.rifs.form import FIELDS
from apps.rifs.forms import GiveFeedback
from apps.rifs.models import SHARED, Rif, Version
from apps.rifs.show import detail_of, facts_of, groups_of
from apps.rifs.versions import compare
from apps.rifs.views.detail import one_of


def shared(request: HttpRequest, reference: str) -> Rif:
    """The RIF, if it was published and the actor may read it."""
    rif = one_of(request, reference)
    if rif.status not in SHARED:
        raise Http404
    return rif


@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, reference: str) -> HttpResponse:
    """What the others found, and the own report."""
    rif, now = shared(request, reference), timezone.now()
    form = GiveFeedback(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_feedback(rif, by=request.actor, at=now, **form.facts())
            messages.success(request, _("Feedback sent for %(name)s.") % {"name": request.actor.organisation_name})
            return redirect("rifs:feedback", reference)
        except Refused as no:
            form.refuse(no)
    looked_at(request, "rif.read", rif)
    context = detail_of(rif, request.actor, now, "feedback")
    left = (rif.valid_to - timezone.localdate()).days if rif.valid_to else None
    context |= {"form": form, "effect": effect_of(rif, feedback_on(rif), context["rows"], left)}
    return render(request, "rifs/feedback.html", context, status=422 if form.errors else 200)


@require_GET
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """One version beside an earlier one: for an addressee, what is new since it acknowledged."""
    rif = shared(request, reference)
    context = detail_of(rif, request.actor, timezone.now(), "versions")
    all_ = list(Version.objects.filter(rif=rif).order_by("-number"))
    mine = context["mine"].acknowledged_version if context["mine"] else 0
    new = _chosen(all_, request.GET.get("new", ""), all_[0].number)
    old = _chosen(all_, request.GET.get("old", ""), mine if 0 < mine < new.number else new.number - 1)
    looked_at(request, "rif.read", rif)
    lines = compare(old.content, new.content) if old.number < new.number else compare({}, new.content)
    context |= {
        "versions": all_, "new": new, "old": old if old.number < new.number else None, "lines": lines,
        "additions": sum(line.additions for line in lines), "removals": sum(line.removals for line in lines),
        "since": mine, "choosers": [("old", _("Compared with"), old), ("new", _("Version"), new)],
    }  # fmt: skip
    return page(request, "rifs/versions.html", context)


def _chosen(all_: list[Version], asked: str, otherwise: int) -> Version:
    wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else otherwise
    return next((version for version in all_ if version.number == wanted), all_[-1])


@require_GET
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The RIF on paper, with its marking; whoever prints it is noted."""
    rif = shared(request, reference)
    looked_at(request, "rif.print", rif)
    context = {"rif": rif, "facts": facts_of(rif), "tables": groups_of(rif), "now": timezone.now()}
    return render(request, "rifs/sheet.html", context | {"marking_label": FIELDS["eu_marking"].label})


@require_GET
def bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """The evidence of one RIF in one file."""
    rif = shared(request, reference)
    looked_at(request, "rif.export", rif)
    answer = HttpResponse(bundle_of(rif, request.actor, timezone.now()), content_type="application/zip")
    name = f"{reference.replace('/', '-')}-TLP-{rif.tlp.replace('+', '-')}.zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
