"""`manage.py demo`: builds the demonstration world, once; says who can sign in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal import embedded
from portal.demo import world


class Command(BaseCommand):
    """Builds the demonstration world on an empty installation, or tells who lives in it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What to tell instead of building."""
        told = parser.add_mutually_exclusive_group()
        told.add_argument("--json", action="store_true", help="accounts and API keys, for scripts")
        told.add_argument("--accounts", action="store_true", help="a dozen accounts, one per role, for people")
        parser.add_argument("--rifs", type=int, default=world.RIFS, help="how many RIFs (%(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Tell or build."""
        if options["json"]:
            self.stdout.write(self.written_down())
        elif options["accounts"]:
            self.stdout.write(world.table() if world.is_built() else "There is no demonstration world here.")
        elif world.is_built():
            self.stdout.write("The demonstration world is there already; nothing was changed.")
        else:
            self.build(options["rifs"])

    def build(self, rifs: int) -> None:
        """Build, and say how long it took."""
        began = time.monotonic()
        try:
            world.build(now=timezone.now(), rifs=rifs)
        except world.Unsuitable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"The demonstration world is built ({time.monotonic() - began:.0f} s).")

    @staticmethod
    def written_down() -> str:
        """The file with accounts and keys that was written when the world was built."""
        path = embedded.data_folder() / "demo.json"
        if not path.exists():
            raise CommandError("There is no demonstration world here: run `manage.py demo` first.")
        return path.read_text(encoding="utf-8")
