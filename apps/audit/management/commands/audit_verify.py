"""`manage.py audit_verify`: does every event and every look still stand as it was written?"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.chain import export, verify
from apps.audit.models import Head


class Command(BaseCommand):
    """Check both chains, or write them out to be checked elsewhere."""

    help = "Checks the event and access logs for changed, removed or inserted rows."

    def add_arguments(self, parser: CommandParser) -> None:
        """The optional export file."""
        parser.add_argument("--export", metavar="FILE", help="write every link as JSON lines for checking elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault and fail if there is one."""
        if options["export"]:
            with Path(options["export"]).open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(link, ensure_ascii=False) + "\n" for link in export())
        faults = list(verify())
        for fault in faults:
            self.stderr.write(f"{fault.table} row {fault.row}: {fault.reason}")
        if faults:
            raise CommandError(f"{len(faults)} faults: the log was tampered with.")
        for head in Head.objects.order_by("chain"):
            self.stdout.write(f"{head.chain}: {head.last_id} rows, root {head.hash or '(empty)'}")
