from django.apps import AppConfig


class Config(AppConfig):
    name = "apps.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Let the API's description know its authentication."""
        from apps.exchange import schema  # noqa: F401
