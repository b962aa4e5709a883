"""What every page carries: who acts, what waits, how the page is marked."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.matrix import Permission
from apps.inquiries.models import Inquiry
from apps.kernel.actor import Actor
from apps.notifications.models import Notice
from apps.rifs.models import Delivery

#: Badges count no further than this.
MOST = 99


def frame(request: HttpRequest) -> dict[str, Any]:
    """The variables of base.html. Parts of a page (htmx) need none of the counting."""
    actor: Actor | None = getattr(request, "actor", None)
    context: dict[str, Any] = {
        "actor": actor,
        "memberships": getattr(request, "memberships", []),
        "handling": settings.HANDLING,
        "demonstration": settings.DEMONSTRATION,
        "theme": request.COOKIES.get("theme", "system"),
        "unread": 0,
        "waiting": 0,
        "may_ask": actor is not None and actor.can(Permission.INQUIRY_WRITE),
        "navigation": [],
    }
    if actor is None or request.headers.get("HX-Request"):
        return context
    context["unread"] = Notice.objects.visible_to(actor).filter(read_at=None).order_by()[: MOST + 1].count()
    waits = waiting_for(actor)
    context["waiting"] = waits["rifs"]
    context["navigation"] = navigation(request, actor, waits)
    return context


def waiting_for(actor: Actor) -> Counter[str]:
    """How much the organisation has to acknowledge and to answer: one mark for each row, in one query."""
    rifs = Delivery.objects.received_by(actor).filter(settled=False)
    inquiries = Inquiry.objects.visible_to(actor).filter(addressee_id=actor.organisation_id, settled=False)
    marks = [
        rows.annotate(mark=Value(name)).order_by().values_list("mark", flat=True)[: MOST + 1]
        for name, rows in (("rifs", rifs), ("inquiries", inquiries))
    ]
    return Counter(marks[0].union(marks[1], all=True))


def navigation(request: HttpRequest, actor: Actor, waits: Counter[str]) -> list[dict[str, Any]]:
    """The main pages that this role knows."""
    pages = [
        ("desk:home", _("Desk"), None, 0, ""),
        ("rifs:register", _("Risk information"), Permission.RIF_READ, waits["rifs"], _("to acknowledge")),
        ("inquiries:register", _("Requests"), Permission.INQUIRY_READ, waits["inquiries"], _("to answer")),
        ("notifications:inbox", _("Inbox"), None, 0, ""),
        ("accounts:people", _("People"), Permission.PEOPLE_MANAGE, 0, ""),
        ("accounts:keys", _("System keys"), Permission.KEYS_MANAGE, 0, ""),
        ("accounts:access_log", _("Access log"), Permission.ACCESS_LOG_READ, 0, ""),
    ]
    items = []
    for name, title, permission, count, counted in pages:
        if permission is None or actor.can(permission):
            url = reverse(name)
            active = request.path == url or (url != "/" and request.path.startswith(url) and name != "accounts:people")
            items.append({"title": title, "url": url, "active": active, "count": count, "counted": counted})
    return items
