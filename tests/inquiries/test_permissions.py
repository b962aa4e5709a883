"""Who may do what in which state: every action, every state, every one of the cast, against a table by hand."""

from itertools import product
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.inquiries import actions
from apps.inquiries.models import Inquiry, Status
from apps.kernel.refusals import Kind, Refused
from apps.kernel.wall import behind_wall
from apps.workflow.transitions import DECLARED
from tests.conftest import CAST
from tests.inquiries.conftest import Ask

ASKER = {"german_analyst", "german_colleague"}
ADDRESSEE = {"italian_officer", "italian_analyst"}
WRITERS = ASKER | ADDRESSEE | {
    "french_analyst", "swiss_analyst", "norwegian_analyst", "commission", "agency", "authority",
}  # fmt: skip

#: kind of request → action → {state: who}. What is not here is refused.
ALLOWED: dict[str, dict[str, dict[Status, set[str]]]] = {
    "QUESTION": {
        "answer": {Status.OPEN: ADDRESSEE},
        "acknowledge": {},
        "reply": {Status.OPEN: ASKER | ADDRESSEE},
        "close": {Status.ANSWERED: ASKER},
        "withdraw": {Status.OPEN: ASKER},
    },
    "INFORMATION": {
        "answer": {},
        "acknowledge": {Status.OPEN: ADDRESSEE},
        "reply": {Status.OPEN: ASKER | ADDRESSEE},
        "close": {},
        "withdraw": {Status.OPEN: ASKER},
    },
}


@pytest.fixture
def in_state(cast: SimpleNamespace, ask: Ask) -> dict[str, dict[Status, Inquiry]]:
    now, asker, addressee = timezone.now(), cast.german_analyst.actor, cast.italian_officer.actor

    def answered() -> Inquiry:
        return actions.answer(ask(), by=addressee, at=now, text="By a scanner.")

    def withdrawn(purpose: str) -> Inquiry:
        return actions.withdraw(ask(purpose=purpose), by=asker, at=now, reason="Found out.")

    return {
        "QUESTION": {
            Status.OPEN: ask(),
            Status.ANSWERED: answered(),
            Status.CLOSED: actions.close(answered(), by=asker, at=now),
            Status.WITHDRAWN: withdrawn("QUESTION"),
        },
        "INFORMATION": {
            Status.OPEN: ask(purpose="INFORMATION"),
            Status.CLOSED: actions.acknowledge(ask(purpose="INFORMATION"), by=addressee, at=now),
            Status.WITHDRAWN: withdrawn("INFORMATION"),
        },
    }


def test_the_table_names_every_declared_action() -> None:
    assert all(set(table) == set(DECLARED[Inquiry]) for table in ALLOWED.values())


def test_every_action_is_open_to_exactly_whom_the_table_names(
    cast: SimpleNamespace, in_state: dict[str, dict[Status, Inquiry]]
) -> None:
    wrong = []
    for purpose, states in in_state.items():
        for name, (state, inquiry), who in product(DECLARED[Inquiry], states.items(), CAST):
            actor = getattr(cast, who).actor
            with behind_wall(actor):
                refusal = DECLARED[Inquiry][name].refusal(inquiry, actor)
            assert refusal is None or len(str(refusal.reason)) > 10
            if (refusal is None) != (who in ALLOWED[purpose][name].get(state, set())):
                wrong.append((purpose, name, state.value, who, "open" if refusal is None else "refused"))
    assert wrong == []


@pytest.mark.parametrize("who", CAST)
def test_exactly_those_who_deal_with_requests_may_ask(cast: SimpleNamespace, ask: Ask, who: str) -> None:
    addressee = "FR" if who in ADDRESSEE else "IT"
    if who in WRITERS:
        assert ask(by=getattr(cast, who).actor, addressee=addressee).status == Status.OPEN
    else:
        with pytest.raises(Refused) as refused:
            ask(by=getattr(cast, who).actor, addressee=addressee)
        assert refused.value.kind == Kind.PERMISSION


@pytest.mark.parametrize("who", CAST)
def test_only_the_two_organisations_read_it_behind_both_walls(cast: SimpleNamespace, ask: Ask, who: str) -> None:
    inquiry, actor = ask(), getattr(cast, who).actor
    with behind_wall(actor):
        first = Inquiry.objects.visible_to(actor).filter(pk=inquiry.pk).exists()
        second = Inquiry.objects.filter(pk=inquiry.pk).exists()
    assert (first, second) == ((who in ASKER | ADDRESSEE),) * 2


def test_whoever_does_not_see_it_cannot_act_on_it(cast: SimpleNamespace, ask: Ask) -> None:
    with pytest.raises(Refused, match="no longer open to you"):
        actions.reply(ask(), by=cast.french_analyst.actor, at=timezone.now(), text="Me too.")


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    moves = [action for action in DECLARED[Inquiry].values() if action.target]
    reached = {str(Status.OPEN)} | {str(action.target) for action in moves}
    left = {state for action in moves for state in action.sources}
    assert reached == set(Status.values)
    assert set(Status.values) - left == {"CLOSED", "WITHDRAWN"}
