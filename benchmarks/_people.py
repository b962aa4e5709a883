"""Who reads, and how: a person in one administration, behind the wall, in a browser."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.actors import person
from apps.accounts.models import Membership, User
from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation


@dataclass(frozen=True)
class Person:
    """Somebody signed in."""

    actor: Actor
    client: Client

    def get(self, address: str) -> Callable[[], object]:
        """Open a page, again and again; anything but 200 is an error."""

        def opened() -> object:
            answer = self.client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answers {answer.status_code}")
            return answer

        return opened

    def behind(self, work: Callable[[], Any]) -> Callable[[], Any]:
        """The work in a transaction that reads as this person."""

        def done() -> Any:
            with behind_wall(self.actor):
                return work()

        return done

    def raw(self, statement: str, parameters: Any = None) -> Callable[[], list[Any]]:
        """Bare SQL through psycopg, in the application's role and behind the wall."""

        def done() -> list[Any]:
            with behind_wall(self.actor):
                rows: list[Any] = connection.connection.execute(statement, parameters).fetchall()
                return rows

        return done

    def queries(self, work: Callable[[], Any]) -> list[str]:
        """The statements that the work sends, without those that open and close the transaction."""
        with CaptureQueriesContext(
            connection,
        ) as seen:
            work()
        texts = [query["sql"] for query in seen.captured_queries]
        plumbing = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config")
        return [text for text in texts if not text.startswith(plumbing)]


def sign_in(code: str, roles: list[str]) -> Person:
    """A person of the organisation with this code."""
    organisation = Organisation.objects.get(code=code)
    email = f"reader@{code.lower()}.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=f"Reader {code}")
    membership, _made = Membership.objects.get_or_create(
        user=user,
        organisation=organisation,
        defaults={"roles": roles, "valid_from": date(2024, 1, 1), "approved_by": "benchmark"},
    )
    client = Client()
    client.force_login(user)
    return Person(person(user, membership, timezone.localdate()), client)
