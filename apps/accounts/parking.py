"""What somebody had typed when their session ended waits, encrypted, for their return.

The key to it is a cookie in their browser; the portal keeps only the encrypted text, for one hour.
"""

import base64
import hashlib
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from apps.accounts.models import ParkedForm

COOKIE = "parked"
KEPT = timedelta(hours=1)


def park(request: HttpRequest, response: HttpResponse) -> None:
    """Keep the posted form for the return of whoever holds the cookie."""
    key = Fernet.generate_key()
    token = hashlib.sha256(key).hexdigest()
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    ParkedForm.objects.filter(parked_at__lt=timezone.now() - KEPT).delete()
    ParkedForm.objects.create(
        token=token,
        path=request.path[:300],
        content=_lock(key).encrypt(fields.urlencode().encode()),
        parked_at=timezone.now(),
    )
    response.set_cookie(
        COOKIE,
        key.decode(),
        max_age=int(KEPT.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def unpark(request: HttpRequest) -> QueryDict | None:
    """The form that was parked for this page, once; None when there is none."""
    key = request.COOKIES.get(COOKIE, "").encode()
    if not key:
        return None
    row = ParkedForm.objects.filter(token=hashlib.sha256(key).hexdigest(), path=request.path).first()
    if row is None or row.parked_at < timezone.now() - KEPT:
        return None
    try:
        text = _lock(key).decrypt(bytes(row.content)).decode()
    except (InvalidToken, ValueError):
        return None
    row.delete()
    return QueryDict(text)


def _lock(key: bytes) -> Fernet:
    """The cookie's key joined with the portal's secret: neither opens the form alone."""
    joined = hashlib.sha256(key + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(joined))
