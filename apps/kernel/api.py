"""How the API says no: problem details (RFC 9457), with the place of each fault."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.kernel.refusals import Kind, Refused

STATUS = {Kind.PERMISSION: 403, Kind.STATE: 409, Kind.RULE: 422}


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to a refused or faulty call; None lets an unexpected error fail loudly."""
    if isinstance(error, Refused):
        status = STATUS[error.kind]
        faults = [{"field": r.field, "detail": str(r.reason)} for r in error.refusals if r.field]
        return _answer(status, str(error), faults)
    plain = exception_handler(error, context)
    if plain is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        return _answer(400, _("The message does not have the expected form."), _faults(error.detail))
    detail = _("Not found.") if isinstance(error, Http404) else str(getattr(error, "detail", error))
    answer = _answer(plain.status_code, detail, [])
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in plain.headers:
            answer.headers[name] = plain.headers[name]
    return answer


def _answer(status: int, detail: str, faults: list[dict[str, str]]) -> Response:
    body = {"type": "about:blank", "status": status, "detail": detail, "faults": faults}
    return Response(body, status=status, content_type="application/problem+json")


def _faults(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [f for key, value in detail.items() for f in _faults(value, f"{path}.{key}" if path else str(key))]
    if isinstance(detail, list):
        if detail and all(isinstance(item, str) for item in detail):
            return [{"field": path, "detail": str(item)} for item in detail]
        return [f for number, value in enumerate(detail) for f in _faults(value, f"{path}.{number}")]
    return [{"field": path, "detail": str(detail)}]
