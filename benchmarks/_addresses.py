"""The portal's addresses and an empty page behind the same middleware: the floor of every page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler404, handler500
from portal.urls import urlpatterns as pages

__all__ = ["handler404", "handler500", "urlpatterns"]


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, for a signed-in person."""
    return HttpResponse("")


urlpatterns = [path("empty/", empty), *pages]
