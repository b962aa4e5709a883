"""How many queries each page takes: a committed ledger. A page that asks more often is a diff to explain.

`UPDATE_LEDGER=1 python -m pytest tests/architecture/test_queries.py` writes it anew.
"""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.inquiries import actions as inquiries
from apps.inquiries.models import Inquiry
from apps.kernel.wall import behind_wall
from apps.notifications.actions import sweep
from apps.organisations.models import Organisation
from apps.rifs import actions
from apps.rifs.models import Rif
from tests.conftest import PASSWORD, Publish, content

LEDGER = Path(__file__).with_name("queries.json")
PAGES = ["/", "/rifs/", "/rifs/?scope=sent", "/rifs/?scope=all&sort=newest", "/rifs/?scope=received&q=CSQU3054383",
         "/search/?q=plastic", "/inbox/", "/inbox/bell/", "/about/help/", "/about/accessibility/",
         "/about/data-protection/", "/rifs/acknowledge/done/", "/rifs/export/csv/", "/rifs/export/json/", "/rifs/export/xlsx/", "/api/v1/rifs/",
         "/api/v1/changes/", "/api/v1/rifs/schema.json", "/inquiries/", "/inquiries/?scope=asked",
         "/inquiries/?scope=all", "/inquiries/ask/", "/rifs/new/", "/rifs/guide/",
         "/rifs/guide/?purpose=CRIMINAL&subject=CUSTOMS&counterpart=MEMBER_STATE&manner=REQUEST",
         "/api/v1/inquiries/?scope=all"]  # fmt: skip
OF_A_RIF = ["", "preview/", "acknowledgements/", "versions/", "feedback/", "sheet/", "files/", "history/", "snooze/"]
OF_AN_ISSUED = ["access/", "access/DE/"]
OF_A_DRAFT = ["", "check/", "similar/", "files/", "history/", "form/risk/", "form/goods/", "form/operators/",
              "form/transport/",
              "form/targeting/", "form/handling/", "act/discard/", "act/keep_as_template/", "channels/",
              "channels/?channel=AM", "channels/AM/"]  # fmt: skip
OF_A_REQUEST = ["", "act/answer/"]
OF_AN_ADMIN = ["/people/", "/people/access-log/", "/people/keys/", "/people/keys/webhooks/"]


#: Savepoints stand here for the transaction that the test has opened already.
BRACKETS = ("SAVEPOINT", "RELEASE")


class Loud(str):
    """Fails the page that names a variable which does not exist."""

    def __contains__(self, part: object) -> bool:
        return part == "%s" or super().__contains__(str(part))

    def __mod__(self, name: Any) -> str:
        raise AssertionError(f"The template names {name}, which does not exist.")


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Loud("unknown"))


@pytest.fixture
def few(cast: SimpleNamespace, publish: Publish) -> tuple[Rif, Rif]:
    """Three RIFs to everybody, partly answered, and a draft."""
    sent = [publish(for_action=["ALL_MEMBER_STATES"], title=f"Plastic covers {number}") for number in range(3)]
    for rif in sent:
        actions.acknowledge(rif, by=cast.french_analyst.actor, at=timezone.now())
    for number in range(3):
        asked_of_germany(cast, number)
    sweep(at=timezone.now())
    return sent[0], actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content())


def asked_of_germany(cast: SimpleNamespace, number: int) -> Inquiry:
    """A request of Italy with a message of each side."""
    officer, germany = cast.italian_officer.actor, Organisation.objects.get(code="DE")
    inquiry = inquiries.ask(
        by=officer, at=timezone.now(), purpose="QUESTION", addressee=germany, title=f"Covers {number}", text="Which?"
    )
    for by in (cast.german_analyst.actor, officer):
        inquiries.reply(inquiry, by=by, at=timezone.now(), text="The first ones.")
    return inquiry


def measured(cast: SimpleNamespace, few: tuple[Rif, Rif]) -> dict[str, int]:
    """The queries of each page, by its address with the reference left out."""
    published, draft = (rif.get_absolute_url() for rif in few)
    visits = [(cast.german_analyst, page, page) for page in PAGES]
    visits += [(cast.german_analyst, published + part, f"/rifs/<published>/{part}") for part in OF_A_RIF]
    visits += [(cast.italian_officer, draft + part, f"/rifs/<draft>/{part}") for part in OF_A_DRAFT]
    visits += [(cast.italian_analyst, published + part, f"/rifs/<published>/{part}") for part in OF_AN_ISSUED]
    with behind_wall(cast.german_analyst.actor):
        inquiry = Inquiry.objects.earliest("pk").get_absolute_url()
    visits += [(cast.german_analyst, inquiry + part, f"/inquiries/<open>/{part}") for part in OF_A_REQUEST]
    visits += [(cast.italian_admin, page, page) for page in OF_AN_ADMIN]
    found = {}
    for who, address, name in visits:
        client = who.client()
        if "/keys/" in address:
            client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        client.get(address)  # the first look of an administration is written down; later ones are the rule
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
            if answer.streaming:
                answer.getvalue()
        assert answer.status_code == 200, address
        found[name] = sum(not query["sql"].startswith(BRACKETS) for query in asked.captured_queries)
    return found


def test_no_page_asks_more_often_than_the_ledger_says(cast: SimpleNamespace, few: tuple[Rif, Rif], loud: None) -> None:
    found = measured(cast, few)
    if os.environ.get("UPDATE_LEDGER"):
        LEDGER.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    assert found == json.loads(LEDGER.read_text())


def test_a_rif_with_its_ledger_takes_few_queries(cast: SimpleNamespace, few: tuple[Rif, Rif]) -> None:
    ledger = json.loads(LEDGER.read_text())
    assert ledger["/rifs/<published>/"] <= 12


def test_the_number_of_queries_does_not_grow_with_the_rows(
    cast: SimpleNamespace, few: tuple[Rif, Rif], publish: Publish
) -> None:
    before = measured(cast, few)
    for number in range(4):
        publish(for_action=["ALL_MEMBER_STATES"], title=f"More covers {number}")
        asked_of_germany(cast, number)
    sweep(at=timezone.now())
    assert measured(cast, few) == before
