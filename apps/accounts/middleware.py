"""Each request knows who acts, and runs behind the second wall as that actor."""

from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import key_of, lacks_second_factor, memberships_of, person, system
from apps.accounts.parking import park
from apps.kernel.actor import Actor
from apps.kernel.requests import HttpRequest
from apps.kernel.wall import behind_wall

Answer = Callable[[HttpRequest], HttpResponse]
#: Addresses that anybody may open.
OPEN = ("/accounts/", "/healthz", "/static/", "/i18n/", "/about/", "/api/", "/people/unknown/")
#: Pages of the sign-in library that do not exist here: nobody signs themselves up, changes the address
#: that their administrator approved, or ties another login to it.
CLOSED = {"/accounts/email/", "/accounts/signup/", "/accounts/3rdparty/", "/accounts/3rdparty/signup/"}
#: Where somebody without a second factor may go.
ENROLMENT = ("/accounts/", "/static/", "/about/", "/theme/", "/i18n/", "/healthz")


class Acting:
    """Sets `request.actor` and `request.memberships`, and lets the whole request run in one transaction."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/healthz", "/static/")):
            return self.get_response(request)
        with behind_wall(None):
            actor = self._identify(request)
            request.actor = cast(Actor, actor)  # None until sign-in; views behind it have one
            with timezone.override(ZoneInfo(actor.timezone)) if actor else timezone.override(None):
                response = self._answer(request, actor)
        if response.streaming and not connection.in_atomic_block:
            connection.close()  # an event stream lasts for hours and needs no database meanwhile
        return response

    def _identify(self, request: HttpRequest) -> Actor | None:
        request.memberships, request.api_key = [], None
        if request.path.startswith("/api/") and "Authorization" in request.headers:
            request.api_key = key_of(request.headers["Authorization"])
            return system(request.api_key, timezone.localdate()) if request.api_key else None
        if not request.user.is_authenticated:
            return None
        user, today = request.user, timezone.localdate()
        request.memberships = memberships_of(user, today)
        if not request.memberships:
            return None
        wanted = request.session.get("membership")
        chosen = next((m for m in request.memberships if m.pk == wanted), request.memberships[0])
        return person(user, chosen, today)

    def _answer(self, request: HttpRequest, actor: Actor | None) -> HttpResponse:
        with behind_wall(actor, savepoint=False):
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class SignInRequired:
    """Every page but the open ones needs a person with a membership; officials need a second factor."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in CLOSED:
            raise Http404
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return self._sign_in(request)
        if request.actor is None:
            return (
                redirect("accounts:no_membership")
                if request.path != reverse("accounts:no_membership")
                else (self.get_response(request))
            )
        if not request.path.startswith(ENROLMENT) and lacks_second_factor(request.user, request.memberships):
            why = _("Officials sign in with a second factor. Set one up to go on.")
            messages.warning(request, why, fail_silently=True)
            return redirect("mfa_index")
        return self.get_response(request)

    def _sign_in(self, request: HttpRequest) -> HttpResponse:
        """Send to sign-in; what was typed is kept for the return, and a page part is told by its status."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        there = request.path if request.method == "POST" else request.get_full_path()
        response = redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': there}, safe='/')}")
        if request.method == "POST":
            park(request, response)
        return response
