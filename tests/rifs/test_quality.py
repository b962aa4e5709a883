"""The quality of a draft: each check weak and mended, and each advice at a field that exists."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from apps.rifs import actions
from apps.rifs.models import Rif
from apps.rifs.quality import CHECKS, quality_of
from tests.conftest import content

NOW = timezone.now()
GOOD: dict[str, Any] = {
    "summary": "Three consignments of gas generators were declared as plastic spare parts; look at the net mass per"
    " piece and at cartons without marks of the maker.",
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
    "modus_operandi": ["MISDESCRIPTION"],
    "contact": "Risk desk, +0",
    "feedback_by": "2026-12-01",
    "goods": [
        {"description": "airbags", "declared_as": "plastic covers", "commodity": "87089510", "origin": "CN"},
    ],
    "operators": [{"role": "IMPORTER", "name": "Esempio S.p.A.", "identification": "IT01234567890"}],
    "route": [{"loading": "CNSHA", "unloading": "ITGOA"}],
    "targeting": [{"element": "18 09", "operator": "starts", "value": "8708", "weight": "30"}],
}
ROW = GOOD["targeting"][0]
ITEM = GOOD["goods"][0]


@pytest.fixture
def judge(cast: SimpleNamespace) -> Any:
    """The quality of a good draft with some fields changed."""

    def judged(**changed: Any) -> tuple[Rif, Any]:
        rif = actions.draft(by=cast.italian_officer.actor, at=NOW, content=content(**(GOOD | changed)))
        return rif, quality_of(rif, NOW.date())

    return judged


def test_a_draft_with_all_that_a_reader_needs_is_full(judge: Any) -> None:
    _rif, quality = judge()
    assert (quality.share, quality.advice) == (100, [])


@pytest.mark.parametrize(
    ("name", "field", "changed"),
    [
        ("targeting.executable", "targeting", {"targeting": []}),
        ("targeting.executable", "value", {"targeting": [ROW | {"value": ""}]}),
        ("targeting.executable", "operator", {"targeting": [ROW | {"operator": ""}]}),
        ("targeting.executable", "value", {"targeting": [ROW | {"operator": "between", "value": "5"}]}),
        ("targeting.executable", "value", {"targeting": [ROW | {"operator": "below", "value": "little"}]}),
        ("targeting.structured", "element", {"targeting": [ROW | {"element": "18 05", "value": "plastic"}]}),
        ("goods.nomenclature", "commodity", {"goods": [ITEM | {"commodity": "870895"}]}),
        ("goods.nomenclature", "goods", {"goods": []}),
        ("goods.pair", "declared_as", {"goods": [ITEM | {"declared_as": ""}]}),
        ("goods.origin", "origin", {"goods": [ITEM | {"origin": ""}]}),
        ("route", "unloading", {"route": [{"loading": "CNSHA"}]}),
        ("route", "route", {"route": []}),
        ("modus_operandi", "modus_operandi", {"modus_operandi": ["OTHER"]}),
        ("contact", "contact", {"contact": ""}),
        ("validity", "valid_to", {"valid_to": ""}),
        ("operators.identified", "identification", {"operators": [{"name": "Esempio S.p.A."}]}),
        ("summary", "summary", {"summary": "Airbags."}),
        ("feedback_by", "feedback_by", {"feedback_by": ""}),
    ],
)
def test_what_is_weak_is_told_at_its_field_with_a_fix(
    judge: Any, cast: SimpleNamespace, name: str, field: str, changed: dict[str, Any]
) -> None:
    _rif, quality = judge(**changed)
    assert quality.share < 100
    (advice,) = [one for one in quality.advice if one.name == name]
    assert str(advice.fix)
    address, _hash, anchor = advice.address.partition("#")
    assert anchor.rpartition("-")[2] == field
    page = cast.italian_officer.client().get(address)
    assert f'id="{anchor}"' in page.content.decode()


def test_every_check_has_an_example_above_and_a_weight() -> None:
    marks = test_what_is_weak_is_told_at_its_field_with_a_fix.pytestmark  # type: ignore[attr-defined]
    assert {check.name for check in CHECKS} == {row[0] for row in marks[0].args[1]}
    assert all(check.weight > 0 for check in CHECKS)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("goods.pair", {"modus_operandi": ["UNDERVALUATION"], "goods": [ITEM | {"declared_as": ""}]}),
        ("feedback_by", {"action": "INFORMATION", "feedback_by": ""}),
        ("operators.identified", {"operators": []}),
    ],
)
def test_what_does_not_apply_is_not_asked(judge: Any, name: str, changed: dict[str, Any]) -> None:
    _rif, quality = judge(**changed)
    assert quality.share == 100
    assert name not in {advice.name for advice in quality.advice}


def test_a_doubtful_value_costs_a_little_and_says_why(judge: Any) -> None:
    _rif, quality = judge(transport=[{"mode": "1", "container": "CSQU3054384"}])
    (advice,) = quality.advice
    assert "should be 3" in str(advice.fix)
    assert 90 < quality.share < 100


def test_an_empty_draft_is_near_nothing(cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=NOW)
    assert quality_of(rif, NOW.date()).share <= 10


def test_the_meter_stands_on_form_and_pre_flight_and_comes_with_each_kept_slot(
    judge: Any, cast: SimpleNamespace
) -> None:
    rif, _quality = judge(contact="")
    browser = cast.italian_officer.client()
    for page in ("form/risk/", "check/"):
        text = browser.get(rif.get_absolute_url() + page).content.decode()
        assert "Name a desk that answers questions." in text
    kept = browser.post(
        rif.get_absolute_url() + "slot/",
        {"path": "contact", "contact": "Risk desk", "was-contact": ""},
        headers={"HX-Request": "true"},
    )
    text = kept.content.decode()
    assert 'id="quality"' in text
    assert 'hx-swap-oob="true"' in text
    assert "Nothing is missing" in text
