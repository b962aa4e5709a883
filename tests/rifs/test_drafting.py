"""From the first word to the national review."""

import itertools
from datetime import date
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.actions.drafting import Conflict
from apps.rifs.content import UnknownPath, findings
from apps.rifs.models import Rif, Status
from tests.conftest import content

NOW = timezone.now()


@pytest.fixture
def draft(cast: SimpleNamespace) -> Rif:
    return actions.draft(by=cast.italian_officer.actor, at=NOW, content=content())


def faults(**changed: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in findings(keyed(content(**changed)), date(2026, 11, 24)):
        path = ".".join(part for number, part in enumerate(fault.path.split(".")) if number != 1)
        found.setdefault(path, []).append(f"{fault.finding.severity}: {fault.finding.message}")
    return found


def keyed(form: dict[str, object]) -> dict[str, object]:
    for value in form.values():
        for number, row in enumerate(value if isinstance(value, list) else []):
            if isinstance(row, dict):
                row["key"] = str(number)
    return form


def test_a_form_without_fault_has_no_findings(db: None) -> None:
    assert faults() == {}


def test_a_wrong_check_digit_warns_and_names_the_right_one(db: None) -> None:
    found = faults(transport=[{"container": "CSQU3054384"}])
    assert found == {"transport.container": ["warn: The check digit of CSQU3054384 should be 3."]}


def test_an_expired_code_is_an_error_that_names_the_day(db: None) -> None:
    (text,) = faults(goods=[{"commodity": "8517120000"}])["goods.commodity"]
    assert text.startswith("error:")
    assert "31 December 2021" in text


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        ({"title": ""}, "title", "Enter an answer"),
        ({"goods": [], "transport": []}, "goods", "Name at least one"),
        ({"targeting": []}, "targeting", "nobody can search"),
        ({"for_action": []}, "for_action", "at least one addressee"),
        ({"urgency": "1"}, "contact", "any hour"),
        ({"tlp": "CLEAR", "operators": [{"name": "Firm"}]}, "tlp", "cannot be TLP:CLEAR"),
        ({"valid_from": "2026-12-01", "valid_to": "2026-11-01"}, "valid_to", "before the start"),
        ({"goods": [{"net_mass": "12", "gross_mass": "10", "description": "x"}]}, "goods.net_mass", "greater"),
        ({"nature": "MADE_UP"}, "nature", "not on the list"),
        ({"areas": ["4", "99"]}, "areas", "99 is not on the list"),
        ({"goods": [{"origin": "ZZ", "description": "x"}]}, "goods.origin", "ZZ"),
        ({"operators": [{"identification": "1T-23", "name": "x"}]}, "operators.identification", ""),
        ({"transport": [{"vessel_imo": "9319467"}]}, "transport.vessel_imo", ""),
        ({"route": [{"first_entry": "B3BRU000"}]}, "route.first_entry", ""),
        ({"title": "x" * 141}, "title", "140"),
    ],
)
def test_bad_input_is_told_at_its_field(db: None, changed: dict[str, object], path: str, words: str) -> None:
    assert any(words in text for text in faults(**changed)[path])


def test_what_was_typed_is_kept_even_when_it_is_wrong(cast: SimpleNamespace, draft: Rif) -> None:
    actions.edit(draft, by=cast.italian_officer.actor, at=NOW, changes={"valid_from": ("", "31.02.2026")})
    assert draft.content["valid_from"] == "31.02.2026"
    with pytest.raises(Refused) as refused:
        actions.submit(draft, by=cast.italian_officer.actor, at=NOW)
    assert [refusal.field for refusal in refused.value.refusals] == ["valid_from"]
    assert refused.value.kind == Kind.RULE


def test_two_people_on_one_field_lose_no_word(cast: SimpleNamespace, draft: Rif) -> None:
    officer, analyst = cast.italian_officer.actor, cast.italian_analyst.actor
    was = draft.content["title"]
    actions.edit(draft, by=officer, at=NOW, changes={"title": (was, "Hers")})
    with pytest.raises(Conflict) as conflict:
        actions.edit(draft, by=analyst, at=NOW, changes={"title": (was, "His")})
    assert (conflict.value.theirs, conflict.value.mine) == ("Hers", "His")


def test_two_people_on_two_fields_do_not_meet(cast: SimpleNamespace, draft: Rif) -> None:
    officer, analyst = cast.italian_officer.actor, cast.italian_analyst.actor
    title, summary = draft.content["title"], draft.content["summary"]
    actions.edit(draft, by=officer, at=NOW, changes={"title": (title, "Hers")})
    actions.edit(draft, by=analyst, at=NOW, changes={"summary": (summary, "His")})
    assert (draft.title, draft.content["summary"]) == ("Hers", "His")


def test_a_field_that_the_form_does_not_have_is_refused(cast: SimpleNamespace, draft: Rif) -> None:
    with pytest.raises(UnknownPath):
        actions.edit(draft, by=cast.italian_officer.actor, at=NOW, changes={"colour": (None, "red")})
    with pytest.raises(Refused, match="no field of this name"):
        actions.draft(by=cast.italian_officer.actor, at=NOW, content={"colour": "red"})


def test_marks_that_turn_the_reading_direction_are_taken_out(cast: SimpleNamespace, draft: Rif) -> None:
    actions.edit(draft, by=cast.italian_officer.actor, at=NOW, changes={"title": (None, "in\u202eternal\x07")})
    assert draft.title == "internal"


def test_saving_the_same_again_records_nothing(cast: SimpleNamespace, draft: Rif) -> None:
    officer = cast.italian_officer.actor
    with behind_wall(officer):
        before = Event.objects.count()
        actions.edit(draft, by=officer, at=NOW, changes={"title": (None, draft.title)})
        assert Event.objects.count() == before


def test_in_review_nothing_can_be_changed(cast: SimpleNamespace, draft: Rif) -> None:
    actions.submit(draft, by=cast.italian_officer.actor, at=NOW)
    with pytest.raises(Refused) as refused:
        actions.edit(draft, by=cast.italian_officer.actor, at=NOW, changes={"title": (None, "later")})
    assert refused.value.kind == Kind.STATE


def test_sent_back_it_is_a_draft_again_with_the_reason(cast: SimpleNamespace, draft: Rif) -> None:
    actions.submit(draft, by=cast.italian_officer.actor, at=NOW)
    actions.send_back(draft, by=cast.italian_analyst.actor, at=NOW, reason="Name the route.")
    assert draft.status == Status.DRAFT
    with pytest.raises(Refused, match="Say what should be changed"):
        actions.submit(draft, by=cast.italian_officer.actor, at=NOW)
        actions.send_back(draft, by=cast.italian_analyst.actor, at=NOW, reason="  ")


def test_numbers_cannot_be_counted_by(cast: SimpleNamespace) -> None:
    made = [actions.draft(by=cast.italian_officer.actor, at=NOW).reference for _number in range(5)]
    numbers = [int(reference[-6:]) for reference in made]
    assert all(reference.startswith(f"RIF/IT/{NOW.year}/") for reference in made)
    assert {b - a for a, b in itertools.pairwise(numbers)} != {1}
