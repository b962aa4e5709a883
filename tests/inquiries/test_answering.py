"""An organisation answers once; a yes to onward sharing is kept as a consent; nothing written is changed later."""

import threading
from types import SimpleNamespace

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from apps.audit.models import Event
from apps.inquiries import actions
from apps.inquiries.models import Consent, Inquiry, Message, Status
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.rifs.models import Rif
from tests.conftest import Publish
from tests.inquiries.conftest import Ask

NOW = timezone.now()


def test_an_answer_closes_it_for_the_whole_organisation(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry = ask()
    actions.answer(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text=" By a scanner. ")
    assert (inquiry.status, inquiry.answered_by) == (Status.ANSWERED, "Italian Officer")
    with pytest.raises(Refused) as refused:
        actions.answer(inquiry, by=cast.italian_analyst.actor, at=timezone.now(), text="By a dog.")
    assert refused.value.kind == Kind.STATE
    actions.close(inquiry, by=cast.german_colleague.actor, at=timezone.now())
    assert (inquiry.status, inquiry.ended_by) == (Status.CLOSED, "German Colleague")
    with behind_wall(cast.german_analyst.actor):
        assert [m.text for m in Message.objects.filter(inquiry=inquiry)] == ["By a scanner."]


@pytest.mark.parametrize("text", ["", "  ", "\u200b"])
def test_nothing_is_no_answer_no_message_and_no_reason(cast: SimpleNamespace, ask: Ask, text: str) -> None:
    inquiry = ask()
    for action, by, words in (
        (actions.answer, cast.italian_officer, {"text": text}),
        (actions.reply, cast.german_analyst, {"text": text}),
        (actions.withdraw, cast.german_analyst, {"reason": text}),
    ):
        with pytest.raises(Refused) as refused:
            action(inquiry, by=by.actor, at=timezone.now(), **words)
        assert [refusal.field for refusal in refused.value.refusals] == list(words)
    with behind_wall(cast.german_analyst.actor):
        assert Inquiry.objects.get(pk=inquiry.pk).status == Status.OPEN
        assert not Message.objects.exists()


def test_both_sides_write_while_it_is_open(cast: SimpleNamespace, ask: Ask) -> None:
    inquiry = ask()
    actions.reply(inquiry, by=cast.italian_officer.actor, at=timezone.now(), text="Which consignment?")
    actions.reply(inquiry, by=cast.german_colleague.actor, at=timezone.now(), text="The first one.")
    assert inquiry.status == Status.OPEN
    actions.withdraw(inquiry, by=cast.german_analyst.actor, at=timezone.now(), reason="Found it.")
    assert (inquiry.status, inquiry.ending, inquiry.ended_by) == (Status.WITHDRAWN, "Found it.", "German Analyst")


def consent_asked(ask: Ask, publish: Publish) -> tuple[Inquiry, Rif]:
    rif = publish(for_action=["DE"], areas=["2", "5"])
    return ask(purpose="CONSENT", rif=rif.reference, agency="ECHA"), rif


def test_a_yes_is_kept_as_a_consent_and_shares_nothing_by_itself(
    cast: SimpleNamespace, ask: Ask, publish: Publish
) -> None:
    inquiry, rif = consent_asked(ask, publish)
    actions.answer(inquiry, by=cast.italian_officer.actor, at=NOW, text="For the substance only.", verdict="YES")
    with behind_wall(cast.german_analyst.actor):
        consent = Consent.objects.select_related("agency").get(inquiry=inquiry)
        assert Rif.objects.get(pk=rif.pk).audience == rif.audience
    assert (consent.rif_reference, consent.agency.code) == (rif.reference, "ECHA")
    assert (consent.given_by, consent.given_at) == ("Italian Officer", NOW)
    with behind_wall(cast.french_analyst.actor):
        assert not Consent.objects.exists()
        assert not Message.objects.exists()


def test_a_no_is_an_answer_without_a_consent(cast: SimpleNamespace, ask: Ask, publish: Publish) -> None:
    inquiry, _rif = consent_asked(ask, publish)
    actions.answer(inquiry, by=cast.italian_officer.actor, at=NOW, text="A case is open.", verdict="NO")
    with behind_wall(cast.german_analyst.actor):
        assert Message.objects.get(inquiry=inquiry).verdict == "NO"
        assert not Consent.objects.exists()


@pytest.mark.parametrize("verdict", ["", "MAYBE"])
def test_consent_is_answered_by_yes_or_no(cast: SimpleNamespace, ask: Ask, publish: Publish, verdict: str) -> None:
    inquiry, _rif = consent_asked(ask, publish)
    with pytest.raises(Refused, match="Say yes or no"):
        actions.answer(inquiry, by=cast.italian_officer.actor, at=NOW, text="Well.", verdict=verdict)
    with pytest.raises(Refused, match="Only a request for consent"):
        actions.answer(ask(), by=cast.italian_officer.actor, at=NOW, text="Well.", verdict="YES")


def test_what_was_written_cannot_be_changed_or_removed(cast: SimpleNamespace, ask: Ask, publish: Publish) -> None:
    inquiry, _rif = consent_asked(ask, publish)
    actions.answer(inquiry, by=cast.italian_officer.actor, at=NOW, text="Yes.", verdict="YES")
    for statement in (
        "UPDATE inquiries_message SET text = 'no'",
        "DELETE FROM inquiries_message",
        "UPDATE inquiries_consent SET given_by = 'x'",
        "DELETE FROM inquiries_consent",
    ):
        with (
            behind_wall(cast.italian_officer.actor),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_four_answers_at_once_are_one_answer_and_three_refusals(
    transactional_db: None, cast: SimpleNamespace, ask: Ask
) -> None:
    inquiry, ends, gate = ask(), [], threading.Barrier(4)

    def run(number: int) -> None:
        by = (cast.italian_officer, cast.italian_analyst)[number % 2].actor
        try:
            gate.wait()
            actions.answer(Inquiry(pk=inquiry.pk), by=by, at=timezone.now(), text=f"Answer {number}")
            ends.append("done")
        except Refused as no:
            ends.append(no.kind.value)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["done", "state", "state", "state"]
    with behind_wall(cast.italian_officer.actor):
        assert Event.objects.filter(kind="inquiry.answer").count() == 1
        assert Message.objects.filter(inquiry=inquiry).count() == 1
