"""`manage.py assets`: fetches the front-end assets that assets.lock.json names."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import assets


class Command(BaseCommand):
    """Fetches the front-end assets into static/vendor; free when they are there."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """One option: the assets of the browser tests."""
        parser.add_argument("--test", action="store_true", help="also what browser tests need")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fetch what is missing."""
        try:
            fetched = assets.fetch(assets.wanted("pages", *["test"] * options["test"]))
        except assets.AssetError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("Front-end assets fetched." if fetched else "Front-end assets are in place.")
