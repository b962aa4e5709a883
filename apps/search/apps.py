"""Search listens for events and keeps its cards."""

from typing import Any

from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.search"
    label = "search"

    def ready(self) -> None:
        """Listen."""
        from apps.audit.record import event_recorded

        event_recorded.connect(keep_card, dispatch_uid="search.card")


def keep_card(sender: object, **kwargs: Any) -> None:
    """Renew the card of the subject that an event tells of."""
    from apps.kernel.subjects import Subject
    from apps.search.actions import card

    subject = kwargs["subject"]
    if isinstance(subject, Subject) and kwargs["event"].kind not in subject.unsearched:
        card(subject, at=kwargs["event"].at)
