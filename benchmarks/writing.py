"""Writing: publishing to many people, recording an event in the chain, taking in a year of alerts.

    python benchmarks/writing.py

ROUNDS (default 10) is how often each thing is measured; the alerts are taken in once, a quarter and all.
"""

import csv
import gzip
import os
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from _stage import ROOT, Link, stage

ORGANISATIONS, PEOPLE = 30, 200
ALERTS = ROOT.parent / "shared" / "data" / "b_alerts" / "rasff_2024.csv.gz"


def main() -> None:
    """Prepare, measure, print."""
    with stage(broker=True) as owner:
        from _measure import Table

        rounds = int(os.environ.get("ROUNDS", "10"))
        table = Table("Writing")
        world = populate()
        publishing(table, world, rounds)
        recording(table, owner, world, rounds * 20)
        with tempfile.TemporaryDirectory() as folder:
            ingestion(table, Path(folder))
        table.show()


def populate() -> dict[str, Any]:
    """An issuer with two persons, and 30 addressed organisations with 200 people each."""
    from django.utils import timezone

    from apps.accounts.actors import person
    from apps.accounts.models import Membership, User
    from apps.organisations.base import load_organisations
    from apps.organisations.models import Kind, Organisation
    from apps.reference.base import load_base
    from apps.rifs.targets import load_targets

    load_base()
    organisations, _targets = load_organisations(), load_targets()
    states = [o for o in organisations.values() if o.kind == Kind.MEMBER_STATE and o.code != "IT"]
    services = [o for o in organisations.values() if o.kind in {Kind.COMMISSION, Kind.ASSOCIATED}]
    chosen = (states + services)[:ORGANISATIONS]
    while len(chosen) < ORGANISATIONS:
        more = Organisation.objects.create(
            code=f"B{len(chosen)}", name=f"Authority {len(chosen)}", kind=Kind.COMMISSION
        )
        chosen.append(more)

    def join(organisation: Organisation, name: str, role: str) -> tuple[User, Membership]:
        user = User(email=f"{name}@{organisation.code.lower()}.example", name=name, password="!")
        member = Membership(
            user=user, organisation=organisation, roles=[role], valid_from=date(2024, 1, 1), approved_by="benchmark"
        )
        return user, member

    pairs = [join(o, f"analyst{n}", "ANALYST") for o in chosen for n in range(PEOPLE)]
    pairs += [join(organisations["IT"], "officer", "OFFICER"), join(organisations["IT"], "second", "COORDINATOR")]
    User.objects.bulk_create([user for user, _member in pairs])
    Membership.objects.bulk_create([member for _user, member in pairs])
    on = timezone.localdate()
    officer, second = (person(user, member, on) for user, member in pairs[-2:])
    return {"codes": [o.code for o in chosen], "officer": officer, "second": second}


def submitted(world: dict[str, Any]) -> Any:
    """A RIF that waits for the second person."""
    from django.utils import timezone

    from apps.rifs import actions

    form = {
        "title": "Airbags declared as covers", "summary": "Seen thrice.", "language": "en", "kind": "ALERT",
        "nature": "SECURITY_SAFETY", "areas": ["5"], "legal_ground": "46_5_B", "urgency": "3", "tlp": "AMBER",
        "action": "PROFILE", "goods": [{"commodity": "870895"}],
            "modus_operandi": ["OTHER"], "targeting": [{"element": "18 09", "operator": "=", "value": "870895"}], "for_action": world["codes"],
    }  # fmt: skip
    rif = actions.draft(by=world["officer"], at=timezone.now(), content=form)
    actions.submit(rif, by=world["officer"], at=timezone.now())
    return rif


def publishing(table: Any, world: dict[str, Any], rounds: int) -> None:
    """The second person's click, and every inbox, against one bulk insert and against a row at a time."""
    from _measure import Memory, Times, in_turn
    from django.utils import timezone

    from apps.kernel.actor import system_actor
    from apps.kernel.wall import behind_wall
    from apps.notifications.actions import deliver
    from apps.rifs import actions

    notices, told = notices_of(submitted(world))
    click, inboxes, waiting = Times(), Times(), [submitted(world) for _number in range(rounds + 2)]
    taken_away: list[float] = []

    def floor() -> None:
        with behind_wall(system_actor()):
            taken_away.append(bulk_and_back(notices("benchmark")))

    def ours() -> None:
        start = time.perf_counter()
        rif = actions.publish(waiting.pop(), by=world["second"], at=timezone.now())
        click.all.append((time.perf_counter() - start) * 1000)
        if deliver(event_of(rif, "rif.publish").pk, at=timezone.now()) < told:
            raise RuntimeError("Somebody was not told.")
        inboxes.all.append((time.perf_counter() - start) * 1000)

    def one_at_a_time() -> None:
        with behind_wall(system_actor()):
            for notice in notices("singly"):
                notice.save(force_insert=True)

    memory, taken = Memory(), in_turn({"floor": floor, "ours": ours}, rounds)
    bare = Times([whole - away for whole, away in zip(taken["floor"].all, taken_away[2:], strict=True)])
    peer = in_turn({"peer": one_at_a_time}, 1, 0)["peer"].p50
    title, met = f"publish to {ORGANISATIONS} × {PEOPLE}: all inboxes", inboxes.p50 <= 5 * bare.p50
    table.add(title, inboxes, floor=bare.p50, peer=peer, rows=told, peak=memory.peak, aim="≤ 5×, < 5 s", met=met)
    table.add("publish: the click itself", click, floor=bare.p50, rows=ORGANISATIONS, aim="≤ 5×")


def notices_of(rif: Any) -> tuple[Any, int]:
    """Makes the notices that everybody would get of this RIF, under a kind; and how many these are."""
    from apps.accounts.models import Membership
    from apps.notifications.models import Notice

    told = list(Membership.objects.filter(roles=["ANALYST"]).values_list("user_id", "organisation_id"))
    event = event_of(rif, "rif.create")

    def notices(kind: str) -> list[Any]:
        return [
            Notice(
                event_id=event.pk, kind=kind, recipient_id=user, organisation_id=organisation, at=event.at,
                subject_type="rifs.rif", subject_id=rif.pk, reference=rif.reference,
            )
            for user, organisation in told
        ]  # fmt: skip

    return notices, len(told)


def bulk_and_back(notices: list[Any]) -> float:
    """Insert the notices at once and take them away again; how many milliseconds the latter took."""
    from apps.notifications.models import Notice

    made = Notice.objects.bulk_create(notices, batch_size=2_000)
    start = time.perf_counter()
    Notice.objects.filter(pk__in=[notice.pk for notice in made]).delete()
    return (time.perf_counter() - start) * 1000


def event_of(rif: Any, kind: str) -> Any:
    """Its event of this kind."""
    from apps.audit.models import Event
    from apps.kernel.actor import system_actor
    from apps.kernel.wall import behind_wall

    with behind_wall(system_actor()):
        return Event.objects.get(subject_type="rifs.rif", subject_id=rif.pk, kind=kind)


def recording(table: Any, owner: Link, world: dict[str, Any], rounds: int) -> None:
    """One event in the chain against the same row in a table without a chain."""
    from _measure import Memory, in_turn
    from django.db import connection
    from django.utils import timezone

    from apps.audit import models
    from apps.audit.record import record
    from apps.kernel.actor import system_actor
    from apps.kernel.wall import behind_wall

    owner.execute("CREATE TABLE plain_event (LIKE audit_event INCLUDING ALL)")
    owner.execute(f'GRANT ALL ON plain_event TO "{connection.settings_dict["USER"]}"')

    class Plain(models.Link):
        """The same columns, without number, hash and order."""

        class Meta(models.Link.Meta):
            app_label, db_table, managed = "audit", "plain_event", False

    by, memory, data = world["officer"], Memory(), {"fields": ["title", "summary"]}
    who = {"actor_id": by.user_id, "actor_name": by.name, "organisation_id": by.organisation_id}

    def plain() -> None:
        with behind_wall(system_actor()):
            Plain.objects.create(kind="benchmark.edit", at=timezone.now(), data=data, **who)

    def chained() -> None:
        with behind_wall(system_actor()):
            record("benchmark.edit", None, by=by, at=timezone.now(), data=data)

    taken = in_turn({"floor": plain, "ours": chained}, rounds, 5)
    floor, ours = taken["floor"].p50, taken["ours"]
    met = ours.p50 <= 2 * floor
    table.add("event, hash-chained", ours, floor=floor, rows=1, peak=memory.peak, aim="≤ 2×", met=met)


def ingestion(table: Any, folder: Path) -> None:
    """RASFF 2024 through the domain's actions, first a quarter of its rows, then the others; then all again."""
    from _measure import Memory, Times
    from django.utils import timezone

    from apps.exchange.importers.run import SOURCES, ingest
    from apps.organisations.models import Organisation

    if not ALERTS.exists():
        print(f"No alerts are taken in: {ALERTS.name} is not beside the project.")
        return
    with gzip.open(ALERTS, "rt", newline="", encoding="utf-8") as source:
        head, *rows = list(csv.reader(source))
    parts = {"a quarter": rows[: len(rows) // 4], "the other rows": rows[len(rows) // 4 :], "all again, known": rows}
    commission, each = Organisation.objects.get(code="TAXUD"), {}
    for name, part in parts.items():
        file, memory, start = folder / "alerts.csv", Memory(), time.perf_counter()
        with file.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows([head, *part])
        report = ingest(file, SOURCES["rasff"], on_behalf_of=commission, at=timezone.now())
        taken = Times([(time.perf_counter() - start) * 1000])
        each[name] = taken.p50 / len(part)
        print(f"  {name}: {report}; {each[name]:.2f} ms a row")
        table.add(f"RASFF 2024: {name}", taken, rows=len(part), peak=memory.peak, aim="< 60 s", met=taken.p50 < 60_000)
    print(f"  a later row costs {each['the other rows'] / each['a quarter']:.2f}× an early one")


if __name__ == "__main__":
    main()
