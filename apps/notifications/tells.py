"""Who is told of which event: declared by the domain apps, read by the delivery."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from apps.audit.models import Event
from apps.kernel.actor import Actor
from apps.kernel.subjects import Subject

#: (person, organisation) pairs.
Recipients = set[tuple[int, int]]
#: Such a pair, and the name of the saved search that found the subject.
Found = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Telling:
    """One kind of event, its title for people, who is told, and whether a mail goes to the hurried."""

    kind: str
    title: str | Promise
    recipients: Callable[[Any, Event], Recipients]
    register: type[Subject]
    urgent: Callable[[Any], bool] | None
    #: Whose saved searches meet the subject. They are told by a notice of the kind <subject>.search instead.
    searches: Callable[[Any, datetime], Found] | None = None

    @property
    def found(self) -> str:
        """The kind of the notice that names a search."""
        return f"{self.register._meta.model_name}.search"


TELLINGS: dict[str, Telling] = {}

#: Tells a person why one subject reached them, in sentences.
Why = Callable[[Any, Actor], list[str]]
WHYS: dict[type[Subject], Why] = {}


def explains(register: type[Subject]) -> Callable[[Why], Why]:
    """Declare how a register explains to a person why it reached them."""

    def declare(why: Why) -> Why:
        WHYS[register] = why
        return why

    return declare


def tells(
    kind: str,
    *,
    register: type[Subject],
    title: str | Promise,
    urgent: Callable[[Any], bool] | None = None,
    searches: Callable[[Any, datetime], Found] | None = None,
) -> Callable[[Callable[[Any, Event], Recipients]], Callable[[Any, Event], Recipients]]:
    """Declare who is told of events of this kind."""

    def declare(recipients: Callable[[Any, Event], Recipients]) -> Callable[[Any, Event], Recipients]:
        TELLINGS[kind] = Telling(kind, title, recipients, register, urgent, searches)
        return recipients

    return declare
