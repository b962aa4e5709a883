"""Who is told of a request, and that mail names only the reference."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import User
from apps.inquiries import actions
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.actions import send_waiting, sweep
from apps.notifications.models import Notice
from apps.organisations.models import Organisation, Unit
from tests.conftest import Publish, join
from tests.inquiries.conftest import Ask


def told(kind: str) -> set[str]:
    """Who was told of events of this kind."""
    sweep(at=timezone.now())
    with behind_wall(system_actor()):
        return set(Notice.objects.filter(kind=f"inquiry.{kind}").values_list("recipient__name", flat=True))


def test_everybody_of_the_addressee_who_answers_is_told(ask: Ask) -> None:
    ask()
    assert told("ask") == {"Italian Officer", "Italian Analyst"}


def test_a_named_person_alone_is_told(cast: SimpleNamespace, ask: Ask) -> None:
    ask(person=cast.italian_officer.user.email)
    assert told("ask") == {"Italian Officer"}


def test_a_named_unit_alone_is_told_and_all_where_it_has_nobody(
    cast: SimpleNamespace, ask: Ask, organisations: dict[str, Organisation]
) -> None:
    units = {unit.code: unit for unit in Unit.objects.filter(organisation=organisations["IT"]).order_by("pk")}
    cast.italian_analyst.membership.unit = units["NRAC"]
    cast.italian_analyst.membership.save()
    ask(unit=units["NRAC"])
    assert told("ask") == {"Italian Analyst"}
    ask(unit=units["CRU"])
    assert told("ask") == {"Italian Officer", "Italian Analyst"}


def test_mandates_filter_what_is_about_a_rif(
    cast: SimpleNamespace, ask: Ask, publish: Publish, organisations: dict[str, Organisation]
) -> None:
    join("italian_taxes", organisations["IT"], ["OFFICER"], mandates=[8])
    ask(rif=publish(for_action=["DE"], areas=["2", "5"]).reference)
    assert told("ask") == {"Italian Officer", "Italian Analyst"}


def test_the_one_who_asked_is_told_of_the_answer(cast: SimpleNamespace, ask: Ask) -> None:
    actions.answer(ask(), by=cast.italian_officer.actor, at=timezone.now(), text="So.")
    assert told("answer") == {"German Analyst"}


def test_colleagues_are_told_once_the_one_who_asked_has_left(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry = ask()
    User.objects.filter(pk=cast.german_analyst.user.pk).update(is_active=False)
    actions.answer(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="So.")
    assert told("answer") == {"German Colleague"}


def test_the_one_who_informed_is_told_that_it_was_acknowledged(cast: SimpleNamespace, ask: Ask) -> None:
    actions.acknowledge(ask(purpose="INFORMATION"), by=cast.italian_officer.actor, at=timezone.now())
    assert told("acknowledge") == {"German Analyst"}


@pytest.mark.parametrize(
    ("writer", "reader"),
    [("german_colleague", {"Italian Officer", "Italian Analyst"}), ("italian_officer", {"German Analyst"})],
)
def test_the_other_side_is_told_of_a_message(cast: SimpleNamespace, ask: Ask, writer: str, reader: set[str]) -> None:
    actions.reply(ask(), by=getattr(cast, writer).actor, at=timezone.now(), text="One more thing.")
    assert told("reply") == reader


def test_the_addressee_is_told_that_nothing_is_asked_any_more(cast: SimpleNamespace, ask: Ask) -> None:
    actions.withdraw(ask(), by=cast.german_analyst.actor, at=timezone.now(), reason="Found out.")
    assert told("withdraw") == {"Italian Officer", "Italian Analyst"}


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_mail_names_the_reference_and_nothing_else(cast: SimpleNamespace, ask: Ask, publish: Publish) -> None:
    User.objects.update(mail_rhythm=User.MailRhythm.AT_ONCE)
    rif = publish(for_action=["DE"])
    inquiry = ask(title="zqtitle", text="zqtext", rif=rif.reference)
    actions.reply(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="zqreply")
    actions.answer(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="zqanswer")
    sweep(at=timezone.now())
    send_waiting(at=timezone.now())
    letters: list[Any] = [letter for letter in mail.outbox if "REQ/" in letter.subject]
    assert len(letters) == 4
    for letter in letters:
        assert inquiry.reference in letter.subject
        assert "zq" not in letter.subject + letter.body
        assert "RIF/" not in letter.subject + letter.body
