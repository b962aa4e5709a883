"""The journey of a RIF: drafted, corrected, reviewed, published, acknowledged, and unknown to whom it is not for."""

import re
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.notifications.actions import sweep
from tests.conftest import PASSWORD, Publish
from tests.journeys.conftest import Visit, Watch, settled
from tests.journeys.hands import HANDLING, RISK, add_row, answer, choose, field, press, reference_in, says

pytestmark = pytest.mark.browser
ENDED = "CN 8517 12 00 ended on 31 December 2021."
DIGIT = "The check digit of CSQU3054384 should be 3."
MEMBER_STATES = {
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "EL",
    "ES",
    "FI",
    "FR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
}


def test_an_officer_signs_in_with_address_and_password(visit: Visit, cast: SimpleNamespace) -> None:
    page = visit()
    page.goto("/rifs/")
    page.get_by_label("Email").fill(cast.italian_officer.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Risk information")


def test_from_a_wrong_draft_to_germany_s_acknowledgement(visit: Visit, cast: SimpleNamespace) -> None:
    officer = visit(cast.italian_officer)
    reference = drafted_with_faults(officer)
    told_where_and_why(officer, reference)
    corrected(officer, reference)

    reviewer = visit(cast.italian_analyst)
    reviewed_and_published(reviewer, reference)

    acknowledged_in_two_keystrokes(visit(cast.german_analyst), reference)
    not_asked_again(visit(cast.german_colleague), reference)

    seen_in_the_matrix(officer, reference)


def drafted_with_faults(page: Page) -> str:
    """The officer writes; a wrong check digit and an ended code are told at their fields at once."""
    page.goto("/")
    press(page, "New RIF")
    answer(page, RISK)
    expect(page.locator("#saved-at")).to_contain_text("Saved at")
    press(page, "Save and continue")
    add_row(page, "Add a goods item")
    answer(page, {"goods.description": "mobile telephones", "goods.commodity": "8517 12 00"})
    expect(says(page, "goods.commodity")).to_contain_text(ENDED)
    expect(field(page, "goods.commodity")).to_have_attribute("aria-invalid", "true")
    press(page, "Save and continue")
    press(page, "Save and continue")  # no operators
    add_row(page, "Add a means of transport")
    answer(page, {"transport.mode": "1", "transport.container": "CSQU3054384"})
    expect(says(page, "transport.container")).to_contain_text(DIGIT)
    expect(field(page, "transport.container")).not_to_have_attribute("aria-invalid", "true")
    press(page, "Save and continue")
    press(page, "Save and continue")  # no targeting elements yet
    press(page, "Save and continue")  # no results of controls
    answer(page, HANDLING)
    press(page, "Save and continue")
    return reference_in(page)


def told_where_and_why(page: Page, reference: str) -> None:
    """The pre-flight page names both, refuses to hand on, and leads to the field."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Pre-flight")
    errors = page.locator(".error-summary").get_by_role("link")
    expect(errors).to_have_count(2)
    expect(errors.last).to_contain_text("Without a targeting element nobody can search for this.")
    error = errors.first
    expect(error).to_contain_text("Goods – Commodity code (8517 12 00)")
    expect(error).to_contain_text(ENDED)
    expect(page.locator(".card--warning")).to_contain_text(DIGIT)
    press(page, "Hand to national review")
    expect(page.locator("#messages")).to_contain_text(ENDED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pre-flight")
    error.click()
    expect(page).to_have_url(re.compile(r"/form/goods/#slot-goods-\w+-commodity$"))
    expect(page.locator(page.evaluate("location.hash"))).to_contain_text(ENDED)


def corrected(page: Page, reference: str) -> None:
    """Right code, right digit, an element to search for; nothing is left to correct."""
    answer(page, {"goods.commodity": "8517 13"})
    expect(says(page, "goods.commodity")).not_to_contain_text("ended")
    page.get_by_role("link", name="Transport and route").click()
    answer(page, {"transport.container": "CSQU3054383"})
    expect(says(page, "transport.container")).not_to_contain_text("should be")
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Targeting elements").click()
    add_row(page, "Add a targeting element")
    answer(page, {"targeting.element": "18 05", "targeting.operator": "contains", "targeting.value": "telephone"})
    press(page, "Save and continue")
    page.get_by_role("link", name="Pre-flight").click()
    expect(page.locator(".error-summary")).to_have_count(0)
    press(page, "Hand to national review")
    expect(page.locator("#messages")).to_contain_text("Handed to national review.")
    page.goto(f"/rifs/{reference.removeprefix('RIF/')}/check/")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def reviewed_and_published(page: Page, reference: str) -> None:
    """A second person finds it on the desk, reads exactly who will see it, and publishes."""
    page.goto("/")
    page.locator("#reviews").get_by_role("link", name=RISK["title"]).click()
    rows = page.locator("#readers tbody tr")
    people = {row.split()[0]: int(row.split()[-1]) for row in rows.all_inner_texts()}
    assert set(people) == MEMBER_STATES
    assert {code: number for code, number in people.items() if number} == {"IT": 2, "DE": 2, "FR": 1}
    expect(page.locator(".readers__sum")).to_have_text("27 organisations, 6 people (1 of them auditors)")
    press(page, "Publish to 26 organisations")
    expect(page.locator("#messages")).to_contain_text("Published.")


def acknowledged_in_two_keystrokes(page: Page, reference: str) -> None:
    """In the register: j selects the row, a acknowledges it."""
    page.goto("/rifs/")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.evaluate(
        "() => { window.pressed = 0; addEventListener('keydown', () => sessionStorage.pressed = ++pressed); }"
    )
    page.keyboard.press("j")
    expect(page.locator("[data-row].is-current")).to_contain_text(reference)
    page.keyboard.press("a")
    expect(page.locator("#messages")).to_contain_text(f"{reference} acknowledged for Germany.")
    assert page.evaluate("sessionStorage.pressed") == "2"


def not_asked_again(page: Page, reference: str) -> None:
    """The colleague's desk is empty, the list of what is to acknowledge too, and the RIF offers no button."""
    page.goto("/")
    expect(page.locator("#due")).to_contain_text("All acknowledged")
    expect(page.get_by_role("navigation", name="Main pages")).not_to_contain_text("to acknowledge")
    page.goto("/rifs/?scope=received&state=unread&state=read")
    expect(page.locator("#results")).to_contain_text("Nothing here")
    page.goto(f"/rifs/{reference.removeprefix('RIF/')}/")
    expect(page.locator(".asked")).to_contain_text("Acknowledged for Germany.")
    expect(page.locator(".asked")).to_contain_text("German Analyst")
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)


def seen_in_the_matrix(page: Page, reference: str) -> None:
    """Italy sees Germany's answer, in time, and that the others have not answered."""
    page.goto(f"/rifs/{reference.removeprefix('RIF/')}/acknowledgements/")
    tiles = page.locator(".tiles")
    expect(tiles.locator(".tile--in_time")).to_have_count(1)
    expect(tiles.locator(".tile--in_time strong")).to_have_text("DE")
    expect(tiles.locator(".tile--waiting")).to_have_count(25)
    row = page.locator("tbody tr").filter(has_text="Germany")
    expect(row.locator("time")).to_have_count(4)
    expect(row).to_contain_text("German Analyst")
    expect(page.locator(".ledger__figures")).to_contain_text("1 of 26")


def test_switzerland_does_not_learn_that_a_financial_rif_exists(
    visit: Visit, cast: SimpleNamespace, publish: Publish, watch: Watch
) -> None:
    watch.provoked.add(404)
    rif = publish(title="Carousel of mobile telephones", nature="FINANCIAL", for_action=["ALL_MEMBER_STATES"])
    sweep(at=timezone.now())
    german, swiss = visit(cast.german_analyst), visit(cast.swiss_analyst)
    for path in (
        *(f"/rifs/?scope={scope}" for scope in ("received", "sent", "preparation", "all")),
        *(f"/search/?q={words}" for words in ("carousel", rif.reference, "CSQU3054383", "870895")),
        "/inbox/", "/", "/api/v1/rifs/",
    ):  # fmt: skip
        swiss.goto(path)
        expect(swiss.locator("body")).not_to_contain_text(re.compile(f"Carousel|{rif.reference}(?!”)|CSQU3054383(?!”)"))
    for path in ("/rifs/?scope=received", "/search/?q=carousel", "/inbox/", "/api/v1/rifs/"):
        german.goto(path)
        expect(german.locator("body")).to_contain_text("Carousel")
    hidden, missing = [
        [without_address(swiss, f"{start}{number}{end}", number) for start, end in ADDRESSES]
        for number in (rif.reference.removeprefix("RIF/"), "IT/1999/000000")
    ]
    assert hidden == missing


ADDRESSES = [
    ("/rifs/", tail) for tail in ("/", "/preview/", "/acknowledgements/", "/history/", "/form/risk/", "/check/")
]
ADDRESSES += [("/api/v1/rifs/", "/")]


def without_address(page: Page, path: str, number: str) -> tuple[int, str]:
    """Status and text of an answer, as far as it does not repeat what was asked."""
    answer = page.goto(path)
    assert answer
    return answer.status, page.locator("body").inner_text().replace(number, "…")


def test_the_filters_of_the_register_answer_without_a_new_page(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    publish(title="Airbags declared as plastic covers")
    publish(title="Fireworks in parcel post", urgency="3")
    page = visit(cast.german_analyst)
    page.goto("/rifs/")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.evaluate("window.same = true")
    box = page.locator('#facets [name="urgency"][value="3"]')
    choose(page, box)
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("Fireworks")
    settled(page)
    assert page.evaluate("window.same")
    assert "urgency=3" in page.url
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(2)
