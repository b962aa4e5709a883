"""Notes what a request looked at, once it was answered, in the same transaction."""

from collections.abc import Callable

from django.db import models
from django.http import HttpResponse
from django.utils import timezone

from apps.audit.record import note_access
from apps.kernel.requests import HttpRequest


def looked_at(request: HttpRequest, kind: str, subject: models.Model | None, **data: object) -> None:
    """Have this look written to the access log when the request ends well."""
    looks = getattr(request, "_looks", [])
    request._looks = [*looks, (kind, subject, data)]


class Access:
    """Writes the looks of a request, and every refused address of a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor = getattr(request, "actor", None)
        if actor is None:
            return response
        at, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
        if response.status_code in (403, 404):
            data = {"path": request.path[:300], "status": response.status_code}
            note_access("refused", None, by=actor, at=at, allowed=False, address=address, data=data)
        elif response.status_code < 400:
            for kind, subject, data in getattr(request, "_looks", ()):
                note_access(kind, subject, by=actor, at=at, address=address, data=data)
        return response
