"""The feed tells each change once, to whom it may be told, and misses none although many write at once."""

import random
import threading
import time
from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts import actions as people
from apps.audit.models import Event, Head
from apps.audit.record import record
from apps.exchange.feed import WITHDRAWN, Change, Place, changes, head
from apps.exchange.models import Reach
from apps.kernel.actor import Actor, system_actor
from apps.kernel.wall import behind_wall
from apps.organisations.models import Organisation
from apps.rifs import actions
from apps.rifs.models import Rif
from apps.search.actions import card
from tests.conftest import Publish, content


def told(actor: Actor, after: Place | None = None, limit: int = 1_000) -> tuple[list[Change], Place]:
    """Everything after a place, page by page, and the place after it."""
    entries: list[Change] = []
    place = after or Place()
    while True:
        with behind_wall(actor):
            page = changes(actor, place, limit)
        assert len(page.entries) <= limit
        assert page.next >= place
        entries, place = [*entries, *page.entries], page.next
        if not page.more:
            return entries, place


def kinds(entries: list[Change]) -> list[str]:
    return [entry.kind for entry in entries]


def readers(rif: Rif, *organisations: int) -> None:
    """Change who may read a RIF, as an action of a later day might, with no event of its own."""
    with behind_wall(system_actor()):
        changed = Rif._base_manager.get(pk=rif.pk)
        changed.for_action, changed.for_information = sorted(organisations), []
        changed.audience = changed.current_audience()
        changed.save()
        card(changed, at=timezone.now())


# ── Who is told what ─────────────────────────────────────────────────────────────────
def test_a_receiver_is_told_the_public_course_and_its_own_acts_only(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE", "FR"])
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=timezone.now())
    actions.close(rif, by=cast.italian_analyst.actor, at=timezone.now(), outcome="Over")
    assert kinds(told(cast.german_analyst.actor)[0]) == ["rif.publish", "rif.acknowledge", "rif.close"]
    assert kinds(told(cast.french_analyst.actor)[0]) == ["rif.publish", "rif.close"]
    mine = kinds(told(cast.italian_analyst.actor)[0])
    assert mine == ["rif.create", "rif.submit", "rif.publish", "rif.acknowledge", "rif.close"]


@pytest.mark.parametrize("who", ["swiss_analyst", "agency", "trader", "survey_manager", "auditor", "italian_admin"])
def test_whoever_may_not_read_is_told_nothing(cast: SimpleNamespace, publish: Publish, who: str) -> None:
    publish()
    assert told(getattr(cast, who).actor)[0] == []


def test_an_event_of_an_unknown_kind_is_not_told(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish()
    with behind_wall(cast.italian_officer.actor):
        record("rif.thought_about", rif, by=cast.italian_officer.actor, at=timezone.now(), data={})
    assert kinds(told(cast.german_analyst.actor)[0]) == ["rif.publish"]
    assert "rif.thought_about" not in kinds(told(cast.italian_analyst.actor)[0])


def test_what_became_readable_later_appears_then(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE"])
    french = cast.french_analyst.actor
    before, place = told(french)
    assert before == []
    readers(rif, cast.german_analyst.actor.organisation_id, french.organisation_id)
    publish(for_action=["DE"])  # the next event makes the place a past one
    entries, place = told(french, place)
    assert [(entry.kind, entry.reference) for entry in entries] == [("rif.publish", rif.reference)]
    assert told(french, place)[0] == []
    assert told(french)[0] == entries


def test_what_is_no_longer_readable_is_named_once_and_nothing_more(cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE", "FR"])
    german = cast.german_analyst.actor
    _entries, place = told(german)
    readers(rif, cast.french_analyst.actor.organisation_id)
    actions.close(rif, by=cast.italian_analyst.actor, at=timezone.now(), outcome="Over")
    entries, place = told(german, place)
    assert [(e.kind, e.reference, e.at) for e in entries] == [(WITHDRAWN, rif.reference, None)]
    assert told(german, place)[0] == []
    assert told(cast.swiss_analyst.actor)[0] == [], "who never could read it is not told its reference"
    readers(rif, german.organisation_id)
    publish(for_action=["FR"])
    again, _place = told(german, place)
    assert kinds(again) == ["rif.publish", "rif.close"], "opened again, it is told again"


def test_a_lapsed_agreement_stops_the_feed_and_nothing_is_missed_when_it_is_renewed(
    cast: SimpleNamespace, publish: Publish
) -> None:
    swiss = cast.swiss_analyst.actor
    publish(for_action=["CH"])
    first, place = told(swiss)
    lapsed = Actor(**{**vars(swiss), "audiences": frozenset()})
    publish(for_action=["CH"])
    assert told(lapsed, place) == ([], place)
    second, _end = told(swiss, place)
    assert kinds(first) == kinds(second) == ["rif.publish"]


def test_the_application_cannot_write_who_could_read_what(cast: SimpleNamespace, publish: Publish) -> None:
    publish()
    with behind_wall(cast.german_analyst.actor):
        rows = Reach.objects.values_list("organisation__code", flat=True).order_by("pk")
        assert list(rows) == ["DE"]
        assert Reach.objects.update(since=0) == 0
        assert Reach.objects.all().delete()[0] == 0


# ── Exactly once, from any place ─────────────────────────────────────────────────────
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "acknowledge", "close", "narrow", "widen", "draft", "look"]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=14,
)


class Play:
    """A world in which things happen, and a system that follows it in small pages."""

    def __init__(self, cast: SimpleNamespace, publish: Publish, limit: int) -> None:
        self.cast, self.publish_, self.limit = cast, publish, limit
        self.reader = cast.german_analyst.actor
        self.rifs: list[Rif] = []
        self.place, self.seen = head(), list[Change]()
        self.start = self.place

    def do(self, step: str, number: int) -> None:
        if step == "look":
            entries, self.place = told(self.reader, self.place, self.limit)
            self.seen += entries
        elif step in {"publish", "draft"}:
            named = [["DE"], ["FR"], ["DE", "FR"]][number % 3]
            officer = self.cast.italian_officer.actor
            done = self.publish_(for_action=named) if step == "publish" else None
            self.rifs.append(done or actions.draft(by=officer, at=timezone.now(), content=content()))
        elif self.rifs:
            getattr(self, step)(self.rifs[number % len(self.rifs)])

    def acknowledge(self, rif: Rif) -> None:
        with behind_wall(self.reader):
            offered = actions.acknowledge.refusal(rif, self.reader) if rif.status == "PUBLISHED" else "not yet"
            if offered is None and Rif.objects.visible_to(self.reader).filter(pk=rif.pk).exists():
                actions.acknowledge(rif, by=self.reader, at=timezone.now())

    def close(self, rif: Rif) -> None:
        if rif.status == "PUBLISHED":
            actions.close(rif, by=self.cast.italian_analyst.actor, at=timezone.now(), outcome="Over")

    def narrow(self, rif: Rif) -> None:
        if rif.status != "DRAFT":
            readers(rif)

    def widen(self, rif: Rif) -> None:
        if rif.status != "DRAFT":
            readers(rif, self.reader.organisation_id)


def mirror(entries: list[Change]) -> dict[str, list[str]]:
    """What a system keeps that follows the feed: changes by reference, forgotten when withdrawn."""
    kept: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.kind == WITHDRAWN:
            kept.pop(entry.reference, None)
        else:
            kept[entry.reference].append(entry.kind)
    return dict(kept)


def test_following_in_small_pages_equals_one_pass_from_any_place(cast: SimpleNamespace, publish: Publish) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(steps=STEPS, limit=st.integers(1, 4))
    def check(steps: list[tuple[str, int]], limit: int) -> None:
        sid = transaction.savepoint()
        play = Play(cast, publish, limit)
        for step, number in steps:
            play.do(step, number)
        publish(for_action=["FR"])  # the last place is a past one
        play.do("look", 0)
        once, end = told(play.reader, play.start)
        assert mirror(play.seen) == mirror(once)
        with behind_wall(play.reader):
            readable = set(Rif.objects.visible_to(play.reader).values_list("reference", flat=True))
        assert {rif.reference for rif in play.rifs} & readable == set(mirror(once))
        assert len({entry.place for entry in once}) == len(once)
        for number, entry in enumerate(once):
            assert told(play.reader, entry.place, limit) == (once[number + 1 :], end)
        transaction.savepoint_rollback(sid)

    check()


# ── Many writers at once ─────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_events_are_numbered_in_the_order_in_which_they_become_visible(cast: SimpleNamespace) -> None:
    first_recorded, seen = threading.Event(), list[int]()
    by = cast.italian_officer.actor

    def slow() -> None:
        with behind_wall(by):
            record("rif.slow", None, by=by, at=timezone.now(), data={})
            first_recorded.set()
            time.sleep(0.5)
        connection.close()

    def quick() -> None:
        first_recorded.wait()
        with behind_wall(by):
            record("rif.quick", None, by=by, at=timezone.now(), data={})
        with behind_wall(system_actor()):
            seen.extend(Event.objects.order_by("pk").values_list("pk", flat=True))
        connection.close()

    run([slow, quick])
    with behind_wall(system_actor()):
        rows = dict(Event.objects.values_list("kind", "pk"))
        assert Head.objects.get(chain="audit_event").last_id == max(rows.values())
    assert rows["rif.slow"] < rows["rif.quick"]
    assert set(seen) >= {rows["rif.slow"], rows["rif.quick"]}, "whoever sees the later number sees the earlier one"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_missed_while_many_write(cast: SimpleNamespace, publish: Publish) -> None:
    reader, done, seen = cast.german_analyst.actor, threading.Event(), list[Change]()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _number in range(6):
            with transaction.atomic():
                rif = publish(for_action=["DE"])
                time.sleep(chance.random() / 50)  # committed in another order than begun
            if chance.random() < 0.5:
                with behind_wall(reader):
                    actions.acknowledge(rif, by=reader, at=timezone.now())
                    time.sleep(chance.random() / 50)
        connection.close()

    def follow() -> None:
        place, last = Place(), False
        while True:
            entries, place = told(reader, place, 3)
            seen.extend(entries)
            if last:
                break
            last = done.is_set()
        connection.close()

    follower = threading.Thread(target=follow)
    follower.start()
    run([lambda seed=seed: write(seed) for seed in range(4)])  # type: ignore[misc]
    done.set()
    follower.join()
    once, _place = told(reader)
    assert seen == once
    assert len(once) >= 24


def run(works: list[Any]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ── As an answer of the API ──────────────────────────────────────────────────────────
@pytest.fixture
def key(cast: SimpleNamespace, organisations: dict[str, Organisation]) -> dict[str, str]:
    from tests.conftest import join

    admin = join("german_admin", organisations["DE"], ["USER_ADMIN"]).actor
    now = timezone.now()
    made = people.make_key(
        by=admin, at=now, name="national system", scopes=["rif:read"], expires_at=now + timedelta(days=1)
    )
    return {"Authorization": f"Bearer {made.secret}"}


def test_a_system_follows_with_its_cursor(client: Any, key: dict[str, str], publish: Publish) -> None:
    rif = publish()
    body = client.get("/api/v1/changes/", headers=key).json()
    assert [(c["kind"], c["reference"]) for c in body["changes"]] == [("rif.publish", rif.reference)]
    assert not body["more"]
    again = client.get("/api/v1/changes/", headers=key).json()
    assert again == body, "the same question has the same answer, cursors too"
    assert client.get("/api/v1/changes/", {"after": body["next"]}, headers=key).json()["changes"] == []
    assert client.get(body["changes"][0]["rif"], headers=key).status_code == 200
    publish()
    new = client.get("/api/v1/changes/", {"after": body["next"]}, headers=key).json()
    assert [c["kind"] for c in new["changes"]] == ["rif.open_", "rif.publish"], "its own opening, and what is new"


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": "é"}, {"after": "A" * 56}, {"limit": "0"}, {"limit": "1001"}, {"limit": "²"}]
)
def test_a_damaged_question_is_refused_at_its_place(client: Any, key: dict[str, str], query: dict[str, str]) -> None:
    answer = client.get("/api/v1/changes/", query, headers=key)
    assert answer.status_code == 400
    assert answer.json()["faults"][0]["field"] in query


def test_a_cursor_is_of_one_organisation_and_tells_no_number(client: Any, key: dict[str, str], cast: Any) -> None:
    here = Place(1, 1)
    german, french = (person.actor.organisation_id for person in (cast.german_analyst, cast.french_analyst))
    assert Place.unseal(here.seal(german), german) == here
    assert len(here.seal(german)) == len(Place(10**15, 3).seal(german))
    assert client.get("/api/v1/changes/", {"after": here.seal(french)}, headers=key).status_code == 400


def test_a_cursor_of_a_later_state_than_the_restored_one_is_refused(
    client: Any, key: dict[str, str], cast: Any, publish: Publish
) -> None:
    publish()
    german, here = cast.german_analyst.actor.organisation_id, head()
    asked = {"after": here.seal(german)}
    assert client.get("/api/v1/changes/", asked, headers=key).status_code == 200
    asked = {"after": Place(here.number + 1, 0).seal(german)}
    answer = client.get("/api/v1/changes/", asked, headers=key)
    assert answer.status_code == 400
    assert "restored" in answer.json()["faults"][0]["detail"]


def test_an_old_secret_of_the_portal_still_opens_its_cursors(cast: SimpleNamespace) -> None:
    from django.conf import settings as portal

    sealed, old = Place(7, 7).seal(1), portal.SECRET_KEY
    with override_settings(SECRET_KEY="x" * 50, SECRET_KEY_FALLBACKS=[old]):
        assert Place.unseal(sealed, 1) == Place(7, 7)
