"""One template per page: the whole of it for a visit, a named part of it for htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str = "", status: int = 200
) -> HttpResponse:
    """Render `template`, or only its partial `part` when htmx asks for that part by its target's id."""
    asked = part and request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    name = f"{template}#{part}" if asked else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
