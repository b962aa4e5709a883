"""Many are acknowledged after a look at what will happen, and a slip can be taken back for a few minutes."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif
from tests.conftest import Publish

NOW = timezone.now()


def row(cast: SimpleNamespace, rif: Rif) -> Delivery:
    with behind_wall(cast.german_analyst.actor):
        return Delivery.objects.get(rif=rif, organisation__code="DE")


def test_the_preview_says_what_will_happen_and_does_nothing(cast: SimpleNamespace, publish: Publish) -> None:
    open_, done, hidden = (
        publish(title="Open one"),
        publish(title="Done one"),
        publish(title="French", for_action=["FR"]),
    )
    actions.acknowledge(done, by=cast.german_colleague.actor, at=NOW)
    answer = cast.german_analyst.client().post(
        "/rifs/acknowledge/", {"reference": [open_.reference, done.reference, hidden.reference]}
    )
    assert [r.rif.reference for r in answer.context["open"]] == [open_.reference]
    assert [r.rif.reference for r in answer.context["refused"]] == [done.reference]
    assert "Germany has acknowledged already (German Colleague)." in answer.content.decode()
    assert answer.context["unknown"] == 1
    assert "French" not in answer.content.decode()
    assert row(cast, open_).acknowledged_at is None


def test_each_row_has_its_outcome_and_its_undo(cast: SimpleNamespace, publish: Publish) -> None:
    mine, lost = publish(), publish()
    actions.acknowledge(lost, by=cast.german_colleague.actor, at=timezone.now())
    client = cast.german_analyst.client()
    answer = client.post("/rifs/acknowledge/these/", {"reference": [mine.reference, lost.reference]}, follow=True)
    rows = {r.rif.reference: r for r in answer.context["rows"]}
    assert rows[mine.reference].may_undo and not rows[mine.reference].reason
    assert "acknowledged already" in rows[lost.reference].reason and not rows[lost.reference].may_undo
    assert row(cast, mine).acknowledged_by == "German Analyst"
    undo(client, mine)
    assert row(cast, mine).acknowledged_at is None
    page = client.get("/rifs/acknowledge/done/").content.decode()
    assert "Taken back" in page


def undo(client: Client, rif: Rif) -> None:
    address = f"/rifs/{rif.reference.removeprefix('RIF/')}/act/take_back/"
    assert client.post(address, {"next": "/rifs/acknowledge/done/"}).url == "/rifs/acknowledge/done/"


def test_the_outcome_is_not_shown_to_whoever_signs_in_next(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    client = cast.german_analyst.client()
    client.post("/rifs/acknowledge/these/", {"reference": [rif.reference]})
    client.force_login(cast.french_analyst.user)
    assert client.get("/rifs/acknowledge/done/").context["rows"] == []


def test_taking_back_sets_row_counter_and_event(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    actions.take_back(rif, by=cast.german_analyst.actor, at=NOW + timedelta(minutes=9))
    ledger = row(cast, rif)
    assert (ledger.acknowledged_at, ledger.acknowledged_by, ledger.acknowledged_version) == (None, "", 0)
    assert rif.acknowledged == 0
    with behind_wall(cast.german_analyst.actor):
        assert Event.objects.filter(kind="rif.take_back").count() == 1
    actions.acknowledge(rif, by=cast.german_colleague.actor, at=NOW + timedelta(minutes=10))
    assert rif.acknowledged == 1


def test_after_the_minutes_it_stays(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    with pytest.raises(Refused, match="for 10 minutes only"):
        actions.take_back(rif, by=cast.german_analyst.actor, at=NOW + timedelta(minutes=11))


def test_a_colleague_cannot_take_it_back(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    with pytest.raises(Refused, match="Only the person") as refused:
        actions.take_back(rif, by=cast.german_colleague.actor, at=NOW)
    assert refused.value.kind == Kind.PERMISSION


def test_not_even_a_colleague_of_the_same_name(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    namesake = replace(cast.german_colleague.actor, name="German Analyst")
    with pytest.raises(Refused, match="Only the person"):
        actions.take_back(rif, by=namesake, at=NOW)


def test_what_was_built_upon_stays(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    actions.assess(rif, by=cast.german_colleague.actor, at=NOW + timedelta(minutes=1), assessment="RELEVANT")
    with pytest.raises(Refused, match="gone on since"):
        actions.take_back(rif, by=cast.german_analyst.actor, at=NOW + timedelta(minutes=2))
