"""Our small scripts in a real browser: nothing typed is lost, nothing is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.staticfiles import finders

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

HOUSE = "http://house.test/"

pytestmark = pytest.mark.journey


class Desk:
    """Serves one page with our scripts, without a server, and counts what is sent to it."""

    def __init__(self, page: Page) -> None:
        self.page, self.body, self.person = page, "", ""
        self.sent = 0
        page.route(f"{HOUSE}**", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.method == "POST":
            self.sent += 1
            route.fulfill(status=204)  # the page stays, as it does on a slow line
        elif route.request.url.endswith(".js"):
            name = route.request.url.removeprefix(HOUSE)
            route.fulfill(path=str(finders.find(name)), content_type="text/javascript")
        elif route.request.url.endswith("/part"):
            route.fulfill(content_type="text/html", body=PART.replace("old", "new"))
        else:
            route.fulfill(content_type="text/html; charset=utf-8", body=self._html())

    def _html(self) -> str:
        words = {
            "live": "",
            "submit-once": 'data-busy="Sending…"',
            "draft": 'data-restored="Kept." data-clear="Start again"',
            "countdown": (
                'data-left="@ left" data-late="Late by @" data-days="@ d" data-hours="@ h"'
                ' data-minutes="@ min" data-moments="moments"'
            ),
            "photo-preview": 'data-chosen="Photos: @"',
        }
        head = '<script src="/django_htmx/htmx-2.min.js" defer></script>'
        head += "".join(f'<script src="/js/{k}.js" defer {v}></script>' for k, v in words.items())
        person = f' data-person="{self.person}"' if self.person else ""
        return f"<!doctype html><html{person}><head>{head}</head><body>{self.body}</body></html>"

    def show(self, body: str, *, person: str = "") -> Page:
        self.body, self.person = body, person
        self.page.goto(HOUSE)
        return self.page


FORM = """
<form method="post" data-draft="report">
  <textarea id="text" name="text"></textarea>
  <input id="firm" type="radio" name="kind" value="firm"><input type="radio" name="kind" value="b">
  <input id="phone" name="phone" data-private><input id="secret" name="secret" type="password">
  <button class="btn" name="go" value="1">Send</button>
</form>"""

PART = (
    '<div id="part" data-live hx-get="/part" hx-trigger="every 300ms" hx-swap="outerHTML">'
    '<p>old</p><a href="/order">x</a><textarea id="note"></textarea></div>'
)


@pytest.fixture
def desk(page: Page) -> Desk:
    return Desk(page)


def typed(page: Page) -> None:
    page.fill("#text", "电梯坏了")
    page.check("#firm")
    page.fill("#phone", "13812345678")
    page.fill("#secret", "open sesame")
    page.wait_for_function("localStorage.length > 0")


def test_what_was_typed_is_there_again_after_the_page_was_lost(desk: Desk) -> None:
    typed(desk.show(FORM))
    page = desk.show(FORM)
    assert page.input_value("#text") == "电梯坏了"
    assert page.is_checked("#firm")
    assert page.inner_text("[role=status] p") == "Kept."


def test_private_fields_and_passwords_never_stay_on_the_device(desk: Desk) -> None:
    page = desk.show(FORM)
    typed(page)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "电梯坏了" in kept
    assert "13812345678" not in kept
    assert "sesame" not in kept


def test_what_the_server_sends_back_wins_over_what_was_kept(desk: Desk) -> None:
    typed(desk.show(FORM))
    page = desk.show(FORM.replace("></textarea>", ">Newer</textarea>"))
    assert page.input_value("#text") == "Newer"


def test_a_draft_ends_when_the_report_has_arrived(desk: Desk) -> None:
    typed(desk.show(FORM))
    desk.show('<div data-draft-done="report"></div>')
    assert desk.show(FORM).input_value("#text") == ""


def test_starting_again_forgets_the_draft(desk: Desk) -> None:
    typed(desk.show(FORM))
    page = desk.show(FORM)
    page.click("text=Start again")
    assert page.input_value("#text") == ""
    assert desk.show(FORM).input_value("#text") == ""


def test_the_next_person_at_a_shared_computer_does_not_see_the_draft(desk: Desk) -> None:
    typed(desk.show(FORM, person="anna"))
    assert desk.show(FORM, person="bert").input_value("#text") == ""
    assert desk.show(FORM, person="anna").input_value("#text") == ""


def test_a_draft_outlives_a_session_that_ran_out(desk: Desk) -> None:
    typed(desk.show(FORM, person="anna"))
    assert desk.show(FORM).input_value("#text") == ""
    assert desk.show(FORM, person="anna").input_value("#text") == "电梯坏了"


def test_signing_out_forgets_every_draft(desk: Desk) -> None:
    typed(desk.show(FORM))
    page = desk.show('<form method="post" data-forget-drafts><button>Out</button></form>')
    page.click("button")
    assert page.evaluate("localStorage.length") == 0


def test_a_second_press_while_the_line_is_slow_sends_nothing(desk: Desk) -> None:
    page = desk.show(FORM)
    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.click("button")
    page.wait_for_timeout(100)
    page.dispatch_event("button", "click")
    page.wait_for_timeout(200)
    assert desk.sent == 1
    assert "go=1" in (asked.value.post_data or "")
    assert page.inner_text("button") == "Sending…"


def test_a_page_found_again_with_the_back_button_can_be_sent_again(desk: Desk) -> None:
    page = desk.show(FORM)
    page.click("button")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert page.inner_text("button") == "Send"
    page.click("button")
    page.wait_for_timeout(200)
    assert desk.sent == 2


def test_the_time_left_follows_the_server_however_wrong_the_device_is(desk: Desk) -> None:
    desk.page.clock.install(time="2031-01-01T00:00:00Z")
    page = desk.show(
        '<span class="left" data-at="2026-02-27T15:40:00+08:00"'
        ' data-due="2026-02-27T17:50:30+08:00"><svg></svg><span>?</span></span>'
    )
    assert page.inner_text(".left") == "2 h 10 min left"
    page.clock.run_for(2 * 3600 * 1000)
    assert page.inner_text(".left") == "10 min left"
    page.clock.run_for(3600 * 1000)
    assert page.inner_text(".left") == "Late by 49 min"
    assert "left-late" in (page.get_attribute(".left", "class") or "")


def test_chosen_photos_are_named_before_they_are_sent(desk: Desk) -> None:
    page = desk.show('<div data-preview><input type="file" multiple></div>')
    photo: Any = {"name": "门.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2048}
    page.set_input_files("input", [photo, {**photo, "name": "b.heic"}])
    assert page.inner_text(".preview p") == "Photos: 2"
    assert page.locator(".preview li").all_inner_texts() == ["门.jpg (2 kB)", "b.heic (2 kB)"]


def test_a_live_part_changes_by_itself_and_keeps_the_focus_on_its_link(desk: Desk) -> None:
    page = desk.show(PART)
    page.focus("#part a")
    page.wait_for_selector("text=new")
    page.wait_for_function("document.activeElement.getAttribute('href') === '/order'")


def test_a_live_part_waits_while_somebody_types_in_it(desk: Desk) -> None:
    page = desk.show(PART)
    page.focus("#note")
    page.keyboard.type("halfway")
    page.evaluate("document.querySelector('#part p').textContent = 'untouched'")
    page.wait_for_timeout(900)
    assert page.inner_text("#part p") == "untouched"
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(900)
    assert page.input_value("#note") == "halfway"
    page.fill("#note", "")
    page.evaluate("document.activeElement.blur()")
    page.wait_for_selector("text=new")
