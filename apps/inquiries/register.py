"""The register of requests as one person sees it: what waits for us, what we asked, all."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.inquiries.models import Inquiry
from apps.kernel.actor import Actor
from apps.kernel.pagination import Page, keyset
from apps.kernel.subjects import SubjectQuerySet

PAGE_SIZE = 25
SCOPES: dict[str, str | Promise] = {"answer": _("To answer"), "asked": _("Asked by us"), "all": _("All")}


def scope_of(wanted: str) -> str:
    """The scope of this name; what waits for us where there is none."""
    return wanted if wanted in SCOPES else "answer"


def waiting_for(actor: Actor) -> SubjectQuerySet[Inquiry]:
    """What the actor's organisation has still to answer or to acknowledge."""
    return Inquiry.objects.visible_to(actor).filter(addressee_id=actor.organisation_id, settled=False)


def page_of(actor: Actor, scope: str, after: str, size: int = PAGE_SIZE) -> Page[Inquiry]:
    """One page: by the clock where somebody has to answer, else the newest first."""
    rows = Inquiry.objects.visible_to(actor)
    order: tuple[str, ...] = ("due_at", "reference")
    if scope == "answer":
        rows = waiting_for(actor)
    elif scope == "asked":
        rows, order = rows.filter(asker_id=actor.organisation_id), ("settled", "due_at", "reference")
    else:
        order = ("asked_at", "reference")
    rows = rows.select_related("asker", "addressee", "unit", "person")
    return keyset(rows, order=order, size=size, after=after, descending=scope == "all")
