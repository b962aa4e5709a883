"""What is also financial reaches Switzerland and Norway as a redacted copy, and nothing else does."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as some

from apps.audit.models import Event
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.actions.redacting import FIELDS, FINANCIAL_MODI, ROWS, redacted
from apps.rifs.form import FIELDS as FORM
from apps.rifs.form import GROUPS
from apps.rifs.models import Delivery, Rif, Version
from tests.conftest import Publish

BOTH: dict[str, Any] = {
    "nature": "BOTH", "areas": ["5", "8"], "for_action": ["DE"], "for_information": ["CH"],
    "modus_operandi": ["UNDERVALUATION", "COVER_LOAD"], "shared_title": "Airbags in cover loads",
    "shared_summary": "They explode when dropped.",
    "goods": [{"description": "covers", "commodity": "870895", "value": "3.20", "currency": "EUR"}],
    "targeting": [
        {"element": "18 09", "operator": "=", "value": "870895", "weight": "30"},
        {"element": "14 08", "operator": "below", "value": "9.40", "weight": "20"},
    ],
}  # fmt: skip


def test_switzerland_receives_a_copy_and_learns_nothing_of_the_original(
    cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish(**BOTH)
    swiss = cast.swiss_analyst
    with behind_wall(swiss.actor):
        copy = Rif.objects.get()
        assert (copy.title, copy.nature, copy.areas) == ("Airbags in cover loads", "SECURITY_SAFETY", [5])
        everything = json.dumps([copy.content, list(Event.objects.order_by("pk").values("data", "reference"))])
    for word in ("UNDERVALUATION", "3.20", "9.40", "EUR", "BOTH", rif.reference, "gas generators"):
        assert word not in everything
    assert rif.addressed == 1
    page = swiss.client().get(copy.get_absolute_url())
    assert rif.reference not in page.content.decode()
    assert swiss.client().get(rif.get_absolute_url()).status_code == 404
    actions.acknowledge(copy, by=swiss.actor, at=timezone.now())


def test_the_copy_needs_its_own_words(publish: Publish) -> None:
    with pytest.raises(Refused, match="write this for them"):
        publish(**{**BOTH, "shared_summary": ""})


def test_the_copy_follows_its_original(cast: SimpleNamespace, publish: Publish) -> None:
    rif, officer, now = publish(**BOTH), cast.italian_officer.actor, timezone.now()
    actions.revise(rif, by=officer, at=now)
    with behind_wall(officer):
        draft = rif.revisions.get()
    changes = {
        "change_note": "Duty was evaded.",
        "shared_summary": "They explode when warm.",
        "for_information": "CH,NO",
    }
    actions.edit(draft, by=officer, at=now, changes={name: (None, value) for name, value in changes.items()})
    actions.submit(draft, by=officer, at=now)
    actions.publish_version(draft, by=cast.italian_analyst.actor, at=now)
    with behind_wall(cast.norwegian_analyst.actor):
        copy = Rif.objects.get()
        assert (copy.version, copy.content["summary"]) == (2, "They explode when warm.")
        assert "Duty" not in json.dumps(list(Version.objects.order_by("pk").values("content", "note")))
        assert Delivery.objects.received_by(cast.norwegian_analyst.actor).count() == 1
    with behind_wall(officer):
        rif = Rif.objects.get(pk=rif.pk)
    actions.cancel(rif, by=cast.italian_analyst.actor, at=now, reason="Value was right after all")
    with behind_wall(cast.swiss_analyst.actor):
        copy = Rif.objects.get()
        assert copy.status == "CANCELLED"
        assert "Value" not in copy.ending


def test_nobody_handles_the_copy_by_itself(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(**BOTH)
    with behind_wall(cast.italian_officer.actor):
        copy = rif.copies.get()
    with pytest.raises(Refused, match="redacted copy"):
        actions.cancel(copy, by=cast.italian_analyst.actor, at=timezone.now(), reason="Alone")


TEXT = some.text("abcdefgh", min_size=1, max_size=6)


@settings(max_examples=100, deadline=None)
@given(some.data())
def test_a_redacted_copy_contains_no_financial_field(data: Any) -> None:
    content: dict[str, Any] = {}
    for name, field in FORM.items():
        content[name] = [f"kept{name}"] if field.kind == "several" else f"secret{name}{data.draw(TEXT)}"
    content["modus_operandi"] = data.draw(some.lists(some.sampled_from(sorted({*FINANCIAL_MODI, "COVER_LOAD"}))))
    content["areas"] = ["5", "8"]
    for name, group in GROUPS.items():
        row = {field.name: f"secret{name}_{field.name}" for field in group.fields}
        content[name] = [{"key": str(number), **row} for number in range(data.draw(some.integers(0, 3)))]
    content["targeting"] = [{"key": "a", "element": "14 08", "value": "secretvalue"}]
    copy = redacted(content, ["CH"])
    assert "secretvalue" not in json.dumps(copy)
    assert not FINANCIAL_MODI & set(copy["modus_operandi"])
    assert copy["areas"] == ["5"]
    allowed = {*FIELDS, "title", "summary", "nature", "areas", "modus_operandi", "for_action", "for_information"}
    assert set(copy) - set(GROUPS) <= allowed
    for name in GROUPS:
        assert all(set(row) <= {"key", *ROWS[name]} for row in copy[name])
