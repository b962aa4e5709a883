"""RIFs register their actions and who is told of them."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.rifs"
    label = "rifs"

    def ready(self) -> None:
        """Declare."""
        from apps.rifs import actions, events  # noqa: F401
