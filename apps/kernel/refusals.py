"""Why something may not be done now: one object for the button, the page, the API and the test."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Kind(StrEnum):
    """What stands against the action; the API answers 403, 409 or 422."""

    PERMISSION = "permission"
    STATE = "state"
    RULE = "rule"


@dataclass(frozen=True)
class Refusal:
    """A sentence for the person who wanted to act, and the field it belongs to, if any."""

    reason: str | Promise
    kind: Kind = Kind.RULE
    field: str = ""


class Refused(Exception):
    """Raised by an action that may not be carried out. Nothing was written."""

    def __init__(self, *refusals: Refusal) -> None:
        self.refusals = refusals
        super().__init__(" ".join(str(refusal.reason) for refusal in refusals))

    @property
    def kind(self) -> Kind:
        """The first refusal decides how the API answers."""
        return self.refusals[0].kind
