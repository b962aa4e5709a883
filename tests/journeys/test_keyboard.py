"""By keyboard alone: every step of an officer's day, and where the focus is after each."""

import re
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.rifs import actions
from tests.conftest import Publish, content
from tests.journeys.conftest import Visit, Watch, settled
from tests.journeys.hands import field

pytestmark = pytest.mark.browser
FOCUS = (
    "() => { const it = document.activeElement; return it === document.body ? '' : it.id || it.name || it.innerText }"
)


def focus(page: Page) -> str:
    """What has the focus; empty when it is lost."""
    return str(page.evaluate(FOCUS))


def typed(page: Page, *keys: str) -> None:
    """Press keys one after the other, once the page listens."""
    page.wait_for_load_state("domcontentloaded")
    for key in keys:
        page.keyboard.press(key)


@pytest.fixture
def three(publish: Publish) -> None:
    """Three RIFs wait in Germany, the oldest target first."""
    for urgency, title in (("1", "Flash: pistols in toys"), ("2", "Airbags as covers"), ("3", "Fireworks in post")):
        publish(title=title, urgency=urgency, contact="+39 06 0000 at any hour")


def test_an_officer_works_through_the_day_without_a_mouse(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/")
    typed(page, "j", "j", "k", "j")
    expect(page.locator("[data-row].is-current")).to_contain_text("Airbags as covers")
    typed(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Airbags as covers")
    typed(page, "a")
    expect(page.locator("#messages")).to_contain_text("acknowledged for Germany")
    typed(page, "g", "r")
    expect(page).to_have_url(re.compile(r"/rifs/$"))
    typed(page, "/")
    assert focus(page) == "find"
    page.keyboard.type("pistols")
    typed(page, "Enter")
    expect(page.locator("#results")).to_contain_text("Flash: pistols in toys")
    typed(page, "g", "i")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    typed(page, "g", "d")
    expect(page.get_by_role("heading", level=1)).to_have_text("Desk")


def test_a_selection_is_acknowledged_with_one_key(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/rifs/")
    typed(page, "j", "x", "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    expect(page.locator("[data-bulk-bar]")).to_be_visible()
    typed(page, "a")
    expect(page.locator("#messages")).to_contain_text("2 RIFs acknowledged.")


def test_the_preview_follows_the_row_and_the_row_stays_current_after_acknowledging(
    visit: Visit, cast: SimpleNamespace, three: None
) -> None:
    page = visit(cast.german_analyst, viewport={"width": 1600, "height": 1000})
    page.goto("/rifs/")
    typed(page, "j", "j")
    expect(page.locator("#preview-title")).to_have_text("Airbags as covers")
    assert "Airbags as covers" in focus(page)
    typed(page, "a")
    expect(page.locator("#messages")).to_contain_text("acknowledged for Germany")
    expect(page.locator("[data-row].is-current")).to_have_count(1)
    assert focus(page)


def test_the_sheet_opens_closes_and_gives_the_focus_back(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/rifs/")
    typed(page, "j")
    here = focus(page)
    typed(page, "?")
    expect(page.locator("dialog#keys")).to_be_visible()
    typed(page, "a")
    expect(page.locator("dialog#keys")).to_be_visible()
    assert page.url.endswith("/rifs/")
    typed(page, "Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    assert focus(page) == here


def test_single_keys_can_be_switched_off(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/about/help/")
    page.locator("#single_keys").focus()
    typed(page, "Space")
    page.locator("main").get_by_role("button", name="Save").focus()
    typed(page, "Enter")
    expect(page.locator("#messages")).to_contain_text("Saved.")
    page.goto("/rifs/")
    typed(page, "j", "a", "/", "?")
    expect(page.locator("[data-row].is-current")).to_have_count(0)
    expect(page.locator("dialog#keys")).to_be_hidden()
    assert focus(page) != "find"


def test_no_key_acts_while_somebody_types(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/rifs/")
    page.locator("#filter-q").focus()
    page.keyboard.type("jxa?gr/")
    expect(page.locator("#filter-q")).to_have_value("jxa?gr/")
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_the_first_key_leads_past_the_head_of_the_page(visit: Visit, cast: SimpleNamespace) -> None:
    page = visit(cast.german_analyst)
    page.goto("/")
    typed(page, "Tab")
    assert focus(page) == "Skip to the content"
    typed(page, "Enter")
    assert focus(page) == "main"


def test_saving_a_field_never_takes_the_focus_away(visit: Visit, cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content())
    page = visit(cast.italian_officer)
    page.goto(f"/rifs/{rif.reference.removeprefix('RIF/')}/form/risk/")
    field(page, "title").focus()
    page.keyboard.press("End")
    page.keyboard.type(", again")
    typed(page, "Tab")
    expect(page.locator("#saved-at")).to_contain_text("Saved at")
    settled(page)
    assert focus(page) == "slot-summary-input"

    page.locator('[name="areas"][value="1"]').focus()
    typed(page, "Space")
    expect(page.locator("#slot-areas input[name=was-areas]")).to_have_value(re.compile("1"))
    settled(page)
    assert focus(page) == "slot-areas-1"

    page.locator('[name="kind"]').focus()
    typed(page, "ArrowDown")
    expect(page.locator("#slot-kind input[name=was-kind]")).not_to_have_value("NEW_TREND")
    settled(page)
    assert focus(page) == "slot-kind-input"


def test_filtering_never_takes_the_focus_away(visit: Visit, cast: SimpleNamespace, three: None) -> None:
    page = visit(cast.german_analyst)
    page.goto("/rifs/")
    page.locator('#facets [name="urgency"][value="3"]').focus()
    typed(page, "Space")
    expect(page.locator("[data-row]")).to_have_count(1)
    settled(page)
    assert focus(page) == "facet-urgency-3"
    page.locator("#filter-q").focus()
    page.keyboard.type("fireworks")
    typed(page, "Enter")
    expect(page).to_have_url(re.compile("q=fireworks"))
    settled(page)
    assert focus(page) == "filter-q"


def test_errors_take_the_focus_and_lead_to_their_fields(
    visit: Visit, cast: SimpleNamespace, publish: Publish, watch: Watch
) -> None:
    watch.provoked.add(422)
    rif = publish()
    page = visit(cast.italian_analyst)
    page.goto(f"/rifs/{rif.reference.removeprefix('RIF/')}/act/close/")
    page.locator("main form").get_by_role("button").focus()
    typed(page, "Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    typed(page, "Tab", "Enter")
    assert focus(page) == "id_outcome"


def test_a_morning_of_twenty_rifs_is_triaged_without_a_mouse(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    for number in range(20):
        publish(title=f"Airbags, consignment {number}", urgency="2" if number % 2 else "3")
    page = visit(cast.german_analyst)
    page.goto("/")
    for left in range(20, 0, -1):
        expect(page.locator("#due [data-row]")).to_have_count(min(left, 10))
        if not page.locator("[data-row].is-current").count():
            typed(page, "j")
        reference = page.locator("[data-row].is-current .ref").inner_text()
        focused = page.evaluate("() => Boolean(document.activeElement.closest('[data-row].is-current'))")
        assert focused, f"the focus is not in the row of {reference} but on {focus(page)!r}"
        (report if left % 5 == 0 else acknowledge)(page, reference)
    expect(page.locator("#due")).to_contain_text("All acknowledged")


def acknowledge(page: Page, reference: str) -> None:
    """The common case: one key, and the next row has the focus."""
    typed(page, "a")
    expect(page.locator("#messages")).to_contain_text(f"{reference} acknowledged for Germany.")


def report(page: Page, reference: str) -> None:
    """One of five is opened and reported on: Enter opens, f leads to the form, arrows choose, Enter sends."""
    typed(page, "Enter")
    expect(page.locator(".head-meta")).to_contain_text(reference)
    typed(page, "f")
    expect(page.locator("#report")).to_be_visible()
    reach(page, "result")
    typed(page, "Space", "ArrowDown", "ArrowDown")
    expect(page.get_by_label("No matching consignment")).to_be_checked()
    reach(page, "Send feedback")
    typed(page, "Enter")
    expect(page.locator("#messages")).to_contain_text("Feedback sent for Germany.")
    typed(page, "g", "d")


def reach(page: Page, name: str) -> None:
    """Go on with Tab until this has the focus."""
    for _step in range(80):
        here = page.evaluate("() => document.activeElement.name || document.activeElement.innerText || ''")
        if here.strip() == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")
