"""A resident answers one question after the other while something behind the pages breaks."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame

from scripts import browser as browsers
from tests.faults.conftest import Story
from tests.journeys.conftest import BROWSER_FLAGS, SIZES, Traveller
from tests.journeys.test_an_order_from_report_to_rating import LEAKING, report_a_leak

pytestmark = [pytest.mark.fault, pytest.mark.slow]

KEPT = """
    SELECT c.reference,
           (SELECT count(*) FROM complaints_event e WHERE e.complaint_id = c.id),
           (SELECT count(*) FROM complaints_deadline d WHERE d.complaint_id = c.id),
           (SELECT count(*) FROM notifications_notification n
             WHERE n.facts ->> 'reference' = c.reference) > 0
      FROM complaints_statement s JOIN complaints_complaint c ON c.id = s.complaint_id
     WHERE s.text = %s
"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium: no browser is downloaded."""
    path = os.environ.get("CHROMIUM") or str(browsers.find_or_install())
    return {**browser_type_launch_args, "executable_path": path, "args": list(BROWSER_FLAGS)}


class Hurried(Traveller):
    """Looks at nothing on the way: the journeys have looked at these pages already."""

    def look(self) -> None:
        pass


@pytest.fixture
def resident(story: Story, browser: Browser) -> Iterator[Traveller]:
    """Somebody with a telephone, on the portal's first page."""
    story.portal.web()
    context = browser.new_context(viewport=SIZES["phone"], locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    traveller = Hurried(page, story.portal.url, "resident")
    page.on("pageerror", lambda error: traveller.problems.append(f"script: {error}"))
    yield traveller
    context.close()
    assert not traveller.problems


def test_nobody_notices_that_the_broker_stands_still_and_then_is_gone(
    story: Story, resident: Traveller
) -> None:
    answers: list[int] = []
    happened: list[str] = []

    def on_page(frame: Frame) -> None:
        if "/report/building/" in frame.url and not happened:
            happened.append("frozen")
            story.broker.freeze()
        if "/report/tell/" in frame.url and happened == ["frozen"]:
            happened.append("killed")
            story.broker.kill()

    resident.page.on("framenavigated", on_page)
    resident.page.on("response", lambda response: answers.append(response.status))
    reference = report_a_leak(resident)
    assert happened == ["frozen", "killed"]
    assert max(answers) < 400
    assert story.ask(KEPT, LEAKING) == [(reference, 1, 2, True)]


def test_what_was_typed_outlives_a_database_that_dies(story: Story, resident: Traveller) -> None:
    """The page that says so sends it again at the press of a button."""
    page, go_on = resident.page, resident.page.locator("main form .btn-primary").last
    page.goto(f"{resident.base}/orders/report/?new=1")
    page.locator("input[name=q]").fill("桂花")
    page.locator("form[role=search] button").click()
    for choice in ("estate", "building", "entrance"):
        page.locator(f"button[name={choice}]").first.click()
    page.locator("button[name=kind][value=complaint]").click()
    page.locator("a[href*='group=01']").click()
    page.locator("button[name=category][value='0101']").click()
    page.locator("textarea[name=description]").fill(LEAKING)
    story.database.kill()
    go_on.click()
    page.wait_for_function("document.title.includes('暂时无法使用')")
    Traveller.look(resident)
    story.database.start()
    page.locator("main .btn-primary").click()
    page.locator("input[name=phone]").fill("13900000001")
    go_on.click()
    assert LEAKING in resident.text()
    go_on.click()
    page.wait_for_url("**/report/done/**")
    reference = page.url.rstrip("/").rsplit("/", 1)[-1]
    assert story.ask(KEPT, LEAKING) == [(reference, 1, 2, True)]
