"""New versions: reviewed like a first one, taken over as a whole, asked again when it matters."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Delivery, Rif, Version
from apps.rifs.versions import compare
from tests.conftest import Publish


def renew(cast: SimpleNamespace, rif: Rif, material: str = "YES", **fields: str) -> Rif:
    """Publish a new version with these fields changed; the RIF as it is then."""
    officer, now = cast.italian_officer.actor, timezone.now()
    actions.revise(rif, by=officer, at=now)
    with behind_wall(officer):
        draft = rif.revisions.get(status="DRAFT")
    changes = {"change_note": "A third consignment.", "change_material": material, **fields}
    actions.edit(draft, by=officer, at=now, changes={name: (None, value) for name, value in changes.items()})
    actions.submit(draft, by=officer, at=now)
    actions.publish_version(draft, by=cast.italian_analyst.actor, at=now)
    with behind_wall(officer):
        return Rif.objects.get(pk=rif.pk)


def row(cast: SimpleNamespace, rif: Rif, code: str = "DE") -> Delivery:
    with behind_wall(cast.italian_officer.actor):
        return Delivery.objects.get(rif=rif, organisation__code=code)


def test_the_first_version_is_kept_as_it_was_published(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    with behind_wall(cast.german_analyst.actor):
        assert [(v.number, v.content) for v in Version.objects.filter(rif=rif)] == [(1, rif.content)]
    with behind_wall(cast.french_analyst.actor):
        assert not Version.objects.exists()


def test_a_material_change_asks_again_and_keeps_what_was_acknowledged(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=timezone.now())
    rif = renew(cast, rif, summary="Four consignments of gas generators.")
    assert (rif.version, rif.acknowledged, rif.content["summary"]) == (2, 0, "Four consignments of gas generators.")
    assert "change_note" not in rif.content
    assert (row(cast, rif).acknowledged_at, row(cast, rif).acknowledged_version) == (None, 1)
    actions.acknowledge(rif, by=cast.german_colleague.actor, at=timezone.now())
    assert row(cast, rif).acknowledged_version == 2


def test_a_small_change_asks_nobody_again(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=timezone.now())
    rif = renew(cast, rif, material="NO", contact="Other desk")
    assert rif.acknowledged == 1
    assert row(cast, rif).settled


def test_whoever_is_newly_addressed_receives_it_and_nobody_loses_it(cast: SimpleNamespace, publish: Publish) -> None:
    rif = renew(cast, publish(), for_action="FR")
    with behind_wall(cast.italian_officer.actor):
        rows = Delivery.objects.filter(rif=rif).order_by("organisation__code")
        assert list(rows.values_list("organisation__code", flat=True)) == ["DE", "FR"]
        assert rif.addressed == 2


def test_only_one_new_version_is_prepared_at_a_time(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.revise(rif, by=cast.italian_officer.actor, at=timezone.now())
    with pytest.raises(Refused, match="being prepared already"):
        actions.revise(rif, by=cast.italian_analyst.actor, at=timezone.now())


def test_a_version_needs_a_second_person_and_a_note(cast: SimpleNamespace, publish: Publish) -> None:
    rif, analyst, now = publish(), cast.italian_analyst.actor, timezone.now()
    actions.revise(rif, by=analyst, at=now)
    with behind_wall(analyst):
        draft = rif.revisions.get()
    with pytest.raises(Refused, match="Say what is new"):
        actions.submit(draft, by=analyst, at=now)
    actions.edit(draft, by=analyst, at=now, changes={"change_note": (None, "More.")})
    actions.submit(draft, by=analyst, at=now)
    with pytest.raises(Refused, match="second person"):
        actions.publish_version(draft, by=analyst, at=now)
    with pytest.raises(Refused, match="publish it as such"):
        actions.publish(draft, by=cast.italian_analyst.actor, at=now)


def test_nobody_takes_over_a_version_without_its_reviewed_draft(cast: SimpleNamespace, publish: Publish) -> None:
    from apps.rifs.actions.revising import take_over_version

    rif, other = publish(), publish()
    with pytest.raises(Refused, match="Only a reviewed draft"):
        take_over_version(rif, by=cast.italian_analyst.actor, at=timezone.now(), draft=other)


def test_readers_hear_of_it_and_know_only_the_public_course(cast: SimpleNamespace, publish: Publish) -> None:
    rif = renew(cast, publish())
    with behind_wall(cast.german_analyst.actor):
        event = Event.objects.get(kind="rif.take_over_version", subject_id=rif.pk)
        assert event.data == {"version": 2, "note": "A third consignment.", "material": True}
        assert not Rif.objects.exclude(pk=rif.pk).exists(), "the draft stays the issuer's own"


def test_a_difference_is_told_word_by_word() -> None:
    one = {"title": "Two air consignments", "goods": [{"key": "a", "commodity": "870895"}]}
    two = {
        "title": "Three air consignments",
        "goods": [{"key": "a", "commodity": "8708"}, {"key": "b", "origin": "HK"}],
    }
    rows = {line.label: line for line in compare(one, two)}
    title = rows["Title"]
    assert [(part.kind, part.text) for part in title.after] == [("add", "Three"), ("same", " air consignments")]
    assert [(part.kind, part.text) for part in title.before] == [("del", "Two"), ("same", " air consignments")]
    assert rows["Goods 2: Country of origin"].after[0].kind == "add"
    assert "Summary of the risk" not in rows
