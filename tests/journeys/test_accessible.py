"""Every page of a RIF, found by the resolver, has no fault that axe knows, in light, dark and on a telephone."""

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver
from django.utils import timezone

from apps.documents.examine import examine
from apps.kernel.wall import behind_wall
from apps.rifs import actions
from apps.rifs.form import STEPS
from apps.rifs.models import Rif
from apps.rifs.views.detail import ASKING
from tests.architecture.canary import _routes
from tests.conftest import Person, Publish, content
from tests.journeys.conftest import Visit, Watch

pytestmark = pytest.mark.browser
#: Routes that answer with no page of their own: they are posted to, or give a file or a part of a page.
NO_PAGE = re.compile(
    r"rifs/(new|new/<int:number>/forget|acknowledge|acknowledge/.*|save|saved/.*|export/.*|<rif:reference>/(copy|acknowledge|submit|publish|slot|similar|preview"
    r"|evidence|files/<int:file>|files/<int:file>/detach|channels/<slug:channel>|wake))/$"
)
ARGUMENTS = {"slug:step": [step.name for step in STEPS], "slug:name": list(ASKING), "slug:code": ["DE", "CH"]}
LOOKS = [("light", 1280), ("dark", 1280), ("light", 390)]


@pytest.fixture
def rifs(cast: SimpleNamespace, publish: Publish) -> list[Rif]:
    """RIFs in the states in which pages look different: faulty draft, review, new version, answered, cancelled."""
    officer, analyst, german = cast.italian_officer.actor, cast.italian_analyst.actor, cast.german_analyst.actor
    now = timezone.now()
    wrong = content(title="", goods=[{"description": "covers", "commodity": "8517 12 00"}], for_information=["CH"],
                    transport=[{"mode": "1", "container": "CSQU3054384"}], nature="FINANCIAL")  # fmt: skip
    faulty = actions.draft(by=officer, at=now, content=wrong)
    review = actions.draft(by=officer, at=now, content=content())
    actions.attach(review, by=officer, at=now, file=examine("List.txt", b"Names of forwarders."), description="Annex")
    actions.submit(review, by=officer, at=now)
    everyone = {"for_action": ["ALL_MEMBER_STATES"], "for_information": ["TAXUD", "CH"]}
    fresh, renewed, cancelled = publish(**everyone), publish(), publish()
    actions.give_feedback(renewed, by=german, at=now, result="IRREGULARITY", controls=4, irregularities=1, usefulness=4)
    actions.revise(renewed, by=officer, at=now)
    with behind_wall(officer):
        draft = renewed.revisions.get()
    changes = {"summary": (None, "Four consignments."), "change_note": (None, "A fourth.")}
    actions.edit(draft, by=officer, at=now, changes=changes | {"change_material": (None, "YES")})
    actions.submit(draft, by=officer, at=now)
    actions.publish_version(draft, by=analyst, at=now)
    actions.take_measures(cancelled, by=german, at=now, measures=["PROFILE_CREATED"])
    actions.cancel(cancelled, by=analyst, at=now, reason="It did not hold.")
    return [faulty, review, fresh, renewed, cancelled]


def pages(rifs: list[Rif]) -> Iterable[str]:
    """Every page of these RIFs."""
    for route, names in sorted(set(_routes(get_resolver()))):
        if not route.startswith("rifs/") or NO_PAGE.fullmatch(route):
            continue
        if "<rif:other>" in route:
            yield f"/{filled(route, rifs[0]).replace('<rif:other>', rifs[2].reference.removeprefix('RIF/'))}"
            continue
        found = [f"/{filled(route, rif)}" for rif in rifs] if "<rif:reference>" in route else [f"/{route}"]
        for name in names:
            if name in ARGUMENTS:
                found = [one.replace(f"<{name}>", value) for one in found for value in ARGUMENTS[name]]
        assert all("<" not in one for one in found), f"no example for an argument of {route}"
        yield from found


def filled(route: str, rif: Rif) -> str:
    return route.replace("<rif:reference>", rif.reference.removeprefix("RIF/"))


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_of_a_rif_has_an_accessibility_fault(
    visit: Visit, cast: SimpleNamespace, rifs: list[Rif], axe: str, scheme: str, width: int
) -> None:
    faults, seen = [], set()
    for person in (cast.italian_officer, cast.italian_analyst, cast.german_analyst):
        page = visit(person, color_scheme=scheme, viewport={"width": width, "height": 900})
        for address in opened_by(person, rifs, seen, once=(scheme, width) != LOOKS[0]):
            page.goto(address)
            faults += [f"{address}: {fault}" for fault in faults_of(page, axe)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{address}: reaches out of the page at {width} pixels")
    assert not faults, "\n".join(faults)
    unseen = {shape_of(address) for address in pages(rifs)} - {shape for _code, shape in seen}
    assert not unseen, f"nobody could open {unseen}"


def opened_by(person: Person, rifs: list[Rif], seen: set[tuple[str, str]], *, once: bool) -> Iterator[str]:
    """The pages that this person can open; each kind once where `once` says so, forms always once."""
    client, code, before = person.client(), person.actor.organisation_code, set(seen)
    for address in pages(rifs):
        shape = (code, shape_of(address))
        if shape in before or (shape in seen and (once or re.search("/(form|act)/", address))):
            continue
        if client.get(address).status_code == 200:
            seen.add(shape)
            yield address


def shape_of(address: str) -> str:
    """An address without the reference in it."""
    return re.sub(r"[A-Z]{2}/\d{4}/\d{6}", "…", address)


def faults_of(page: Any, axe: str) -> list[str]:
    """What axe finds on the page, each with its place."""
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(answer => answer.violations)")
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]


#: Pages beside the RIFs: who opens them, and where.
BESIDE = {
    "nobody": ["/accounts/login/", "/accounts/password/reset/"],
    "german_analyst": [
        "/", "/inbox/", "/search/?q=plastic", "/search/?q=zzzz", "/about/help/", "/about/accessibility/",
        "/about/data-protection/", "/rifs/?scope=received", "/accounts/2fa/", "/accounts/sessions/", "/no-such-page/",
    ],
    "italian_admin": ["/people/", "/people/access-log/", "/people/keys/", "/people/keys/webhooks/"],
    "trader": ["/"],
}  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_beside_the_rifs_has_an_accessibility_fault(
    visit: Visit, watch: Watch, cast: SimpleNamespace, publish: Publish, axe: str, scheme: str, width: int
) -> None:
    watch.provoked.add(404)
    publish(for_action=["ALL_MEMBER_STATES"])
    faults = []
    for who, addresses in BESIDE.items():
        person = getattr(cast, who, None)
        page = visit(*([person] if person else []), color_scheme=scheme, viewport={"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            faults += [f"{address}: {fault}" for fault in faults_of(page, axe)]
    assert not faults, "\n".join(faults)
