"""`manage.py import_rifs FILE --check --as IT`: compare a JSON export with the portal. Nothing is changed."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.accounts.actors import organisation_itself
from apps.exchange.importers.own import Comparison, Damaged, compare
from apps.organisations.models import Organisation


class Command(BaseCommand):
    """Says of each reference whether it is equal, different or unknown; ends with status 1 unless all are equal."""

    help = "Compare a JSON export of RIFs with what an organisation sees in the portal; changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, whose eyes, and how to report."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--check", action="store_true", help="compare only; there is nothing else it does yet")
        parser.add_argument("--as", dest="code", required=True, help="code of the organisation that exported")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell."""
        if not options["check"]:
            raise CommandError("RIFs of an export are compared, never written: give --check.")
        organisation = Organisation.objects.filter(code=options["code"].upper()).first()
        if organisation is None:
            raise CommandError(f"There is no organisation with the code {options['code']}.")
        try:
            found = compare(options["file"], reader=organisation_itself(organisation, timezone.localdate()))
        except (Damaged, OSError, UnicodeDecodeError) as bad:
            raise CommandError(str(bad)) from bad
        self.tell(found, as_json=options["json"])
        if not found.holds:
            raise CommandError("The file and the portal differ.", returncode=1)

    def tell(self, found: Comparison, *, as_json: bool) -> None:
        """Counts, and each difference at its line."""
        if as_json:
            self.stdout.write(json.dumps(asdict(found), ensure_ascii=False))
            return
        for other in found.differences:
            where = f"line {other.line}: {other.reference}"
            if other.name:
                self.stdout.write(f"{where}: {other.name} is {other.in_file!r} here, {other.in_portal!r} in the portal")
            else:
                self.stdout.write(f"{where}: unknown")
        self.stdout.write(f"{found.equal} equal, {found.different} different, {found.unknown} unknown")
