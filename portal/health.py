"""Is the portal well, and what people see when it is not."""

import sys
import time
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.heartbeat import ask_worker


def outage(request: HttpRequest) -> HttpResponse:
    """The page without anything that needs the database."""
    if request.path.startswith("/api/"):
        answer = problem(503, _("The database cannot be reached. Nothing was written; try again shortly."))
    else:
        answer = HttpResponse(loader.render_to_string("503.html"), status=503)
    answer.headers["Retry-After"] = "10"
    return answer


def problem(status: int, detail: str) -> HttpResponse:
    """How the API says no where no view of the API could (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "detail": detail, "faults": []}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, broker and worker, each by a real round trip; 503 when one does not answer."""
    parts = {"database": _timed(_database), "broker": _timed(_broker), "worker": _timed(ask_worker)}
    well = all(part["ok"] for part in parts.values())
    return JsonResponse({"ok": well, **parts}, status=200 if well else 503)


def _timed(ask: Callable[[], object]) -> dict[str, object]:
    start = time.perf_counter()
    try:
        ask()
    except (DatabaseError, InterfaceError, redis.RedisError, TimeoutError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - start) * 1000, 1)}


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1) as client:
        client.ping()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same answer for what is not there and for what one may not see."""
    if request.path.startswith("/api/"):
        return problem(404, _("Not found."))
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed that should not, or the database is away; either way nothing was written."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return outage(request)
    if request.path.startswith("/api/"):
        return problem(500, _("Something failed that should not. Nothing was written."))
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or came from elsewhere: say what to do."""
    return render(
        request,
        "403.html",
        {"reason": _("This page was open for too long. Go back, reload it and try again.")},
        status=403,
    )
