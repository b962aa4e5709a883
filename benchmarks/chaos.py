"""Acknowledging while everything is killed: nothing lost, nothing doubled.

    python benchmarks/chaos.py [ACKNOWLEDGEMENTS]

Starts a portal of its own, publishes RIFs to all Member States, and acknowledges each delivery over the API
from eight threads while web, worker, scheduler, broker and database are killed with SIGKILL in turn and the
broker is emptied. The client keeps what the portal confirmed and compares it with the database afterwards.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
#: (RIF, Member State, key)
Task = tuple[str, str, str]


def main() -> None:
    """Start, publish, acknowledge under fire, compare; exit code 1 when anything was lost or doubled."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = tempfile.mkdtemp(prefix="vedette-chaos-")
    Path(folder).chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {"PORTAL_DATA": folder, "PORTAL_DEMO": "0", "PORT": str(port), "PORTAL_API_RATE": "1000000/min"}
    supervisor = subprocess.Popen([sys.executable, "-m", "portal.supervisor"], cwd=ROOT, env=dict(os.environ))
    try:
        from _victims import Killer, until_well

        address = f"http://127.0.0.1:{port}"
        until_well(address, 120)
        tasks = publish(wanted)
        killer, start = Killer(supervisor.pid, seed=1), time.monotonic()
        killer.start()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda task: acknowledge(port, task), tasks))
        killer.over.set()
        killer.join()
        seconds, recovery = time.monotonic() - start, until_well(address, 120)
        ok = compare(tasks, answers, wanted)
        kills = ", ".join(f"{name} {count}" for name, count in sorted(killer.kills.items()))
        print(f"killed: {kills}; {seconds:.0f} s under fire, well again {recovery:.1f} s after the last kill")
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(60)
    sys.exit(0 if ok else 1)


def publish(wanted: int) -> list[Task]:
    """RIFs to all Member States until there are `wanted` deliveries, and a key for each of these."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    from django.utils import timezone

    from apps.rifs import actions

    officer, second, keys = populate()
    tasks: list[Task] = []
    while len(tasks) < wanted:
        form = {
            "title": "Airbags declared as covers", "summary": "Seen thrice.", "language": "en", "kind": "ALERT",
            "nature": "SECURITY_SAFETY", "areas": ["5"], "legal_ground": "46_5_B", "urgency": "3", "tlp": "AMBER",
            "action": "PROFILE", "goods": [{"commodity": "870895"}],
            "modus_operandi": ["OTHER"], "targeting": [{"element": "18 09", "operator": "=", "value": "870895"}], "for_action": ["ALL_MEMBER_STATES"],
        }  # fmt: skip
        rif = actions.draft(by=officer, at=timezone.now(), content=form)
        actions.submit(rif, by=officer, at=timezone.now())
        actions.publish(rif, by=second, at=timezone.now())
        tasks += [(rif.reference, code, key) for code, key in keys.items()]
    return tasks[:wanted]


def populate() -> tuple[Any, Any, dict[str, str]]:
    """An officer and a second person of Italy, and an analyst and a key of each other Member State."""
    from django.utils import timezone

    from apps.accounts.actions import make_key
    from apps.accounts.actors import person
    from apps.accounts.models import Membership, User
    from apps.organisations.base import load_organisations
    from apps.reference.base import load_base
    from apps.rifs.targets import load_targets

    load_base()
    organisations, _targets = load_organisations(), load_targets()
    now = timezone.now()

    def join(name: str, code: str, role: str) -> Any:
        user = User.objects.create_user(f"{name}@{code.lower()}.example", None, name=f"{name} {code}")
        membership = Membership.objects.create(
            user=user, organisation=organisations[code], roles=[role], valid_from=date(2024, 1, 1), approved_by="run"
        )
        return person(user, membership, timezone.localdate())

    keys, scopes, until = {}, ["rif:read", "rif:acknowledge"], now + timedelta(days=2)
    for code in [o.code for o in organisations.values() if o.kind == "MEMBER_STATE" and o.code != "IT"]:
        join("analyst", code, "ANALYST")
        admin = join("admin", code, "USER_ADMIN")
        keys[code] = make_key(by=admin, at=now, name="chaos", scopes=scopes, expires_at=until).secret
    return join("officer", "IT", "OFFICER"), join("second", "IT", "COORDINATOR"), keys


def acknowledge(port: int, task: Task) -> int:
    """Send it until the portal has confirmed it; how often it had to be sent."""
    reference, code, key = task
    path = f"/api/v1/rifs/{reference.removeprefix('RIF/')}/acknowledge/"
    headers = {
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": f"{reference}-{code}",
        "Content-Type": "application/json",
    }
    for attempt in range(1, 1_000):
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            link.request("POST", path, b"{}", headers)
            status = link.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            link.close()
        if status == 200:
            return attempt
        if status and status < 500:
            raise RuntimeError(f"{reference} for {code}: {status}")
        time.sleep(0.2)
    raise RuntimeError(f"{reference} for {code} was never confirmed")


def compare(tasks: list[Task], attempts: list[int], wanted: int) -> bool:
    """What the client was told against what the database holds, and the notices when the queue is swept."""
    from django.db import connection, connections
    from django.utils import timezone

    from apps.kernel.actor import system_actor
    from apps.kernel.wall import behind_wall
    from apps.notifications.actions import sweep

    connections.close_all()
    while sweep(at=timezone.now()):
        pass
    audit = subprocess.run([sys.executable, "manage.py", "audit_verify"], cwd=ROOT, capture_output=True, check=False)

    def number(statement: str) -> int:
        with behind_wall(system_actor()), connection.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone()
            return int(row[0]) if row else 0

    figures = {
        "confirmed": len(tasks),
        "sent again": sum(attempts) - len(attempts),
        "in the ledger": number("SELECT count(*) FROM rifs_delivery WHERE acknowledged_at IS NOT NULL"),
        "events": number("SELECT count(*) FROM audit_event WHERE kind = 'rif.acknowledge'"),
        "counters": number("SELECT sum(acknowledged) FROM rifs_rif"),
        "notices": number("SELECT count(*) FROM notifications_notice WHERE kind = 'rif.publish'"),
        "notices due": number("SELECT count(*) FROM rifs_delivery"),
        "untold": number(
            "SELECT count(*) FROM audit_event e WHERE kind = 'rif.publish'"
            " AND NOT EXISTS (SELECT 1 FROM notifications_told t WHERE t.event_id = e.id)"
        ),
        "audit chain faults": audit.returncode,
    }
    print(json.dumps(figures))
    same = figures["in the ledger"] == figures["events"] == figures["counters"] == wanted
    return (
        same and figures["notices"] == figures["notices due"] and not figures["untold"] + figures["audit chain faults"]
    )


if __name__ == "__main__":
    main()
