"""A real browser at two sizes, signing in as anybody, with every page visited checked by axe."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize

from accounts.models import User
from tests.database import alone_at_the_database, everybody_answered
from tests.factories import PASSWORD, County
from tests.moments import MONDAY

# Playwright drives the browser from an event loop; the tests' own queries are synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "desk": {"width": 1280, "height": 900},
}
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium: no browser is downloaded."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ["CHROMIUM"],
        "args": list(BROWSER_FLAGS),
    }


@pytest.fixture(params=sorted(SIZES) if connection.vendor == "postgresql" else ["phone"])
def size(request: pytest.FixtureRequest) -> str:
    """Every journey is made on a phone and at a desk; on SQLite again, on a phone."""
    return str(request.param)


# Pages, at a width, that have been looked at, by what they consist of: the sign-in of the fourth
# person is letter for letter that of the first.
LOOKED_AT: set[tuple[int | None, str]] = set()
TOKEN = re.compile(r'(name="(?:form_token|csrfmiddlewaretoken)" value=")[^"]*')


def looks(page: Page) -> str:
    """What a page consists of, without the random words that are different at every visit."""
    html = TOKEN.sub(r"\1", page.content())
    for draft in parse_qs(urlsplit(page.url).query).get("d", []):
        html = html.replace(draft, "")
    return hashlib.sha256(html.encode()).hexdigest()


@dataclass
class Traveller:
    """One person at one screen. Checks every page it comes to."""

    page: Page
    base: str
    name: str
    problems: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.look()

    def settle(self) -> None:
        """Wait until what was pressed has answered, and look at what came."""
        self.page.wait_for_load_state("networkidle")
        self.look()

    def press(self, what: Locator, *, look: bool = True) -> None:
        """Press what leads to another page; look at it, unless one like it was looked at."""
        with self.page.expect_navigation():
            what.click()
        if look:
            self.look()

    def act(self, verb: str, **typed: str) -> None:
        """Fill in the form of a verb on an order's page as a person would, and send it."""
        form = self.page.locator(f"form[action$='/{verb}/']")
        fold = self.page.locator("details.fold", has=form)
        if fold.count() and fold.get_attribute("open") is None:
            fold.locator("summary").first.click()
        enter(form, typed)
        form.locator("button").last.click()
        self.settle()

    def fill(self, look: bool = True, /, **typed: str) -> None:
        """Fill in a form of the register as a person would, and send it."""
        form = self.page.locator("main form[method=post]").first
        enter(form, typed)
        self.press(form.locator(".btn-large"), look=look)

    def look(self) -> None:
        """No accessibility violation, no sideways scrolling, nothing in the console."""
        self.visited.append(self.page.url.removeprefix(self.base))
        screen = self.page.viewport_size
        look = screen and screen["width"], looks(self.page)
        if look in LOOKED_AT:
            return
        LOOKED_AT.add(look)
        found = Axe().run(self.page).response["violations"]
        for violation in found:
            nodes = [node["target"] for node in violation["nodes"]][:3]
            self.problems.append(f"{self.visited[-1]}: {violation['id']} {nodes}")
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        if wide:
            self.problems.append(f"{self.visited[-1]}: scrolls sideways")

    def text(self) -> str:
        return self.page.locator("main").inner_text()


def enter(form: Locator, typed: dict[str, str]) -> None:
    """Type, choose or tick in a form, each field as a person would."""
    for name, value in typed.items():
        control = form.locator(f"[name={name}]").first
        kind = control.evaluate("e => e.type")
        if kind == "select-one":
            control.select_option(value)
        elif kind == "radio":
            form.locator(f"[name={name}][value='{value}']").check()
        elif kind == "checkbox":
            control.check()
        else:
            control.fill(value)


class Days:
    """The day it is for everybody, the portal's own threads too: `pretend` holds one thread's."""

    def __init__(self) -> None:
        self.moment = MONDAY

    @property
    def today(self) -> date:
        return self.moment.date()

    def pass_by(self, days: int) -> None:
        self.moment += timedelta(days)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Days that pass when the journey says so; who was signed in has to do it again."""
    found = Days()
    monkeypatch.setattr("common.now._ask_the_database", lambda: found.moment)
    return found


class Companions(Protocol):
    """`travel("dispatcher")`: at a screen of the journey's size, or of a size of their own."""

    def __call__(self, name: str, at: str = "") -> Traveller: ...


@pytest.fixture
def portal(live_server: Any, db: None) -> Iterator[Any]:
    """The portal in this process; at the end it has answered before the tables are emptied.

    A browser that left does not take back the poll it had sent: the two would wait for each
    other's tables, and what the test wrote would stay for those after it.
    """
    yield live_server
    everybody_answered(within=10)
    alone_at_the_database(within=10)


@pytest.fixture
def travel(
    browser: Browser, portal: Any, size: str, people: dict[str, User], county: County
) -> Iterator[Companions]:
    """`travel("dispatcher")` is that person at a screen of this size, signed in by the form.

    `at` gives somebody a size of their own: a journey of many people is made once.
    """
    contexts: list[BrowserContext] = []
    travellers: list[Traveller] = []

    def start(name: str, at: str = "") -> Traveller:
        context = browser.new_context(viewport=SIZES[at or size], locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        traveller = Traveller(page, portal.url, name)
        page.on("console", lambda line: _complaint_of(line, traveller))
        page.on("pageerror", lambda error: traveller.problems.append(f"script: {error}"))
        travellers.append(traveller)
        if name in people:
            sign_in(traveller, people[name])
        return traveller

    yield start
    problems = [f"{t.name} {p}" for t in travellers for p in t.problems]
    for context in contexts:
        context.close()
    assert not problems, "\n".join(sorted(set(problems)))


def _complaint_of(line: Any, traveller: Traveller) -> None:
    if line.type == "error":
        traveller.problems.append(f"console: {line.text}")


def sign_in(traveller: Traveller, user: User) -> None:
    traveller.go("/account/sign-in/")
    traveller.page.locator("input[name=username]").fill(user.username)
    traveller.page.locator("input[name=password]").fill(PASSWORD)
    traveller.page.locator("main form .btn-primary").click()
    traveller.page.wait_for_url(lambda url: "sign-in" not in url)
    cookies = {cookie["name"] for cookie in traveller.page.context.cookies()}
    assert settings.SESSION_COOKIE_NAME in cookies
