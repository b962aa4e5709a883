"""What an importer is: a network, the columns of its file, and how a row becomes the content of a RIF."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from apps.exchange.importers.names import Directory, Named
from apps.organisations.models import Organisation


class Alert(Protocol):
    """One message of another network. `lines` are its places in the file; `doubts` what a person should look at."""

    @property
    def lines(self) -> tuple[int, ...]:
        """Where it stands in the file."""

    @property
    def reference(self) -> str:
        """Its number in its network."""

    @property
    def notifier(self) -> Named:
        """Who sent it."""

    @property
    def moment(self) -> datetime:
        """When it was sent."""

    @property
    def doubts(self) -> tuple[tuple[str, str], ...]:
        """Fields that were taken but are doubtful, each with the reason."""

    def for_action(self) -> list[Organisation]:
        """Whom the network asks to act."""

    def for_information(self) -> list[Organisation]:
        """Whom the network informs."""

    def outside(self) -> list[str]:
        """Everyone named who does not take part in the portal."""


A = TypeVar("A", bound=Alert)


@dataclass(frozen=True)
class Source(Generic[A]):
    """One importer. `key` is the column of the number; `begins` how a record begins where it has several lines."""

    network: str
    key: str
    columns: tuple[str, ...]
    read: Callable[[dict[str, str], int, Directory, datetime], A]
    merge: Callable[[A, A], A]
    content_of: Callable[[A, Organisation], dict[str, Any]]
    begins: re.Pattern[bytes] | None = None
