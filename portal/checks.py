"""What an installation must have before it may hold real data: `manage.py check` and every start refuse the rest."""

import ipaddress
import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.db import connections

from portal import roles

#: The tag under which `prepare` asks for these checks before anything is started.
INSTALLATION = "installation"
EVERYWHERE = {"*", ".", ""}


@register(INSTALLATION)
def secret(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Only a demonstration makes its own secret; everybody else gives one of at least 50 characters."""
    # Read below the surface: asking Django for an empty secret raises an error that does not name the setting.
    given = settings._wrapped.SECRET_KEY
    if len(given) >= 50 and len(set(given)) >= 5:
        return []
    text = "PORTAL_SECRET_KEY is missing or too short: outside the demonstration give 50 characters of chance."
    return [Error(text, hint="Run: python -c 'import secrets; print(secrets.token_urlsafe(50))'", id="portal.E001")]


@register(INSTALLATION)
def hosts(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demonstration the portal answers only under the names that its operator gave."""
    if settings.DEMONSTRATION:
        return []
    found: list[CheckMessage] = []
    if "PORTAL_HOSTS" not in os.environ or EVERYWHERE & set(settings.ALLOWED_HOSTS):
        found.append(Error("PORTAL_HOSTS must name the portal's hosts, without a general *.", id="portal.E002"))
    if not settings.PUBLIC_ADDRESS.startswith("https://"):
        found.append(Error("PORTAL_ADDRESS must be the portal's https address: mails lead there.", id="portal.E003"))
    return found


@register(INSTALLATION)
def exposure(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """A demonstration, whose passwords everybody knows, stays on its machine."""
    bind = os.environ.get("BIND", "") or "127.0.0.1"
    if not settings.DEMONSTRATION or is_loopback(bind):
        return []
    text = f"BIND={bind} would show a demonstration to the network; set PORTAL_DEMONSTRATION=0 and its settings first."
    return [Error(text, id="portal.E004")]


def is_loopback(bind: str) -> bool:
    """Whether an address to listen at is reached from this machine only."""
    try:
        return bind == "localhost" or ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return False


@register(Tags.database)
def role(app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The portal's own role is bound by row-level security. Asked by `manage.py check --database default`."""
    if settings.DEMONSTRATION or os.environ.get("PORTAL_DATABASE_ROLE") == "owner":
        return []  # only `prepare` works as the owner, and it verifies the application's role itself
    found: list[CheckMessage] = []
    for name in databases or ():
        with connections[name].cursor() as cursor:
            cursor.execute(roles.UNBOUND)
            row = cursor.fetchone()
        if row is None or any(row):
            text = "The portal's database role is a superuser, may pass row-level security or owns tables."
            found.append(Error(text, hint="Give another role as DATABASE_APP_URL.", id="portal.E005"))
    return found


@register(Tags.security, deploy=True)
def scanner(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """Attachments of a real installation are scanned for malware."""
    if settings.DEMONSTRATION or settings.CLAMD:
        return []
    text = "Attachments are not scanned for malware: only the test signature is known without a scanner."
    return [Doubt(text, hint="Give the address of ClamAV as PORTAL_CLAMD.", id="portal.W006")]
