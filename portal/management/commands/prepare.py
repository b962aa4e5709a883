"""`manage.py prepare`: brings the database to the state that this version of the portal needs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from portal import embedded, roles
from portal.checks import INSTALLATION


class Command(BaseCommand):
    """Makes the application role, brings the schema up to date and gives the role its rights."""

    help = __doc__
    requires_system_checks = (INSTALLATION,)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work as the owner, in a process of its own when this one is not."""
        if os.environ.get("PORTAL_DATABASE_ROLE") != "owner":
            self.as_owner(options["verbosity"])
            return
        try:
            url = roles.application_url(embedded.owner_url())
            call_command("migrate", interactive=False, verbosity=options["verbosity"])
            call_command("createcachetable", verbosity=options["verbosity"])
            with transaction.atomic(), connection.cursor() as cursor:
                roles.grant(cursor)
            roles.verify(url)
            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        except (roles.RoleError, embedded.EmbeddedError) as problem:
            raise CommandError(str(problem)) from problem

    def as_owner(self, verbosity: int) -> None:
        """Run this command again with the owner's address of the database."""
        command = [sys.executable, sys.argv[0], "prepare", f"--verbosity={verbosity}"]
        done = subprocess.run(command, env=os.environ | {"PORTAL_DATABASE_ROLE": "owner"}, check=False)
        if done.returncode:
            raise CommandError("The database is not prepared; the reason stands above.", returncode=1)
