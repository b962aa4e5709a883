"""How allauth behaves here: nobody signs themselves up; people are added by their administrator."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.record import note_access
from apps.kernel.actor import Actor


def whoever(user: User) -> Actor:
    """A person before they act for any organisation."""
    return Actor(user.pk, user.name, 0, "", "", frozenset(), frozenset())


class Adapter(DefaultAccountAdapter):
    """Sign-in with the access log."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: see the local user administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Note the sign-in."""
        address = request.META.get("REMOTE_ADDR", "")
        note_access("signed_in", None, by=whoever(user), at=timezone.now(), address=address)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the failed attempt for the person whose address was tried, if there is one."""
        user = User.objects.filter(email=str(credentials.get("email", "")).lower()).first()
        if user:
            address = request.META.get("REMOTE_ADDR", "")
            by, now = whoever(user), timezone.now()
            note_access("sign_in_failed", None, by=by, at=now, allowed=False, address=address)
        super().authentication_failed(request, **credentials)


class SocialAdapter(DefaultSocialAccountAdapter):
    """EU Login and other OpenID providers: they prove who somebody is, never that they may take part."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the login to the person with that verified address, or refuse."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("accounts:unknown"))
        if sociallogin.is_existing:
            return
        verified = [str(address.email).lower() for address in sociallogin.email_addresses if address.verified is True]
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is None:
            raise ImmediateHttpResponse(redirect("accounts:unknown"))
        sociallogin.connect(request, user)
