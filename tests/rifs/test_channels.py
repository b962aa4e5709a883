"""A RIF and the other networks: noted by the issuer, seen by the issuer, typed once."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from apps.audit.models import AccessLog, Event
from apps.kernel.actor import system_actor
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.channel_text import draft_text
from apps.rifs.channels import CHANNELS, unfit_for
from apps.rifs.elsewhere import typed_once
from apps.rifs.models import ChannelReport, Rif
from tests.conftest import Publish, content

FACTS: dict[str, Any] = {"channel": "AM", "basis": "REG_515_97", "reference": "AM-2026-7"}
LOOKING = ["german_analyst", "commission", "auditor", "agency", "trader", "french_analyst"]


def note(cast: SimpleNamespace, rif: Rif, **changed: Any) -> Rif:
    now = timezone.now()
    facts = FACTS | {"reported_on": now.date()} | changed
    return actions.report_elsewhere(rif, by=cast.italian_officer.actor, at=now, **facts)


def at(rif: Rif) -> str:
    return f"{rif.get_absolute_url()}channels/"


def posted(**changed: Any) -> dict[str, Any]:
    return FACTS | {"reported_on": timezone.localdate().isoformat()} | changed


def test_a_report_is_kept_with_its_event(cast: SimpleNamespace, publish: Publish) -> None:
    rif = note(cast, publish())
    with behind_wall(cast.italian_analyst.actor):
        report = ChannelReport.objects.get(rif=rif)
        event = Event.objects.get(kind="rif.report_elsewhere")
    assert (report.channel, report.basis, report.reference, report.by) == (*FACTS.values(), "Italian Officer")
    assert event.data == {"name": "AM", "basis": "REG_515_97", "from_draft": False}


@pytest.mark.parametrize("who", LOOKING)
def test_nobody_but_the_issuer_reads_it(cast: SimpleNamespace, publish: Publish, who: str) -> None:
    rif = note(cast, publish())
    other = getattr(cast, who)
    with behind_wall(other.actor):
        assert not ChannelReport.objects.exists()
    client = other.client()
    assert client.get(at(rif)).status_code == 404
    assert client.get(f"{at(rif)}AM/").status_code == 404
    assert client.post(at(rif), posted()).status_code == 404
    history = client.get(f"{rif.get_absolute_url()}history/").content.decode()
    assert "AM-2026-7" not in history and "another network" not in history


def test_the_issuer_does_read_it(cast: SimpleNamespace, publish: Publish) -> None:
    rif = note(cast, publish())
    page = cast.italian_analyst.client().get(at(rif)).content.decode()
    assert "AM-2026-7" in page and "Mutual assistance message (AFIS)" in page
    assert "Other channels" in page
    assert "Other channels" not in cast.german_analyst.client().get(rif.get_absolute_url()).content.decode()


def test_the_portal_itself_does_not_read_it(cast: SimpleNamespace, publish: Publish) -> None:
    note(cast, publish())
    with behind_wall(system_actor()):
        assert not ChannelReport.objects.exists()


def test_an_addressee_cannot_note_a_report(cast: SimpleNamespace, publish: Publish) -> None:
    with pytest.raises(Refused) as no:
        actions.report_elsewhere(
            publish(), by=cast.german_analyst.actor, at=timezone.now(), **FACTS, reported_on=timezone.localdate()
        )
    assert no.value.kind == Kind.PERMISSION


def test_a_discarded_draft_takes_no_report(cast: SimpleNamespace) -> None:
    officer = cast.italian_officer.actor
    rif = actions.draft(by=officer, at=timezone.now(), content=content())
    note(cast, rif)
    actions.discard(rif, by=officer, at=timezone.now())
    with pytest.raises(Refused) as no:
        note(cast, rif, reference="AM-2026-8")
    assert no.value.kind == Kind.STATE


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"channel": "TELEX"}, "channel"),
        ({"basis": "REG_904_2010"}, "basis"),
        ({"reference": " \u200b "}, "reference"),
        ({"reported_on": timezone.now().date() + timedelta(days=2)}, "reported_on"),
    ],
)
def test_a_report_that_cannot_be_is_refused_at_its_field(
    cast: SimpleNamespace, publish: Publish, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as no:
        note(cast, publish(), **changed)
    assert [refusal.field for refusal in no.value.refusals] == [field]
    with behind_wall(cast.italian_officer.actor):
        assert not ChannelReport.objects.exists()


def test_the_same_report_is_noted_once(cast: SimpleNamespace, publish: Publish) -> None:
    rif = note(cast, publish())
    with pytest.raises(Refused, match="noted already"):
        note(cast, rif)


def test_the_same_report_of_another_rif_warns_with_a_link_and_can_be_noted_all_the_same(
    cast: SimpleNamespace, publish: Publish
) -> None:
    first, second = note(cast, publish(title="First case")), publish(title="Second case")
    client = cast.italian_officer.client()
    told = client.post(at(second), posted(reference="am-2026-7"))
    assert told.status_code == 422
    assert f'href="{first.get_absolute_url()}"' in told.content.decode()
    with behind_wall(cast.italian_officer.actor):
        assert not ChannelReport.objects.filter(rif=second).exists()
    assert client.post(at(second), posted(reference="am-2026-7", anyway="on")).status_code == 302
    page = client.get(at(second)).content.decode()
    assert "Also noted for another RIF of yours:" in page and "First case" in page


def test_the_report_of_another_administration_does_not_warn(cast: SimpleNamespace, publish: Publish) -> None:
    note(cast, publish())
    french = cast.french_analyst.actor
    rif = actions.draft(by=french, at=timezone.now(), content=content())
    answer = cast.french_analyst.client().post(at(rif), posted())
    assert answer.status_code == 302


# ── The draft text ───────────────────────────────────────────────────────────────────
def test_the_draft_text_says_what_the_form_says_marked_on_top(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(
        operators=[{"role": "IMPORTER", "name": "Esempio S.p.A.", "identification": "IT01234567890"}],
        route=[{"loading": "CNSHA", "unloading": "ITGOA"}],
    )
    with behind_wall(cast.italian_officer.actor):
        text = draft_text(rif, CHANNELS["AM"])
    assert text.splitlines()[0] == "TLP:AMBER" == text.strip().splitlines()[-1]
    for words in (
        rif.reference, rif.title, rif.content["summary"], "870895", "plastic covers", "Esempio S.p.A.",
        "IT01234567890", "CSQU3054383", "CNSHA", "ITGOA", "515/97", "To be added there",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("code", CHANNELS)
def test_every_channel_has_a_draft_text(cast: SimpleNamespace, publish: Publish, code: str) -> None:
    rif = publish(tlp="GREEN")
    client = cast.italian_officer.client()
    page = client.get(at(rif), {"channel": code}).content.decode()
    answer = client.get(f"{at(rif)}{code}/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "TLP-GREEN" in answer["Content-Disposition"]
    assert str(CHANNELS[code].title) in answer.content.decode()
    assert rif.content["summary"] in page and "TLP:GREEN" in page
    with behind_wall(cast.italian_officer.actor):
        look = AccessLog.objects.get(kind="rif.export")
    assert look.data == {"channel": code}


def test_nothing_above_what_a_channel_may_carry(cast: SimpleNamespace) -> None:
    officer = cast.italian_officer.actor

    def closed(**changed: Any) -> set[str]:
        rif = actions.draft(by=officer, at=timezone.now(), content=content(**changed))
        return {code for code, channel in CHANNELS.items() if unfit_for(rif, channel)}

    assert closed(tlp="GREEN") == set()
    assert closed(tlp="AMBER") == {"SAFETY_GATE", "EU_TWIX"}
    assert closed(tlp="AMBER+STRICT") == {"SAFETY_GATE", "EU_TWIX", "COPIS", "RASFF", "ICSMS"}
    assert closed(tlp="RED") == set(CHANNELS)
    assert closed(tlp="GREEN", eu_marking="RESTRICTED") == set(CHANNELS)
    assert closed(tlp="GREEN", eu_marking="SENSITIVE") == set()
    with override_settings(CHANNELS_FOR_RED=["SIENA", "AM"]):
        assert set(CHANNELS) - closed(tlp="RED") == {"SIENA", "AM"}


def test_a_text_above_the_channel_is_neither_shown_nor_given(cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content(tlp="RED"))
    client = cast.italian_officer.client()
    page = client.get(at(rif), {"channel": "AM"}).content.decode()
    assert "carries at most TLP:AMBER+STRICT" in page
    assert rif.content["summary"] not in page
    answer = client.get(f"{at(rif)}AM/")
    assert answer.status_code == 302 and rif.content["summary"] not in answer.content.decode()
    with pytest.raises(Refused) as no:
        note(cast, rif, from_draft=True)
    assert [refusal.field for refusal in no.value.refusals] == ["from_draft"]
    note(cast, rif)  # that it was reported otherwise can be noted


def test_typed_once_counts_own_rifs_of_ninety_days_that_went_on_by_their_text(
    cast: SimpleNamespace, publish: Publish
) -> None:
    now = timezone.now()
    note(cast, publish(), from_draft=True)
    note(cast, publish(), reference="AM-1")
    note(cast, publish(at=now - timedelta(days=100)), reference="AM-2", from_draft=True)
    both = publish()
    note(cast, both, reference="AM-3", from_draft=True)
    note(cast, both, reference="AM-4", from_draft=True)
    actor = cast.italian_analyst.actor
    with behind_wall(actor):
        assert typed_once(actor, timezone.now()) == (2, 3)
    with behind_wall(cast.german_analyst.actor):
        assert typed_once(cast.german_analyst.actor, timezone.now()) == (0, 0)
    assert "2 of 3 RIFs of ours" in cast.italian_analyst.client().get("/").content.decode()
    assert "RIFs of ours of the last 90 days" not in cast.italian_officer.client().get("/").content.decode()


def test_an_addressee_hears_nothing_of_it_in_the_interface_for_systems(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    client = cast.german_analyst.client()
    address = f"/api/v1/rifs/{rif.reference.removeprefix('RIF/')}/"

    def heard() -> tuple[bytes, str, list[str]]:
        one, changes = client.get(address), client.get("/api/v1/changes/").json()
        return one.content, one["ETag"], [change["kind"] for change in changes["changes"]]

    before = heard()
    note(cast, rif)
    assert heard() == before
    assert "rif.publish" in before[2]
