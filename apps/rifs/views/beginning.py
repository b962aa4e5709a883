"""How a RIF begins: with the empty form, or with a template of the own administration."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.matrix import Permission
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.form import STEPS
from apps.rifs.models import RifTemplate


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to begin with; a POST starts the draft, with the empty form unless it names a template."""
    if request.method == "GET":
        if not request.actor.can(Permission.RIF_DRAFT):
            messages.warning(request, _("Your role does not include this."))
            return redirect("rifs:register")
        mine = RifTemplate.objects.filter(organisation_id=request.actor.organisation_id)
        return render(request, "rifs/new.html", {"templates": mine.order_by("name", "pk")})
    template = request.POST.get("template", "")
    try:
        if template:
            rif = actions.begin_with(_template(request, template), by=request.actor, at=timezone.now())
        else:
            rif = actions.draft(by=request.actor, at=timezone.now())
    except Refused as no:
        messages.warning(request, str(no))
        return redirect("rifs:register")
    return redirect("rifs:form", rif.reference, STEPS[0].name)


@require_POST
def forget_template(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a template of the own administration."""
    template = _template(request, str(number))
    try:
        actions.forget_template(template, by=request.actor, at=timezone.now())
        messages.success(request, _("The template “%(name)s” is deleted.") % {"name": template.name})
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("rifs:new")


def _template(request: HttpRequest, number: str) -> RifTemplate:
    """A template of the own administration; of all others the answer is that there is none."""
    known = int(number) if number.isdecimal() and len(number) < 10 else 0
    return get_object_or_404(RifTemplate, pk=known, organisation_id=request.actor.organisation_id)
