"""From the national review to exactly whom the pre-flight page lists."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Agreement, Nature, Organisation
from apps.rifs import actions
from apps.rifs.audience import Audience, audience_of
from apps.rifs.models import Rif
from apps.rifs.targets import due_dates
from tests.conftest import CAST, Person, Publish, content

NOW = timezone.now()


def test_an_author_cannot_publish_even_with_the_role(cast: SimpleNamespace) -> None:
    analyst = cast.italian_analyst.actor
    rif = actions.draft(by=analyst, at=NOW, content=content())
    actions.submit(rif, by=analyst, at=NOW)
    with pytest.raises(Refused, match="second person"):
        actions.publish(rif, by=analyst, at=NOW)


def test_whoever_changed_one_word_cannot_publish(cast: SimpleNamespace) -> None:
    officer, analyst = cast.italian_officer.actor, cast.italian_analyst.actor
    rif = actions.draft(by=officer, at=NOW, content=content())
    actions.edit(rif, by=analyst, at=NOW, changes={"title": (None, "Another title")})
    actions.submit(rif, by=officer, at=NOW)
    with pytest.raises(Refused, match="second person"):
        actions.publish(rif, by=analyst, at=NOW)


@pytest.mark.parametrize("code", ["CH", "NO"])
def test_what_is_financial_never_goes_to_a_third_country(publish: Publish, code: str) -> None:
    with pytest.raises(Refused, match="only receive what is security and safety"):
        publish(nature="FINANCIAL", for_action=["DE"], for_information=[code])


def test_all_member_states_are_the_other_twenty_six(publish: Publish) -> None:
    rif = publish(for_action=["ALL_MEMBER_STATES"])
    assert rif.addressed == 26
    assert rif.issuer_id not in rif.for_action


def test_an_agency_outside_its_policy_areas_is_refused(publish: Publish) -> None:
    with pytest.raises(Refused, match="none of the policy areas"):
        publish(for_action=["EMSA"], areas=["8"])


def test_a_trader_can_never_be_addressed(publish: Publish) -> None:
    with pytest.raises(Refused):
        publish(for_action=["TRADER-IT"])


def test_an_empty_audience_refuses(publish: Publish) -> None:
    with pytest.raises(Refused, match="at least one addressee"):
        publish(for_action=[], for_information=[])
    with pytest.raises(Refused, match="Nobody would receive"):
        publish(for_action=["IT"])


def test_an_ended_agreement_refuses_its_country(publish: Publish, organisations: dict[str, Organisation]) -> None:
    Agreement.objects.filter(organisation=organisations["CH"]).update(valid_to=NOW.date() - timedelta(days=2))
    with pytest.raises(Refused, match="no agreement is in force"):
        publish(for_action=["CH"])


def test_routine_targets_follow_the_calendar_of_each_administration(organisations: dict[str, Organisation]) -> None:
    friday = timezone.datetime(2026, 10, 23, 12, 0, tzinfo=timezone.get_default_timezone())
    due = due_dates(3, [organisations["DE"], organisations["AT"]], friday)
    assert due[organisations["DE"].pk].date() == date(2026, 10, 30)
    assert due[organisations["AT"].pk].astimezone(timezone.get_default_timezone()).date() == date(2026, 11, 2)


CODES = ["DE", "FR", "CH", "NO", "TAXUD", "OLAF", "EUROPOL", "EMSA", "IT-MSA", "ALL_MEMBER_STATES"]
PERSONS = ["german_analyst", "german_colleague", "french_analyst", "italian_admin", "agency", "commission", "trader"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    action=some.sets(some.sampled_from(CODES)),
    information=some.sets(some.sampled_from(CODES)),
    nature=some.sampled_from(Nature.values),
    areas=some.sets(some.integers(1, 11).map(str), min_size=1),
    tlp=some.sampled_from(["AMBER", "GREEN", "RED"]),
    named=some.sets(some.sampled_from(PERSONS)),
)
def test_the_pre_flight_list_equals_the_real_access_set(
    cast: SimpleNamespace, action: set[str], information: set[str], nature: str, areas: set[str], tlp: str,
    named: set[str],
) -> None:  # fmt: skip
    people = {name: getattr(cast, name) for name in CAST}
    form: dict[str, Any] = content(
        nature=nature, areas=sorted(areas), for_action=sorted(action), for_information=sorted(information), tlp=tlp,
        named="\n".join(people[name].user.email for name in sorted(named)) if tlp == "RED" else "",
        shared_title="Airbags", shared_summary="Seen thrice.",
    )  # fmt: skip
    rif = actions.draft(by=cast.italian_officer.actor, at=NOW, content=form)
    promised = audience_of(rif, NOW.date())
    try:
        actions.submit(rif, by=cast.italian_officer.actor, at=NOW)
        actions.publish(rif, by=cast.italian_analyst.actor, at=NOW)
    except Refused:
        no_area = nature == "BOTH" and areas == {"8"}
        assert (
            promised.refused
            or promised.unknown
            or len(promised.readers) < 2
            or (tlp, named) == ("RED", set())
            or no_area
        )
        return
    copy = Rif._base_manager.filter(original=rif)
    for name, person in people.items():
        reads, reads_copy = promised_to(person, promised, rif, tlp)
        with behind_wall(person.actor):
            assert Rif.objects.visible_to(person.actor).filter(pk=rif.pk).exists() == reads, name
            assert Rif.objects.filter(pk=rif.pk).exists() == reads, name
            assert copy.exists() == reads_copy, name


def promised_to(person: Person, promised: Audience, rif: Rif, tlp: str) -> tuple[bool, bool]:
    """Whether the pre-flight page says that this person reads the RIF, and its redacted copy."""
    if not person.actor.can("rif.read"):
        return False, False
    whole = {reader.organisation.pk for reader in promised.readers if reader.why != "copy"}
    copied = {reader.organisation.pk for reader in promised.readers if reader.why == "copy"}
    oversees = person.actor.can("rif.oversee")
    reads = person.actor.organisation_id in whole or oversees
    if tlp == "RED":
        reads = (
            person.user.pk in {*promised.persons, *rif.hands, rif.author_id} or person.actor.name == "Italian Analyst"
        )
    return reads, bool(copied) and (person.actor.organisation_id in {*copied, rif.issuer_id} or oversees)


def test_the_end_needs_a_word(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    with pytest.raises(Refused, match="Say what came of it"):
        actions.close(rif, by=cast.italian_analyst.actor, at=NOW, outcome=" ")
    with pytest.raises(Refused, match="Say why"):
        actions.cancel(rif, by=cast.italian_analyst.actor, at=NOW, reason="")
