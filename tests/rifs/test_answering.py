"""An administration answers once, whoever of its people does it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif
from tests.conftest import Publish

NOW = timezone.now()


def row(rif: Rif, code: str) -> Delivery:
    return Delivery.objects.get(rif=rif, organisation__code=code)


def test_a_published_rif_is_delivered_to_its_addressees_with_a_target(cast: SimpleNamespace, publish: Publish) -> None:
    publish(at=NOW, for_action=["DE"], for_information=["FR"], urgency="1", contact="at any hour")
    with behind_wall(cast.italian_officer.actor):
        rows = {d.organisation.code: d for d in Delivery.objects.select_related("organisation").order_by("pk")}
    assert set(rows) == {"DE", "FR"}
    assert rows["DE"].for_action and not rows["FR"].for_action
    assert rows["DE"].due_at == NOW + timedelta(hours=2)


def test_a_colleague_is_not_asked_again(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=timezone.now())
    with pytest.raises(Refused, match="Germany has acknowledged already") as refused:
        actions.acknowledge(rif, by=cast.german_colleague.actor, at=timezone.now())
    assert refused.value.kind == Kind.STATE
    assert rif.acknowledged == 1


def test_opening_is_noted_once_and_is_not_acknowledging(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.open_(rif, by=cast.german_analyst.actor, at=NOW)
    actions.open_(rif, by=cast.german_colleague.actor, at=NOW + timedelta(minutes=1))
    with behind_wall(cast.german_analyst.actor):
        assert row(rif, "DE").opened_by == "German Analyst"
        assert row(rif, "DE").acknowledged_at is None
        assert Event.objects.filter(kind="rif.open_").count() == 1


def test_whoever_was_not_addressed_cannot_acknowledge(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    with pytest.raises(Refused) as refused:
        actions.acknowledge(rif, by=cast.french_analyst.actor, at=NOW)
    assert refused.value.kind == Kind.PERMISSION


def test_a_draft_cannot_be_acknowledged(cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=NOW)
    with pytest.raises(Refused):
        actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
