"""`manage.py load_reference cn FILE --year 2026`: bring a published list into the reference data."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.reference.base import load_base
from apps.reference.editions import load_cn
from apps.reference.loaders import load_locations, load_offices
from apps.reference.report import Report, TableError
from apps.reference.table import opened


class Command(BaseCommand):
    """Loads the Combined Nomenclature, customs offices or UN/LOCODE from a CSV file, plain or gzip."""

    help = "Load a published code list from a CSV file: cn, offices or unlocode."

    def add_arguments(self, parser: CommandParser) -> None:
        """The list, the file and how to report."""
        parser.add_argument("list", choices=("cn", "offices", "unlocode"))
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="edition of the Combined Nomenclature (default: the file's)")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the shipped lists first, because the file refers to their countries and headings."""
        load_base()
        try:
            with opened(options["file"]) as source:
                report = self._load(options["list"], source, options["year"])
        except (TableError, OSError) as bad:
            raise CommandError(str(bad)) from bad
        self._tell(report, as_json=options["json"])

    def _load(self, name: str, source: Iterable[bytes], year: int | None) -> Report:
        """Call the loader of the list."""
        if name == "cn":
            return load_cn(source, year=year, at=timezone.now())
        return load_offices(source) if name == "offices" else load_locations(source)

    def _tell(self, report: Report, *, as_json: bool) -> None:
        """Print the counts, and every rejected row on the error stream."""
        if as_json:
            self.stdout.write(json.dumps(asdict(report)))
            return
        for rejection in report.rejected:
            self.stderr.write(str(rejection))
        self.stdout.write(f"{report}.")
        if not report.complete:
            self.stdout.write("Some lines could not be read; nothing was ended because it is missing.")
