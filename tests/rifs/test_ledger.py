"""The ledger of an administration goes forward, counts once, and its reports add up."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from apps.audit.models import Event
from apps.kernel.refusals import Refused
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Delivery, Feedback, Rif
from tests.conftest import Publish

STAGES = ["DELIVERED", "OPENED", "ACKNOWLEDGED", "ASSESSED", "ACTING", "INTERIM", "CLOSED"]


def row(cast: SimpleNamespace, rif: Rif) -> Delivery:
    with behind_wall(cast.german_analyst.actor):
        return Delivery.objects.select_related("duplicate_of").get(rif=rif, organisation__code="DE")


def test_assessing_acknowledges_too(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    actions.assess(rif, by=cast.german_analyst.actor, at=timezone.now(), assessment="RELEVANT", known_here=True)
    found = row(cast, rif)
    assert (found.settled, found.assessment, found.known_here, found.acknowledged_version) == (
        True,
        "RELEVANT",
        True,
        1,
    )
    assert rif.acknowledged == 1


def test_not_relevant_needs_a_reason_and_a_duplicate_one_that_can_be_read(
    cast: SimpleNamespace, publish: Publish
) -> None:
    rif, hidden, seen = publish(), publish(for_action=["FR"]), publish()
    by, now = cast.german_analyst.actor, timezone.now()
    with pytest.raises(Refused, match="not relevant"):
        actions.assess(rif, by=by, at=now, assessment="NOT_RELEVANT")
    for reference in (hidden.reference, "RIF/IT/2026/999999", rif.reference):
        with pytest.raises(Refused, match="You have no RIF with this reference"):
            actions.assess(rif, by=by, at=now, assessment="DUPLICATE", duplicate_of=reference)
    actions.assess(rif, by=by, at=now, assessment="DUPLICATE", duplicate_of=seen.reference)
    assert row(cast, rif).duplicate_of_id == seen.pk


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("irregularities", {"result": "IRREGULARITY", "controls": 2, "irregularities": 3}),
        ("irregularities", {"result": "IRREGULARITY", "controls": 2}),
        ("result", {"result": "CONFORM", "controls": 2, "irregularities": 1}),
        ("result", {"result": ""}),
        ("hits_assessed", {"result": "CONFORM", "hits": 3, "hits_assessed": 4}),
        ("controls", {"result": "CONFORM", "controls": 1, "by_type": {"controls": {"DOC": 1, "PHY": 1}}}),
        ("profile_to", {"result": "CONFORM", "profile_from": "2026-05-02", "profile_to": "2026-05-01"}),
        ("profile_to", {"result": "CONFORM", "profile_to": "2100-01-01"}),
    ],
)
def test_a_report_that_does_not_add_up_is_refused_at_its_field(
    cast: SimpleNamespace, publish: Publish, field: str, facts: dict[str, Any]
) -> None:
    from datetime import date

    facts = {k: date.fromisoformat(v) if k.startswith("profile_") else v for k, v in facts.items()}
    rif = publish(valid_to="2099-01-01", long_validity="It is a test.")
    with pytest.raises(Refused) as no:
        actions.give_feedback(rif, by=cast.german_analyst.actor, at=timezone.now(), **facts)
    assert [refusal.field for refusal in no.value.refusals] == [field]
    assert not row(cast, rif).settled


def test_the_final_report_ends_the_own_part_once(cast: SimpleNamespace, publish: Publish) -> None:
    rif, by, now = publish(), cast.german_analyst.actor, timezone.now()
    actions.give_feedback(
        rif, by=by, at=now, result="IRREGULARITY", controls=4, irregularities=1, usefulness=4, implemented="ADAPTED"
    )
    actions.give_feedback(rif, by=by, at=now, result="IRREGULARITY", controls=9, irregularities=2, final=True)
    found = row(cast, rif)
    assert (found.assessment, found.measures, found.closed_by) == ("RELEVANT", ["PROFILE_CHANGED"], "German Analyst")
    with pytest.raises(Refused, match="has closed this RIF"):
        actions.give_feedback(rif, by=cast.german_colleague.actor, at=now, result="CONFORM")
    with behind_wall(cast.italian_officer.actor):
        assert Feedback.objects.filter(delivery__rif=rif).count() == 2
    with behind_wall(cast.french_analyst.actor):
        assert not Feedback.objects.exists()


STEPS = some.lists(some.sampled_from(["open", "acknowledge", "assess", "act", "report", "final", "renew"]), max_size=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_state_never_goes_back_without_an_event(cast: SimpleNamespace, publish: Publish, steps: list[str]) -> None:
    from tests.rifs.test_versions import renew

    rif, by = publish(), cast.german_analyst.actor
    does = {
        "open": lambda: actions.open_(rif, by=by, at=timezone.now()),
        "acknowledge": lambda: actions.acknowledge(rif, by=by, at=timezone.now()),
        "assess": lambda: actions.assess(rif, by=by, at=timezone.now(), assessment="PARTLY"),
        "act": lambda: actions.take_measures(rif, by=by, at=timezone.now(), measures=["CONTROLS"]),
        "report": lambda: actions.give_feedback(rif, by=by, at=timezone.now(), result="NO_CONSIGNMENT"),
        "final": lambda: actions.give_feedback(rif, by=by, at=timezone.now(), result="NO_CONSIGNMENT", final=True),
        "renew": lambda: renew(cast, rif),
    }
    stage, events = 0, count(cast, rif)
    for step in steps:
        try:
            does[step]()
        except Refused:
            assert count(cast, rif) == events, "what was refused leaves no trace"
            continue
        with behind_wall(by):
            rows = list(Delivery.objects.filter(rif=rif, organisation__code="DE"))
        assert len(rows) == 1, "every recipient has exactly one ledger"
        now = STAGES.index(rows[0].stage)
        assert now >= stage or count(cast, rif) > events
        stage, events = now, count(cast, rif)


def count(cast: SimpleNamespace, rif: Rif) -> int:
    with behind_wall(cast.italian_officer.actor):
        return Event.objects.filter(subject_type="rifs.rif", subject_id=rif.pk).count()
