"""What the page of one request shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.inquiries.models import Consent, Inquiry
from apps.kernel.actor import Actor
from apps.organisations.models import Organisation
from apps.workflow.transitions import offers


@dataclass(frozen=True)
class Line:
    """One text of the thread: who wrote it when, as what."""

    organisation: Organisation
    person: str
    at: datetime
    text: str
    title: str | Promise
    kind: str


def thread_of(inquiry: Inquiry) -> list[Line]:
    """The question, then everything that was written, in the order of time."""
    asked = inquiry.get_purpose_display()
    lines = [Line(inquiry.asker, inquiry.asked_by, inquiry.asked_at, inquiry.text, asked, "question")]
    for message in inquiry.messages.select_related("organisation").order_by("pk"):
        title = message.get_verdict_display() or (_("Answer") if message.is_answer else _("Message"))
        kind = "answer" if message.is_answer else "message"
        lines.append(Line(message.organisation, message.author_name, message.at, message.text, title, kind))
    if inquiry.ending and inquiry.ended_at:
        lines.append(Line(inquiry.asker, inquiry.ended_by, inquiry.ended_at, inquiry.ending, _("Withdrawn"), "message"))
    return lines


def detail_of(inquiry: Inquiry, actor: Actor, now: datetime) -> dict[str, Any]:
    """Everything about one request."""
    return {
        "inquiry": inquiry,
        "now": now,
        "thread": thread_of(inquiry),
        "consent": Consent.objects.filter(inquiry=inquiry).select_related("agency", "issuer").first(),
        "offers": {offer.name: offer.refusal for offer in offers(inquiry, actor)},
        "is_asker": inquiry.asker_id == actor.organisation_id,
    }
