"""Writing a RIF: one page per step, each field saved as it is left; then review, pre-flight, publish."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.parking import unpark
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.organisations.models import Nature
from apps.rifs import actions
from apps.rifs.actions.drafting import Conflict
from apps.rifs.actions.redacting import redacted
from apps.rifs.audience import audience_of
from apps.rifs.content import UnknownPath, associated_in, findings
from apps.rifs.form import GROUPS, STEPS
from apps.rifs.models import PRIVATE, Rif, Status
from apps.rifs.quality import quality_of
from apps.rifs.rail import rail_of
from apps.rifs.slots import changes_in, slot_at, step_page, steps_of
from apps.workflow.transitions import offers


def _own(request: HttpRequest, reference: str) -> Rif:
    """A RIF that is still the own administration's affair."""
    rif = Rif.objects.select_related("issuer").visible_or_404(request.actor, reference=reference)
    if rif.status not in PRIVATE or rif.issuer_id != request.actor.organisation_id:
        raise Http404
    return rif


@require_http_methods(["GET", "POST"])
def form(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One step of the form. A POST keeps all its fields, whether they are right or not."""
    rif = _own(request, reference)
    current = next((candidate for candidate in STEPS if candidate.name == step), None)
    if current is None:
        raise Http404
    typed: QueryDict | None = unpark(request) if request.method == "GET" else request.POST
    if request.method == "POST":
        try:
            conflicts = _keep(request, rif)
            if conflicts:
                return _conflict(request, rif, conflicts)
            return redirect(_onward(request, rif, current.name))
        except Refused as no:
            messages.warning(request, str(no))
    context = step_page(rif, current, timezone.localdate(), typed)
    context |= {"rif": rif, "restored": typed is not None and request.method == "GET", "now": timezone.now()}
    context["offers"] = {offer.name: offer.refusal for offer in offers(rif, request.actor)}
    context |= rail_of(rif, request.actor, timezone.now())
    return render(request, "rifs/form.html", context, status=422 if request.method == "POST" else 200)


def _keep(request: HttpRequest, rif: Rif) -> list[Conflict]:
    """Keep every field that was posted but those that a colleague changed meanwhile; these are returned."""
    changes, conflicts = changes_in(request.POST), []
    while True:
        try:
            actions.edit(rif, by=request.actor, at=timezone.now(), changes=changes)
        except Conflict as conflict:
            conflicts.append(conflict)
            del changes[conflict.path]
        else:
            return conflicts


def _onward(request: HttpRequest, rif: Rif, step: str) -> str:
    """Where the pressed button leads: add or remove a row, stay, or the next step."""
    names = [candidate.name for candidate in STEPS]
    here = reverse("rifs:form", args=[rif.reference, step])
    button, _sep, what = request.POST.get("go", "next").partition(":")
    if button == "add" and what in GROUPS:
        actions.add_row(rif, by=request.actor, at=timezone.now(), group=what)
        return f"{here}#{what}"
    if button == "remove" and what.partition(".")[0] in GROUPS:
        group, _dot, key = what.partition(".")
        actions.remove_row(rif, by=request.actor, at=timezone.now(), group=group, key=key)
        return f"{here}#{group}"
    if button == "stay":
        return here
    following = names[names.index(step) + 1 :]
    return (
        reverse("rifs:form", args=[rif.reference, following[0]])
        if following
        else reverse("rifs:check", args=[rif.reference])
    )


@require_POST
def slot(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep one field as it is left; the answer is the field with what there is to say about it."""
    rif = _own(request, reference)
    path = request.POST.get("path", "")
    try:
        changes = {name: pair for name, pair in changes_in(request.POST).items() if name == path}
        actions.edit(rif, by=request.actor, at=timezone.now(), changes=changes)
        context = {"slot": slot_at(rif, path, timezone.localdate()), "rif": rif, "saved_at": timezone.now()}
    except UnknownPath:
        raise Http404 from None
    except Conflict as conflict:
        return _conflict(request, rif, [conflict])
    except Refused as no:
        return render(request, "rifs/slot.html#refused", {"refused": str(no)}, status=409)
    context |= {"steps": steps_of(rif, timezone.localdate()), "quality": quality_of(rif, timezone.localdate())}
    answer = render(request, "rifs/slot.html#saved", context)
    answer["HX-Trigger"] = "slot-saved"
    return answer


def _conflict(request: HttpRequest, rif: Rif, conflicts: list[Conflict]) -> HttpResponse:
    """Two people wrote the same field: both texts, and the choice."""
    pairs = [(conflict, slot_at(rif, conflict.path, timezone.localdate())) for conflict in conflicts]
    context = {"rif": rif, "pairs": pairs, "slot": pairs[0][1]}
    name = "rifs/conflict.html#choice" if request.headers.get("HX-Request") else "rifs/conflict.html"
    return render(request, name, context, status=409)


@require_GET
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The pre-flight page: every finding, and exactly who will see it."""
    rif = _own(request, reference)
    faults = findings(rif.content, timezone.localdate())
    context = {
        "rif": rif,
        "errors": [slot_at(rif, fault.path, None, fault) for fault in faults if fault.is_error],
        "warnings": [slot_at(rif, fault.path, None, fault) for fault in faults if not fault.is_error],
        "audience": audience_of(rif, timezone.localdate()),
        "offers": {offer.name: offer.refusal for offer in offers(rif, request.actor)},
        "steps": steps_of(rif, timezone.localdate()),
        "in_review": rif.status == Status.IN_REVIEW,
        "publish_refusal": (actions.publish_version if rif.revises_id else actions.publish).refusal(rif, request.actor),
        "copy_preview": redacted(rif.content, associated_in(rif.content)) if rif.nature == Nature.BOTH else None,
    }
    context |= rail_of(rif, request.actor, timezone.now())
    return render(request, "rifs/check.html", context)


@require_POST
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand it to a second person."""
    return _forward(request, _own(request, reference), "submit", _("Handed to national review."))


@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Send it to the organisations that the pre-flight page lists."""
    rif = _own(request, reference)
    return _forward(request, rif, "publish_version" if rif.revises_id else "publish", _("Published."))


FORWARD: dict[str, Any] = {
    "submit": actions.submit,
    "publish": actions.publish,
    "publish_version": actions.publish_version,
}


def _forward(request: HttpRequest, rif: Rif, name: str, done: str) -> HttpResponse:
    try:
        FORWARD[name](rif, by=request.actor, at=timezone.now())
    except Refused as no:
        for refusal in no.refusals:
            messages.error(request, str(refusal.reason))
        return redirect("rifs:check", rif.reference)
    messages.success(request, done)
    return redirect(rif.revises.get_absolute_url() if rif.revises and name != "submit" else rif.get_absolute_url())
