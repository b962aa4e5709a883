"""How a call of the API proves who it speaks for: a national system by its key, a page by its session."""

from typing import Any, cast

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, permissions, throttling
from rest_framework.request import Request

from apps.accounts.actors import lacks_second_factor
from apps.accounts.models import ApiKey, User
from apps.kernel.actor import Actor
from apps.kernel.requests import HttpRequest


class KeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer vdt_…`. The middleware found the key, so that the second wall stood in time."""

    def authenticate(self, request: Request) -> tuple[Actor, ApiKey] | None:
        """The system's actor, or nothing when no key was sent."""
        if not authentication.get_authorization_header(request):
            return None
        plain = cast(HttpRequest, request._request)
        actor, key = plain.actor, plain.api_key
        if actor is None or key is None:
            raise exceptions.AuthenticationFailed
        return actor, key

    def authenticate_header(self, request: Request) -> str:
        """What to send."""
        return "Bearer"


class PageSessionAuthentication(authentication.SessionAuthentication):
    """The signed-in person of the pages, as they act there; guarded against forged requests."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """The acting person."""
        plain = cast(HttpRequest, request._request)
        actor = plain.actor
        if actor is None or actor.user_id is None:
            return None
        if lacks_second_factor(cast(User, plain.user), plain.memberships):
            raise exceptions.PermissionDenied(_("Officials sign in with a second factor. Set one up to go on."))
        self.enforce_csrf(request)
        return actor, None


class Acts(permissions.BasePermission):
    """Somebody acts; what they may do is the action's to say."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether an actor was found."""
        return isinstance(request.user, Actor)


class KeyThrottle(throttling.SimpleRateThrottle):
    """So many calls a minute for each key or person."""

    scope = "key"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """One counter per key or person."""
        actor = request.user
        if not isinstance(actor, Actor):
            return None
        who = f"key-{request.auth.pk}" if request.auth else f"user-{actor.user_id}"
        return self.cache_format % {"scope": self.scope, "ident": who}
