"""A request as the portal's views know it, once the middleware has found out who acts."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest as PlainRequest

from apps.kernel.actor import Actor

if TYPE_CHECKING:

    class HttpRequest(PlainRequest):
        """With the acting person; views behind sign-in always have one."""

        actor: Actor
        memberships: list[Any]
        api_key: Any
        _looks: list[tuple[str, Any, dict[str, object]]]

else:
    HttpRequest = PlainRequest
