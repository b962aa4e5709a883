"""`manage.py ingest rasff FILE --as COM`, or `safety_gate`: bring alerts of another network into the portal as RIFs."""

import json
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.exchange.importers.run import SOURCES, Ingestion, ingest
from apps.kernel.refusals import Refused
from apps.organisations.models import Organisation
from apps.reference.report import TableError

#: The Commission takes part as its customs service.
COMMISSION = {"COM": "TAXUD"}


class Command(BaseCommand):
    """Brings a file in and reports what became of each row; a second run changes nothing."""

    help = "Bring alerts of another network in as RIFs: rasff or safety_gate, from a CSV file, plain or gzip."

    def add_arguments(self, parser: CommandParser) -> None:
        """The network, the file, on whose behalf, and how to report."""
        parser.add_argument("network", choices=tuple(SOURCES))
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="code", required=True, help="organisation on whose behalf: COM or its code")
        parser.add_argument("--report", type=Path, help="write the full report there, as JSON")
        parser.add_argument("--json", action="store_true", help="print the full report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the file in; a file that is refused as a whole ends the command with status 1."""
        code = options["code"].upper()
        organisation = Organisation.objects.filter(code=COMMISSION.get(code, code)).first()
        if organisation is None:
            raise CommandError(f"There is no organisation with the code {code}.")
        start = monotonic()
        try:
            report = ingest(
                options["file"],
                SOURCES[options["network"]],
                on_behalf_of=organisation,
                at=timezone.now(),
                progress=self.tell_progress,
            )
            facts = report.facts() | {"seconds": round(monotonic() - start, 1)}
            if options["report"]:
                options["report"].write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except (TableError, Refused, OSError) as bad:
            raise CommandError(str(bad)) from bad
        self.tell(report, facts, as_json=options["json"])

    def tell_progress(self, report: Ingestion) -> None:
        """The count so far, on one line of a terminal."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{report.rows} rows read …", ending="")

    def tell(self, report: Ingestion, facts: dict[str, Any], *, as_json: bool) -> None:
        """Print the counts, and on the error stream each row that somebody should look at."""
        if self.stderr.isatty():
            self.stderr.write("")
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for name in ("rejected", "doubted", "joined"):
            for row in getattr(report, name):
                self.stderr.write(f"{name}: {row}", self.style.WARNING)
        self.stdout.write(f"{report} in {facts['seconds']} s.")
        if report.outside:
            self.stdout.write(
                f"{report.outside.total()} times somebody was named who does not take part in the portal "
                f"({len(report.outside)} names); they stand in the summaries."
            )
