"""The portal as a Django application: its commands, and the queue that every process may fill."""

from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes the queue known to tasks before the first one is sent."""

    name = "portal"

    def ready(self) -> None:
        """Tasks bind to the queue that exists when they are sent: ours, not Celery's default one."""
        import_module("portal.celery")
        import_module("portal.checks")
