"""The journey of a request: begun at a RIF, wrong first, answered by yes with a consent – with and without script."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.inquiries import actions
from apps.organisations.models import Organisation
from apps.rifs.models import Rif
from tests.conftest import Publish
from tests.journeys.conftest import Visit, Watch
from tests.journeys.hands import choose, press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_consent_is_asked_at_a_rif_and_given(
    visit: Visit, watch: Watch, cast: SimpleNamespace, publish: Publish, *, script: bool
) -> None:
    rif = publish(for_action=["DE"], areas=["2", "5"])
    watch.provoked = {422}
    german = visit(cast.german_analyst, java_script_enabled=script)
    asked_wrongly_then_rightly(german, rif)
    address = german.url

    italian = visit(cast.italian_officer, java_script_enabled=script)
    italian.goto("/")
    italian.get_by_role("navigation", name="Main pages").get_by_role("link", name="Requests").click()
    italian.get_by_role("link", name="Sharing with the chemicals agency").click()
    press(italian, "Answer for IT")
    expect(italian.locator(".error-summary")).to_contain_text("May it be shared?")
    choose(italian, italian.get_by_label("Yes, it may be shared"))
    italian.get_by_label("Reason").fill("For the analysis of the propellant only.")
    press(italian, "Answer")
    expect(italian.locator("#messages")).to_contain_text("Answered.")

    german.goto(address)
    expect(german.locator("#consent")).to_contain_text(f"Italy consents that {rif.reference} is shared with European")
    press(german, "Close: the answer is sufficient")
    expect(german.locator(".head-pills")).to_contain_text("Closed")


def asked_wrongly_then_rightly(page: Page, rif: Rif) -> None:
    """The RIF and its issuer are filled in; a past day is told at its field, and nothing typed is lost."""
    page.goto(rif.get_absolute_url())
    page.get_by_role("link", name="Ask the issuer").click()
    expect(page.get_by_label("About the RIF")).to_have_value(rif.reference)
    expect(page.get_by_label("To", exact=False).first).to_have_value("IT")
    page.get_by_label("Kind").select_option("CONSENT")
    page.get_by_label("Subject").fill("Sharing with the chemicals agency")
    page.get_by_label("Text", exact=False).last.fill("May we share this form with the agency?")
    page.get_by_label("Agency or authority").select_option("ECHA")
    page.get_by_label("Answer by").fill("2020-01-01")
    press(page, "Send")
    expect(page.locator(".error-summary").get_by_role("link")).to_have_attribute("href", "#id_due_on")
    expect(page.get_by_label("Subject")).to_have_value("Sharing with the chemicals agency")
    page.get_by_label("Answer by").fill("")
    press(page, "Send")
    expect(page.locator("#messages")).to_contain_text("was sent.")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_every_page_of_requests_is_accessible_at_every_width(
    live_server: Any, visit: Visit, cast: SimpleNamespace, axe: str, theme: str, width: int
) -> None:
    at, germany = timezone.now(), Organisation.objects.get(code="DE")
    facts = {"purpose": "QUESTION", "addressee": germany, "title": "How were they found?", "text": "By which controls?"}
    officer, german = cast.italian_officer.actor, cast.german_analyst.actor
    made = [
        actions.ask(by=officer, at=at, **facts | {"purpose": kind}) for kind in ("QUESTION", "INFORMATION", "RESULTS")
    ]
    actions.reply(made[0], by=german, at=at, text="Which ones?")
    actions.answer(made[2], by=german, at=at, text="Five of fourteen.")
    page = visit(cast.german_analyst, viewport={"width": width, "height": 900})
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    addresses = ["/inquiries/", "/inquiries/?scope=asked", "/inquiries/?scope=all", "/inquiries/ask/"]
    addresses += [inquiry.get_absolute_url() for inquiry in made]
    addresses += [f"{made[0].get_absolute_url()}act/{name}/" for name in ("answer", "reply", "withdraw")]
    for address in addresses:
        page.goto(address)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(told => told.violations.map(v => `${v.id}: ${v.nodes[0].html}`))")
        assert found == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} is wider than {width}"
