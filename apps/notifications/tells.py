"""Who is told of which event: declared by the domain apps, read by the delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from apps.audit.models import Event
from apps.kernel.subjects import Subject

#: (person, organisation) pairs.
Recipients = set[tuple[int, int]]


@dataclass(frozen=True)
class Telling:
    """One kind of event, its title for people, who is told, and whether a mail goes to the hurried."""

    kind: str
    title: str | Promise
    recipients: Callable[[Any, Event], Recipients]
    register: type[Subject]
    urgent: Callable[[Any], bool] | None


TELLINGS: dict[str, Telling] = {}


def tells(
    kind: str, *, register: type[Subject], title: str | Promise, urgent: Callable[[Any], bool] | None = None
) -> Callable[[Callable[[Any, Event], Recipients]], Callable[[Any, Event], Recipients]]:
    """Declare who is told of events of this kind."""

    def declare(recipients: Callable[[Any, Event], Recipients]) -> Callable[[Any, Event], Recipients]:
        TELLINGS[kind] = Telling(kind, title, recipients, register, urgent)
        return recipients

    return declare
