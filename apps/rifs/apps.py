"""RIFs register their actions and who is told of them."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.rifs"
    label = "rifs"

    def ready(self) -> None:
        """Declare."""
        from apps.audit.record import event_recorded
        from apps.rifs import actions, events  # noqa: F401
        from apps.rifs.actions.likening import keep_marks

        event_recorded.connect(keep_marks, dispatch_uid="rifs.marks")
