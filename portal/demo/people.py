"""The people of the demonstration: admitted by the administrator of their organisation, as anybody is."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.accounts import actions
from apps.accounts.actors import person
from apps.accounts.matrix import Permission, permissions_of
from apps.accounts.models import Membership, User
from apps.audit.record import record
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from portal.demo.organisations import domain_of

#: Every account of the demonstration opens with this; such an installation listens on loopback only.
PASSWORD = "vedette-demonstration"  # noqa: S105  printed on purpose
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "đ": "d", "ı": "i"})


@dataclass(frozen=True)
class Entry:
    """One line of people.txt: who belongs where with which roles, from and until which day from today."""

    organisation: str
    name: str
    roles: list[str]
    mandates: list[int]
    starts: int | None
    ends: int | None


def roll() -> list[Entry]:
    """Everybody of the demonstration, founders first in each organisation."""
    lines = Path(__file__).with_name("people.txt").read_text("utf-8").splitlines()
    return [_entry(line) for line in lines if line and not line.startswith("#")]


def _entry(line: str) -> Entry:
    cells = [cell.strip() for cell in line.split("|")]
    code, name, roles, mandates, starts, ends = (*cells, "", "", "")[:6]
    numbers = [int(area) for area in mandates.split()]
    return Entry(code, name, roles.split(), numbers, int(starts) if starts else None, int(ends) if ends else None)


def populate(start: datetime, today: date) -> None:
    """Let everybody join: each organisation's first person is founded, the rest are admitted by that person."""
    by_code = {organisation.code: organisation for organisation in Organisation.objects.order_by("code")}
    emails: dict[str, str] = {}
    administrators: dict[str, Actor] = {}
    with transaction.atomic():
        for entry in roll():
            email = emails.setdefault(entry.name, email_of(entry.name, entry.organisation))
            if entry.organisation not in administrators:
                founder = found(by_code[entry.organisation], entry, email, start)
                administrators[entry.organisation] = person(founder.user, founder, today)
                continue
            by = administrators[entry.organisation]
            begins = start.date() if entry.starts is None else today + timedelta(days=entry.starts)
            with behind_wall(by):
                actions.admit(
                    by=by, at=start + timedelta(hours=1), email=email, name=entry.name,
                    roles=entry.roles, mandates=entry.mandates, valid_from=begins,
                )  # fmt: skip
        # One hash for all: hashing the same printed password eighty times would only cost time. Nobody is
        # told by mail of what lies in the past; people choose their rhythm when the world is built.
        User.objects.update(password=make_password(PASSWORD), mail_rhythm=User.MailRhythm.NEVER)


def found(organisation: Organisation, entry: Entry, email: str, at: datetime) -> Membership:
    """The first person of an organisation, who then admits the others.

    There is nobody yet who could admit them, so this one membership is written directly and approved
    by the portal itself; it leaves the same event in the audit chain as any other.
    """
    user = User.objects.create_user(email, name=entry.name)
    membership = Membership.objects.create(
        user=user, organisation=organisation, roles=entry.roles, mandates=entry.mandates,
        valid_from=at.date(), approved_by="Vedette (demonstration)",
    )  # fmt: skip
    data = {"roles": entry.roles, "from": membership.valid_from.isoformat(), "to": None}
    with behind_wall(system_actor()):
        record("membership.admit", membership, by=system_actor(), at=at, data=data)
    return membership


def leave(entry: Entry, at: datetime, today: date) -> None:
    """Let a membership end on the day that the roll says, by the administrator of the organisation."""
    rows = Membership.objects.filter(organisation__code=entry.organisation).select_related("user", "organisation")
    administrator = next(row for row in rows.order_by("pk") if Permission.PEOPLE_MANAGE in permissions_of(row.roles))
    leaver = rows.get(user__name=entry.name)
    by = person(administrator.user, administrator, today)
    with behind_wall(by):
        actions.end(leaver, by=by, at=at, on=today + timedelta(days=entry.ends or 0))


def choose_rhythms(users: Iterable[User]) -> None:
    """From now on people are told by mail as they like: most of what is urgent, some of all, a few of nothing."""
    rhythms = [User.MailRhythm.URGENT_ONLY] * 6 + [User.MailRhythm.AT_ONCE] * 3 + [User.MailRhythm.NEVER]
    chosen = list(users)
    for number, user in enumerate(chosen):
        user.mail_rhythm = rhythms[number % len(rhythms)]
    User.objects.bulk_update(chosen, ["mail_rhythm"])


def email_of(name: str, organisation: str) -> str:
    """The address of a person: the name in plain letters at the organisation's mail domain."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return f"{'.'.join(plain.split())}@{domain_of(organisation)}"


class Cast:
    """Who of today's people may do what, by organisation."""

    def __init__(self, today: date) -> None:
        rows = Membership.objects.in_force(today).select_related("user", "organisation")
        self._actors: dict[str, list[Actor]] = {}
        for row in rows.order_by("organisation__code", "pk"):
            self._actors.setdefault(row.organisation.code, []).append(person(row.user, row, today))

    def who_may(self, permission: Permission, organisation: str) -> list[Actor]:
        """The people of an organisation with this permission."""
        return [actor for actor in self._actors.get(organisation, []) if actor.can(permission)]

    def issuers(self) -> list[str]:
        """Organisations in which one person can draft and another publish."""
        return [code for code in self._actors if self.pairs(code)]

    def pairs(self, organisation: str) -> list[tuple[Actor, Actor]]:
        """Everybody who may draft, with everybody else who may then publish."""
        publishers = self.who_may(Permission.RIF_PUBLISH, organisation)
        drafters = self.who_may(Permission.RIF_DRAFT, organisation)
        return [(first, second) for first in drafters for second in publishers if first.user_id != second.user_id]
