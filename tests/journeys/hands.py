"""What a person does on the pages of a RIF, with mouse and keyboard."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

#: What an officer writes on the first page of the form.
RISK = {
    "title": "Airbags declared as plastic covers",
    "summary": "Three consignments of gas generators were declared as plastic spare parts.",
    "kind": "NEW_TREND",
    "nature": "FINANCIAL",
    "areas": "5",
    "legal_ground": "46_5_B",
    "urgency": "2",
    "modus_operandi": "MISDESCRIPTION",
}
HANDLING = {"action": "PROFILE", "for_action": "ALL_MEMBER_STATES"}


def field(page: Page, path: str) -> Locator:
    """The field of the form with this name; `transport.container` is that of the last row of transport."""
    group, _dot, name = path.partition(".")
    found = f'[name^="{group}."][name$=".{name}"]' if name else f'[name="{group}"]'
    return page.locator(found).last if name else page.locator(found)


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Fill in fields as a person would, one after the other."""
    for path, value in answers.items():
        found = field(page, path)
        if found.first.get_attribute("type") == "checkbox":
            choose(page, page.locator(f'[name="{path}"][value="{value}"]'))
        elif found.evaluate("it => it.tagName") == "SELECT":
            found.select_option(value)
        else:
            found.fill(value)
            found.blur()


def choose(page: Page, box: Locator) -> None:
    """Tick a box: its label covers it."""
    page.locator(f'label[for="{box.get_attribute("id")}"]').click()


def press(page: Page, words: str) -> None:
    """Press the button with these words."""
    page.get_by_role("button", name=words).click()


def add_row(page: Page, words: str) -> None:
    """Add a row to a group and wait for it."""
    rows = page.locator(".group__row").count()
    press(page, words)
    expect(page.locator(".group__row")).to_have_count(rows + 1)


def says(page: Page, path: str) -> Locator:
    """What is said beside a field."""
    return field(page, path).locator("xpath=ancestor::*[@data-slot]").locator(".slot__says")


def reference_in(page: Page) -> str:
    """The reference in the page's address, such as RIF/IT/2026/012345."""
    found = re.search(r"/rifs/([A-Z]{2}/\d{4}/\d{6})/", page.url)
    assert found, page.url
    return f"RIF/{found[1]}"
