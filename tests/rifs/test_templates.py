"""Templates: the content of a draft under a name, for the own administration and nobody else."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from apps.audit.models import Event
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif, RifTemplate
from tests.conftest import content


def kept(cast: SimpleNamespace, name: str = "Airbags", **changed: Any) -> RifTemplate:
    officer = cast.italian_officer.actor
    rif = actions.draft(by=officer, at=timezone.now(), content=content(**changed))
    actions.keep_as_template(rif, by=officer, at=timezone.now(), name=name)
    with behind_wall(officer):
        return RifTemplate.objects.get(name=name)


def test_a_template_has_the_content_without_what_belongs_to_the_occasion(cast: SimpleNamespace) -> None:
    template = kept(cast, valid_to="2027-01-31", feedback_by="2026-12-31")
    assert template.content["title"] == content()["title"]
    assert template.content["goods"][0]["commodity"] == "870895"
    assert not {"valid_to", "feedback_by"} & set(template.content)
    with behind_wall(cast.italian_officer.actor):
        assert Event.objects.get(kind="rif.keep_as_template").data == {"name": "Airbags"}


@pytest.mark.parametrize("who", ["german_analyst", "commission", "auditor", "agency", "trader"])
def test_no_other_organisation_reads_it_begins_with_it_or_deletes_it(cast: SimpleNamespace, who: str) -> None:
    template, other = kept(cast), getattr(cast, who)
    with behind_wall(other.actor):
        assert not RifTemplate.objects.exists()
    client = other.client()
    assert "Airbags" not in client.get("/rifs/new/", follow=True).content.decode()
    assert client.post("/rifs/new/", {"template": template.pk}).status_code == 404
    assert client.post(f"/rifs/new/{template.pk}/forget/").status_code == 404
    with pytest.raises(Refused) as no:
        actions.begin_with(template, by=other.actor, at=timezone.now())
    assert no.value.kind == Kind.PERMISSION


def test_an_own_colleague_who_does_not_draft_has_no_templates(cast: SimpleNamespace) -> None:
    kept(cast)
    with behind_wall(cast.italian_admin.actor):
        assert not RifTemplate.objects.exists()


def test_a_colleague_begins_with_it(cast: SimpleNamespace) -> None:
    template = kept(cast)
    client = cast.italian_analyst.client()
    assert "Airbags" in client.get("/rifs/new/").content.decode()
    answer = client.post("/rifs/new/", {"template": template.pk})
    with behind_wall(cast.italian_analyst.actor):
        rif = Rif.objects.latest("pk")
        assert answer["Location"] == f"{rif.get_absolute_url()}form/risk/"
        assert rif.content == template.content
        assert (rif.title, rif.tlp, rif.urgency, rif.areas) == (content()["title"], "AMBER", 2, [2, 5])
        assert rif.author_id == cast.italian_analyst.user.pk and rif.hands == [rif.author_id]
        assert Event.objects.get(kind="rif.create", subject_id=rif.pk).data == {"template": "Airbags"}
    actions.edit(rif, by=cast.italian_analyst.actor, at=timezone.now(), changes={"title": (None, "Changed")})
    with behind_wall(cast.italian_analyst.actor):
        template.refresh_from_db()
    assert template.content["title"] == content()["title"]


def test_a_post_without_a_template_starts_the_empty_form_as_ever(cast: SimpleNamespace) -> None:
    answer = cast.italian_officer.client().post("/rifs/new/")
    with behind_wall(cast.italian_officer.actor):
        rif = Rif.objects.latest("pk")
    assert answer["Location"] == f"{rif.get_absolute_url()}form/risk/"
    assert rif.title == ""


@pytest.mark.parametrize("number", ["999999", "x", "-1", "9" * 40, "1.5"])
def test_a_template_that_is_none_is_not_found(cast: SimpleNamespace, number: str) -> None:
    assert cast.italian_officer.client().post("/rifs/new/", {"template": number}).status_code == 404


def test_it_is_kept_on_a_page_without_script(cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content())
    client = cast.italian_officer.client()
    address = f"{rif.get_absolute_url()}act/keep_as_template/"
    assert address in client.get(f"{rif.get_absolute_url()}form/risk/").content.decode()
    assert client.post(address, {"name": "Airbags"})["Location"] == "/rifs/new/"
    again = client.post(address, {"name": "airbags"})
    assert again.status_code == 422 and "of this name already" in again.content.decode()


def test_what_named_persons_may_read_does_not_become_a_template(cast: SimpleNamespace) -> None:
    with pytest.raises(Refused, match="named persons"):
        kept(cast, tlp="RED")


def test_it_can_be_deleted_and_the_drafts_stay(cast: SimpleNamespace) -> None:
    template = kept(cast)
    rif = actions.begin_with(template, by=cast.italian_officer.actor, at=timezone.now())
    assert cast.italian_analyst.client().post(f"/rifs/new/{template.pk}/forget/").status_code == 302
    with behind_wall(cast.italian_officer.actor):
        assert not RifTemplate.objects.exists()
        assert Rif.objects.filter(pk=rif.pk).exists()
        assert Event.objects.get(kind="riftemplate.forget").data == {"name": "Airbags"}
