"""Cancelling asks for withdrawal, recalling hides, expiring ends by the clock."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.notifications.actions import sweep
from apps.notifications.models import Notice
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif
from apps.rifs.tasks import expire
from tests.conftest import Person, Publish


def rows(cast: SimpleNamespace, rif: Rif) -> dict[str, Delivery]:
    with behind_wall(cast.italian_officer.actor):
        found = Delivery.objects.filter(rif=rif).select_related("organisation").order_by("pk")
        return {row.organisation.code: row for row in found}


def test_three_administrations_made_profiles_and_get_three_withdrawal_tasks(
    cast: SimpleNamespace, publish: Publish
) -> None:
    rif, now = publish(for_action=["DE", "FR", "TAXUD", "EUROPOL"], areas=["1", "5"]), timezone.now()
    for name in ("german_analyst", "french_analyst", "commission"):
        actions.take_measures(rif, by=getattr(cast, name).actor, at=now, measures=["PROFILE_CREATED"])
    actions.take_measures(rif, by=cast.agency.actor, at=now, measures=["NONE"])
    actions.cancel(rif, by=cast.italian_analyst.actor, at=now, reason="The laboratory did not confirm it.")
    asked = {code for code, row in rows(cast, rif).items() if row.withdraw_by}
    assert asked == {"DE", "FR", "TAXUD"}
    actions.withdraw_profile(rif, by=cast.german_colleague.actor, at=now)
    assert rows(cast, rif)["DE"].withdrawn_by == "German Colleague"
    with pytest.raises(Refused, match="withdrawn already"):
        actions.withdraw_profile(rif, by=cast.german_analyst.actor, at=now)
    with pytest.raises(Refused, match="no profile to withdraw"):
        actions.withdraw_profile(rif, by=cast.agency.actor, at=now)


def test_what_was_recalled_is_as_if_it_had_never_been(cast: SimpleNamespace, publish: Publish) -> None:
    now = timezone.now()
    rif = publish(at=now - timedelta(minutes=29))
    sweep(at=now)
    german: Person = cast.german_analyst
    with behind_wall(german.actor):
        assert Notice.objects.visible_to(german.actor).exists()
    actions.recall(rif, by=cast.italian_analyst.actor, at=now, reason="Sent to the wrong addressee")
    with behind_wall(german.actor):
        assert not Rif.objects.exists()
        assert not Delivery.objects.received_by(german.actor).exists()
        assert not Notice.objects.visible_to(german.actor).exists()
    assert german.client().get(rif.get_absolute_url()).status_code == 404
    assert cast.italian_officer.client().get(rif.get_absolute_url()).status_code == 200


def test_after_half_an_hour_nothing_is_recalled(cast: SimpleNamespace, publish: Publish) -> None:
    now = timezone.now()
    rif = publish(at=now - timedelta(minutes=31))
    with pytest.raises(Refused, match="first 30 minutes only"):
        actions.recall(rif, by=cast.italian_analyst.actor, at=now, reason="Too late")


def test_what_is_no_longer_valid_expires_by_itself(cast: SimpleNamespace, publish: Publish) -> None:
    yesterday, tomorrow = (timezone.localdate() + timedelta(days=days) for days in (-1, 1))
    ended, valid = publish(valid_to=yesterday.isoformat()), publish(valid_to=tomorrow.isoformat())
    assert expire() == 1
    with behind_wall(cast.german_analyst.actor):
        states = dict(Rif.objects.order_by("pk").values_list("reference", "status"))
    assert states == {ended.reference: "EXPIRED", valid.reference: "PUBLISHED"}
    assert expire() == 0


def test_reminding_tells_those_who_wait_once_a_day(cast: SimpleNamespace, publish: Publish) -> None:
    rif, now = publish(for_action=["DE", "FR"]), timezone.now()
    actions.acknowledge(rif, by=cast.french_analyst.actor, at=now)
    actions.remind(rif, by=cast.italian_analyst.actor, at=now)
    sweep(at=now)
    with behind_wall(cast.german_analyst.actor):
        kinds = Notice.objects.visible_to(cast.german_analyst.actor).order_by("pk").values_list("kind", flat=True)
        assert "rif.remind" in kinds
    with behind_wall(cast.french_analyst.actor):
        kinds = Notice.objects.visible_to(cast.french_analyst.actor).order_by("pk").values_list("kind", flat=True)
        assert "rif.remind" not in kinds
    with pytest.raises(Refused, match="within the last day"):
        actions.remind(rif, by=cast.italian_analyst.actor, at=now)
