"""Need to know: every address as every role hears the words of the table, and no others."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from apps.documents.models import DocumentQuerySet
from apps.inquiries import actions as inquiries
from apps.kernel.subjects import SubjectQuerySet
from apps.notifications.actions import send_waiting, sweep
from apps.notifications.models import NoticeQuerySet
from apps.rifs.models import DeliveryQuerySet
from apps.search.models import EntryQuerySet
from tests.architecture.canary import TABLE, World, addresses, ask, build, words_in
from tests.conftest import Person, Publish, join

SEARCHES = ["/search/?q=Shared+wording", "/search/?q=CSQU3054383", "/search/?q=870895", "/search/?q=title",
            "/rifs/?scope=all&q=shared", "/rifs/?scope=all&sort=oldest", "/rifs/?scope=sent", "/rifs/?scope=preparation",
            "/rifs/?state=acknowledged", "/rifs/export/csv/?scope=all", "/rifs/export/json/?scope=all",
            "/rifs/export/xlsx/?scope=all",
            "/rifs/export/csv/?scope=preparation", "/inbox/?show=unread", "/api/v1/rifs/?scope=all&q=shared",
            "/api/v1/rifs/?scope=preparation", "/rifs/?q=CSQU3054383%0A870895&scope=all",
            "/inquiries/?scope=asked", "/inquiries/?scope=all", "/api/v1/inquiries/?scope=all",
            "/search/?q=REQ%2FDE%2F"]  # fmt: skip


@pytest.fixture
def world(cast: SimpleNamespace, organisations: Any) -> World:
    extra: dict[str, Person] = {
        "french_coordinator": join("french_coordinator", organisations["FR"], ["COORDINATOR"]),
        "german_admin": join("german_admin", organisations["DE"], ["USER_ADMIN"]),
        "commission_second": join("commission_second", organisations["TAXUD"], ["RISK_POLICY"]),
        "aeo_handler": join("aeo_handler", organisations["IT"], ["AEO_HANDLER"]),
        "danish_analyst": join("danish_analyst", organisations["DK"], ["ANALYST"]),
    }
    return build(cast, extra)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refused requests are the point here, not news."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def walk(world: World, methods: tuple[str, ...] = ("get",)) -> dict[str, set[str]]:
    """Who heard which word anywhere."""
    heard: dict[str, set[str]] = defaultdict(set)
    deaf: set[str] = set()
    for method in methods:
        for route, address in [*addresses(world), *((search, search) for search in SEARCHES)]:
            for who in world.ears if method + route not in deaf else ():
                answer = ask(world, who, address, method)
                assert answer.status_code < 500, f"{method} {address} as {who}"
                if answer.status_code == 405:
                    deaf.add(method + route)  # this address does not listen, whoever speaks to it
                    break
                for word in words_in(answer):
                    heard[word].add(who)
    return heard


def leaks(heard: dict[str, set[str]]) -> dict[str, set[str]]:
    return {word: who - TABLE[word] for word, who in heard.items() if who - TABLE[word]}


def test_every_address_as_every_role_tells_exactly_what_the_table_says(world: World) -> None:
    heard = walk(world)
    assert leaks(heard) == {}
    missed = {word: who - heard[word] for word, who in TABLE.items() if who - heard[word]}
    assert missed == {}, "the table promises more than the pages tell"


def test_no_address_tells_a_word_in_answer_to_a_post(world: World) -> None:
    assert leaks(walk(world, ("post",))) == {}


def test_the_second_wall_alone_keeps_every_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SubjectQuerySet, "visible_to", lambda self, actor: self.all())
    monkeypatch.setattr(EntryQuerySet, "visible_to", lambda self, actor: self.all())
    monkeypatch.setattr(NoticeQuerySet, "visible_to", lambda self, actor: self.all())
    monkeypatch.setattr(DocumentQuerySet, "visible_to", lambda self, actor: self.all())
    monkeypatch.setattr(DeliveryQuerySet, "received_by", lambda self, actor: self.all())
    heard = walk(world)
    assert leaks(heard) == {}
    assert heard["zqmoney"], "the walk still hears something"


MOVING = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|after=[^"&]*|"(?:next|at)": ?"[^"]*"|nonce="[^"]*"|\d+ [hm] |\d\d:\d\d:\d\d'
)


def test_what_is_invisible_changes_no_byte_of_any_list(
    world: World, cast: SimpleNamespace, organisations: Any, publish: Publish
) -> None:
    ears = ("french_analyst", "swiss_analyst", "agency", "trader", "survey_manager", "danish_analyst", "german_system")
    lists = [search for search in SEARCHES if "xlsx" not in search]  # packed, it holds the moment of its making
    places = ["/", "/rifs/", "/inquiries/", "/inbox/", "/inbox/bell/", "/api/v1/rifs/", "/api/v1/inquiries/"]
    places += ["/api/v1/changes/", *lists]

    def answers() -> dict[tuple[str, str], bytes]:
        return {(who, where): MOVING.sub(b"", ask(world, who, where).getvalue()) for who in ears for where in places}

    before = answers()
    publish(nature="FINANCIAL", for_action=["IE"], title="Shared wording about money")
    inquiries.ask(
        by=cast.italian_officer.actor, at=timezone.now(), purpose="QUESTION", addressee=organisations["IE"],
        title="Shared wording about Ireland", text="Shared wording.",
    )  # fmt: skip
    sweep(at=timezone.now())
    after = answers()
    assert [key for key in before if before[key] != after[key]] == []


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_mail_names_the_reference_and_nothing_else(world: World) -> None:
    send_waiting(at=timezone.now())
    assert mail.outbox, "urgent RIFs are told by mail"
    for letter in mail.outbox:
        text = f"{letter.subject} {letter.body}"
        assert "zq" not in text
        assert "Airbags" not in text
        assert "RIF/" in text
    told = {letter.to[0].split("@")[1] for letter in mail.outbox}
    assert "dk.example" not in told
    assert "trader-it.example" not in told
