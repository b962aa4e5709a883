"""What happens in the demonstration, moment after moment, so that the audit chain is in the order of time."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from django.db import transaction

from apps.kernel.refusals import Refused

#: Something that happens at its moment; it may plan what follows from it.
Step = Callable[[datetime], None]
#: Steps in one database transaction. The head of the audit chain is one row: longer ones make it slow.
_TOGETHER = 50


def unless_over(step: Callable[[], object]) -> bool:
    """Do it, unless the RIF was recalled or ended meanwhile, as people find out too; whether it was done."""
    try:
        step()
    except Refused:
        return False
    return True


class Diary:
    """Steps that wait for their moment. What would lie after `until` has not happened yet and never will."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._order = count()
        self._steps: list[tuple[datetime, int, Step]] = []

    def plan(self, at: datetime, step: Step) -> None:
        """Let `step` happen at `at`, unless that is still to come."""
        if at <= self.until:
            heapq.heappush(self._steps, (at, next(self._order), step))

    def live(self) -> None:
        """Let everything happen in its order."""
        while self._steps:
            with transaction.atomic():
                for _number in range(_TOGETHER):
                    if not self._steps:
                        break
                    at, _order, step = heapq.heappop(self._steps)
                    step(at)
