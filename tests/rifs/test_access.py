"""Why somebody got a RIF, who can see it by which rule, and how it looks to them."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.accounts.actors import person
from apps.audit.models import AccessLog
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.actions import sweep
from apps.notifications.models import Notice
from apps.rifs import actions
from apps.rifs.models import Rif
from apps.rifs.why import reasons_for
from apps.rifs.xray import xray
from tests.conftest import Person, Publish

TODAY = timezone.localdate()


def address(rif: Rif, more: str = "access/") -> str:
    return f"/rifs/{rif.reference.removeprefix('RIF/')}/{more}"


def why(rif: Rif, who: Person) -> str:
    with behind_wall(who.actor):
        return " ".join(reasons_for(rif, who.actor))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"for_action": ["DE"]}, "addressed to Germany by name, for action."),
        ({"for_action": ["FR"], "for_information": ["DE"]}, "addressed to Germany by name, for information."),
        ({"for_action": ["ALL_MEMBER_STATES"]}, "addressed to all Member States, and so to Germany, for action."),
    ],
)
def test_an_addressee_learns_how_it_was_addressed(
    cast: SimpleNamespace, publish: Publish, changed: dict[str, list[str]], words: str
) -> None:
    said = why(publish(**changed), cast.german_analyst)
    assert words in said
    assert "Your role (National risk analyst) acknowledges for your organisation." in said
    assert "Your mandate is not limited" in said


def test_a_mandate_and_a_name_are_reasons(cast: SimpleNamespace, publish: Publish) -> None:
    cast.german_analyst.membership.mandates = [2]
    cast.german_analyst.membership.save()
    rif = publish(tlp="RED", named=cast.german_analyst.user.email)
    actor = person(cast.german_analyst.user, cast.german_analyst.membership, TODAY)
    with behind_wall(actor):
        said = " ".join(reasons_for(rif, actor))
    assert "one of the persons whom this TLP:RED RIF names" in said
    assert "Your mandate covers" in said and "not limited" not in said


def test_notice_and_rif_say_why_and_name_the_search(cast: SimpleNamespace, publish: Publish) -> None:
    with behind_wall(cast.german_analyst.actor):
        kept = actions.keep_search(by=cast.german_analyst.actor, name="From Italy", query="scope=received&from=IT")
        actions.settle_search(kept.pk, by=cast.german_analyst.actor, shared=False, notify=True)
    rif = publish()
    sweep(at=timezone.now())
    with behind_wall(system_actor()):
        notice = Notice.objects.get(kind="rif.search")
    client = cast.german_analyst.client()
    for page in (f"/inbox/{notice.pk}/why/", address(rif, "")):
        text = client.get(page).content.decode()
        assert "addressed to Germany by name, for action." in text
        assert "Your saved search “From Italy” found it." in text
    assert cast.german_colleague.client().get(f"/inbox/{notice.pk}/why/").status_code == 404


def test_the_xray_lists_each_reader_with_the_rule_and_the_number_of_people(
    cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish(for_action=["DE"], for_information=["FR"])
    answer = cast.italian_analyst.client().get(address(rif))
    seen = {r.organisation.code: (r.why, r.people) for r in answer.context["xray"].audience.readers}
    assert seen == {"IT": ("issuer", 2), "DE": ("action", 2), "FR": ("information", 1)}
    assert answer.context["xray"].audience.overseers == 1
    assert answer.context["xray"].differences == []


def test_a_stored_audience_that_differs_is_an_error(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE"], for_information=["FR"])
    french, swiss = cast.french_analyst.actor.organisation_id, cast.swiss_analyst.actor.organisation_id
    with behind_wall(system_actor()):
        Rif.objects.filter(pk=rif.pk).update(audience=[n for n in rif.audience if n != french] + [swiss])
    page = cast.italian_analyst.client().get(address(rif)).content.decode()
    assert "The stored audience differs from the rules" in page
    assert "France should see it by the rules, but cannot." in page
    assert "Switzerland can see it, although the rules do not say so." in page


def test_the_persons_of_a_red_rif_are_named_and_nobody_can_be_imitated(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(tlp="RED", named=cast.german_analyst.user.email)
    client = cast.italian_officer.client()
    answer = client.get(address(rif))
    names = [person.name for person in answer.context["xray"].persons]
    assert names == ["German Analyst", "Italian Analyst", "Italian Officer"]
    assert answer.context["xray"].differences == []
    assert client.get(address(rif, "access/DE/")).status_code == 404


def test_only_the_issuer_has_these_pages(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    for who in (cast.german_analyst, cast.auditor, cast.french_analyst):
        assert who.client().get(address(rif)).status_code == 404
        assert who.client().get(address(rif, "access/DE/")).status_code == 404


def test_a_draft_has_none(cast: SimpleNamespace) -> None:
    draft = actions.draft(by=cast.italian_officer.actor, at=timezone.now())
    assert cast.italian_officer.client().get(address(draft)).status_code == 404


def test_view_as_shows_what_that_organisation_reads_and_is_noted(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    answer = cast.italian_officer.client().get(address(rif, "access/DE/"))
    assert answer.context["is_copy"] is False
    assert answer.context["is_issuer"] is False
    theirs = cast.german_analyst.client().get(address(rif, ""))
    assert [moment.title for moment in answer.context["events"]] == [m.title for m in theirs.context["events"]]
    assert "Draft begun" not in answer.content.decode()
    assert answer.context["facts"] == theirs.context["facts"]
    with behind_wall(system_actor()):
        look = AccessLog.objects.get(kind="rif.view_as")
    assert (look.subject_id, look.actor_name, look.data) == (rif.pk, "Italian Officer", {"organisation": "DE"})


def test_view_as_an_organisation_that_was_not_addressed_does_not_exist(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    client = cast.italian_officer.client()
    for code in ("FR", "IT", "XX"):
        assert client.get(address(rif, f"access/{code}/")).status_code == 404


def test_whoever_receives_the_copy_is_seen_with_the_copy(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(
        nature="BOTH", for_action=["DE", "CH"], shared_title="Covers", shared_summary="Told apart.",
        summary="What only Member States may know.",
    )  # fmt: skip
    client = cast.italian_officer.client()
    answer = client.get(address(rif))
    assert {r.organisation.code: r.why for r in answer.context["xray"].audience.readers}["CH"] == "copy"
    assert answer.context["xray"].differences == []
    swiss = client.get(address(rif, "access/CH/"))
    assert swiss.context["is_copy"] is True
    assert "Told apart." in swiss.content.decode()
    assert "What only Member States may know." not in swiss.content.decode()
    with behind_wall(cast.italian_officer.actor):
        copy = Rif.objects.get(original=rif)
        assert xray(copy, TODAY).differences == []
