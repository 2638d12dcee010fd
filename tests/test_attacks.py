"""What somebody who means harm tries, and what a stranger could put together from small things."""

import io
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from django.conf import settings as portal
from django.contrib.sessions.models import Session
from django.http import Http404
from django.test import Client
from PIL import Image
from pytest_django import Settings

from accounts import codes, tasks
from accounts.address import address_of
from accounts.forms import plain_number
from accounts.models import OneTimeCode, User
from common import images
from common.errors import Invalid
from common.now import now
from complaints import actions, queries
from complaints.models import Complaint, Photo
from complaints.workflow import Kind, Status
from scripts.check import LIKE_PRODUCTION
from tests.complaints.reporting import send, to_check, to_tell
from tests.complaints.walks import BYPASS, complaint_at, fresh, report
from tests.doors import COMPLAINTS, picture, program, wanted
from tests.factories import PASSWORD, County
from tests.moments import Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
DAY = 24 * 3600


def browser(user: User | None = None, **more: Any) -> Client:
    client = Client(**more)
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    if user is not None:
        client.force_login(user, backend=BACKEND)
    return client


# --- Who reported it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads"), [("manager", False), ("committee", False), ("dispatcher", True)]
)
def test_how_a_report_came_is_for_staff_alone(
    county: County, people: dict[str, User], who: str, reads: bool
) -> None:
    """A firm that reads "found on patrol" knows who reported: the grid has one worker."""
    order = complaint_at(Status.HANDLING, county, people)
    facts = program(people[who]).get(f"{COMPLAINTS}{order.reference}/").json()["events"][0]["facts"]
    assert ("source" in facts) is reads


def test_a_photo_of_an_unreviewed_result_is_not_shown_to_who_knows_its_address(
    county: County, people: dict[str, User]
) -> None:
    order = complaint_at(Status.HANDLING, county, people)
    firm = fresh(people["manager"])
    kept = actions.keep_photo(picture(), by=firm)
    order = actions.handle(order, by=firm, outcome="solved", note="好了", photos=[kept])
    photo = Photo.objects.get(complaint=order)
    assert queries.photo_seen([fresh(people["dispatcher"])], photo.public_id) == photo
    for name in ("resident", "committee"):
        with pytest.raises(Http404):
            queries.photo_seen([fresh(people[name])], photo.public_id)
    actions.answer(order, by=fresh(people["dispatcher"]), note="已核实")
    assert queries.photo_seen([fresh(people["resident"])], photo.public_id) == photo


def test_name_and_number_are_not_left_on_a_device_that_others_use(
    county: County, client: Client
) -> None:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    url = to_check(client, county).replace("/check/", "/you/")
    page = client.get(url).content.decode()
    assert 'name="phone"' in page
    assert "data-draft=" not in page


def test_an_accusation_goes_to_no_firm_even_as_a_repair(
    county: County, people: dict[str, User]
) -> None:
    """Whoever presses "repair" and then tells of somebody's conduct tells the subdistrict alone."""
    order = report(county, people, kind=Kind.REPAIR, category=BYPASS)
    assert (order.status, order.handler, order.desk) == (Status.REPORTED, None, county.subdistrict)
    with pytest.raises(Http404):
        queries.seen(fresh(people["manager"]), order.reference)


@pytest.mark.parametrize(("who", "follows"), [("manager", False), ("neighbour", True)])
def test_who_signs_in_for_an_office_does_not_follow_what_was_reported_on_the_device_before(
    county: County, people: dict[str, User], who: str, follows: bool
) -> None:
    """A resident reports at the firm's own computer; then the manager signs in."""
    device = browser()
    done = send(device, to_check(device, county, phone="13800138000"))["Location"]
    order = Complaint.objects.get()
    device.force_login(people[who], backend=BACKEND)
    pages = [device.get(f"/orders/{order.reference}/"), device.get("/orders/track/")]
    assert ("13800138000" in pages[0].content.decode()) is follows
    assert (order.reference in pages[1].content.decode()) is follows
    assert (device.get(done).status_code == 200) is follows


def test_somebody_in_office_follows_what_they_report_without_their_account(
    county: County, people: dict[str, User]
) -> None:
    device = browser(people["manager"])
    done = send(device, to_check(device, county, account="no", phone="13800138000"))["Location"]
    assert device.get(done).status_code == 200
    page = device.get(f"/orders/{Complaint.objects.get().reference}/")
    assert "13800138000" in page.content.decode()


# --- Somebody else's answer --------------------------------------------------------------


def test_a_short_key_behind_our_proxy_does_not_hand_out_somebody_elses_code(
    county: County, settings: Settings
) -> None:
    """Behind the proxy all requests come from one address: only what it saw tells people apart."""
    settings.PROXIES_IN_FRONT = 1
    secrets = [
        program(**{"Idempotency-Key": "1", "X-Forwarded-For": address})
        .post(COMPLAINTS, wanted(county))
        .json()["tracking_secret"]
        for address in ("203.0.113.1", "203.0.113.2")
    ]
    assert secrets[0] != secrets[1]


# --- Limits ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
    ],
)
def test_a_line_with_many_addresses_is_one_sender(
    rf: Any, settings: Settings, sent: str, counted: str
) -> None:
    """Every household has 2^64 addresses of the new kind: each would have its own five tries."""
    settings.PROXIES_IN_FRONT = 0
    assert address_of(rf.get("/", REMOTE_ADDR=sent)) == counted


def test_foreign_digits_do_not_make_a_new_number_of_a_known_one(clock: Pretended) -> None:
    """Else the limit of codes to one telephone would hold for each way of writing it."""
    assert plain_number("139١٢٣٤٥٦٧٨") == "13912345678"
    with pytest.raises(Invalid):
        codes.send_code("139١٢٣٤٥٦٧٨", address="here")


@pytest.mark.parametrize("typed", ["²", "12345①", "๑"])
def test_odd_digits_in_a_code_are_a_wrong_try_like_any_other(clock: Pretended, typed: str) -> None:
    codes.send_code("13912345678", address="here")
    with pytest.raises(Invalid):
        codes.check_code("13912345678", typed)
    assert OneTimeCode.objects.get().tries == 1


def test_what_was_wrong_in_a_changed_answer_is_not_sent(county: County, client: Client) -> None:
    """Once answered rightly, a question could be answered anew with anything at all."""
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    check = to_check(client, county, phone="13800138000")
    you = check.replace("/check/", "/you/")
    assert client.post(you, {"phone": "1 or 1=1 --" * 5}).status_code == 200
    assert client.post(check, {"form_token": "a" * 24})["Location"] == you
    assert not Photo.objects.exists()


def test_photos_without_an_account_are_limited_by_address(
    county: County, monkeypatch: pytest.MonkeyPatch, clock: Pretended
) -> None:
    """Each costs work and room; a new browser a time, nothing else would end it."""
    monkeypatch.setattr("complaints.actions.anonymous.MOST_PHOTOS_AN_HOUR", 2)

    def sent(address: str) -> Any:
        visitor = browser(REMOTE_ADDR=address)
        return visitor.post(to_tell(visitor, county), {"stay": "1", "photos": [picture()]})

    assert [sent("203.0.113.1").status_code for _ in range(2)] == [302, 302]
    refused = sent("203.0.113.1")
    assert refused.status_code == 200
    assert "too many" in refused.content.decode()
    assert sent("203.0.113.2").status_code == 302
    assert Photo.objects.count() == 3
    clock.forward(hours=1)
    assert sent("203.0.113.1").status_code == 302


# --- Sessions ----------------------------------------------------------------------------


def test_a_session_ends_after_a_fortnight_however_busy(
    people: dict[str, User], clock: Pretended
) -> None:
    staff, page = browser(people["dispatcher"]), "/account/phone/"
    for _half_day in range(2 * portal.SESSION_COOKIE_AGE // DAY):
        assert staff.get(page).status_code == 200
        clock.forward(hours=11, minutes=59)
    assert staff.get(page).status_code == 200
    clock.forward(hours=1)
    assert staff.get(page).status_code == 302


def test_a_page_that_refreshes_itself_does_not_keep_a_session_awake(
    people: dict[str, User], clock: Pretended
) -> None:
    staff = browser(people["dispatcher"])
    assert staff.get("/orders/queue/").status_code == 200
    for _hour in range(12):
        clock.forward(hours=1)
        assert staff.get("/notices/bell/", headers={"HX-Request": "true"}).status_code == 200
    clock.forward(hours=1)
    assert staff.get("/notices/bell/", headers={"HX-Request": "true"}).status_code == 302


@pytest.mark.parametrize("path", ["/orders/mine/", "/account/preferences/"])
def test_pages_about_oneself_are_kept_by_no_cache(people: dict[str, User], path: str) -> None:
    answer = browser(people["resident"]).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_what_is_over_is_forgotten(clock: Pretended, client: Client, county: County) -> None:
    """A draft holds a name and a number, a code the number it went to."""
    to_check(client, county, phone="13800138000")
    codes.send_code("13912345678", address="here")
    for sweep in (tasks.forget_old_codes, tasks.forget_old_sessions):
        sweep()
    assert Session.objects.count() == OneTimeCode.objects.count() == 1
    Session.objects.update(expire_date=now() - timedelta(days=400))
    clock.forward(days=1)
    for sweep in (tasks.forget_old_codes, tasks.forget_old_sessions):
        sweep()
    assert Session.objects.count() == OneTimeCode.objects.count() == 0


# --- Logs --------------------------------------------------------------------------------


def test_a_refused_sign_in_leaves_no_number_and_no_address_in_the_log(
    people: dict[str, User], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.AXES_ENABLED = True
    with caplog.at_level(logging.INFO):
        for _ in range(6):
            browser(REMOTE_ADDR="203.0.113.9").post(
                "/account/sign-in/", {"username": "13900000001", "password": "no-" + PASSWORD}
            )
    assert "AXES" in caplog.text
    for told in ("13900000001", "203.0.113.9", PASSWORD):
        assert told not in caplog.text


# --- Names of hosts ----------------------------------------------------------------------


def test_production_answers_to_no_name_but_its_own() -> None:
    """Links, and where a form may come from, are told by the name that was asked for."""

    def start(hosts: str) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, **LIKE_PRODUCTION, "ALLOWED_HOSTS": hosts}
        ask = [sys.executable, "-c", "import governance.settings"]
        return subprocess.run(ask, env=told, capture_output=True, text=True, check=False)

    assert start("portal.example").returncode == 0
    assert "ALLOWED_HOSTS" in start("portal.example,*").stderr


# --- Photos ------------------------------------------------------------------------------


def test_photos_are_unfolded_two_at_a_time_however_many_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A few kB can unfold to 160 MB: sent on every thread at once they would take the machine."""
    at_once, most = [], []
    unfold = images._bare

    def slowly(image: Image.Image) -> Image.Image:
        at_once.append(1)
        most.append(len(at_once))
        sleep(0.02)
        at_once.pop()
        return unfold(image)

    monkeypatch.setattr(images, "_bare", slowly)
    small = io.BytesIO()
    Image.new("RGB", (40, 30)).save(small, "PNG")
    with ThreadPoolExecutor(6) as several:
        list(several.map(images.clean, [small.getvalue()] * 6))
    assert max(most) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/orders/report/where/?q=%00",
        "/orders/report/where/?under=%00",
        "/orders/report/about/?group=%00",
        "/api/v1/estates/?search=%00",
        "/orders/%00/",
    ],
)
def test_a_character_no_database_keeps_is_refused_not_crashed_on(
    client: Client, county: County, path: str
) -> None:
    assert client.get(path).status_code < 500


def test_a_posted_character_no_database_keeps_is_refused(client: Client, county: County) -> None:
    answer = client.post("/orders/report/where/", {"estate": "\x00"})
    assert answer.status_code < 500
