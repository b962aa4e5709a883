"""National systems read and answer requests under their scopes."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts import actions as people
from apps.inquiries.models import Inquiry, Message
from apps.kernel.wall import behind_wall
from tests.conftest import Publish
from tests.inquiries.conftest import Ask

Call = Callable[..., Any]


@pytest.fixture
def call(cast: SimpleNamespace) -> Call:
    """One call of Italy's system with a key of these scopes."""

    def run(method: str, address: str, scopes: tuple[str, ...], body: Any = None, **headers: str) -> Any:
        now = timezone.now()
        made = people.make_key(
            by=cast.italian_admin.actor, at=now, name=f"system {now}", scopes=list(scopes),
            expires_at=now + timedelta(days=2),
        )  # fmt: skip
        more: dict[str, Any] = {"content_type": "application/json"} if method == "post" else {}
        given = {"Authorization": f"Bearer {made.secret}"} | headers
        return getattr(Client(), method)(f"/api/v1/inquiries/{address}", body, headers=given, **more)

    return run


READ, ANSWER = ("inquiry:read",), ("inquiry:answer",)


def at(inquiry: Inquiry) -> str:
    return inquiry.reference.removeprefix("REQ/") + "/"


def test_a_key_reads_what_waits_for_its_organisation(ask: Ask, call: Call, publish: Publish) -> None:
    rif = publish(for_action=["DE"])
    inquiry = ask(rif=rif.reference)
    ask(addressee="FR")
    (line,) = call("get", "", READ).json()
    assert (line["reference"], line["asker"], line["rif_reference"]) == (inquiry.reference, "DE", rif.reference)
    assert call("get", "?scope=asked", READ).json() == []
    whole = call("get", at(inquiry), READ).json()
    assert (whole["text"], whole["messages"], whole["consent"], whole["agency"]) == (inquiry.text, [], None, None)
    assert whole["offers"] == {}, "a key that only reads is offered nothing"


def test_a_key_without_the_scope_hears_nothing(ask: Ask, call: Call) -> None:
    inquiry = ask()
    assert call("get", "", ("rif:read",)).json() == []
    assert call("get", at(inquiry), ("rif:read",)).status_code == 404
    assert call("post", at(inquiry) + "answer/", READ, {"text": "So."}).status_code == 403
    assert call("get", at(ask(addressee="FR")), READ).status_code == 404


def test_a_system_answers_once_however_often_it_sends(cast: SimpleNamespace, ask: Ask, call: Call) -> None:
    inquiry = ask()
    answered = call("post", at(inquiry) + "answer/", ANSWER, {"text": "By a scanner."})
    assert (answered.status_code, answered.json()["status"]) == (200, "ANSWERED")
    assert answered.json()["messages"][0]["text"] == "By a scanner."
    late = call("post", at(inquiry) + "answer/", ANSWER, {"text": "By a dog."})
    assert late.status_code == 409
    with behind_wall(cast.italian_officer.actor):
        assert Message.objects.get(inquiry=inquiry).author is None


@pytest.mark.parametrize(
    ("purpose", "body", "status", "field"),
    [
        ("QUESTION", {}, 400, "text"),
        ("QUESTION", {"text": ""}, 400, "text"),
        ("QUESTION", {"text": "\u200b"}, 422, "text"),
        ("QUESTION", {"text": "So.", "verdict": "YES"}, 422, "verdict"),
        ("QUESTION", {"text": "So.", "verdict": "MAYBE"}, 400, "verdict"),
        ("QUESTION", {"text": "x" * 10_001}, 400, "text"),
    ],
)
def test_a_fault_is_told_at_its_field(
    ask: Ask, call: Call, purpose: str, body: dict[str, str], status: int, field: str
) -> None:
    answer = call("post", at(ask(purpose=purpose)) + "answer/", ANSWER, body)
    assert answer.status_code == status
    assert [fault["field"] for fault in answer.json()["faults"]] == [field]


def test_information_is_acknowledged_and_not_answered(ask: Ask, call: Call) -> None:
    inquiry = ask(purpose="INFORMATION")
    assert call("post", at(inquiry) + "answer/", ANSWER, {"text": "So."}).status_code == 422
    assert call("post", at(inquiry) + "acknowledge/", ANSWER).json()["status"] == "CLOSED"


def test_a_consent_is_read_with_who_gave_it(ask: Ask, call: Call, publish: Publish) -> None:
    rif = publish(for_action=["DE"], areas=["2", "5"])
    inquiry = ask(purpose="CONSENT", rif=rif.reference, agency="ECHA")
    given = call("post", at(inquiry) + "answer/", ANSWER, {"text": "For the substance.", "verdict": "YES"}).json()
    assert given["consent"]["agency"] == "ECHA"
    assert given["consent"]["given_by"].startswith("API · system")
    assert (given["agency"], given["messages"][0]["verdict"]) == ("ECHA", "YES")


def test_the_next_page_is_named_in_the_answer(ask: Ask, call: Call) -> None:
    for _number in range(101):
        ask()
    first = call("get", "", READ)
    assert len(first.json()) == 100
    after = first["Link"].partition("?")[2].partition(">")[0]
    assert len(call("get", f"?{after}", READ).json()) == 1
