"""What may be asked of whom, about what, until when; every fault is told at its field."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.inquiries.models import Inquiry
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Agreement, Organisation, Unit
from apps.rifs import actions as rifs
from tests.conftest import Publish, content
from tests.inquiries.conftest import Ask

NOW = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)  # a Friday


def faults(ask: Ask, **changed: Any) -> dict[str, str]:
    """What stands against such a request, by field."""
    with pytest.raises(Refused) as refused:
        ask(**changed)
    assert refused.value.kind == Kind.RULE
    return {refusal.field: str(refusal.reason) for refusal in refused.value.refusals}


def test_a_request_is_sent_with_one_event_and_a_number_nobody_can_count_by(cast: SimpleNamespace, ask: Ask) -> None:
    made = [ask(at=NOW) for _number in range(4)]
    assert all(inquiry.reference.startswith("REQ/DE/2026/") for inquiry in made)
    numbers = [int(inquiry.reference[-6:]) for inquiry in made]
    assert {after - before for before, after in pairwise(numbers)} != {1}
    with behind_wall(cast.german_analyst.actor):
        assert Event.objects.filter(kind="inquiry.ask", subject_id=made[0].pk).count() == 1


def test_without_a_day_it_is_due_in_five_working_days_of_the_addressee(ask: Ask) -> None:
    austria = ask(addressee="AT", at=NOW).due_at.astimezone(ZoneInfo("Europe/Vienna"))
    italy = ask(at=NOW).due_at.astimezone(ZoneInfo("Europe/Rome"))
    assert italy.isoformat() == "2026-10-30T23:59:59+01:00"
    assert austria.date() == date(2026, 11, 2), "the national holiday of 26 October does not count"


def test_a_named_day_ends_in_the_time_zone_of_the_addressee(ask: Ask) -> None:
    late = datetime(2026, 10, 23, 21, 30, tzinfo=UTC)  # already Saturday in Finland, still Friday in Ireland
    assert ask(addressee="IE", due_on=date(2026, 10, 23), at=late).due_at > late
    assert "passed already" in faults(ask, addressee="FI", due_on=date(2026, 10, 23), at=late)["due_on"]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"due_on": date(2026, 10, 22)}, "due_on", "passed already"),
        ({"due_on": date(9999, 12, 31)}, "due_on", "more than a year"),
        ({"title": " \u200b "}, "title", "few words"),
        ({"text": "\n \u202e"}, "text", "Write what"),
        ({"addressee": "DE"}, "addressee", "than your own"),
        ({"addressee": "TRADER-IT"}, "addressee", "economic operators"),
        ({"person": "nobody@it.example"}, "person", "Nobody at Italy"),
        ({"person": "italian_admin@it.example"}, "person", "Nobody at Italy"),
        ({"person": "french_analyst@fr.example"}, "person", "Nobody at Italy"),
        ({"rif": "RIF/IT/2026/000000"}, "rif", "both you and the addressee"),
        ({"rif": "no reference"}, "rif", "both you and the addressee"),
        ({"agency": "ECHA"}, "agency", "Only a request for consent"),
        ({"purpose": "CONSENT"}, "rif", "Name the RIF"),
        ({"purpose": "CONSENT"}, "agency", "Name the agency"),
    ],
)
def test_bad_input_is_told_at_its_field(ask: Ask, changed: dict[str, Any], field: str, words: str) -> None:
    assert words in faults(ask, at=NOW, **changed)[field]


def test_all_faults_are_told_at_once(ask: Ask) -> None:
    found = faults(ask, at=NOW, title="", text="", due_on=date(2020, 1, 1), rif="x", addressee="DE")
    assert set(found) == {"title", "text", "due_on", "rif", "addressee"}


def test_a_third_country_without_agreement_is_not_asked(ask: Ask, organisations: dict[str, Organisation]) -> None:
    Agreement.objects.filter(organisation=organisations["CH"]).update(valid_to=NOW.date() - timedelta(days=2))
    assert "no agreement is in force" in faults(ask, at=NOW, addressee="CH")["addressee"]


def test_a_unit_or_a_person_of_the_addressee_can_be_named(
    cast: SimpleNamespace, ask: Ask, organisations: dict[str, Organisation]
) -> None:
    units = {unit.organisation_id: unit for unit in Unit.objects.filter(code="CRU").order_by("pk")}
    italian, french = units[organisations["IT"].pk], units[organisations["FR"].pk]
    assert ask(unit=italian).addressed_to == "Central risk unit"
    assert ask(person=" Italian_Officer@IT.example ").person == cast.italian_officer.user
    assert "does not belong to Italy" in faults(ask, unit=french)["unit"]
    assert "not both" in faults(ask, unit=italian, person="italian_officer@it.example")["person"]


def test_a_rif_is_named_only_where_both_may_read_it(cast: SimpleNamespace, ask: Ask, publish: Publish) -> None:
    shared, elsewhere = publish(for_action=["DE"]), publish(for_action=["FR"])
    draft = rifs.draft(by=cast.german_analyst.actor, at=timezone.now(), content=content())
    assert ask(rif=f" {shared.reference.lower()} ").rif_reference == shared.reference
    unreadable = faults(ask, rif=elsewhere.reference)
    for other in ("RIF/IT/2026/999999", draft.reference):
        assert faults(ask, rif=other) == unreadable, "the same words as for a RIF that never was"
    assert faults(ask, rif=shared.reference, addressee="FR") == unreadable, "the addressee may not read it"


def test_consent_is_asked_of_the_issuer_for_an_agency_that_may_receive_it(ask: Ask, publish: Publish) -> None:
    rif = publish(for_action=["DE"], for_information=["FR", "EUIPO"], areas=["2", "5"])
    consent = {"purpose": "CONSENT", "rif": rif.reference}
    asked = ask(**consent, agency="ECHA")
    assert (asked.agency and asked.agency.code, asked.rif_reference) == ("ECHA", rif.reference)
    assert "Only the issuer" in faults(ask, **consent, agency="ECHA", addressee="FR")["addressee"]
    assert "none of the policy areas" in faults(ask, **consent, agency="EMSA")["agency"]
    assert "received this RIF already" in faults(ask, **consent, agency="EUIPO")["agency"]
    assert "Name the agency" in faults(ask, **consent, agency="PL")["agency"]


def test_what_is_not_seen_is_taken_out_of_what_is_sent(ask: Ask) -> None:
    inquiry = ask(title="in\u202eternal\x07\nline", text="a\r\nb\u200b")
    assert (inquiry.title, inquiry.text) == ("internal line", "a\nb")
    assert Inquiry._meta.get_field("title").max_length == 140
