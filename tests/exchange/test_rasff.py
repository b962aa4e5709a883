"""RASFF notifications become RIFs: each once, and nobody who is not named is told."""

import csv
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import Event
from apps.exchange.importers import rasff
from apps.exchange.importers.names import directory
from apps.exchange.importers.run import importer_for
from apps.exchange.importers.words import shortened
from apps.kernel.actor import system_actor
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Agreement
from apps.reference.report import FieldError
from apps.rifs import actions
from apps.rifs.models import Delivery, Urgency
from tests.exchange.conftest import LATER, NOW, ROW, Organisations, Write, all_rifs, places, reader, seen_by

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "b_alerts" / "rasff_2024.csv.gz"


# ── What a row becomes ───────────────────────────────────────────────────────────────


def test_a_row_becomes_a_published_rif_of_the_notifying_customs(
    write: Write, bring: Any, organisations: Organisations
) -> None:
    report = bring(write({}))
    (rif,) = all_rifs()
    assert (report.accepted, report.rejected, report.doubted) == (1, [], [])
    assert (rif.issuer.code, rif.status, rif.network, rif.network_reference) == (
        "IT",
        "PUBLISHED",
        "RASFF",
        "2024.0010",
    )
    assert rif.for_action == [organisations["DE"].pk]
    assert rif.for_information == sorted(organisations[code].pk for code in ("EL", "CH"))
    assert rif.published_at == datetime(2024, 1, 2, 9, 21, 9, tzinfo=UTC)
    assert rif.published_by == "RASFF import for TAXUD"
    assert (rif.areas, rif.nature, rif.tlp, rif.urgency) == ([4], "SECURITY_SAFETY", "GREEN", Urgency.URGENT)
    assert rif.content["kind"] == "ALERT"
    assert rif.content["action"] == "PROFILE"
    assert [row["origin"] for row in rif.rows("goods")] == ["TR"]
    assert [row["countries"] for row in rif.rows("route")] == ["TR"]


def test_the_form_of_an_alert_has_no_fault_but_warnings(write: Write, bring: Any) -> None:
    from apps.rifs.content import findings

    bring(write({"origin": "Türkiye,China,Bonaire, Sint Eustatius and Saba", "subject": "word " * 80}))
    (rif,) = all_rifs()
    assert [fault.path for fault in findings(rif.content, NOW.date()) if fault.is_error] == []
    assert len(rif.title) <= 140
    assert rif.title.endswith("word…")
    assert [row["origin"] for row in rif.rows("goods")] == ["BQ", "CN", "TR"]


def test_who_takes_no_part_in_the_portal_stands_in_the_summary(write: Write, bring: Any) -> None:
    report = bring(write({}))
    (rif,) = all_rifs()
    assert "For follow-up, outside this portal: Türkiye." in rif.content["summary"]
    assert "For attention, outside this portal: INFOSAN." in rif.content["summary"]
    assert report.outside == {"Andorra": 1, "INFOSAN": 1, "Türkiye": 1}


def test_only_the_named_see_it(write: Write, bring: Any, organisations: Organisations) -> None:
    bring(write({}))
    seen = {code for code, organisation in organisations.items() if seen_by(organisation)}
    assert seen == {"IT", "DE", "EL", "CH"}


def test_an_alert_of_a_country_without_customs_in_the_portal_is_issued_by_the_importing_organisation(
    write: Write, bring: Any
) -> None:
    bring(
        write({"notifying_country": "Iceland"}, {"notifying_country": "European Commission", "reference": "2024.0011"})
    )
    iceland, commission = all_rifs()
    assert iceland.issuer.code == commission.issuer.code == "TAXUD"
    assert "Notified by: Iceland." in iceland.content["summary"]


def test_an_alert_for_nobody_is_seen_by_its_issuer_only(write: Write, bring: Any, organisations: Organisations) -> None:
    bring(write({"distribution": "Italy", "forAttention": "INFOSAN", "forFollowUp": ""}))
    assert {code for code, organisation in organisations.items() if seen_by(organisation)} == {"IT"}
    assert all_rifs()[0].content["action"] == "INFORMATION"


def test_whom_no_agreement_covers_is_not_told_though_the_network_names_them(
    write: Write, bring: Any, organisations: Organisations
) -> None:
    swiss = Agreement.objects.filter(organisation=organisations["CH"])
    swiss.update(valid_to="2025-12-31")
    bring(write({}))
    assert not seen_by(organisations["CH"])
    with behind_wall(system_actor()):
        assert Event.objects.get().data["withheld_from"] == ["CH"]
    swiss.update(valid_to=None)


@pytest.mark.parametrize(
    ("classification", "decision", "urgency", "action"),
    [
        ("alert notification", "no risk", Urgency.URGENT, "PROFILE"),
        ("border rejection notification", "serious", Urgency.URGENT, "CONTROL"),
        ("border rejection notification", "potential risk", Urgency.ROUTINE, "CONTROL"),
        ("information notification for attention", "serious", Urgency.ROUTINE, "PROFILE"),
        ("information notification for follow-up", "serious", Urgency.ROUTINE, "PROFILE"),
    ],
)
def test_the_classification_decides_urgency_and_requested_action(
    classification: str, decision: str, urgency: Urgency, action: str
) -> None:
    row = ROW | {"classification": classification, "risk_decision": decision}
    notification = rasff.read(row, 2, directory(), NOW)
    assert rasff.urgency_of(notification) == urgency
    assert rasff.action_of(notification, ["DE"]) == action


def test_one_event_tells_when_it_was_notified_and_when_it_came(write: Write, bring: Any) -> None:
    bring(write({}))
    with behind_wall(system_actor()):
        event = Event.objects.get()
        delivery = Delivery.objects.order_by("pk").first()
    assert (event.kind, event.actor_name) == ("rif.take_over", "RASFF import for TAXUD")
    assert event.at == datetime(2024, 1, 2, 9, 21, 9, tzinfo=UTC)
    assert event.data["brought_in_at"] == NOW.isoformat()
    assert delivery is not None
    assert delivery.delivered_at == event.at


# ── The same again ───────────────────────────────────────────────────────────────────


def test_a_second_run_changes_nothing(write: Write, bring: Any) -> None:
    path = write({}, {"reference": "2024.0011"})
    bring(path)
    before = [(rif.pk, rif.content, rif.audience) for rif in all_rifs()]
    report = bring(path, LATER)
    assert (report.accepted, report.updated, report.unchanged) == (0, 0, 2)
    assert [(rif.pk, rif.content, rif.audience) for rif in all_rifs()] == before
    with behind_wall(system_actor()):
        assert Event.objects.count() == 2


def test_a_reference_that_stands_twice_reaches_everybody_named_in_either_row(
    write: Write, bring: Any, organisations: Organisations
) -> None:
    again = {"forFollowUp": "France", "distribution": "", "classification": "information notification for attention"}
    path = write(again, {"reference": "2024.0011"}, {})
    report = bring(path)
    assert (report.accepted, [joined.line for joined in report.joined]) == (2, [4])
    rif = all_rifs()[0]
    assert rif.for_action == sorted(organisations[code].pk for code in ("DE", "FR"))
    assert rif.content["kind"] == "ALERT"
    assert bring(path, LATER).unchanged == 2
    assert bring(write({}, again), LATER).unchanged == 1


@pytest.mark.parametrize("change", [{"notifying_country": "Spain"}, {"date": "2024-01-02 10:21:10"}])
def test_a_doubled_reference_of_another_alert_is_refused_and_shows_nobody_the_first(
    write: Write, bring: Any, organisations: Organisations, change: dict[str, str]
) -> None:
    report = bring(write({}, {"forFollowUp": "Poland"} | change))
    assert (report.accepted, places(report)) == (1, [(3, "reference")])
    assert not seen_by(organisations["PL"])


def test_a_changed_alert_is_renewed_and_delivered_to_the_newly_named_from_now(
    write: Write, bring: Any, organisations: Organisations
) -> None:
    bring(write({}))
    report = bring(write({"forFollowUp": "Germany,France,Greece", "distribution": ""}), LATER)
    assert (report.accepted, report.updated) == (0, 1)
    (rif,) = all_rifs()
    with behind_wall(system_actor()):
        rows = {row.organisation.code: row for row in rif.deliveries.select_related("organisation").order_by("pk")}
    assert {code for code, row in rows.items() if row.for_action} == {"DE", "FR", "EL"}
    assert rif.addressed == len(rows) == 4
    assert rows["FR"].delivered_at == LATER
    assert rows["DE"].delivered_at < LATER


def test_whoever_was_told_is_not_untold(write: Write, bring: Any, organisations: Organisations) -> None:
    bring(write({}))
    bring(write({"forFollowUp": "", "distribution": "", "forAttention": ""}), LATER)
    assert seen_by(organisations["DE"]) == 1
    assert all_rifs()[0].for_action == []


def test_an_alert_that_changed_its_notifier_is_refused(write: Write, bring: Any) -> None:
    bring(write({}))
    report = bring(write({"notifying_country": "Spain"}, {"reference": "2024.0011"}), LATER)
    assert (report.accepted, places(report)) == (1, [(2, "issuer")])


def test_what_the_issuer_has_closed_is_not_renewed(write: Write, bring: Any, cast: Any) -> None:
    bring(write({}))
    actions.close(all_rifs()[0], by=cast.italian_analyst.actor, at=NOW, outcome="All withdrawn.")
    report = bring(write({"subject": "Something else"}, {"reference": "2024.0011"}), LATER)
    assert (report.accepted, places(report)) == (1, [(2, "row")])


# ── Who, and the command ─────────────────────────────────────────────────────────────


def test_only_the_commission_brings_alerts_in(organisations: Organisations) -> None:
    with pytest.raises(Refused):
        importer_for(organisations["DE"], "RASFF")


def test_without_the_permission_nothing_is_written(organisations: Organisations) -> None:
    notification = rasff.read(ROW, 2, directory(), NOW)
    with pytest.raises(Refused):
        actions.transcribe(
            rasff.content_of(notification, organisations["IT"]),
            issuer=organisations["IT"],
            for_action=notification.for_action(),
            for_information=[],
            network="RASFF",
            network_reference="2024.0010",
            by=reader(organisations["DE"]),
            at=notification.moment,
            brought_in_at=NOW,
        )
    assert all_rifs() == []


def test_the_command_prints_and_keeps_the_report(
    write: Write, tmp_path: Path, organisations: Organisations, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "report.json"
    path = write({}, {"reference": "x"})
    call_command("ingest", "rasff", str(path), "--as", "COM", "--json", "--report", str(kept))
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(kept.read_text(encoding="utf-8"))
    assert (printed["rows"], printed["accepted"], printed["rejected"][0]["line"]) == (2, 1, 3)
    call_command("ingest", "rasff", str(path), "--as", "com")
    out = capsys.readouterr()
    assert "0 accepted, 0 updated, 1 unchanged" in out.out
    assert "line 3, reference" in out.err


@pytest.mark.parametrize(("file", "code"), [("missing.csv", "COM"), ("rasff.csv", "NOBODY"), ("rasff.csv", "DE")])
def test_the_command_says_what_is_wrong_with_its_arguments(
    write: Write, organisations: Organisations, file: str, code: str
) -> None:
    path = write({})
    with pytest.raises(CommandError):
        call_command("ingest", "rasff", str(path.with_name(file)), "--as", code)


def test_a_title_is_cut_between_words() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("one two three", 13) == "one two three"
    assert shortened("x" * 20, 10) == "x" * 9 + "…"


def test_rows_of_different_alerts_are_not_merged() -> None:
    first = rasff.read(ROW, 2, directory(), NOW)
    other = rasff.read(ROW | {"notifying_country": "Spain"}, 3, directory(), NOW)
    with pytest.raises(FieldError, match="line 2"):
        rasff.merge(first, other)


# ── The real year ────────────────────────────────────────────────────────────────────

CODES = {"Italy": "IT", "Germany": "DE", "Greece": "EL", "Czech Republic": "CZ", "Malta": "MT"}


@pytest.mark.data
@pytest.mark.skipif(not REAL.exists(), reason="the RASFF notifications of 2024 are not on this machine")
def test_each_member_state_sees_exactly_what_the_file_says(bring: Any, organisations: Organisations) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as source:
        for row in csv.DictReader(source):
            for column in ("notifying_country", "distribution", "forAttention", "forFollowUp"):
                for name in row[column].split(","):
                    named[name.strip()].add(row["reference"])
    first = bring(REAL)
    assert (first.rows, first.accepted, len(first.joined), first.rejected) == (5389, 5364, 25, [])
    for name, code in CODES.items():
        assert seen_by(organisations[code]) == len(named[name]), name
    with behind_wall(system_actor()):
        events = Event.objects.count()
    second = bring(REAL, LATER)
    assert (second.accepted, second.updated, second.unchanged) == (0, 0, 5364)
    with behind_wall(system_actor()):
        assert Event.objects.count() == events == 5364
