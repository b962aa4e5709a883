"""The guide gives one legal basis and one channel, or says why there is none: for every combination of answers."""

from itertools import product
from types import SimpleNamespace

import pytest
from django.test import override_settings

from apps.rifs.channels import BASES, CHANNELS
from apps.rifs.legal_basis import COUNTERPARTS, MANNERS, PURPOSES, QUESTIONS, SUBJECTS, TABLE, decide
from tests.conftest import Publish

ALL = list(product(PURPOSES, SUBJECTS, COUNTERPARTS, MANNERS))


def test_all_combinations_are_asked() -> None:
    assert len(ALL) == 2 * 6 * 3 * 2


@pytest.mark.parametrize("answers", ALL, ids="-".join)
def test_each_combination_meets_exactly_one_rule(answers: tuple[str, str, str, str]) -> None:
    assert len([rule.code for rule in TABLE if rule.fits(*answers)]) == 1


@pytest.mark.parametrize("answers", ALL, ids="-".join)
def test_each_combination_gives_one_basis_and_one_channel_or_a_reason(answers: tuple[str, str, str, str]) -> None:
    found = decide(*answers)
    if found.reason:
        assert found.basis is None and found.channel is None
        assert len(str(found.reason)) > 30
    else:
        assert list(BASES.values()).count(found.basis) == 1  # type: ignore[arg-type]
        assert found.channel in CHANNELS.values()
        assert sum(code in found.rule.basis for code in BASES) == 1, "several bases at once"


def test_no_rule_names_a_basis_on_which_its_channel_does_not_work() -> None:
    given = [rule for rule in TABLE if not rule.reason]
    assert [rule.code for rule in given if rule.basis not in CHANNELS[rule.channel].bases] == []


def test_a_rule_either_answers_or_refuses() -> None:
    assert [rule.code for rule in TABLE if bool(rule.reason) == bool(rule.basis and rule.channel)] == []
    assert [rule.code for rule in TABLE if bool(rule.basis) != bool(rule.channel)] == []


def test_no_rule_is_idle_and_codes_are_unique() -> None:
    assert [rule.code for rule in TABLE if not any(rule.fits(*answers) for answers in ALL)] == []
    assert len({rule.code for rule in TABLE}) == len(TABLE)


@pytest.mark.parametrize(
    ("answers", "basis", "channel"),
    [
        (("ADMINISTRATIVE", "CUSTOMS", "MEMBER_STATE", "REQUEST"), "REG_515_97", "AM"),
        (("CRIMINAL", "CUSTOMS", "MEMBER_STATE", "REQUEST"), "NAPLES_II", "NAPLES_II"),
        (("ADMINISTRATIVE", "VAT", "MEMBER_STATE", "SPONTANEOUS"), "REG_904_2010", "VAT"),
        (("ADMINISTRATIVE", "EXCISE", "MEMBER_STATE", "REQUEST"), "REG_389_2012", "EXCISE"),
        (("ADMINISTRATIVE", "CASH", "MEMBER_STATE", "SPONTANEOUS"), "REG_2018_1672", "CIS"),
        (("CRIMINAL", "CUSTOMS", "UNION", "SPONTANEOUS"), "REG_2016_794", "SIENA"),
    ],
)
def test_the_usual_cases_lead_to_the_right_liaison_office(answers: tuple[str, ...], basis: str, channel: str) -> None:
    found = decide(*answers)
    assert (found.basis, found.channel) == (BASES[basis], CHANNELS[channel])


def test_what_the_sources_leave_open_is_marked() -> None:
    assert decide("ADMINISTRATIVE", "CUSTOMS", "MEMBER_STATE", "REQUEST").confirmed
    assert not decide("CRIMINAL", "CUSTOMS", "UNION", "REQUEST").confirmed


def test_an_operator_can_withhold_an_answer() -> None:
    with override_settings(GUIDE_WITHHELD=["vat-criminal-ms"]):
        assert decide("CRIMINAL", "VAT", "MEMBER_STATE", "REQUEST").channel is None
        assert decide("CRIMINAL", "EXCISE", "MEMBER_STATE", "REQUEST").channel is not None


def checked(page: str) -> list[str]:
    """The chosen answers of the guide."""
    radios = [part.split(">")[0] for part in page.split("<input") if 'type="radio"' in part.split(">")[0]]
    return [radio for radio in radios if radio.endswith(" checked")]


def test_the_page_answers_and_keeps_what_was_chosen(cast: SimpleNamespace) -> None:
    chosen = {"purpose": "CRIMINAL", "subject": "EXCISE", "counterpart": "MEMBER_STATE", "manner": "REQUEST"}
    client = cast.italian_officer.client()
    page = client.get("/rifs/guide/", chosen).content.decode()
    assert "central coordinating unit (CCU)" in page
    assert len(checked(page)) == len(chosen)
    for (name, value), radio in zip(chosen.items(), checked(page), strict=True):
        assert f'name="{name}" value="{value}"' in radio
    refused = client.get("/rifs/guide/", chosen | {"counterpart": "THIRD_COUNTRY"}).content.decode()
    assert "No legal basis here." in refused and "judicial assistance" in refused


def test_a_missing_answer_is_asked_for_and_the_others_stay(cast: SimpleNamespace) -> None:
    client = cast.italian_officer.client()
    page = client.get("/rifs/guide/", {"subject": "VAT"}).content.decode()
    assert page.count("This field is required.") >= len(QUESTIONS) - 1
    assert len(checked(page)) == 1 and 'value="VAT"' in checked(page)[0]
    assert "This field is required." not in client.get("/rifs/guide/").content.decode()


@pytest.mark.parametrize("reference", ["", "x", "%00", "RIF/IT/2026/000000", "a" * 300])
def test_a_rif_that_is_none_changes_nothing(cast: SimpleNamespace, reference: str) -> None:
    client = cast.italian_officer.client()
    answer = client.get(f"/rifs/guide/?rif={reference}")
    assert answer.status_code == 200
    assert "Draft text of" not in answer.content.decode()


def test_the_guide_names_no_rif_of_others(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    chosen = f"?purpose=CRIMINAL&subject=VAT&counterpart=UNION&manner=REQUEST&rif={rif.reference}"
    for who, told in ((cast.italian_officer, True), (cast.german_analyst, False), (cast.french_analyst, False)):
        page = who.client().get(f"/rifs/guide/{chosen}").content.decode()
        assert (f"Draft text of {rif.reference}" in page) is told
        assert (f"{rif.get_absolute_url()}channels/" in page) is told
