"""Writing to the logs. There is one way for each."""

from datetime import datetime
from typing import Any

from django.db import connection, models
from django.dispatch import Signal

from apps.audit.models import AccessLog, Event
from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall

#: Sent in the recording transaction with `event` and `subject`; search, notices and live pages listen.
event_recorded = Signal()


class OutsideTransaction(RuntimeError):
    """An event may only be written together with what it tells of."""


def record(kind: str, subject: models.Model | None, *, by: Actor, at: datetime, data: dict[str, Any]) -> Event:
    """Append one fact to the chain, in the transaction that causes it."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    event = Event.objects.create(kind=kind, at=at, data=data, **_who(by), **_what(subject))
    event_recorded.send(sender=Event, event=event, subject=subject)
    return event


def note_access(
    kind: str,
    subject: models.Model | None,
    *,
    by: Actor,
    at: datetime,
    allowed: bool = True,
    address: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Append one look to the access log: who opened what, or was refused it."""
    with behind_wall(by, savepoint=False):
        AccessLog.objects.create(
            kind=kind, at=at, data=data or {}, allowed=allowed, address=address, **_who(by), **_what(subject)
        )


def _who(by: Actor) -> dict[str, Any]:
    return {
        "actor_id": by.user_id,
        "actor_name": by.name,
        "organisation_id": by.organisation_id or None,
        "organisation_name": by.organisation_name,
    }


def _what(subject: models.Model | None) -> dict[str, Any]:
    if subject is None:
        return {"subject_type": "", "subject_id": None, "reference": ""}
    return {
        "subject_type": subject._meta.label_lower,
        "subject_id": subject.pk,
        "reference": getattr(subject, "reference", "") or str(subject),
    }
