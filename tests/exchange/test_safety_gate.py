"""Safety Gate alerts become RIFs: each once, for all participants, and what is damaged is located."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.audit.models import Event
from apps.exchange.importers.run import SOURCES, Ingestion, ingest
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.reference.report import TableError
from apps.rifs.content import findings
from apps.rifs.models import Urgency
from tests.exchange.conftest import LATER, NOW, Organisations, all_rifs, places, seen_by

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "b_alerts" / "safety_gate_alerts.csv"
ROW = {
    "alert_number": "A12/00108/24",
    "product_name": "Hair dryer",
    "product_category": "Electrical appliances and equipment",
    "brand": "Maestro",
    "product_description": "Travel 7",
    "type": "Consumer",
    "country_of_origin": "People's Republic of China",
    "risk_type": "Electric shock, Fire",
    "risk_description": "The insulation is inadequate.",
    "measures_authorities": "Category of measure(s): Recall\nDate of entry into force: 01/08/2024\n\nAgain: Ban",
    "notifying_country": "The Netherlands",
    "company_recall_code": "KLN",
    "production_dates": "2023",
    "_seed": "2025-01-17",
    "barcode": "4006381333931\n4006381333948",
    "batch_number": "B1\nB2",
}
Take = Callable[..., Ingestion]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a list of alerts, each the usual one with some columns changed; `tail` is added as bytes."""

    def write(*changes: dict[str, str], tail: bytes = b"") -> Path:
        path = tmp_path / "alerts.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, list(ROW), lineterminator="\n")
            table.writeheader()
            table.writerows(ROW | change for change in changes)
        path.write_bytes(path.read_bytes() + tail)
        return path

    return write


@pytest.fixture
def take(organisations: Organisations) -> Take:
    """Ingests a file on behalf of the Commission."""

    def run(path: Path, at: datetime = NOW) -> Ingestion:
        return ingest(path, SOURCES["safety_gate"], on_behalf_of=organisations["TAXUD"], at=at)

    return run


def number_of_events() -> int:
    with behind_wall(system_actor()):
        return Event.objects.count()


def test_an_alert_becomes_a_published_rif_for_all_participants(
    file: Callable[..., Path], take: Take, organisations: Organisations
) -> None:
    report = take(file({}))
    (rif,) = all_rifs()
    assert (report.accepted, report.rejected, report.doubted) == (1, [], [])
    assert (rif.issuer.code, rif.status, rif.network, rif.network_reference) == (
        "NL",
        "PUBLISHED",
        "Safety Gate",
        "A12/00108/24",
    )
    assert rif.title == "Hair dryer, Maestro Travel 7: electric shock, fire"
    assert (rif.areas, rif.nature, rif.tlp, rif.urgency) == ([5], "SECURITY_SAFETY", "CLEAR", Urgency.URGENT)
    assert rif.published_at == datetime(2025, 1, 16, 23, 0, tzinfo=UTC)
    assert rif.published_by == "Safety Gate import for TAXUD"
    goods = [(row["gtin"], row["origin"], row["brand"], row["batch"]) for row in rif.rows("goods")]
    assert goods == [(code, "CN", "Maestro Travel 7", "B1, B2") for code in ("4006381333931", "4006381333948")]
    assert "Again: Ban." in rif.content["summary"]
    assert [fault.path for fault in findings(rif.content, NOW.date()) if fault.is_error] == []
    seen = {code for code, organisation in organisations.items() if seen_by(organisation)}
    members = {code for code, organisation in organisations.items() if organisation.kind == "MEMBER_STATE"}
    assert seen == members | {"NO"}


def test_an_alert_without_notifying_country_is_issued_by_the_importing_organisation(
    file: Callable[..., Path], take: Take
) -> None:
    report = take(file({"notifying_country": ""}, {"alert_number": "A12/00109/24", "notifying_country": "Iceland"}))
    assert [rif.issuer.code for rif in all_rifs()] == ["TAXUD", "TAXUD"]
    assert "Notified by: not said in the file." in all_rifs()[0].content["summary"]
    assert report.outside == {"Iceland": 1}


@pytest.mark.parametrize(("number", "urgency"), [("SR/00108/24", Urgency.URGENT), ("OR/00108/24", Urgency.ROUTINE)])
def test_the_number_says_how_serious_the_risk_is(
    file: Callable[..., Path], take: Take, number: str, urgency: Urgency
) -> None:
    take(file({"alert_number": number}))
    assert all_rifs()[0].urgency == urgency


def test_a_second_run_changes_nothing(file: Callable[..., Path], take: Take) -> None:
    path = file({}, {"alert_number": "A12/00109/24"})
    take(path)
    before = number_of_events()
    again = take(path, LATER)
    assert (again.accepted, again.updated, again.unchanged) == (0, 0, 2)
    assert number_of_events() == before == 2


def test_a_changed_alert_is_renewed(file: Callable[..., Path], take: Take) -> None:
    take(file({}))
    assert take(file({"risk_description": "It burns."}), LATER).updated == 1
    assert "Why: It burns." in all_rifs()[0].content["summary"]


def test_a_number_that_stands_twice_for_one_product_keeps_the_codes_of_both(
    file: Callable[..., Path], take: Take
) -> None:
    report = take(file({}, {"barcode": "4006381333955"}))
    assert (report.accepted, [(row.line, row.field) for row in report.joined]) == (1, [(8, "alert_number")])
    assert len(all_rifs()[0].rows("goods")) == 3


def test_a_number_that_stands_twice_for_another_product_is_refused(file: Callable[..., Path], take: Take) -> None:
    report = take(file({}, {"product_name": "Toy"}))
    assert (report.accepted, places(report)) == (1, [(8, "alert_number")])
    assert "line 2" in report.rejected[0].reason


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("alert_number", "A12-108", "is not an alert number"),
        ("alert_number", "A12/00108/26", "later year"),
        ("product_name", "", "is empty"),
        ("notifying_country", "Itly", "perhaps “Italy” was meant"),
        ("_seed", "17.01.2025", "is not a date"),
        ("_seed", "2042-01-17", "in the future"),
    ],
)
def test_a_bad_field_is_located_and_the_other_rows_are_taken(
    file: Callable[..., Path], take: Take, column: str, value: str, reason: str
) -> None:
    one_line = {"measures_authorities": "", "barcode": "", "batch_number": ""}
    bad = {"alert_number": "A12/00109/24"} | one_line | {column: value}
    report = take(file(one_line, bad, one_line | {"alert_number": "A12/00110/24"}))
    assert (report.accepted, places(report)) == (2, [(3, column)])
    assert reason in report.rejected[0].reason


def test_an_unknown_origin_and_a_code_that_is_no_trade_item_number_are_kept_and_told(
    file: Callable[..., Path], take: Take
) -> None:
    report = take(file({"country_of_origin": "Atlantis", "barcode": "X001N2FNJP"}))
    assert [(doubt.line, doubt.field) for doubt in report.doubted] == [(2, "barcode"), (2, "country_of_origin")]
    assert "Other codes on the product: X001N2FNJP." in all_rifs()[0].content["summary"]
    assert all_rifs()[0].rows("goods")[0]["gtin"] == ""


def test_an_origin_that_the_list_calls_unknown_is_no_doubt(file: Callable[..., Path], take: Take) -> None:
    assert take(file({"country_of_origin": "Unknown"})).doubted == []


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b'A12/00109/24,"Toy\nand its\n', "quotation mark"),
        (b"A12/00109/24,Toy\n", "2 fields"),
        (b"A12/00109/24,Toy \xff" + b"," * 14 + b"\n", "not UTF-8"),
        ("A12/00109/24,TÃ¼te".encode() + b"," * 14 + b"\n", "encoded twice"),
    ],
)
def test_a_damaged_row_costs_only_itself(
    file: Callable[..., Path], take: Take, tail: bytes, reason: str, tmp_path: Path
) -> None:
    flat = {"measures_authorities": "", "barcode": "", "batch_number": ""}
    path = file({})
    whole = file(flat | {"alert_number": "A12/00110/24"}).read_bytes().splitlines(keepends=True)[1]
    path = file({}, tail=tail + whole)
    report = take(path)
    assert (report.accepted, places(report)) == (2, [(8, "line")])
    assert reason in report.rejected[0].reason


def test_a_list_of_another_network_is_refused_as_a_whole(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("reference,subject\n2024.0010,Figs\n")
    with pytest.raises(TableError, match="lacks: alert_number"):
        take(path)


def test_the_command_knows_the_network(
    file: Callable[..., Path], organisations: Organisations, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ingest", "safety_gate", str(file({})), "--as", "TAXUD", "--json")
    assert json.loads(capsys.readouterr().out)["accepted"] == 1


@pytest.mark.data
@pytest.mark.skipif(not REAL.exists(), reason="the Safety Gate alerts are not on this machine")
def test_the_real_list_is_taken_whole_and_a_second_time_changes_nothing(
    take: Take, organisations: Organisations
) -> None:
    with REAL.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    first = take(REAL)
    assert (first.rows, first.accepted, first.rejected) == (len(rows), len(rows), [])
    named = {row["alert_number"] for row in rows if row["notifying_country"] == "France"}
    assert {rif.network_reference for rif in all_rifs() if rif.issuer.code == "FR"} == named
    assert seen_by(organisations["MT"]) == len(rows)
    before = number_of_events()
    assert take(REAL, LATER).unchanged == len(rows)
    assert number_of_events() == before
