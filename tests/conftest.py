"""What all tests start from: a database behind its wall, and one cast for all."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import timezone

from apps.accounts.actors import person
from apps.accounts.models import Membership, User
from apps.kernel.actor import Actor
from apps.kernel.wall import NOBODY
from apps.organisations.base import load_organisations
from apps.organisations.models import Kind, Organisation
from apps.reference.base import load_base
from apps.rifs import actions
from apps.rifs.models import Rif
from apps.rifs.targets import load_targets
from portal import roles

PASSWORD = "a long enough password"
#: Tables that every test finds filled and leaves as they were.
KEPT = ("reference_", "organisations_", "rifs_target", "django_migrations", "django_content_type")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Fill what ships with the portal, then work as the application role for the rest of the run."""
    with django_db_blocker.unblock():
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # as `prepare` does, on a machine that never ran it
        with connection.cursor() as cursor:
            owner = connection.settings_dict.copy()
            load_base()
            load_organisations()
            load_targets()
            address = roles.application_url(_url(owner))
            roles.grant(cursor)
        from portal.settings import database

        login = database(address)
        become(login)
    DatabaseOperations.execute_sql_flush = lambda self, sql_list: empty(owner)  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        become(owner)


def become(login: dict[str, Any]) -> None:
    """Connect as another role from now on, in every thread."""
    connection.close()
    for name in ("USER", "PASSWORD", "HOST", "PORT"):
        connections.settings["default"][name] = connection.settings_dict[name] = login[name]


def _url(login: dict[str, Any]) -> str:
    host = login["HOST"]
    at = f"/{login['NAME']}?host={host}" if host.startswith("/") else f"{host}:{login['PORT'] or 5432}/{login['NAME']}"
    return f"postgresql://{login['USER']}:{login['PASSWORD']}@{at}"


def as_owner(login: dict[str, Any] | None = None) -> "psycopg.Connection[Any]":
    """A connection as the owner of the tables, for what no application may do."""
    return psycopg.connect(_url(login or OWNER), autocommit=True)


OWNER: dict[str, Any] = dict(settings.DATABASES["default"])
# Two runs side by side, on one server, do not meet.
settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_vedette_{os.getpid()}"


def empty(owner: dict[str, Any]) -> None:
    """Empty every table but the kept ones: only the owner can, and only with the audit triggers off."""
    with as_owner(owner | {"NAME": connection.settings_dict["NAME"]}) as link:
        names = [row[0] for row in link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        emptied = [name for name in names if not name.startswith(KEPT) and name != "audit_head"]
        for table in ("audit_event", "audit_accesslog"):
            link.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        link.execute(f"TRUNCATE {', '.join(emptied)} RESTART IDENTITY CASCADE")
        for table in ("audit_event", "audit_accesslog"):
            link.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        link.execute("UPDATE audit_head SET last_id = 0, hash = ''")
        link.execute("DELETE FROM organisations_organisation WHERE kind IN ('OPERATOR', 'PARTNER_AUTHORITY')")


@dataclass(frozen=True)
class Person:
    """One of the cast: who they are, and the actor that they are today."""

    user: User
    membership: Membership
    actor: Actor

    def client(self) -> Client:
        """A browser in which this person is signed in."""
        client = Client()
        client.force_login(self.user)
        return client


#: name → (organisation, roles)
CAST: dict[str, tuple[str, list[str]]] = {
    "italian_officer": ("IT", ["OFFICER"]),
    "italian_analyst": ("IT", ["COORDINATOR"]),
    "italian_admin": ("IT", ["USER_ADMIN"]),
    "german_analyst": ("DE", ["ANALYST"]),
    "german_colleague": ("DE", ["ANALYST"]),
    "french_analyst": ("FR", ["ANALYST"]),
    "swiss_analyst": ("CH", ["ANALYST"]),
    "norwegian_analyst": ("NO", ["ANALYST"]),
    "commission": ("TAXUD", ["RISK_POLICY"]),
    "survey_manager": ("TAXUD", ["SURVEY_MANAGER"]),
    "auditor": ("OLAF", ["AUDITOR"]),
    "agency": ("EUROPOL", ["AGENCY_OFFICER"]),
    "authority": ("IT-MSA", ["AGENCY_OFFICER"]),
    "trader": ("TRADER-IT", ["TRADER_ADMIN"]),
    "other_trader": ("TRADER-DE", ["TRADER_STAFF"]),
}


@pytest.fixture
def organisations(db: None) -> dict[str, Organisation]:
    """Every organisation by its code, two traders and a partner authority among them."""
    extra = {
        "IT-MSA": {"name": "Market surveillance of Italy", "kind": Kind.PARTNER_AUTHORITY, "policy_areas": [5, 6]},
        "TRADER-IT": {"name": "Fratelli Esempio S.p.A.", "kind": Kind.OPERATOR, "eori": "IT01234567890"},
        "TRADER-DE": {"name": "Beispiel Spedition GmbH", "kind": Kind.OPERATOR, "eori": "DE123456789012345"},
    }
    for code, facts in extra.items():
        Organisation.objects.get_or_create(code=code, defaults=facts)
    return {organisation.code: organisation for organisation in Organisation.objects.order_by("code")}


@pytest.fixture
def cast(organisations: dict[str, Organisation]) -> SimpleNamespace:
    """One person of each kind."""
    return SimpleNamespace(**{name: join(name, organisations[code], held) for name, (code, held) in CAST.items()})


def join(name: str, organisation: Organisation, held: list[str], **facts: Any) -> Person:
    """Let a person of this name belong to the organisation with these roles."""
    email = f"{name}@{organisation.code.lower()}.example"
    user = User.objects.create_user(email, PASSWORD, name=name.replace("_", " ").title())
    facts = {"valid_from": date(2024, 1, 1), "approved_by": "the tests"} | facts
    membership = Membership.objects.create(user=user, organisation=organisation, roles=held, **facts)
    return Person(user, membership, person(user, membership, timezone.localdate()))


def content(**changed: Any) -> dict[str, Any]:
    """A form without a fault, addressed to Germany for action."""
    return {
        "title": "Airbags declared as plastic covers",
        "summary": "Three consignments of gas generators were declared as plastic spare parts.",
        "language": "en",
        "kind": "NEW_TREND",
        "nature": "SECURITY_SAFETY",
        "areas": ["2", "5"],
        "legal_ground": "46_5_A",
        "urgency": "2",
        "modus_operandi": ["MISDESCRIPTION"],
        "tlp": "AMBER",
        "action": "PROFILE",
        "for_action": ["DE"],
        "goods": [{"description": "plastic covers", "commodity": "870895", "origin": "CN"}],
        "transport": [{"mode": "1", "container": "CSQU3054383"}],
        "targeting": [{"element": "18 05", "operator": "contains", "value": "plastic cover", "weight": "30"}],
        "results": [{"control": "PHY_ERA", "irregularity": "DESCRIPTION"}],
    } | changed


Publish = Callable[..., Rif]


@pytest.fixture
def publish(cast: SimpleNamespace) -> Publish:
    """Draft, review and publish a RIF of Italy; named fields change its content."""

    def run(at: datetime | None = None, **changed: Any) -> Rif:
        at = at or timezone.now()
        rif = actions.draft(by=cast.italian_officer.actor, at=at, content=content(**changed))
        actions.submit(rif, by=cast.italian_officer.actor, at=at)
        return actions.publish(rif, by=cast.italian_analyst.actor, at=at)

    return run


@pytest.fixture(autouse=True)
def forget_reader() -> Iterator[None]:
    """No test starts with the reader of another."""
    connection.vedette_reader = NOBODY  # type: ignore[attr-defined]
    yield
    connection.vedette_reader = NOBODY  # type: ignore[attr-defined]
