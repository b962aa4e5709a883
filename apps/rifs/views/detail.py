"""One RIF: what is asked of me, what it says, who answered, what happened, who has seen it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.middleware import looked_at
from apps.documents.models import how_many
from apps.kernel.actor import Actor
from apps.kernel.htmx import page
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions, forms
from apps.rifs.models import SHARED, Rif, Status
from apps.rifs.show import SHOWN, detail_of, ledger_of, seen_by, timeline_of
from apps.rifs.views.register import back_to
from apps.rifs.why import reasons_for
from apps.workflow.transitions import DECLARED, Action, offers

Part = Callable[[Rif, Actor], dict[str, Any]]


def one_of(request: HttpRequest, reference: str) -> Rif:
    """The RIF with its issuer and the number of its files, if the actor may read it."""
    return (
        Rif.objects.select_related("issuer")
        .annotate(files=how_many(Rif))
        .visible_or_404(request.actor, reference=reference)
    )


@require_GET
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The RIF. The first look of an administration is written into its ledger row."""
    rif = one_of(request, reference)
    context = detail_of(rif, request.actor, timezone.now(), "overview")
    if context["mine"] and context["mine"].opened_at is None:
        actions.open_(rif, by=request.actor, at=timezone.now())
        context = detail_of(rif, request.actor, timezone.now(), "overview")
    looked_at(request, "rif.read", rif)
    context["why"] = reasons_for(rif, request.actor) if context["mine"] else []
    return page(request, "rifs/detail.html", context)


@require_GET
def acknowledgements(request: HttpRequest, reference: str) -> HttpResponse:
    """Who was addressed, who opened and acknowledged, and when."""
    rif = one_of(request, reference)
    if rif.status not in SHARED:
        raise Http404
    looked_at(request, "rif.read", rif)
    now = timezone.now()
    context = detail_of(rif, request.actor, now, "acknowledgements")
    show = request.GET.get("show", "")
    context |= {"ledger": ledger_of(rif, context["rows"], now, show), "show": show if show in SHOWN else ""}
    return page(request, "rifs/acknowledgements.html", context)


@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened to it; for the issuer also who has seen it."""
    rif = one_of(request, reference)
    looked_at(request, "rif.read", rif)
    issuer = rif.issuer_id == request.actor.organisation_id
    context = detail_of(rif, request.actor, timezone.now(), "history") | {
        "events": timeline_of(rif, request.actor, most=200),
        "seen": seen_by(rif) if issuer else None,
    }
    return page(request, "rifs/history.html", context)


@require_POST
def acknowledge(request: HttpRequest, reference: str) -> HttpResponse:
    """Acknowledge for the whole administration."""
    rif = one_of(request, reference)
    try:
        actions.acknowledge(rif, by=request.actor, at=timezone.now())
        name = request.actor.organisation_name
        messages.success(request, _("%(ref)s acknowledged for %(name)s.") % {"ref": reference, "name": name})
    except Refused as no:
        messages.warning(request, str(no))
    return redirect(back_to(request, rif.get_absolute_url()))


#: The actions that ask for a word: their form, and the title of their page.
ASKING: dict[str, tuple[type[forms.Words], str | Promise]] = {
    "close": (forms.Close, _("Close this RIF")),
    "cancel": (forms.Cancel, _("Cancel this RIF")),
    "recall": (forms.Recall, _("Recall this RIF")),
    "assess": (forms.Assess, _("Assess this RIF")),
    "take_measures": (forms.Measures, _("Say what was done")),
    "withdraw_profile": (forms.Confirm, _("The profile is withdrawn")),
    "take_back": (forms.Confirm, _("Take back the acknowledgement")),
    "remind": (forms.Confirm, _("Remind those who wait")),
    "revise": (forms.Confirm, _("Prepare a new version")),
    "send_back": (forms.SendBack, _("Send back to the author")),
    "discard": (forms.Confirm, _("Discard this draft")),
    "keep_as_template": (forms.KeepTemplate, _("Keep as a template")),
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One of the actions that ask for a word before they are done."""
    rif = one_of(request, reference)
    action: Action[Rif, Any] | None = DECLARED[Rif].get(name)
    if action is None or name not in ASKING or name not in {offer.name for offer in offers(rif, request.actor)}:
        raise Http404
    kind, title = ASKING[name]
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            action(rif, by=request.actor, at=timezone.now(), **form.cleaned_data)
            return redirect(back_to(request, _after(name, rif, request.actor)))
        except Refused as no:
            form.refuse(no)
    context = {"rif": rif, "form": form, "title": title, "name": name, "refusal": action.refusal(rif, request.actor)}
    return render(request, "rifs/act.html", context, status=422 if form.errors else 200)


def _after(name: str, rif: Rif, actor: Actor) -> str:
    """Where an action leads: to the list when nothing is left to see, to the templates, into a new draft, else back."""
    if name == "discard":
        return reverse("rifs:register")
    if name == "keep_as_template":
        return reverse("rifs:new")
    if name == "revise":
        draft = Rif.objects.visible_to(actor).get(revises=rif, status=Status.DRAFT)
        return reverse("rifs:form", args=[draft.reference, "risk"])
    return rif.get_absolute_url()


@require_POST
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """A new draft with the content of an earlier RIF of the own administration."""
    try:
        draft = actions.copy(one_of(request, reference), by=request.actor, at=timezone.now())
    except Refused as no:
        messages.warning(request, str(no))
        return redirect("rifs:detail", reference)
    return redirect("rifs:form", draft.reference, "risk")
