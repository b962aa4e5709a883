"""`manage.py run`: the portal with all that belongs to it, until Ctrl-C."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import supervisor


class Command(BaseCommand):
    """Runs the database, the broker, the web server, the worker and the scheduler together."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the supervisor."""
        supervisor.add_options(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Stay in the foreground until told to stop."""
        sys.exit(supervisor.run(demonstration=not options["no_demo"]))
