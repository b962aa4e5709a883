"""A RIF and the other networks: what it was reported as, a draft text for each, and the legal-basis guide."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.middleware import looked_at
from apps.kernel.htmx import page
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions
from apps.rifs.channel_text import draft_text
from apps.rifs.channels import BASES, CHANNELS, Channel, unfit_for
from apps.rifs.content import clean
from apps.rifs.elsewhere import reports_of, twins_of
from apps.rifs.forms import Guide, ReportElsewhere
from apps.rifs.legal_basis import QUESTIONS, decide
from apps.rifs.models import Rif
from apps.rifs.show import detail_of
from apps.rifs.views.detail import one_of


def issued(request: HttpRequest, reference: str) -> Rif:
    """A RIF of the own administration; of others nobody learns where else they were reported."""
    rif = one_of(request, reference)
    if rif.issuer_id != request.actor.organisation_id:
        raise Http404
    return rif


@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest, reference: str) -> HttpResponse:
    """What it was reported as, and the draft text of the chosen channel with the form to note the report."""
    rif, now = issued(request, reference), timezone.now()
    chosen = CHANNELS.get(request.POST.get("channel", "") or request.GET.get("channel", ""))
    form, twins = ReportElsewhere(request.POST or None, initial=_first(chosen)), []
    if request.method == "POST" and form.is_valid():
        twins = _twins(request, rif, form)
        if not twins or form.cleaned_data["anyway"]:
            try:
                actions.report_elsewhere(rif, by=request.actor, at=now, **form.facts())
                messages.success(request, _("The report is noted."))
                return redirect("rifs:channels", reference)
            except Refused as no:
                form.refuse(no)
    looked_at(request, "rif.read", rif)
    unfit = unfit_for(rif, chosen) if chosen else None
    context = detail_of(rif, request.actor, now, "channels") | {
        "form": form, "twins": twins, "told": reports_of(rif, request.actor), "channels": CHANNELS.values(),
        "chosen": chosen, "unfit": unfit, "text": draft_text(rif, chosen) if chosen and not unfit else "",
        "basis": BASES[chosen.bases[0]] if chosen else None,
    }  # fmt: skip
    return render(request, "rifs/channels.html", context, status=422 if form.errors or twins else 200)


def _first(chosen: Channel | None) -> dict[str, object]:
    """What the form says before anybody types: the chosen channel with its usual basis, today."""
    day: dict[str, object] = {"reported_on": timezone.localdate()}
    return day | {"channel": chosen.code, "basis": chosen.bases[0]} if chosen else day


def _twins(request: HttpRequest, rif: Rif, form: ReportElsewhere) -> list[Rif]:
    """Other RIFs of the administration with the same report."""
    told = (form.cleaned_data["channel"], form.cleaned_data["reference"])
    return [twin for found in twins_of(rif, request.actor, [told]).values() for twin in found]


@require_GET
def text(request: HttpRequest, reference: str, channel: str) -> HttpResponse:
    """The draft text for one channel as a file; whoever takes it is noted."""
    rif = issued(request, reference)
    if channel not in CHANNELS:
        raise Http404
    if unfit := unfit_for(rif, CHANNELS[channel]):
        messages.warning(request, str(unfit.reason))
        return redirect(f"{reverse('rifs:channels', args=[reference])}?channel={channel}")
    looked_at(request, "rif.export", rif, channel=channel)
    answer = HttpResponse(draft_text(rif, CHANNELS[channel]), content_type="text/plain; charset=utf-8")
    name = f"{reference.replace('/', '-')}-{channel}-TLP-{rif.tlp.replace('+', '-')}.txt"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Four questions, one legal basis and one channel, or the reason why there is none."""
    form = Guide(request.GET if any(name in request.GET for name in QUESTIONS) else None)
    context = {
        "form": form,
        "answer": decide(**form.cleaned_data) if form.is_valid() else None,
        "rif": _asked_for(request),
    }
    return page(request, "rifs/guide.html", context)


def _asked_for(request: HttpRequest) -> Rif | None:
    """The own RIF from whose page the guide was opened."""
    reference = clean(request.GET.get("rif", ""))
    own = Rif.objects.visible_to(request.actor).filter(issuer_id=request.actor.organisation_id)
    return own.filter(reference=reference).first() if reference else None
