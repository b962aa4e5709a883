"""The guard against telling a thing twice: what is like a draft, why, and never more than its writer may see."""

import math
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import AccessLog
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.likeness import MOST_SEEN, marks_of, ranked
from apps.rifs.models import Delivery, Likeness, Rif
from apps.rifs.similar import WINDOW, Similar, similar_to
from tests.conftest import Publish, content

NOW = timezone.now()
LATE = timedelta(minutes=1)


def plain(**changed: Any) -> dict[str, Any]:
    """A form that shares nothing with the usual one but the legal ground and the like."""
    blank: dict[str, Any] = {
        "title": "Walnut furniture", "goods": [], "transport": [], "route": [], "operators": [], "targeting": [],
        "results": [], "modus_operandi": ["OTHER"], "kind": "REQUEST", "legal_ground": "46_5_B",
    }  # fmt: skip
    return content(**(blank | changed))


def like(rif: Rif, actor: Actor, at: Any = None) -> list[Similar]:
    with behind_wall(actor):
        return similar_to(rif, actor, at or timezone.now() + LATE)


def drafted(cast: SimpleNamespace, **changed: Any) -> Rif:
    return actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=plain(**changed))


# ── What is alike ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("group", "row", "why"),
    [
        ("transport", {"container": "MSKU1234565"}, "same container: MSKU 123456-5"),
        ("transport", {"mrn": "26IT00000000000AB1"}, "same MRN: "),
        ("goods", {"gtin": "4006381333931"}, "same GTIN: "),
        ("operators", {"identification": "IT01234567890"}, "same operator: "),
    ],
)
def test_one_exact_identifier_is_enough_however_it_is_written(
    cast: SimpleNamespace, publish: Publish, group: str, row: dict[str, str], why: str
) -> None:
    sent = publish(**plain(title="Something else entirely", **{group: [row]}))
    written = {name: "MSKU 123456-5" if name == "container" else value.lower() for name, value in row.items()}
    (found,) = like(drafted(cast, **{group: [written]}), cast.italian_officer.actor)
    assert found.rif == sent
    assert found.why[0].startswith(why)


def test_goods_origin_method_and_route_together_are_enough(cast: SimpleNamespace, publish: Publish) -> None:
    facts: dict[str, Any] = {
        "goods": [{"commodity": "8708 95 10", "origin": "CN"}],
        "route": [{"loading": "CNSHA", "unloading": "ITGOA"}],
        "modus_operandi": ["MISDESCRIPTION"],
    }
    sent = publish(**plain(title="Airbags", **facts))
    (found,) = like(drafted(cast, **facts), cast.italian_officer.actor)
    assert found.rif == sent
    assert set(found.why) == {
        "same goods: HS 87089510",
        "same route: CNSHA → ITGOA",
        "same modus operandi: Misdescription",
        "same origin: CN",
    }


@pytest.mark.parametrize(
    "facts",
    [
        {"goods": [{"origin": "CN"}]},
        {"goods": [{"commodity": "870895"}]},
        {"goods": [{"commodity": "8708", "origin": "CN"}]},
        {"goods": [{"origin": "CN"}], "modus_operandi": ["UNDERVALUATION"]},
        {"route": [{"unloading": "NLRTM"}], "goods": [{"origin": "CN"}]},
        {"title": "Plastic covers"},
    ],
)
def test_common_values_alone_never_match(cast: SimpleNamespace, publish: Publish, facts: dict[str, Any]) -> None:
    publish(**plain(**{"title": "Iron pipes", "goods": [{"description": "tubes"}]} | facts))
    assert like(drafted(cast, **facts), cast.italian_officer.actor) == []


def test_an_identifier_that_many_carry_is_common_too(cast: SimpleNamespace, publish: Publish) -> None:
    carrier = {"operators": [{"identification": "IT01234567890"}]}
    for number in range(10):
        publish(**plain(title=f"Matter {number}", **carrier))
    draft = drafted(cast, **carrier)
    assert len(like(draft, cast.italian_officer.actor)) == 3
    publish(**plain(title="Matter 11", **carrier))
    assert like(draft, cast.italian_officer.actor) == []


def test_rarer_marks_weigh_more() -> None:
    own = ["container:A", "hs6:870895", "origin:CN", "word:airbag"]
    shared = {1: {"hs6:870895", "origin:CN", "word:airbag"}, 2: {"container:A"}}
    likes = ranked(own, shared, MOST_SEEN)
    assert [one.rif for one in likes] == [1, 2]
    assert likes[1].score == pytest.approx(math.log((MOST_SEEN + 200) / (1 + 0.1)))
    many = {number: {"origin:CN", "word:airbag"} for number in range(3, 103)}
    assert ranked(own, shared | many, MOST_SEEN)[0].score < likes[0].score


def test_words_are_compared_without_accents_endings_and_empty_words() -> None:
    marks = marks_of({"title": "Pistachios and the Café of Türkiye", "goods": [{"description": "pistachio nuts"}]})
    assert list(marks) == ["word:pistach", "word:cafe", "word:turkiye", "word:nut"]


# ── When ─────────────────────────────────────────────────────────────────────────────


def test_after_ninety_days_it_is_another_matter(cast: SimpleNamespace, publish: Publish) -> None:
    facts = {"transport": [{"container": "MSKU1234565"}]}
    publish(at=NOW - WINDOW + timedelta(hours=1), **plain(**facts))
    draft = drafted(cast, **facts)
    assert len(like(draft, cast.italian_officer.actor, NOW + LATE)) == 1
    assert like(draft, cast.italian_officer.actor, NOW + timedelta(hours=2)) == []


def test_what_has_ended_is_no_reason_to_keep_silent(cast: SimpleNamespace, publish: Publish) -> None:
    facts = {"transport": [{"container": "MSKU1234565"}]}
    closed, cancelled = publish(**plain(**facts)), publish(**plain(**facts))
    draft = drafted(cast, **facts)
    assert len(like(draft, cast.italian_officer.actor)) == 2
    actions.close(closed, by=cast.italian_analyst.actor, at=timezone.now(), outcome="done")
    actions.cancel(cancelled, by=cast.italian_analyst.actor, at=timezone.now(), reason="wrong")
    assert like(draft, cast.italian_officer.actor) == []


def test_a_changed_draft_is_found_by_what_it_says_now(cast: SimpleNamespace) -> None:
    other = drafted(cast, transport=[{"container": "MSKU1234565"}])
    mine = drafted(cast, transport=[{"container": "CSQU3054383"}])
    assert like(mine, cast.italian_officer.actor) == []
    path = f"transport.{other.rows('transport')[0]['key']}.container"
    actions.edit(other, by=cast.italian_officer.actor, at=timezone.now(), changes={path: (None, "CSQU3054383")})
    assert [one.rif for one in like(mine, cast.italian_officer.actor)] == [other]


# ── Need to know ─────────────────────────────────────────────────────────────────────


def test_what_the_writer_may_not_see_is_not_found(cast: SimpleNamespace, publish: Publish) -> None:
    facts = {"transport": [{"container": "MSKU1234565"}]}
    publish(**plain(for_action=["FR"], **facts))
    drafted(cast, **facts)
    german = actions.draft(by=cast.german_analyst.actor, at=NOW, content=plain(**facts))
    french = actions.draft(by=cast.french_analyst.actor, at=NOW, content=plain(**facts))
    assert like(german, cast.german_analyst.actor) == []
    assert len(like(french, cast.french_analyst.actor)) == 1


def test_weights_do_not_change_with_what_the_writer_may_not_see(cast: SimpleNamespace, publish: Publish) -> None:
    facts: dict[str, Any] = {
        "operators": [{"identification": "IT01234567890"}],
        "goods": [{"commodity": "87089510", "origin": "CN"}],
    }
    publish(**plain(**facts))
    german = actions.draft(by=cast.german_analyst.actor, at=NOW, content=plain(**facts))
    before = [(one.rif.pk, one.score, one.why) for one in like(german, cast.german_analyst.actor)]
    for _number in range(8):
        publish(**plain(for_action=["FR"], **facts))
    after = [(one.rif.pk, one.score, one.why) for one in like(german, cast.german_analyst.actor)]
    assert before == after != []


def test_the_marks_stand_behind_the_second_wall(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["FR"])
    assert not Likeness.objects.exists()
    with behind_wall(cast.german_analyst.actor):
        assert not Likeness.objects.exists()
    with behind_wall(cast.french_analyst.actor):
        assert Likeness.objects.get().rif_id == rif.pk
    with behind_wall(cast.italian_admin.actor):
        assert not Likeness.objects.exists()


def test_the_functions_of_the_owner_ask_for_audience_and_permission(cast: SimpleNamespace, publish: Publish) -> None:
    publish(for_action=["FR"])
    found = {}
    for name in ("german_analyst", "french_analyst", "italian_admin", "italian_officer"):
        with behind_wall(getattr(cast, name).actor), connection.cursor() as cursor:
            period = timezone.now().toordinal() // 30
            window = [[period - 1, period], timezone.now() - WINDOW, timezone.now() + LATE]
            cursor.execute("SELECT rifs_seen(%s, %s, 10)", window[1:])
            seen = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM rifs_alike(0, %s, %s, %s, %s, 10)", [["origin:CN"], *window])
            found[name] = (seen, cursor.fetchone()[0])
    assert found == {
        "german_analyst": (0, 0),
        "french_analyst": (1, 1),
        "italian_admin": (0, 0),
        "italian_officer": (1, 1),
    }


# ── Pages ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def pair(cast: SimpleNamespace, publish: Publish) -> tuple[Rif, Rif]:
    """A draft of Italy and a published RIF like it."""
    sent = publish(title="Airbags as plastic covers")
    return actions.draft(by=cast.italian_officer.actor, at=NOW, content=content(title="Airbags again")), sent


def page_of(rif: Rif, other: Rif | None = None) -> str:
    end = "" if other is None else other.reference.removeprefix("RIF/") + "/"
    return f"/rifs/{rif.reference.removeprefix('RIF/')}/similar/{end}"


def test_form_and_pre_flight_show_it_with_the_reasons(cast: SimpleNamespace, pair: tuple[Rif, Rif]) -> None:
    draft, sent = pair
    browser = cast.italian_officer.client()
    home = draft.get_absolute_url()
    for address in (page_of(draft), home + "form/risk/", home + "check/"):
        text = browser.get(address).content.decode()
        assert page_of(draft, sent) in text, address
        assert "same container: CSQU3054383" in text
    part = browser.get(page_of(draft), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert sent.reference in part


def test_a_kept_slot_asks_the_card_to_look_again(cast: SimpleNamespace, pair: tuple[Rif, Rif]) -> None:
    draft, _sent = pair
    address = draft.get_absolute_url() + "slot/"
    answer = cast.italian_officer.client().post(address, {"path": "title", "title": "Covers", "was-title": draft.title})
    assert answer["HX-Trigger"] == "slot-saved"


def test_side_by_side_marks_what_is_common_and_leads_to_the_other(cast: SimpleNamespace, pair: tuple[Rif, Rif]) -> None:
    draft, sent = pair
    text = cast.italian_officer.client().get(page_of(draft, sent)).content.decode()
    assert "Airbags again" in text
    assert text.count("<mark>") >= 4
    link = text[: text.index("Add to this one instead")].rpartition("<a ")[2]
    assert f'href="{sent.get_absolute_url()}"' in link


def test_a_colleagues_draft_is_continued_there(cast: SimpleNamespace) -> None:
    first, second = (drafted(cast, transport=[{"container": "MSKU1234565"}]) for _number in range(2))
    text = cast.italian_officer.client().get(page_of(second, first)).content.decode()
    assert "Write in that draft instead" in text
    assert first.get_absolute_url() + "form/risk/" in text


def test_reading_side_by_side_is_reading(cast: SimpleNamespace, publish: Publish) -> None:
    sent = publish()
    german = actions.draft(by=cast.german_analyst.actor, at=NOW, content=content())
    assert cast.german_analyst.client().get(page_of(german, sent)).status_code == 200
    with behind_wall(system_actor()):
        assert Delivery.objects.get(rif=sent).opened_at is not None
        assert AccessLog.objects.filter(kind="rif.read", subject_id=sent.pk).exists()


def test_only_a_writer_of_the_draft_who_may_read_the_other_compares(cast: SimpleNamespace, publish: Publish) -> None:
    hidden = publish(for_action=["FR"])
    german = actions.draft(by=cast.german_analyst.actor, at=NOW, content=content())
    assert cast.german_analyst.client().get(page_of(german, hidden)).status_code == 404
    assert cast.italian_officer.client().get(page_of(german, hidden)).status_code == 404
    assert cast.italian_officer.client().get(page_of(german)).status_code == 404
    assert cast.italian_officer.client().get(page_of(hidden)).status_code == 404
