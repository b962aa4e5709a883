"""From a RIF to another network and back, without any script; the pages for everybody, dark and narrow too."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from apps.rifs.models import Rif
from tests.conftest import Publish
from tests.journeys.conftest import Visit
from tests.journeys.hands import press

pytestmark = pytest.mark.browser


def pages_of(rif: Rif) -> list[str]:
    at = f"{rif.get_absolute_url()}channels/"
    asked = "?purpose=CRIMINAL&subject=VAT&counterpart=MEMBER_STATE&manner=REQUEST"
    return [at, f"{at}?channel=AM", "/rifs/guide/", f"/rifs/guide/{asked}", "/rifs/new/", "/about/help/", "/"]


def test_the_guide_leads_to_the_text_and_the_report_is_noted(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish()
    page = visit(cast.italian_officer, java_script_enabled=False)
    page.goto(rif.get_absolute_url())
    page.get_by_role("link", name="Other channels").click()
    page.get_by_role("link", name="Which one is right?").click()
    for words in ("Criminal: to prosecute an offence", "Customs legislation", "Another Member State", "Spontaneously"):
        page.locator("label", has_text=words).click()
    press(page, "Show the answer")
    expect(page.locator("#answer, .card").first).to_contain_text("central coordinating unit (CCU)")
    page.get_by_role("link", name="for this channel").click()
    expect(page.locator(".sent-text")).to_contain_text("TLP:AMBER")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as text").click()
    assert rif.title in Path(download.value.path()).read_text(encoding="utf-8")
    page.locator('[name="reference"]').fill("CCU-1")
    page.locator("label", has_text="The draft text of this page was sent").click()
    press(page, "Note the report")
    expect(page.locator("#messages")).to_contain_text("The report is noted.")
    expect(page.locator(".bullets").first).to_contain_text("Naples II: CCU-1")
    expect(page.locator(".bullets").first).to_contain_text("from the draft text")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_the_pages_are_for_everybody(
    visit: Visit, cast: SimpleNamespace, publish: Publish, axe: str, scheme: str, width: int
) -> None:
    page = visit(cast.italian_analyst, color_scheme=scheme, viewport={"width": width, "height": 900})
    for address in pages_of(publish()):
        page.goto(address)
        assert faults(page, axe) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds on the page, each with its place."""
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(answer => answer.violations)")
    return [f"{one['id']} at {node['target']}" for one in found for node in one["nodes"]]
