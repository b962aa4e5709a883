"""The exchange in the browser: the redacted copy, a new version, withdrawal, feedback, recall, and who saw it."""

import os
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.kernel.wall import behind_wall
from apps.notifications.actions import sweep
from apps.rifs import actions
from apps.rifs.models import Rif
from tests.conftest import Publish, content
from tests.journeys.conftest import Visit, Watch, settled
from tests.journeys.hands import answer, choose, field, press, reference_in

pytestmark = pytest.mark.browser
FINANCIAL: dict[str, Any] = {"nature": "FINANCIAL", "areas": ["8"], "for_action": ["DE"], "for_information": ["CH"]}
MIXED: dict[str, Any] = FINANCIAL | {
    "nature": "BOTH", "areas": ["5", "8"], "modus_operandi": ["UNDERVALUATION", "COVER_LOAD"],
    "goods": [{"description": "plastic covers", "commodity": "870895", "origin": "CN", "value": "3.20"}],
}  # fmt: skip


def at(rif: Rif, part: str = "") -> str:
    """The address of a part of a RIF."""
    return f"{rif.get_absolute_url()}{part}"


def shot(page: Page, name: str) -> None:
    """Keep a picture beside those of the design, where somebody wants to compare them."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def clicks(page: Page) -> int:
    """How often somebody has clicked since `count` began."""
    return int(page.evaluate("Number(sessionStorage.clicks || 0)"))


def count(page: Page) -> None:
    """Count the clicks of a person from now on, over all pages that follow."""
    # A click on a label makes another one on its field, but the button of the mouse goes down once.
    script = """addEventListener("pointerdown", () => {
        sessionStorage.clicks = Number(sessionStorage.clicks || 0) + 1;
    }, true)"""
    page.context.add_init_script(script)


# ── Item 2 ───────────────────────────────────────────────────────────────────────────
def test_a_financial_rif_for_switzerland_stops_at_the_pre_flight_page(visit: Visit, cast: SimpleNamespace) -> None:
    rif = actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content(**FINANCIAL))
    officer = visit(cast.italian_officer)
    officer.goto(at(rif, "check/"))
    error = officer.locator(".error-summary").get_by_role("link")
    expect(error).to_have_count(1)
    expect(error).to_contain_text("Switzerland may only receive what is security and safety")
    expect(officer.locator("#readers tbody")).not_to_contain_text("Switzerland")
    press(officer, "Hand to national review")
    expect(officer.locator("#messages")).to_contain_text("Switzerland may only receive")
    expect(officer.get_by_role("heading", level=1)).to_have_text("Pre-flight")
    error.click()
    expect(officer.locator("#slot-for_information .slot__says")).to_contain_text("Switzerland may only receive")


def test_a_mixed_rif_reaches_switzerland_as_a_redacted_copy(visit: Visit, cast: SimpleNamespace, watch: Watch) -> None:
    watch.provoked.add(404)
    rif = actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content(**MIXED))
    officer, swiss = visit(cast.italian_officer), visit(cast.swiss_analyst)
    officer.goto(at(rif, "check/"))
    expect(officer.locator(".error-summary").get_by_role("link")).to_have_count(2)
    officer.locator(".error-summary").get_by_role("link").first.click()
    answer(officer, {"shared_title": "Airbags in cover loads", "shared_summary": "They explode when dropped."})
    expect(officer.locator("#saved-at")).to_contain_text("Saved at")
    settled(officer)
    officer.goto(at(rif, "check/"))
    expect(officer.locator("#redacted")).to_contain_text("They explode when dropped.")
    expect(officer.locator("#redacted")).not_to_contain_text("3.20")
    expect(officer.locator("#readers tbody tr").filter(has_text="Switzerland")).to_contain_text("Redacted copy")
    press(officer, "Hand to national review")
    published(visit(cast.italian_analyst), rif)

    swiss.goto("/rifs/")
    swiss.get_by_role("link", name="Airbags in cover loads").click()
    expect(swiss.get_by_role("heading", level=1)).to_have_text("Airbags in cover loads")
    body = swiss.locator("body").inner_text()
    assert not [word for word in ("3.20", "gas generators", "Undervaluation", rif.reference) if word in body]
    press(swiss, "Acknowledge for CH")
    expect(swiss.locator("#messages")).to_contain_text("acknowledged for Switzerland")
    missing = swiss.goto(at(rif))
    assert missing
    assert missing.status == 404


def published(page: Page, rif: Rif) -> None:
    """A second person publishes from the pre-flight page."""
    page.goto(at(rif, "check/"))
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#messages")).to_contain_text("Published.")


# ── Item 4 ───────────────────────────────────────────────────────────────────────────
def test_a_new_version_shows_what_is_new_and_is_asked_again(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish(for_action=["DE", "FR"])
    actions.acknowledge(rif, by=cast.german_analyst.actor, at=timezone.now())
    officer, german = visit(cast.italian_officer), visit(cast.german_analyst)
    officer.goto(at(rif))
    officer.get_by_role("link", name="New version").click()
    press(officer, "Prepare a new version")
    expect(officer).to_have_url(re.compile(r"/form/risk/$"))
    draft = reference_in(officer)
    summary = field(officer, "summary")
    summary.fill(summary.input_value().replace("Three consignments", "Four consignments"))
    summary.blur()
    expect(officer.locator("#saved-at")).to_contain_text("Saved at")
    officer.get_by_role("navigation", name="Steps").get_by_role("link", name="Handling and addressees").click()
    answer(officer, {"change_note": "A fourth consignment.", "change_material": "YES"})
    press(officer, "Save and continue")
    press(officer, "Hand to national review")
    expect(officer.locator("#messages")).to_contain_text("Handed to national review.")
    with behind_wall(cast.italian_officer.actor):
        revision = Rif.objects.get(reference=draft)
    published(visit(cast.italian_analyst), revision)

    german.goto("/")
    expect(german.locator("#due")).to_contain_text(rif.reference)
    german.goto(at(rif))
    expect(german.locator(".asked")).to_contain_text("Germany acknowledged version 1; this is version 2.")
    german.get_by_role("link", name="What is new since").click()
    expect(german.locator("main")).to_contain_text("Version 2 compared with version 1")
    row = german.locator("table.versions tbody tr").filter(has_text="Summary of the risk")
    expect(row.locator("del")).to_have_text("Three")
    expect(row.locator("ins")).to_have_text("Four")
    expect(german.locator("table.versions tbody tr:not(.is-same)")).to_have_count(1)
    expect(german.locator("main")).to_contain_text("“A fourth consignment.”")
    shot(german, "versions")
    press(german, "Acknowledge for DE")
    german.goto(at(rif))
    expect(german.locator(".asked")).to_contain_text("Acknowledged for Germany.")


# ── Item 5 ───────────────────────────────────────────────────────────────────────────
def test_a_cancelled_rif_is_withdrawn_on_three_desks_and_closure_is_proven(
    visit: Visit, cast: SimpleNamespace, publish: Publish
) -> None:
    rif = publish(for_action=["DE", "FR", "TAXUD", "CH"])
    adopters = {"Germany": cast.german_analyst, "France": cast.french_analyst, "DG TAXUD": cast.commission}
    for person in adopters.values():
        actions.take_measures(rif, by=person.actor, at=timezone.now(), measures=["PROFILE_CREATED"], profile="P-7")
    actions.acknowledge(rif, by=cast.swiss_analyst.actor, at=timezone.now())
    issuer = visit(cast.italian_analyst)
    issuer.goto(at(rif))
    issuer.get_by_role("link", name="Cancel this RIF").click()
    issuer.get_by_label("Why it is cancelled").fill("The laboratory did not confirm it.")
    press(issuer, "Cancel this RIF")
    sweep(at=timezone.now())
    withdrawn(visit(cast.german_analyst), rif)
    on_the_ledger(issuer, rif, "1 of 3")
    withdrawn(visit(cast.french_analyst), rif)
    withdrawn(visit(cast.commission), rif)
    on_the_ledger(issuer, rif, "3 of 3")
    shot(issuer, "acks-withdrawn")
    swiss = visit(cast.swiss_analyst)
    swiss.goto("/")
    expect(swiss.locator("main")).not_to_contain_text("Withdraw")


def withdrawn(page: Page, rif: Rif) -> None:
    """The task stands on the desk, leads to the RIF, and is gone once it is done."""
    page.goto("/")
    page.locator("#withdraw").get_by_role("link", name=rif.title).click()
    expect(page.locator(".asked").filter(has_text="Withdraw the profile")).to_contain_text("P-7")
    page.get_by_role("link", name="It is withdrawn").click()
    press(page, "The profile is withdrawn")
    expect(page.locator(".asked--done").first).to_contain_text("The profile is withdrawn.")
    page.goto("/")
    expect(page.locator("#withdraw")).to_have_count(0)


def on_the_ledger(page: Page, rif: Rif, words: str) -> None:
    """The issuer reads how many profiles are withdrawn, and the number leads to their rows."""
    page.goto(at(rif, "acknowledgements/"))
    row = page.locator(".ledger__figures > div").filter(has_text="Profiles withdrawn")
    expect(row).to_contain_text(words)
    row.get_by_role("link").click()
    lines = page.locator("main tbody tr")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text="to be withdrawn")).to_have_count(3 - int(words[0]))


# ── Item 6 ───────────────────────────────────────────────────────────────────────────
def test_feedback_takes_three_clicks_and_its_usefulness_is_found_under_results(
    visit: Visit, cast: SimpleNamespace, publish: Publish, watch: Watch
) -> None:
    rif = publish(for_action=["DE", "FR"])
    german, issuer = visit(cast.german_analyst), visit(cast.italian_officer)
    count(german)
    german.goto(at(rif))
    german.get_by_role("link", name="Give feedback").click()
    german.locator("#report").get_by_text("No matching consignment").click()
    press(german, "Send feedback")
    expect(german.locator("#messages")).to_contain_text("Feedback sent for Germany.")
    assert clicks(german) == 3
    expect(german.locator(".asked")).to_contain_text("Acknowledged for Germany.")

    answer_in_full(german)
    for page in (german, issuer):
        page.goto(at(rif, "feedback/"))
        results = page.locator("#results .facts")
        expect(results.locator("div").filter(has_text="Usefulness")).to_contain_text("4.0")
        expect(results.locator("div").filter(has_text="Irregularities")).to_contain_text("2")
        expect(page.locator(".reports__one")).to_have_count(1)
        expect(page.locator(".reports__one")).to_contain_text("2 in 12 controls")
    shot(issuer, "feedback-issuer")
    french = visit(cast.french_analyst)
    french.goto(at(rif, "feedback/"))
    shot(french, "feedback")
    refused_at_its_field(french, watch)


def answer_in_full(page: Page) -> None:
    """The second report says more: what was found, and that it was useful to a great extent."""
    choose(page, page.locator('[name="result"][value="IRREGULARITY"]'))
    page.get_by_label("Consignments controlled").fill("12")
    page.get_by_label("Irregularities found").fill("2")
    page.get_by_label("What others should know").fill("Leipzig express hub.")
    expect(page.get_by_label("How useful was it?")).to_be_hidden()
    page.get_by_text("Profile, hits, usefulness, types").click()
    page.get_by_label("How useful was it?").select_option("4")
    page.get_by_label("Taken into a national profile?").select_option("ADAPTED")
    press(page, "Send feedback")
    expect(page.locator("#messages")).to_contain_text("Feedback sent for Germany.")


def refused_at_its_field(page: Page, watch: Watch) -> None:
    """A report that does not add up keeps what was typed and opens the folded part where the fault is."""
    watch.provoked.add(422)
    choose(page, page.locator('[name="result"][value="IRREGULARITY"]'))
    page.get_by_label("Consignments controlled").fill("1")
    page.get_by_label("Irregularities found").fill("2")
    page.get_by_text("Profile, hits, usefulness, types").click()
    page.get_by_label("Hits after assessment").fill("9")
    press(page, "Send feedback")
    expect(page.locator("[data-error-summary]").get_by_role("link")).to_have_count(2)
    for label, words in (
        ("Irregularities found", "There cannot be more irregularities than controls."),
        ("Hits after assessment", "There cannot be more hits after assessment than automated hits."),
    ):
        expect(page.get_by_label(label)).to_be_visible()
        expect(page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
        expect(described(page, label)).to_contain_text(words)
    expect(page.get_by_label("Hits after assessment")).to_have_value("9")
    page.locator("[data-error-summary]").get_by_role("link").last.click()
    expect(page.get_by_label("Hits after assessment")).to_be_focused()


def described(page: Page, label: str) -> Any:
    """What a field is described by, errors among it."""
    ids = (page.get_by_label(label).get_attribute("aria-describedby") or "").split()
    assert ids, f"{label} is described by nothing"
    return page.locator(",".join(f"#{one}" for one in ids)).last


# ── Item 20 ──────────────────────────────────────────────────────────────────────────
def test_the_issuer_sees_who_saw_it_and_nobody_else_does(visit: Visit, cast: SimpleNamespace, publish: Publish) -> None:
    rif = publish(for_action=["DE", "FR"])
    german, issuer = visit(cast.german_analyst), visit(cast.italian_officer)
    german.goto(at(rif))
    visit(cast.auditor).goto(at(rif))
    issuer.goto(at(rif))
    issuer.get_by_role("navigation", name="Parts of this RIF").get_by_role("link", name="History").click()
    seen = issuer.get_by_role("region", name="Who has seen this").locator("tbody tr")
    expect(seen.filter(has_text="German Analyst")).to_contain_text("Germany")
    expect(seen.filter(has_text="Auditor")).to_have_count(1)
    expect(seen.filter(has_text="French")).to_have_count(0)
    shot(issuer, "history")
    german.goto(at(rif, "history/"))
    expect(german.locator("main")).not_to_contain_text("Who has seen this")
    expect(german.locator("main")).not_to_contain_text("Auditor")


# ── Recall, assessment, measures ─────────────────────────────────────────────────────
def test_a_rif_is_recalled_within_half_an_hour_and_not_later(
    visit: Visit, cast: SimpleNamespace, publish: Publish, watch: Watch
) -> None:
    watch.provoked.update({404, 422})
    rif = publish(at=timezone.now() - timedelta(minutes=28))
    late = publish(at=timezone.now() - timedelta(minutes=31), title="Too late")
    issuer, german = visit(cast.italian_analyst), visit(cast.german_analyst)
    german.goto(at(rif))
    issuer.goto(at(late))
    expect(issuer.get_by_role("link", name="Recall")).to_have_count(0)
    issuer.goto(at(rif))
    issuer.get_by_role("link", name="Recall").click()
    press(issuer, "Recall this RIF")
    expect(issuer.locator("[data-error-summary]")).to_be_visible()
    expect(issuer.get_by_label("Why it is recalled")).to_have_attribute("aria-invalid", "true")
    issuer.get_by_label("Why it is recalled").fill("Sent to the wrong addressee")
    press(issuer, "Recall this RIF")
    expect(issuer.locator(".asked--over")).to_contain_text("Sent to the wrong addressee")
    gone = german.goto(at(rif))
    assert gone
    assert gone.status == 404
    german.goto("/rifs/")
    expect(german.locator("[data-row]")).to_have_count(1)


def test_assessment_and_measures_are_refused_at_their_fields(
    visit: Visit, cast: SimpleNamespace, publish: Publish, watch: Watch
) -> None:
    watch.provoked.add(422)
    rif = publish()
    page = visit(cast.german_analyst)
    page.goto(at(rif))
    page.get_by_role("link", name="Assess").click()
    press(page, "Assess this RIF")
    expect(page.locator("[data-error-summary]").get_by_role("link")).to_have_count(1)
    choose(page, page.locator('[name="assessment"][value="NOT_RELEVANT"]'))
    press(page, "Assess this RIF")
    expect(described(page, "Reason")).to_contain_text("Say why it is not relevant.")
    choose(page, page.locator('[name="assessment"][value="DUPLICATE"]'))
    page.get_by_label("Reference of the RIF that it repeats").fill("RIF/IT/1999/000001")
    press(page, "Assess this RIF")
    expect(described(page, "Reference of the RIF")).to_contain_text("You have no RIF with this reference.")
    choose(page, page.locator('[name="assessment"][value="PARTLY"]'))
    press(page, "Assess this RIF")
    expect(page.locator(".asked")).to_contain_text("Partly")
    page.get_by_role("link", name="What we did").click()
    for value in ("NONE", "CONTROLS"):
        choose(page, page.locator(f'[name="measures"][value="{value}"]'))
    press(page, "Say what was done")
    expect(page.locator("[data-error-summary]")).to_contain_text("“None” stands alone.")
    choose(page, page.locator('[name="measures"][value="NONE"]'))
    press(page, "Say what was done")
    expect(page.get_by_role("heading", level=1)).to_have_text(rif.title)
    shot(page, "detail")
    page.goto(at(rif, "acknowledgements/"))
    expect(page.locator("main tbody")).to_contain_text("Controls")
    shot(page, "acks")
    page.goto(at(rif, "files/"))
    shot(page, "files")
    page.goto(at(rif, "sheet/"))
    shot(page, "sheet")
