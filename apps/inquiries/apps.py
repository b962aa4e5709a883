"""Requests register their actions and who is told of them."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.inquiries"
    label = "inquiries"

    def ready(self) -> None:
        """Declare."""
        from apps.inquiries import actions, events  # noqa: F401
