"""Building the demonstration world, once, on an empty installation."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.accounts.actions import make_key
from apps.accounts.matrix import ROLES, Permission
from apps.accounts.models import Membership, User
from apps.audit.models import Event
from apps.audit.record import event_recorded, record
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications import actions as notifications
from apps.notifications.apps import hand_over
from apps.notifications.models import Notice, Told
from apps.notifications.tells import TELLINGS
from apps.organisations.base import load_organisations
from apps.reference.base import load_base
from apps.rifs.models import Delivery, Rif
from apps.rifs.targets import load_targets
from apps.rifs.tasks import expire
from portal import embedded
from portal.demo.behaviour import Troupe
from portal.demo.diary import Diary
from portal.demo.letters import Correspondence
from portal.demo.organisations import found_organisations
from portal.demo.people import PASSWORD, Cast, choose_rhythms, leave, populate, roll
from portal.demo.plot import PAST_DAYS, plots

RIFS = 600
#: The event that says that the world was built; it stands last in the chain of the building.
BUILT = "demonstration.build"
#: What happened before that needs no notice any more.
FRESH = timedelta(days=3)
#: organisation → what its key may do
_KEYS = {
    "IT": ["rif:read", "rif:acknowledge", "rif:draft", "inquiry:read", "inquiry:answer"],
    "DE": ["rif:read", "rif:acknowledge", "inquiry:read"],
    "CH": ["rif:read", "rif:acknowledge"],
    "TAXUD": ["rif:read"],
}


class Unsuitable(Exception):
    """The demonstration cannot be built here; the text says why and what to do."""


@dataclass(frozen=True)
class Key:
    """A key of the demonstration with its secret."""

    organisation: str
    name: str
    scopes: list[str]
    key: str


def is_built() -> bool:
    """Whether the world is there."""
    with behind_wall(system_actor()):
        return Event.objects.filter(kind=BUILT).exists()


def check_suitable() -> None:
    """Raise Unsuitable unless this is a demonstration that holds nobody's data."""
    if not settings.DEMONSTRATION:
        raise Unsuitable("This is not a demonstration (PORTAL_DEMONSTRATION is off): nothing was built.")
    if User.objects.exists():
        raise Unsuitable(
            "This installation holds people who do not belong to the demonstration, or a demonstration whose "
            "building was interrupted. Give an empty data folder (PORTAL_DATA) or an empty database."
        )


def build(*, now: datetime, rifs: int = RIFS, seed: int = 1) -> None:
    """Make everything: reference data, organisations, people, half a year of RIFs, notices and keys."""
    check_suitable()
    today = timezone.localdate(now)
    start = now - timedelta(days=PAST_DAYS + 5)
    load_base()
    load_organisations()
    load_targets()
    found_organisations()
    with without_queue():
        populate(start, today)
        diary = Diary(now)
        for entry in roll():
            if entry.ends is not None:
                gone = timedelta(days=1 - entry.ends)
                diary.plan(now - gone, lambda at, who=entry: leave(who, at, today))  # type: ignore[misc]
        cast = Cast(today)
        troupe = Troupe(diary, cast, seed)
        for plot in plots(rifs, now, cast.issuers(), seed):
            troupe.begin(plot)
        Correspondence(diary, cast).begin()
        diary.live()
        expire()
        tell_people(now)
    choose_rhythms(User.objects.order_by("pk"))
    keys = make_keys(cast, now)
    with behind_wall(system_actor()):
        record(BUILT, None, by=system_actor(), at=now, data={"rifs": rifs, "seed": seed})
    write_down(keys)


@contextmanager
def without_queue() -> Iterator[None]:
    """While the past is made, nothing is handed to the worker: what is fresh is told at the end, by `tell_people`."""
    event_recorded.disconnect(dispatch_uid="notifications.deliver")
    try:
        yield
    finally:
        event_recorded.connect(hand_over, dispatch_uid="notifications.deliver")


def tell_people(now: datetime) -> None:
    """Write notices of the last days, and mark as read what people have opened; older events need none."""
    with behind_wall(system_actor()):
        old = Event.objects.filter(kind__in=list(TELLINGS), at__lt=now - FRESH).values_list("pk", flat=True)
        Told.objects.bulk_create([Told(event_id=event, at=now) for event in old], batch_size=2_000)
    while notifications.sweep(at=now):
        pass
    with behind_wall(system_actor()):
        opened = Delivery.objects.exclude(opened_at=None).filter(delivered_at__gte=now - FRESH - FRESH)
        for rif, organisation, at in opened.order_by("pk").values_list("rif", "organisation", "opened_at"):
            rows = Notice.objects.filter(subject_type=Rif.kind(), subject_id=rif, organisation=organisation)
            rows.filter(at__lte=at).update(read_at=at)


def make_keys(cast: Cast, now: datetime) -> list[Key]:
    """A key for a few national systems, made by their administrators, with a year to live."""
    made = []
    for code, scopes in _KEYS.items():
        by = cast.who_may(Permission.KEYS_MANAGE, code)[0]
        name = f"Demonstration system {code}"
        with behind_wall(by):
            new = make_key(by=by, at=now, name=name, scopes=scopes, expires_at=now + timedelta(days=365))
        made.append(Key(code, name, scopes, new.secret))
    return made


def write_down(keys: list[Key]) -> None:
    """Keep accounts and keys in the data folder, readable by its owner only."""
    text = json.dumps({"password": PASSWORD, "accounts": accounts(), "keys": [asdict(key) for key in keys]}, indent=1)
    path = embedded.data_folder() / "demo.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def accounts() -> list[dict[str, Any]]:
    """Every membership of the demonstration as it would be told to somebody who wants to sign in."""
    rows = Membership.objects.select_related("user", "organisation").order_by("pk")
    return [
        {
            "email": row.user.email,
            "password": PASSWORD,
            "name": row.user.name,
            "organisation": row.organisation.code,
            "roles": row.roles,
            "titles": [str(ROLES[role].title) for role in row.roles],
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        }
        for row in rows
    ]


#: Whom the table for people shows: one account for each thing that somebody will want to try.
SHOWN_ACCOUNTS = (
    ("matteo.ferrara@it.vedette.example", "drafts RIFs"),
    ("giulia.conti@it.vedette.example", "reviews, publishes, acknowledges"),
    ("lorenzo.bianchi@it.vedette.example", "closes and cancels too"),
    ("chiara.lombardi@it.vedette.example", "manages Italy's people and keys"),
    ("annika.vogt@de.vedette.example", "acknowledges for Germany"),
    ("jonas.reinhardt@de.vedette.example", "is not asked again after a colleague"),
    ("ines.garnier@fr.vedette.example", "reads only"),
    ("reto.baumann@ch.vedette.example", "never receives what is financial"),
    ("sofia.lindqvist@taxud.vedette.example", "publishes for the Commission"),
    ("stefan.dimitrov@taxud.vedette.example", "auditor; OLAF too: two memberships"),
    ("joana.freitas@europol.vedette.example", "receives what lies in Europol's areas"),
    ("francesca.greco@it-msa.vedette.example", "market surveillance, a partner authority"),
    ("alessandro.fontana@trader-it.vedette.example", "an operator: sees no RIF"),
)


def table() -> str:
    """The accounts for people, as lines of text; empty when there is no demonstration."""
    known = {row["email"]: row for row in reversed(accounts())}
    lines = [f"Demonstration accounts (synthetic), each with the password {PASSWORD}"]
    for email, why in SHOWN_ACCOUNTS:
        if row := known.get(email):
            role = ", ".join(title for title, code in zip(row["titles"], row["roles"], strict=True) if code != "DPO")
            lines.append(f"  {email:<46} {row['organisation']:<10} {role:<48} {why}")
    return "\n".join(lines) if len(lines) > 1 else ""
