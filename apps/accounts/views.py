"""People of the own organisation, keys of its systems, its access log, and acting for another organisation."""

from datetime import timedelta
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts import actions
from apps.accounts.forms import Admit, MakeKey
from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import ApiKey, Membership, User
from apps.audit.models import AccessLog
from apps.kernel.pagination import keyset
from apps.kernel.refusals import Refused
from apps.kernel.requests import HttpRequest
from apps.organisations.models import Organisation


def _only(request: HttpRequest, permission: Permission) -> Organisation:
    """The acting organisation, for whoever has the permission; others learn nothing, not even that it exists."""
    if not request.actor.can(permission):
        raise Http404
    return Organisation.objects.get(pk=request.actor.organisation_id)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who belongs to the organisation; add somebody."""
    organisation = _only(request, Permission.PEOPLE_MANAGE)
    form = Admit(request.POST or None, kind=organisation.kind)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.admit(by=request.actor, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("%(name)s was added.") % {"name": membership.user.name})
            return redirect("accounts:people")
        except Refused as no:
            form.refuse(no)
    rows = organisation.memberships.select_related("user", "unit").order_by("user__name", "pk")
    members = [{"membership": row, "roles": [ROLES[r].title for r in row.roles if r in ROLES]} for row in rows]
    context = {"organisation": organisation, "members": members, "form": form, "today": timezone.localdate()}
    return render(request, "accounts/people.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Let a membership end today."""
    organisation = _only(request, Permission.PEOPLE_MANAGE)
    membership = Membership.objects.filter(pk=number, organisation=organisation).first()
    if membership is None:
        raise Http404
    try:
        yesterday = timezone.localdate() - timedelta(days=1)
        actions.end(membership, by=request.actor, at=timezone.now(), on=max(yesterday, membership.valid_from))
        messages.success(request, _("The membership has ended."))
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("accounts:people")


def sudo(view: Any) -> Any:
    """Ask for the password again before a sensitive act, unless it was so given in the last ten minutes.

    Signing in does not count: a page left open at a desk opens nothing that is sensitive.
    """
    return reauthentication_required(view)


@sudo
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the organisation's systems; a new one is shown once, on this page only."""
    organisation = _only(request, Permission.KEYS_MANAGE)
    form, made = MakeKey(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        now, facts = timezone.now(), form.cleaned_data
        try:
            made = actions.make_key(
                by=request.actor,
                at=now,
                name=facts["name"],
                scopes=facts["scopes"],
                expires_at=now + timedelta(days=facts["days"]),
            )
            form = MakeKey()
        except Refused as no:
            form.refuse(no)
    rows = list(organisation.api_keys.order_by("-created_at", "pk"))
    context = {"organisation": organisation, "keys": rows, "form": form, "made": made, "now": timezone.now()}
    return render(request, "accounts/keys.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """End a key at once."""
    organisation = _only(request, Permission.KEYS_MANAGE)
    key = ApiKey.objects.filter(pk=number, organisation=organisation).first()
    if key is None:
        raise Http404
    try:
        actions.withdraw_key(key, by=request.actor, at=timezone.now())
    except Refused as no:
        messages.warning(request, str(no))
    return redirect("accounts:keys")


@require_GET
def access_log(request: HttpRequest) -> HttpResponse:
    """What the organisation's people looked at, the latest first."""
    organisation = _only(request, Permission.ACCESS_LOG_READ)
    rows = AccessLog.objects.filter(organisation_id=organisation.pk)
    page = keyset(rows, order=("id",), size=50, after=request.GET.get("after", ""), descending=True)
    return render(request, "accounts/access_log.html", {"organisation": organisation, "page": page})


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Act for another organisation from now on."""
    wanted = request.POST.get("membership", "")
    if any(str(membership.pk) == wanted for membership in request.memberships):
        request.session["membership"] = int(wanted)
    return redirect("desk:home")


@require_GET
def no_membership(request: HttpRequest) -> HttpResponse:
    """For whoever is known but belongs nowhere today."""
    return render(request, "accounts/no_membership.html", status=403)


@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    """For whoever proved who they are at EU Login but was never admitted here."""
    return render(request, "accounts/no_membership.html", {"login": reverse("account_login")}, status=403)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """How one is told, and whether single keys act."""
    user = cast(User, request.user)
    rhythm = request.POST.get("mail_rhythm", "")
    actions.prefer(user, mail_rhythm=rhythm, single_keys=request.POST.get("single_keys") == "on")
    messages.success(request, _("Saved."))
    return redirect("desk:home")
