"""Nothing that somebody typed is lost: not when the session ends, not when two write the same field."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.models import Rif
from tests.conftest import PASSWORD, Person, content
from tests.journeys.conftest import Visit, Watch
from tests.journeys.hands import field, press

pytestmark = pytest.mark.browser
WORDS = "Gas generators in boxes marked “bumper clips”;\nthe third consignment this month."


@pytest.fixture
def draft(cast: SimpleNamespace) -> Rif:
    """A draft of the Italian officer."""
    return actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content(summary="As it was."))


def form_of(rif: Rif, step: str = "risk") -> str:
    return f"/rifs/{rif.reference.removeprefix('RIF/')}/form/{step}/"


def kept(rif: Rif, person: Person) -> str:
    """The summary as the portal has it."""
    with behind_wall(person.actor):
        return str(Rif.objects.get(pk=rif.pk).content["summary"])


def sign_in(page: Page, person: Person) -> None:
    page.get_by_label("Email").fill(person.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


def end_sessions() -> None:
    """As if eight hours had passed."""
    Session.objects.all().delete()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_was_typed_when_the_session_ended_is_back_after_signing_in(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch, script: bool
) -> None:
    watch.provoked.add(401)
    page = visit(cast.italian_officer, java_script_enabled=script)
    page.goto(form_of(draft))
    end_sessions()
    field(page, "summary").fill(WORDS)
    page.get_by_role("button", name="Save", exact=True).click()
    sign_in(page, cast.italian_officer)
    expect(page).to_have_url(re.compile(r"/form/risk/$"))
    expect(page.locator("main")).to_contain_text("What you had typed is back on this page")
    expect(field(page, "summary")).to_have_value(WORDS)
    assert kept(draft, cast.italian_officer) == "As it was."
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).not_to_contain_text("is back on this page")
    assert kept(draft, cast.italian_officer) == WORDS


def test_a_field_that_could_not_be_kept_stays_on_the_page_until_one_has_signed_in_beside_it(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch
) -> None:
    watch.provoked.add(401)
    page = visit(cast.italian_officer)
    page.goto(form_of(draft))
    end_sessions()
    field(page, "summary").fill(WORDS)
    field(page, "summary").blur()
    banner = page.locator("#session-ended")
    expect(banner).to_be_visible()
    expect(field(page, "summary")).to_have_value(WORDS)
    with page.expect_popup() as beside:
        banner.get_by_role("link", name="Sign in").click()
    watch.over(beside.value)
    sign_in(beside.value, cast.italian_officer)
    expect(beside.value.get_by_role("heading", level=1)).to_have_text("Desk")
    beside.value.close()
    page.bring_to_front()
    expect(field(page, "summary")).to_have_value(WORDS)
    field(page, "title").fill("Another title")  # one more field, kept as it is left
    field(page, "title").blur()
    expect(page.locator("#saved-at")).to_contain_text("Saved at")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    expect(field(page, "title")).to_have_value("Another title")
    assert kept(draft, cast.italian_officer) == WORDS


def colleague_writes(rif: Rif, person: Person, words: str) -> None:
    changes: dict[str, tuple[str | None, str]] = {"summary": (None, words)}
    actions.edit(rif, by=person.actor, at=timezone.now(), changes=changes)


def test_two_editors_of_one_field_see_both_texts_and_choose(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch
) -> None:
    watch.provoked.add(409)
    page = visit(cast.italian_officer)
    page.goto(form_of(draft))
    colleague_writes(draft, cast.italian_analyst, "What the colleague wrote.")
    field(page, "summary").fill(WORDS)
    field(page, "summary").blur()
    choice = page.locator(".conflict")
    expect(choice.locator("blockquote")).to_have_text("What the colleague wrote.")
    expect(choice.get_by_label("Your text")).to_have_value(WORDS)
    assert kept(draft, cast.italian_officer) == "What the colleague wrote."
    both = f"What the colleague wrote.\n{WORDS}"
    choice.get_by_label("Your text").fill(both)
    press(page, "Keep my text")
    expect(field(page, "summary")).to_have_value(both)
    assert kept(draft, cast.italian_officer) == both


@pytest.mark.parametrize("mine", [True, False], ids=["my text", "the colleague's text"])
def test_two_editors_without_script_get_a_page_with_both_texts(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch, mine: bool
) -> None:
    watch.provoked.add(409)
    page = visit(cast.italian_officer, java_script_enabled=False)
    page.goto(form_of(draft))
    colleague_writes(draft, cast.italian_analyst, "What the colleague wrote.")
    field(page, "summary").fill(WORDS)
    field(page, "title").fill("A title that nobody else touched")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two people wrote here")
    expect(page.locator("blockquote")).to_have_text("What the colleague wrote.")
    expect(page.get_by_label("Your text")).to_have_value(WORDS)
    if mine:
        press(page, "Keep my text")
    else:
        page.get_by_role("link", name="Keep my colleague's text").click()
    wanted = WORDS if mine else "What the colleague wrote."
    expect(field(page, "summary")).to_have_value(wanted)
    assert kept(draft, cast.italian_officer) == wanted
    expect(field(page, "title")).to_have_value("A title that nobody else touched")


def test_two_editors_of_different_fields_do_not_disturb_each_other(
    visit: Visit, cast: SimpleNamespace, draft: Rif
) -> None:
    page = visit(cast.italian_officer)
    page.goto(form_of(draft))
    colleague_writes(draft, cast.italian_analyst, "What the colleague wrote.")
    field(page, "title").fill("What the officer wrote")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(field(page, "summary")).to_have_value("What the colleague wrote.")
    expect(field(page, "title")).to_have_value("What the officer wrote")
