"""A person puts a RIF off the own desk; it comes back by itself, at the latest at its target."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.accounts.actors import organisation_itself
from apps.kernel.actor import Actor
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif, Snooze
from tests.conftest import Person, Publish

NOW = timezone.now()
HOUR = timedelta(hours=1)


def put_off(rif: Rif, by: Actor, **lasting: float) -> None:
    with behind_wall(by):
        actions.snooze(rif, by=by, at=NOW, until=NOW + timedelta(**lasting))


def due(who: Person) -> list[str]:
    return [row.reference for row in who.client().get("/").context["due"]]


def hidden(who: Person, after: timedelta) -> bool:
    with behind_wall(who.actor):
        return Delivery.objects.received_by(who.actor).put_off_by(who.actor, NOW + after).exists()


def test_it_leaves_the_own_desk_and_no_other(cast: SimpleNamespace, publish: Publish) -> None:
    rif, other = publish(), publish()
    put_off(rif, cast.german_analyst.actor, hours=3)
    assert due(cast.german_analyst) == [other.reference]
    assert set(due(cast.german_colleague)) == {rif.reference, other.reference}
    assert rif.reference in cast.german_analyst.client().get("/rifs/").content.decode()


def test_it_comes_back_by_itself(cast: SimpleNamespace, publish: Publish) -> None:
    put_off(publish(), cast.german_analyst.actor, hours=3)
    assert hidden(cast.german_analyst, 2 * HOUR)
    assert not hidden(cast.german_analyst, 3 * HOUR)


def test_a_target_that_moves_forward_brings_it_back(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    put_off(rif, cast.german_analyst.actor, hours=3)
    with behind_wall(cast.german_analyst.actor):
        Delivery.objects.filter(rif=rif).update(due_at=NOW + HOUR)
    assert not hidden(cast.german_analyst, HOUR)


def test_a_new_version_brings_it_back(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    put_off(rif, cast.german_analyst.actor, hours=3)
    officer, analyst = cast.italian_officer.actor, cast.italian_analyst.actor
    actions.revise(rif, by=officer, at=NOW)
    with behind_wall(officer):
        draft = rif.revisions.get()
    actions.edit(draft, by=officer, at=NOW, changes={"change_note": (None, "One more.")})
    actions.submit(draft, by=officer, at=NOW)
    actions.publish_version(draft, by=analyst, at=NOW)
    assert not hidden(cast.german_analyst, timedelta())


@pytest.mark.parametrize(
    ("changed", "lasting", "words"),
    [
        ({"urgency": "2"}, {"hours": 25}, "beyond its target"),
        ({"urgency": "3"}, {"days": 15}, "14 days at most"),
        ({"urgency": "3"}, {"hours": -1}, "moment is over"),
    ],
)
def test_what_is_too_long_is_refused(
    cast: SimpleNamespace, publish: Publish, changed: dict[str, str], lasting: dict[str, float], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        put_off(publish(at=NOW, **changed), cast.german_analyst.actor, **lasting)


def test_neither_a_stranger_nor_a_system_nor_whoever_has_answered_puts_off(
    cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish()
    system = organisation_itself(Organisation.objects.get(code="DE"), timezone.localdate())
    for actor in (cast.italian_officer.actor, system):
        with pytest.raises(Refused):
            put_off(rif, actor, hours=1)
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=NOW)
    with pytest.raises(Refused, match="acknowledged"):
        put_off(rif, cast.german_analyst.actor, hours=1)


def test_only_the_person_knows_of_it(cast: SimpleNamespace, publish: Publish) -> None:
    put_off(publish(), cast.german_analyst.actor, hours=3)
    for who, number in ((cast.german_analyst, 1), (cast.german_colleague, 0), (cast.italian_analyst, 0)):
        with behind_wall(who.actor):
            assert Snooze.objects.count() == number


def test_the_page_puts_off_says_why_not_and_brings_back(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    address = f"/rifs/{rif.reference.removeprefix('RIF/')}"
    client = cast.german_analyst.client()
    assert client.post(f"{address}/snooze/", {"until": "2099-01-01T08:00"}).status_code == 422
    soon = timezone.localtime(NOW + 2 * HOUR).strftime("%Y-%m-%dT%H:%M")
    assert client.post(f"{address}/snooze/", {"until": soon}).url == "/"
    assert due(cast.german_analyst) == []
    assert "1 put off by you" in client.get("/").content.decode()
    client.post(f"{address}/wake/")
    assert due(cast.german_analyst) == [rif.reference]
    assert cast.french_analyst.client().get(f"{address}/snooze/").status_code == 404
