"""Attachments in a browser: chosen, refused at their place, published, downloaded; with and without script."""

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from apps.rifs import actions
from apps.rifs.models import Rif
from tests.conftest import content
from tests.documents import made
from tests.journeys.conftest import Visit, Watch
from tests.journeys.hands import press

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENT_KEYS = tmp_path / "document-keys"


@pytest.fixture
def draft(cast: SimpleNamespace) -> Rif:
    return actions.draft(by=cast.italian_officer.actor, at=timezone.now(), content=content())


def address(rif: Rif) -> str:
    return f"/rifs/{rif.reference.removeprefix('RIF/')}/files/"


def payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_files_go_from_the_author_to_the_reader(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch, script: bool
) -> None:
    watch.provoked.add(422)
    page = visit(cast.italian_officer, java_script_enabled=script)
    page.goto(address(draft))
    expect(page.locator("body")).to_contain_text("No file is attached")
    chooser = page.get_by_label("Files")
    chooser.set_input_files([payload("photo.jpg", made.photo()), payload("eicar.txt", made.EICAR)])
    page.get_by_label("What they show").fill("Seal of the container")
    page.get_by_label("Kind").select_option("PHOTO")
    press(page, "Attach")
    expect(page.locator(".error-summary")).to_contain_text("eicar.txt: Malware was found in this file")
    expect(page.get_by_label("What they show")).to_have_value("Seal of the container")
    expect(page.locator(".file")).to_have_count(1)
    page.get_by_label("Files").set_input_files([payload("annex.pdf", made.pdf())])
    page.get_by_label("What they show").fill("Forwarders")
    page.get_by_label("Kind").select_option("")
    press(page, "Attach")
    expect(page.locator(".file")).to_have_count(2)
    page.get_by_role("link", name="Remove photo.jpg").click()
    press(page, "Remove photo.jpg")
    expect(page.locator(".file")).to_have_count(1)
    expect(page.get_by_role("link", name="Attachments (1)")).to_be_visible()

    actions.submit(draft, by=cast.italian_officer.actor, at=timezone.now())
    actions.publish(draft, by=cast.italian_analyst.actor, at=timezone.now())
    reader = visit(cast.german_analyst, java_script_enabled=script)
    reader.goto(address(draft))
    with reader.expect_download() as waited:
        reader.get_by_role("link", name="annex.pdf").click()
    got = Path(waited.value.path()).read_bytes()
    assert (waited.value.suggested_filename, got) == ("annex.pdf", made.pdf())
    shown = reader.locator(".file abbr").get_attribute("title")
    assert shown == f"SHA-256 {hashlib.sha256(got).hexdigest()}"


def test_a_cleaned_photograph_is_still_shown_by_a_browser(visit: Visit, cast: SimpleNamespace) -> None:
    """Each picture as it is kept, decoded by the browser: the same size and the same pixels as before."""
    import base64

    from apps.documents.examine import examine

    page = visit(cast.italian_officer)
    page.goto("/about/help/")
    for name, data in {"a.jpg": made.photo(), "a.png": made.png(made.chunk(b"tEXt", b"Author\0x"))}.items():
        kept = examine(name, data).content
        seen = [page.evaluate(PIXELS, base64.b64encode(one).decode()) for one in (data, kept)]
        assert seen[0] == seen[1]
        assert seen[0]["width"] > 1


PIXELS = """async text => {
    const picture = new Image();
    picture.src = "data:;base64," + text;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    const brush = canvas.getContext("2d");
    brush.drawImage(picture, 0, 0);
    const all = brush.getImageData(0, 0, canvas.width, canvas.height).data;
    return {width: canvas.width, height: canvas.height, pixels: Array.from(all).join()};
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_files_have_no_accessibility_fault(
    visit: Visit, cast: SimpleNamespace, draft: Rif, watch: Watch, axe: str, scheme: str, width: int
) -> None:
    watch.provoked.add(422)
    page = visit(cast.italian_officer, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.goto(address(draft))
    assert faults(page, axe) == []
    page.get_by_label("Files").set_input_files(
        [payload("photo.jpg", made.photo()), payload("scan.pdf", made.pdf("")), payload("none.txt", b"")]
    )
    page.get_by_label("What they show").fill("Seal of the container")
    press(page, "Attach")
    expect(page.locator(".file")).to_have_count(2)
    assert faults(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing reaches out of the page"
    page.get_by_role("link", name="Remove photo.jpg").click()
    assert faults(page, axe) == []


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds on the page, each with its place."""
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(answer => answer.violations)")
    return [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]
