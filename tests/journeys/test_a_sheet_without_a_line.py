"""An officer fills in a sheet in a basement: the line goes, comes back, and all arrives once."""

import contextlib

import pytest
from playwright.sync_api import Error, Route

from accounts.models import AuditEntry, User
from ratings.models import Assessment, Finding
from tests.factories import County
from tests.journeys.conftest import Companions, Days, Traveller
from tests.ratings import town

# Where a line is poor a sheet is filled in on a phone.
pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("size", ["phone"], indirect=True),
]
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:sheet:')).length"
ARRIVED = "录入内容已全部送达。"
UNDECIDED = "其他设备录入了不同内容，请选择以哪个为准：1"


def begin(officer: Traveller) -> None:
    officer.go("/ratings/assess/")
    card = officer.page.locator(".duty-card", has_text="桂花苑")
    officer.press(card.get_by_role("button", name="现场督查"), look=False)
    officer.look()


def kept_here(officer: Traveller) -> int:
    return int(officer.page.evaluate(KEPT))


def press(officer: Traveller, item: str, by: str, times: int = 1) -> None:
    for _time in range(times):
        officer.page.locator(f"[data-item='{item}'] [data-by='{by}']").click()


def arrived(officer: Traveller) -> None:
    officer.page.locator("[data-line]", has_text=ARRIVED).wait_for(timeout=40_000)


def sent_by_itself(officer: Traveller) -> None:
    """Nothing waits on this phone any more."""
    for _time in range(400):
        if kept_here(officer) == 0:
            return
        officer.page.wait_for_timeout(100)
    raise AssertionError("it still waits on the phone")


def without_a_line(officer: Traveller) -> None:
    """What the browser itself says of a line that is away is no fault of the page."""
    away = ("net::ERR_", "401 (Unauthorized)")
    officer.problems[:] = [
        said for said in officer.problems if not any(word in said for word in away)
    ]


def value() -> str:
    found = Finding.objects.get().value
    return "" if found is None else f"{found.normalize():f}"


def written() -> int:
    return AuditEntry.objects.filter(verb="keep_assessment").count()


def test_what_is_entered_without_a_line_survives_a_reload_and_arrives_once(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    town.period(county)
    officer = travel("subdistrict")
    begin(officer)
    officer.page.context.set_offline(True)
    press(officer, "D1-1", "1", times=2)
    officer.page.locator("#item-D1-1 summary").click()
    officer.page.locator("[name='note-D1-1']").fill("3号楼东侧")
    officer.page.locator("[data-line].waiting").wait_for()
    assert officer.page.locator("[data-got]").inner_text() == "3"
    assert kept_here(officer) == 1
    there = officer.page.url
    with contextlib.suppress(Error):
        officer.page.reload()
    assert not Finding.objects.exists()
    officer.page.context.set_offline(False)
    # Chromium tries a page that failed again by itself: whichever comes first sends.
    officer.page.goto(there)
    sent_by_itself(officer)
    found = Finding.objects.get()
    assert (found.item, value(), found.note) == ("D1-1", "2", "3号楼东侧")
    assert officer.page.input_value("[name='value-D1-1']") == "2"
    assert (kept_here(officer), written()) == (0, 1)
    without_a_line(officer)
    officer.look()


def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_is_written_twice(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    town.period(county)
    officer = travel("subdistrict")
    begin(officer)
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    officer.page.route("**/keep/", lose_the_first)
    press(officer, "D1-1", "1")
    officer.page.locator("[data-line].waiting").wait_for()
    assert (lost, written(), kept_here(officer)) == ([200], 1, 1)
    officer.page.evaluate("window.dispatchEvent(new Event('online'))")
    arrived(officer)
    assert (written(), kept_here(officer)) == (1, 0)
    without_a_line(officer)


def test_what_another_device_entered_is_shown_and_not_overwritten(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    town.period(county)
    officer, desk = travel("subdistrict"), travel("subdistrict")
    begin(officer)
    desk.go(officer.page.url.removeprefix(officer.base))
    press(desk, "D1-1", "1", times=3)
    arrived(desk)
    press(officer, "D1-1", "1")
    told = officer.page.locator("#item-D1-1 [data-told]")
    told.wait_for()
    assert "3" in told.inner_text()
    assert value() == "3"
    officer.page.locator("[data-line]", has_text=UNDECIDED).wait_for()
    officer.look()
    # Put into the pocket undecided, it is asked about again.
    officer.page.reload()
    told.wait_for()
    assert (value(), kept_here(officer)) == ("3", 1)
    assert officer.page.input_value("[name='value-D1-1']") == "1"
    told.get_by_role("button", name="保留我的").click()
    arrived(officer)
    assert (value(), kept_here(officer)) == ("1", 0)


def test_what_is_chosen_holds_over_what_was_touched_just_before(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    town.period(county)
    officer, desk = travel("subdistrict"), travel("subdistrict")
    begin(officer)
    desk.go(officer.page.url.removeprefix(officer.base))
    press(desk, "D1-1", "1", times=3)
    arrived(desk)
    press(officer, "D1-1", "1")
    told = officer.page.locator("#item-D1-1 [data-told]")
    told.wait_for()
    # Both within the pause before anything is sent.
    officer.page.evaluate(
        "() => { document.querySelector(\"[data-item='D1-1'] [data-by='1']\").click();"
        " document.querySelector('#item-D1-1 [data-told] button:last-of-type').click(); }"
    )
    arrived(officer)
    officer.page.wait_for_timeout(1500)
    assert not told.is_visible()
    assert officer.page.input_value("[name='value-D1-1']") == "3"
    assert (value(), kept_here(officer)) == ("3", 0)


def test_nothing_stays_on_the_phone_for_whoever_signs_in_next(
    travel: Companions, county: County, people: dict[str, User], days: Days
) -> None:
    town.period(county)
    officer = travel("subdistrict")
    begin(officer)
    officer.page.context.set_offline(True)
    press(officer, "D1-1", "1")
    assert kept_here(officer) == 1
    made = Assessment.objects.get()
    # Another person has signed in on this phone since: the session is theirs.
    officer.page.context.clear_cookies()
    officer.page.context.set_offline(False)
    without_a_line(officer)
    officer.page.goto(officer.base + "/account/sign-in/")
    assert kept_here(officer) == 1, "signed out by accident, it waits for its owner"
    page = officer.page
    page.locator("input[name=username]").fill(people["district"].username)
    page.locator("input[name=password]").fill("lantern-and-plum-7")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    officer.go(f"/ratings/assess/{made.public_id}/")
    assert kept_here(officer) == 0
    assert not Finding.objects.exists()
    without_a_line(officer)
