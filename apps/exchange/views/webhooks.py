"""The webhooks of the own organisation, what became of their messages, and sending one again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.matrix import Permission
from apps.accounts.views import sudo
from apps.exchange.actions import webhooks as actions
from apps.exchange.forms import MakeWebhook
from apps.exchange.models import Webhook, WebhookDelivery
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest

SHOWN = 10


@sudo
@require_http_methods(["GET", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks with their latest messages; the secret of a new one is shown once, on this page only."""
    _only_managers(request)
    form, made = MakeWebhook(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_webhook(by=request.actor, at=timezone.now(), **form.cleaned_data)
            form = MakeWebhook()
        except Refused as no:
            form.refuse(no)
    context = {"webhooks": _listed(request), "form": form, "made": made, "name": request.actor.organisation_name}
    return render(request, "exchange/webhooks.html", context, status=422 if form.errors else 200)


def _listed(request: HttpRequest) -> list[dict[str, Any]]:
    rows = Webhook.objects.filter(organisation_id=request.actor.organisation_id)
    return [
        {"webhook": webhook, "deliveries": list(webhook.deliveries.order_by("-pk")[:SHOWN])}
        for webhook in rows.order_by("ended_at", "-created_at", "pk")[: 2 * actions.MOST_WEBHOOKS]
    ]


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ring an address no more."""
    _only_managers(request)
    rows = Webhook.objects.filter(organisation_id=request.actor.organisation_id)
    webhook = rows.filter(pk=number).first()
    if webhook is None:
        raise Http404
    try:
        actions.end_webhook(webhook, by=request.actor, at=timezone.now())
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("webhooks:list")


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Send a message again."""
    _only_managers(request)
    rows = WebhookDelivery.objects.filter(webhook__organisation_id=request.actor.organisation_id)
    delivery = rows.select_related("webhook").filter(pk=number).first()
    if delivery is None:
        raise Http404
    try:
        actions.send_again(delivery, by=request.actor, at=timezone.now())
        messages.success(request, _("It is sent again within half a minute."))
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("webhooks:list")


def _only_managers(request: HttpRequest) -> None:
    """Others learn nothing, not even that the page exists."""
    if not request.actor.can(Permission.KEYS_MANAGE):
        raise Http404
