"""`manage.py rotate_document_keys`: seals every attachment under a new key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.documents.actions import rotate


class Command(BaseCommand):
    """May be interrupted and run again: it then finishes what it had begun."""

    help = "Encrypts every attachment anew under a new key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether older keys are dropped."""
        parser.add_argument("--forget", action="store_true", help="drop the keys that no attachment needs any more")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say what was done."""
        done = rotate(at=timezone.now(), forget=options["forget"])
        self.stdout.write(
            f"{done['documents']} attachments under key {done['key']}, {done['forgotten']} older keys dropped."
        )
