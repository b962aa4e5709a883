"""Who may do what in which state: every action, every state, every one of the cast, against a table by hand."""

from datetime import timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.utils import timezone

from apps.kernel.actor import Actor
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif, Status
from apps.workflow.transitions import DECLARED
from tests.conftest import CAST, Publish, content

AUTHOR, SECOND = "italian_officer", "italian_analyst"
GERMANY = {"german_analyst", "german_colleague"}
OPEN = (Status.PUBLISHED, Status.EXPIRED)
SHARED = {*OPEN, Status.CLOSED, Status.CANCELLED}

#: action → {state: who}. What is not here is refused.
ALLOWED: dict[str, dict[Status, set[str]]] = {
    "edit": {Status.DRAFT: {AUTHOR, SECOND}},
    "add_row": {Status.DRAFT: {AUTHOR, SECOND}},
    "remove_row": {Status.DRAFT: {AUTHOR, SECOND}},
    "attach": {Status.DRAFT: {AUTHOR, SECOND}},
    "detach": {Status.DRAFT: {AUTHOR, SECOND}},
    "submit": {Status.DRAFT: {AUTHOR, SECOND}},
    "discard": {Status.DRAFT: {AUTHOR, SECOND}},
    "send_back": {Status.IN_REVIEW: {SECOND}},
    "publish": {Status.IN_REVIEW: {SECOND}},
    "publish_version": {},  # only for a draft that revises a RIF: test_versions.py
    "take_over_version": {key: {SECOND} for key in OPEN},  # its body asks for the reviewed draft
    "revise": {key: {AUTHOR, SECOND} for key in OPEN},
    "close": {key: {SECOND} for key in OPEN},
    "cancel": {key: {SECOND} for key in OPEN},
    "recall": {Status.PUBLISHED: {SECOND}},
    "expire": {Status.PUBLISHED: {SECOND}},
    "remind": {key: {SECOND} for key in OPEN},
    "open_": dict.fromkeys(SHARED, GERMANY),
    "acknowledge": dict.fromkeys(SHARED, GERMANY),
    "take_back": {},  # only for who has just acknowledged: test_bulk.py
    "assess": dict.fromkeys(SHARED, GERMANY),
    "take_measures": dict.fromkeys(SHARED, GERMANY),
    "give_feedback": dict.fromkeys(SHARED, GERMANY),
    "report_elsewhere": {key: {AUTHOR, SECOND} for key in Status if key != Status.DISCARDED},
    "keep_as_template": {Status.DRAFT: {AUTHOR, SECOND}},
    "withdraw_profile": {},  # only for who made a profile of a cancelled RIF: test_ending.py
    # The permission is the Commission's; that it cannot even see a RIF that it was not sent is the wall's affair.
    "retranscribe": {Status.PUBLISHED: {"commission"}},
}


@pytest.fixture
def in_state(cast: SimpleNamespace, publish: Publish) -> dict[Status, Rif]:
    now, officer, analyst = timezone.now(), cast.italian_officer.actor, cast.italian_analyst.actor
    past = (now - timedelta(days=3)).date().isoformat()

    def draft() -> Rif:
        return actions.draft(by=officer, at=now, content=content())

    return {
        Status.DRAFT: draft(),
        Status.IN_REVIEW: actions.submit(draft(), by=officer, at=now),
        Status.DISCARDED: actions.discard(draft(), by=officer, at=now),
        Status.PUBLISHED: publish(),
        Status.CLOSED: actions.close(publish(), by=analyst, at=now, outcome="done"),
        Status.CANCELLED: actions.cancel(publish(), by=analyst, at=now, reason="wrong"),
        Status.EXPIRED: actions.expire(publish(valid_to=past), by=analyst, at=now),
        Status.RECALLED: actions.recall(publish(), by=analyst, at=now, reason="wrong addressee"),
        Status.ABSORBED: absorbed(publish(), officer, analyst),
    }


def absorbed(rif: Rif, officer: Actor, analyst: Actor) -> Rif:
    """The draft that became the second version of a RIF."""
    now = timezone.now()
    actions.revise(rif, by=officer, at=now)
    with behind_wall(officer):
        draft = rif.revisions.get()
    actions.edit(draft, by=officer, at=now, changes={"change_note": (None, "One more consignment.")})
    actions.submit(draft, by=officer, at=now)
    return actions.publish_version(draft, by=analyst, at=now)


def test_the_table_names_every_declared_action() -> None:
    assert set(ALLOWED) == set(DECLARED[Rif])


def test_every_action_is_open_to_exactly_whom_the_table_names(
    cast: SimpleNamespace, in_state: dict[Status, Rif]
) -> None:
    wrong = []
    for name, state, who in product(DECLARED[Rif], Status, CAST):
        actor = getattr(cast, who).actor
        with behind_wall(actor):
            open_ = DECLARED[Rif][name].refusal(in_state[state], actor) is None
        if open_ != (who in ALLOWED[name].get(state, set())):
            wrong.append((name, state.value, who, "open" if open_ else "refused"))
    assert wrong == []


def test_every_refusal_says_why(cast: SimpleNamespace, in_state: dict[Status, Rif]) -> None:
    for name, state, who in product(DECLARED[Rif], Status, CAST):
        actor = getattr(cast, who).actor
        with behind_wall(actor):
            refusal = DECLARED[Rif][name].refusal(in_state[state], actor)
        assert refusal is None or len(str(refusal.reason)) > 10
