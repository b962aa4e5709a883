"""The journey of a RIF in a browser that runs no script at all."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Publish
from tests.journeys.conftest import Visit
from tests.journeys.hands import HANDLING, RISK, add_row, answer, choose, press, reference_in

pytestmark = pytest.mark.browser


def test_a_rif_goes_from_draft_to_acknowledgement(visit: Visit, cast: SimpleNamespace) -> None:
    reference = drafted(visit(cast.italian_officer, java_script_enabled=False))
    address = f"/rifs/{reference.removeprefix('RIF/')}/"

    reviewer = visit(cast.italian_analyst, java_script_enabled=False)
    reviewer.goto(f"{address}check/")
    press(reviewer, "Publish to 26 organisations")
    expect(reviewer.locator("#messages")).to_contain_text("Published.")

    german = visit(cast.german_analyst, java_script_enabled=False)
    german.goto(address)
    press(german, "Acknowledge for DE")
    expect(german.locator("#messages")).to_contain_text("acknowledged for Germany")
    expect(german.locator(".asked")).to_contain_text("Acknowledged for Germany.")


def drafted(page: Page) -> str:
    page.goto("/")
    press(page, "New RIF")
    answer(page, RISK)
    press(page, "Save and continue")
    add_row(page, "Add a goods item")
    answer(page, {"goods.description": "mobile telephones", "goods.commodity": "8517 12 00"})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".ecl-feedback-message")).to_contain_text("CN 8517 12 00 ended on 31 December 2021.")
    answer(page, {"goods.commodity": "8517 13"})
    add_row(page, "Add a goods item")
    press(page, "Remove goods item 2")
    expect(page.locator(".group__row")).to_have_count(1)
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Targeting elements").click()
    add_row(page, "Add a targeting element")
    answer(page, {"targeting.element": "18 05", "targeting.operator": "contains", "targeting.value": "telephone"})
    press(page, "Save and continue")
    page.get_by_role("link", name="Handling and addressees").click()
    answer(page, HANDLING)
    press(page, "Save and continue")
    press(page, "Hand to national review")
    expect(page.locator("#messages")).to_contain_text("Handed to national review.")
    return reference_in(page)


def test_the_register_is_filtered_and_many_are_acknowledged_at_once(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    publish(title="Airbags declared as plastic covers")
    publish(title="Fireworks in parcel post", urgency="3")
    publish(title="Cigarettes behind a false wall", urgency="3")
    page = visit(cast.german_analyst, java_script_enabled=False)
    page.goto("/rifs/")
    choose(page, page.locator('#facets [name="urgency"][value="3"]'))
    press(page, "Filter")
    expect(page.locator("[data-row]")).to_have_count(2)
    for box in page.locator("[data-pick]").all():
        box.check()
    page.locator(".bulk").get_by_role("button", name="Acknowledge").click()
    press(page, "Acknowledge 2 RIFs for Germany")
    expect(page.locator("#messages")).to_contain_text("2 RIFs acknowledged.")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("tbody")).to_contain_text("Taken back")
    expect(page.get_by_role("button", name="Undo")).to_have_count(1)


def test_menu_and_appearance_open_and_work(visit: Visit, cast: SimpleNamespace) -> None:
    page = visit(cast.german_analyst, java_script_enabled=False)
    page.goto("/rifs/?scope=sent")
    page.locator("summary", has_text="Appearance").click()
    press(page, "Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/rifs/?scope=sent")
    page.get_by_role("link", name="Keyboard").click()
    expect(page.locator("#keys-help")).to_be_visible()
