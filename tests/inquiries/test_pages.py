"""The pages of requests: what is typed is kept, faults stand at their field, nothing unreadable shows."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from apps.inquiries import actions
from apps.inquiries.models import Inquiry, Status
from apps.kernel.wall import behind_wall
from tests.conftest import Publish
from tests.inquiries.conftest import Ask

TYPED = {"purpose": "QUESTION", "addressee": "IT", "title": "Typed title", "text": "Typed text"}


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, address: str, **fields: str) -> Any:
    return client.post(address, fields)


def test_a_request_is_sent_and_shown(cast: SimpleNamespace, publish: Publish) -> None:
    rif, client = publish(for_action=["DE"]), cast.german_analyst.client()
    answer = post(client, "/inquiries/ask/", **TYPED, rif=rif.reference, unit="IT/CRU")
    shown = page(client, answer.url)
    assert all(words in shown for words in ("Typed title", "Typed text", rif.reference, "Central risk unit"))
    assert "Typed title" in page(cast.italian_officer.client(), "/inquiries/")
    assert cast.french_analyst.client().get(answer.url).status_code == 404


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 141}, "at most 140 characters"),
        ({"addressee": "XX"}, "Select a valid choice"),
        ({"addressee": "TRADER-IT"}, "Select a valid choice"),
        ({"purpose": "GOSSIP"}, "Select a valid choice"),
        ({"unit": "IT/XXX"}, "Select a valid choice"),
        ({"unit": "FR/CRU"}, "This unit does not belong to Italy."),
        ({"person": "no address"}, "valid email address"),
        ({"person": "nobody@it.example"}, "Nobody at Italy who answers requests has this address."),
        ({"due_on": "31.02.2026"}, "Enter a valid date."),
        ({"due_on": "2020-01-01"}, "This day has passed already"),
        ({"rif": "RIF/IT/2026/000000"}, "You cannot refer to this RIF"),
        ({"agency": "ECHA"}, "Only a request for consent names an agency."),
        ({"text": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_is_kept(
    cast: SimpleNamespace, changed: dict[str, str], fault: str
) -> None:
    answer = post(cast.german_analyst.client(), "/inquiries/ask/", **TYPED | changed)
    shown, (field,) = answer.content.decode(), changed
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in shown
    assert f'id="id_{field}_error"' in shown
    assert fault in shown
    assert escape({**TYPED, **changed}["title"]) in shown
    with behind_wall(cast.german_analyst.actor):
        assert not Inquiry.objects.exists()


def test_an_address_begins_a_request_to_the_issuer_of_a_readable_rif_only(
    cast: SimpleNamespace, publish: Publish
) -> None:
    readable, hidden = publish(for_action=["DE"]), publish(for_action=["FR"])
    client = cast.german_analyst.client()
    assert '<option value="IT" selected>' in page(client, f"/inquiries/ask/?rif={readable.reference}")
    unseen = page(client, f"/inquiries/ask/?rif={hidden.reference}")
    assert '<option value="IT" selected>' not in unseen
    never = page(client, "/inquiries/ask/?rif=RIF/IT/2026/000000")
    assert strip(unseen, hidden.reference) == strip(never, "RIF/IT/2026/000000")


def strip(shown: str, reference: str) -> str:
    form = shown.partition('<form method="post" action="/inquiries/ask/"')[2].partition("</form>")[0]
    assert reference in form
    return form.replace(reference, "").partition('name="csrfmiddlewaretoken"')[2].partition(">")[2]


def test_the_rif_offers_to_ask_its_issuer(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE"])
    link = f"/inquiries/ask/?rif={rif.reference.replace('/', '%2F')}"
    assert link in page(cast.german_analyst.client(), rif.get_absolute_url())
    assert link not in page(cast.italian_officer.client(), rif.get_absolute_url()), "nobody asks oneself"
    assert link not in page(cast.auditor.client(), rif.get_absolute_url()), "an auditor asks nobody"


def test_the_badge_counts_what_we_have_to_answer(cast: SimpleNamespace, ask: Ask) -> None:
    ask()
    done = ask()
    actions.answer(done, by=cast.italian_officer.actor, at=timezone.now(), text="So.")
    badge = '<span class="count" title="to answer">1<'
    assert badge in page(cast.italian_analyst.client(), "/")
    assert 'title="to answer"' not in page(cast.german_analyst.client(), "/")
    assert "/inquiries/" not in page(cast.auditor.client(), "/")


def test_each_tab_shows_its_part(cast: SimpleNamespace, ask: Ask) -> None:
    ours = ask(by=cast.italian_officer.actor, addressee="DE", title="Asked by Italy")
    theirs = ask(title="Asked by Germany")
    client = cast.italian_officer.client()
    shown = {scope: page(client, f"/inquiries/?scope={scope}") for scope in ("answer", "asked", "all", "nonsense")}
    seen = {scope: (ours.title in text, theirs.title in text) for scope, text in shown.items()}
    assert seen == {"answer": (False, True), "asked": (True, False), "all": (True, True), "nonsense": (False, True)}


@pytest.mark.parametrize("scope", ["answer", "asked", "all"])
def test_pages_follow_each_other_without_gap_or_double(cast: SimpleNamespace, ask: Ask, scope: str) -> None:
    made = {ask().reference for _number in range(30)}
    client = (cast.german_analyst if scope == "asked" else cast.italian_officer).client()
    found: list[str] = []
    after = ""
    for _page in range(3):
        listed = client.get("/inquiries/", {"scope": scope, "after": after}).context["page"]
        found += [inquiry.reference for inquiry in listed.rows]
        after = listed.next
        if not after:
            break
    assert len(found) == 30
    assert set(found) == made


def test_an_answer_is_given_on_the_page_of_the_request(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry, client = ask(), cast.italian_officer.client()
    address = f"{inquiry.get_absolute_url()}act/answer/"
    empty = post(client, address, text=" ")
    assert empty.status_code == 422
    assert 'id="id_text_error"' in empty.content.decode()
    assert post(client, address, text="By a scanner.").url == inquiry.get_absolute_url()
    again = post(client, address, text="My other words")
    assert again.status_code == 422
    assert "My other words" in again.content.decode(), "what came too late is not lost"
    assert "By a scanner." in page(cast.german_analyst.client(), inquiry.get_absolute_url())


def test_a_refused_action_says_why_and_changes_nothing(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry, client = ask(), cast.italian_officer.client()
    shown = page(client, f"{inquiry.get_absolute_url()}act/withdraw/")
    assert "Only the organisation that asked may do this." in shown
    assert post(client, f"{inquiry.get_absolute_url()}act/withdraw/", reason="Mine").status_code == 422
    assert client.get(f"{inquiry.get_absolute_url()}act/destroy/").status_code == 404
    with behind_wall(cast.italian_officer.actor):
        assert Inquiry.objects.get(pk=inquiry.pk).status == Status.OPEN


def test_markup_in_a_text_is_shown_as_text(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry = ask(title="<b>title</b>", text="<script>alert(1)</script>")
    actions.reply(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="<img src=x onerror=alert(2)>")
    shown = page(cast.german_analyst.client(), inquiry.get_absolute_url())
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_a_request_is_found_by_its_words_its_reference_and_its_rif(
    cast: SimpleNamespace, ask: Ask, publish: Publish
) -> None:
    rif = publish(for_action=["DE"])
    inquiry = ask(title="Quizzical airbags", rif=rif.reference)
    actions.reply(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="A sesquipedalian reply.")
    for words in ("quizzical", "sesquipedalian", inquiry.reference, rif.reference):
        assert inquiry.reference in page(cast.german_analyst.client(), f"/search/?q={words}")
        assert "Quizzical" not in page(cast.french_analyst.client(), f"/search/?q={words}")
