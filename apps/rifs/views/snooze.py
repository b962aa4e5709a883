"""Putting a RIF off one's own desk, and bringing it back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.rifs import actions, forms
from apps.rifs.models import Delivery, Rif


@require_http_methods(["GET", "POST"])
def snooze(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask until when, and put it off."""
    rif = Rif.objects.visible_or_404(request.actor, reference=reference)
    mine = Delivery.objects.received_by(request.actor).filter(rif=rif, settled=False).first()
    if mine is None:
        raise Http404
    form = forms.Snooze(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.snooze(rif, by=request.actor, at=timezone.now(), until=form.cleaned_data["until"])
            messages.success(request, _("Put off; it comes back to your desk by itself."))
            return redirect("desk:home")
        except Refused as no:
            form.refuse(no)
    now = timezone.now()
    put_off = Delivery.objects.received_by(request.actor).put_off_by(request.actor, now).filter(rif=rif).exists()
    context = {"rif": rif, "form": form, "mine": mine, "now": now, "put_off": put_off}
    return render(request, "rifs/snooze.html", context, status=422 if form.errors else 200)


@require_POST
def wake(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring it back at once."""
    actions.wake(Rif.objects.visible_or_404(request.actor, reference=reference), by=request.actor)
    return redirect("desk:home")
