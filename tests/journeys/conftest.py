"""A real browser before a real server: people, their pages, and what no page may do."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from portal import assets
from tests.conftest import Person

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE = assets.ROOT / "tests" / "vendor" / "axe" / "axe.min.js"
STREAM = re.compile(r"/inbox/live/$")
#: htmx notes each request that a newer one has replaced, which is how previews and filters are meant to work.
REPLACED = ("htmx:sendAbort", "htmx:afterRequest")
PATIENCE = 10_000  # milliseconds until something that should appear is missed


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The Chromium that the machine has, or the one that the portal fetches."""
    program = os.environ.get("CHROMIUM") or found_chromium()
    if not program:
        pytest.skip("there is no Chromium: `make test` fetches one")
    return {"executable_path": program, "args": FLAGS}


@pytest.fixture(scope="session")
def base_url() -> str:
    """None for all: each context is given the address of the server that it visits."""
    return ""


def found_chromium() -> str:
    """Ask the portal's own finder, which may have to install one."""
    done = subprocess.run([sys.executable, "-m", "portal.chromium"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe, run inside the page so that the page's security policy stays on."""
    if not Path(AXE).exists():
        pytest.skip("axe is not fetched: `make assets` does it")
    return AXE.read_text()


@dataclass
class Watch:
    """What the pages of one test did that they should not have done."""

    host: str
    faults: list[str] = field(default_factory=list)
    #: Answers that the test itself provokes, such as 404: the browser notes them in its console.
    provoked: set[int] = field(default_factory=set)

    def over(self, page: Page) -> None:
        """Listen to this page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.text.startswith(REPLACED):
            return
        status = re.search(r"(?:status of|Response Status Error Code) (\d{3})", message.text)
        if not (status and int(status[1]) in self.provoked):
            self.faults.append(f"console {message.type}: {message.text} at {message.page and message.page.url}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.faults.append(f"request to another host: {request.url}")


@pytest.fixture
def watch(live_server: Any) -> Iterator[Watch]:
    """No page of the test writes to the console or asks another host; told at the end of the test."""
    watched = Watch(urlsplit(live_server.url).netloc)
    yield watched
    assert not watched.faults, "\n".join(watched.faults)


Visit = Callable[..., Page]


@pytest.fixture
def visit(live_server: Any, new_context: Callable[..., BrowserContext], watch: Watch) -> Visit:
    """A page in a browser of its own, in which the given person is signed in."""

    def open_page(person: Person | None = None, **context: Any) -> Page:
        context = {"viewport": {"width": 1280, "height": 900}, "base_url": live_server.url} | context
        browser = new_context(**context)
        browser.set_default_timeout(PATIENCE)
        # The test server knows no streams; tests/journeys/test_bell.py has one that does.
        quiet = {"status": 200, "content_type": "text/event-stream", "body": "retry: 3600000\n\n"}
        browser.route(STREAM, lambda route: route.fulfill(**quiet))
        if person:
            browser.add_cookies([session_cookie(person, live_server.url)])
        page = browser.new_page()
        watch.over(page)
        return page

    return open_page


def session_cookie(person: Person, url: str) -> dict[str, Any]:
    """A session of somebody who has just given their password."""
    client = person.client()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": person.user.email}]
    session.save()
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


def settled(page: Page) -> None:
    """Wait until htmx has nothing under way."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
