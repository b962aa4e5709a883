"""How the API's description names the two ways to prove who calls."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class Key(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A national system's key."""

    target_class = "apps.exchange.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "A key of the organisation: vdt_…"}


class PageSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of a page."""

    target_class = "apps.exchange.authentication.PageSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The session cookie; a POST also carries the header X-CSRFToken."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
