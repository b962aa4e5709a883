"""Files of RASFF notifications, and who sees what became of them."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.accounts.matrix import Permission
from apps.exchange.importers.run import SOURCES, Ingestion, ingest
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.rifs.models import Rif

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ROW = {
    "reference": "2024.0010",
    "category": "fruits and vegetables",
    "type": "food",
    "subject": "Aflatoxins in dried figs from Türkiye",
    "date": "2024-01-02 10:21:09",
    "notifying_country": "Italy",
    "classification": "alert notification",
    "risk_decision": "serious",
    "distribution": "Greece,Andorra",
    "forAttention": "INFOSAN,Switzerland",
    "forFollowUp": "Germany,Türkiye",
    "operator": "Italy,Türkiye",
    "origin": "Türkiye",
    "hazards": "Aflatoxin B1  ,aflatoxin total",
    "year": "2024",
    "week": "1",
}
Organisations = dict[str, Organisation]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of rows, each the usual row with some columns changed; `tail` is added as bytes."""

    def file(*changes: dict[str, str], tail: bytes = b"", columns: list[str] | None = None) -> Path:
        path = tmp_path / "rasff.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, columns or list(ROW), lineterminator="\n", extrasaction="ignore")
            table.writeheader()
            table.writerows(ROW | change for change in changes)
        path.write_bytes(path.read_bytes() + tail)
        return path

    return file


@pytest.fixture
def bring(organisations: Organisations) -> Callable[..., Ingestion]:
    """Ingests a file on behalf of the Commission."""

    def run(path: Path, at: datetime = NOW) -> Ingestion:
        return ingest(path, SOURCES["rasff"], on_behalf_of=organisations["TAXUD"], at=at)

    return run


def reader(organisation: Organisation) -> Actor:
    """Somebody of the organisation who may read RIFs."""
    return Actor(
        user_id=None,
        name="a reader",
        organisation_id=organisation.pk,
        organisation_code=organisation.code,
        organisation_name=organisation.name,
        audiences=frozenset({organisation.pk}),
        permissions=frozenset({Permission.RIF_READ}),
    )


def seen_by(organisation: Organisation) -> int:
    """How many RIFs the organisation sees, behind both walls."""
    actor = reader(organisation)
    with behind_wall(actor):
        assert Rif.objects.count() == Rif.objects.visible_to(actor).count()
        return Rif.objects.visible_to(actor).count()


def all_rifs() -> list[Rif]:
    with behind_wall(system_actor()):
        return list(Rif.objects.select_related("issuer").order_by("network_reference"))


def places(report: Ingestion) -> list[tuple[int, str]]:
    return [(rejection.line, rejection.field) for rejection in report.rejected]
