"""A mail server that never answers."""

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class Backend(BaseEmailBackend):
    """Refuses every letter."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Fail as a lost connection does."""
        raise ConnectionRefusedError
