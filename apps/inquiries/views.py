"""The pages of requests: the register, one request with its thread, asking."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.matrix import Permission
from apps.accounts.parking import unpark
from apps.audit.middleware import looked_at
from apps.inquiries import actions, forms
from apps.inquiries.models import Inquiry
from apps.inquiries.register import SCOPES, page_of, scope_of, waiting_for
from apps.inquiries.show import detail_of
from apps.kernel.htmx import page
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs.models import Rif
from apps.workflow.transitions import DECLARED, Action, offers

COUNTED = 1_000


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The list of requests, the nearest due date first."""
    scope = scope_of(request.GET.get("scope", ""))
    context = {
        "scope": scope,
        "scopes": [(label, f"?scope={code}", code == scope) for code, label in SCOPES.items()],
        "page": page_of(request.actor, scope, request.GET.get("after", "")),
        "waiting": waiting_for(request.actor).order_by()[:COUNTED].count(),
        "now": timezone.now(),
    }
    return page(request, "inquiries/register.html", context, part="results")


def one_of(request: HttpRequest, reference: str) -> Inquiry:
    """The request with all that it names, if the actor may read it."""
    return Inquiry.objects.select_related("asker", "addressee", "unit", "person", "agency").visible_or_404(
        request.actor, reference=reference
    )


@require_GET
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One request with its thread, and the forms of what the reader may do now."""
    inquiry = one_of(request, reference)
    looked_at(request, "inquiry.read", inquiry)
    context = detail_of(inquiry, request.actor, timezone.now())
    open_ = [name for name, refusal in context["offers"].items() if refusal is None]
    context["forms"] = {name: forms.form_of(name, inquiry)(auto_id=f"{name}_%s") for name in open_}
    return render(request, "inquiries/detail.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A new request; an address with ?rif= begins one to the issuer of that RIF."""
    if not request.actor.can(Permission.INQUIRY_WRITE):
        raise Http404
    typed = unpark(request) if request.method == "GET" else request.POST
    form = forms.Ask(typed, asker=request.actor.organisation_id, initial=_begun(request))
    if request.method == "POST" and form.is_valid():
        try:
            inquiry = actions.ask(by=request.actor, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(ref)s was sent.") % {"ref": inquiry.reference})
            return redirect(inquiry.get_absolute_url())
        except Refused as no:
            form.refuse(no)
    context = {"form": form, "now": timezone.now()}
    return render(request, "inquiries/ask.html", context, status=422 if request.method == "POST" else 200)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """The RIF of the address and its issuer, where the asker may read it; what cannot be read adds nothing."""
    reference = request.GET.get("rif", "")[:30]
    rif = Rif.objects.visible_to(request.actor).filter(reference=reference).select_related("issuer").first()
    own = rif is None or rif.issuer_id == request.actor.organisation_id
    return {"rif": reference} | ({} if own or rif is None else {"addressee": rif.issuer.code})


#: The actions with a page of their own: its title, and what is said once it is done.
ASKING: dict[str, tuple[str | Promise, str | Promise]] = {
    "answer": (_("Answer"), _("Answered.")),
    "reply": (_("Add a message"), _("Message added.")),
    "acknowledge": (_("Acknowledge"), _("Acknowledged.")),
    "close": (_("Close this request"), _("Closed.")),
    "withdraw": (_("Withdraw this request"), _("Withdrawn.")),
}


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One action on a request: its form, and the form again with what was typed where it cannot be done."""
    inquiry = one_of(request, reference)
    action: Action[Inquiry, Any] | None = DECLARED[Inquiry].get(name)
    if action is None or name not in ASKING or name not in {offer.name for offer in offers(inquiry, request.actor)}:
        raise Http404
    title, done = ASKING[name]
    form = forms.form_of(name, inquiry)(request.POST if request.method == "POST" else unpark(request))
    if request.method == "POST" and form.is_valid():
        try:
            action(inquiry, by=request.actor, at=timezone.now(), **form.cleaned_data)
            messages.success(request, str(done))
            return redirect(inquiry.get_absolute_url())
        except Refused as no:
            form.refuse(no)
    refusal = action.refusal(inquiry, request.actor)
    context = {"inquiry": inquiry, "form": form, "title": title, "refusal": refusal, "now": timezone.now()}
    return render(request, "inquiries/act.html", context, status=422 if request.method == "POST" else 200)
