"""A saved search can be shared with the own organisation, and can tell its owner of what is new."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import Membership, User
from apps.kernel.actor import system_actor
from apps.kernel.wall import behind_wall
from apps.notifications.actions import deliver, send_waiting, sweep
from apps.notifications.models import Notice
from apps.rifs import actions
from apps.rifs.models import SavedSearch
from tests.conftest import Person, Publish

NOW = timezone.now()


def keep(who: Person, name: str, query: str, *, shared: bool = False, notify: bool = True) -> SavedSearch:
    with behind_wall(who.actor):
        kept = actions.keep_search(by=who.actor, name=name, query=query)
        actions.settle_search(kept.pk, by=who.actor, shared=shared, notify=notify)
    return kept


def told() -> list[tuple[str, str, str]]:
    with behind_wall(system_actor()):
        rows = Notice.objects.filter(kind__in=["rif.search", "rif.publish"]).order_by("recipient__name", "pk")
        return list(rows.values_list("recipient__name", "kind", "search"))


def test_whoever_saved_a_telling_search_is_told_once_by_its_name(cast: SimpleNamespace, publish: Publish) -> None:
    keep(cast.german_analyst, "Urgent ones", "scope=received&urgency=2")
    keep(cast.german_analyst, "All of Italy", "scope=received&from=IT")
    publish(urgency="2")
    for _attempt in range(3):
        sweep(at=timezone.now())
    assert told() == [("German Analyst", "rif.search", "Urgent ones"), ("German Colleague", "rif.publish", "")]
    with behind_wall(system_actor()):
        event = Notice.objects.filter(kind="rif.search").values_list("event_id", flat=True).get()
    deliver(event, at=timezone.now())
    assert len(told()) == 2


def test_what_does_not_meet_the_search_is_not_told_by_it(cast: SimpleNamespace, publish: Publish) -> None:
    keep(cast.german_analyst, "Flash", "scope=received&urgency=1")
    keep(cast.german_colleague, "Silent", "scope=received", notify=False)
    publish(urgency="2")
    sweep(at=timezone.now())
    assert {kind for _name, kind, _search in told()} == {"rif.publish"}


def test_words_and_answered_states_are_compared_too(cast: SimpleNamespace, publish: Publish) -> None:
    keep(cast.german_analyst, "Airbags", "scope=received&q=airbags&state=acknowledged")
    publish(title="Airbags as covers")
    publish(title="Fireworks", summary="Parcels with rockets.")
    sweep(at=timezone.now())
    assert [row for row in told() if row[1] == "rif.search"] == [("German Analyst", "rif.search", "Airbags")]


def test_a_search_finds_nothing_that_its_owner_cannot_read(cast: SimpleNamespace, publish: Publish) -> None:
    keep(cast.french_analyst, "Everything", "scope=received")
    keep(cast.german_colleague, "Everything", "scope=received")
    publish(for_action=["DE"], tlp="RED", named=cast.german_analyst.user.email)
    sweep(at=timezone.now())
    assert not [row for row in told() if row[1] == "rif.search"]


def test_whoever_has_left_is_told_nothing(cast: SimpleNamespace, publish: Publish) -> None:
    keep(cast.german_analyst, "Everything", "scope=received")
    Membership.objects.filter(user=cast.german_analyst.user).update(valid_to=timezone.localdate() - timedelta(days=1))
    publish()
    sweep(at=timezone.now())
    assert [name for name, _kind, _search in told()] == ["German Colleague"]


@pytest.mark.parametrize("query", ["scope=sent", "scope=all"])
def test_only_a_search_of_what_is_received_can_tell(cast: SimpleNamespace, publish: Publish, query: str) -> None:
    kept = keep(cast.german_analyst, "Other", query, notify=False)
    client = cast.german_analyst.client()
    client.post(f"/rifs/saved/{kept.pk}/", {"notify": "on"})
    with behind_wall(cast.german_analyst.actor):
        assert not SavedSearch.objects.get().notify


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_no_mail_names_the_search(cast: SimpleNamespace, publish: Publish) -> None:
    User.objects.update(mail_rhythm=User.MailRhythm.AT_ONCE)
    keep(cast.german_analyst, "Operation Walnut", "scope=received")
    publish()
    sweep(at=timezone.now())
    send_waiting(at=timezone.now())
    assert cast.german_analyst.user.email in {letter.to[0] for letter in mail.outbox}
    assert not [letter for letter in mail.outbox if "Walnut" in letter.subject + letter.body]


def test_the_page_counts_the_deliveries_of_thirty_days(cast: SimpleNamespace, publish: Publish) -> None:
    kept = keep(cast.german_analyst, "Urgent", "scope=received&urgency=2", notify=False)
    for at in (NOW, NOW - timedelta(days=29), NOW - timedelta(days=31)):
        publish(at=at)
    publish(urgency="3")
    page = cast.german_analyst.client().get(f"/rifs/saved/{kept.pk}/").content.decode()
    assert "In the last 30 days it would have told you of 2 RIFs." in page


def test_a_shared_search_is_read_by_the_own_organisation_and_written_by_its_owner(cast: SimpleNamespace) -> None:
    kept = keep(cast.german_analyst, "Ours", "scope=received", shared=True)
    keep(cast.german_analyst, "Mine", "scope=received")
    with behind_wall(cast.german_colleague.actor):
        assert [search.name for search in SavedSearch.objects.order_by("pk")] == ["Ours"]
        assert SavedSearch.objects.filter(pk=kept.pk).update(name="Taken") == 0
        actions.forget_search(kept.pk, by=cast.german_colleague.actor)
    with behind_wall(cast.french_analyst.actor):
        assert not SavedSearch.objects.exists()
    colleague = cast.german_colleague.client()
    assert "Ours" in colleague.get("/rifs/").content.decode()
    assert colleague.get(f"/rifs/saved/{kept.pk}/").status_code == 404
    with behind_wall(cast.german_analyst.actor):
        assert SavedSearch.objects.count() == 2
