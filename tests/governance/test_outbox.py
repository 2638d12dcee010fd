"""The outbox: what waits, what was given up, trying again; for page and API alike."""

from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client

from accounts.models import AuditEntry, User
from notifications.models import Channel, Circuit, Notification, Robot, RobotKind, RobotNote
from tests.factories import County
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
PAGE, RETRY = "/outbox/", "/outbox/retry/"
API, API_RETRY = "/api/v1/outbox/", "/api/v1/outbox/retry/"


@pytest.fixture
def district(client: Client, people: dict[str, User], clock: Pretended) -> Client:
    return signed_in(client, people["district"])


def signed_in(client: Client, user: User) -> Client:
    client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user, backend=BACKEND)
    return client


def dead(to: User, number: int = 1, channel: str = Channel.EMAIL, **more: Any) -> Notification:
    given = {"dead_at": MONDAY, "attempts": 7, "last_error": "http 503"} | more
    return Notification.objects.create(
        to=to,
        kind="order_late",
        facts={"reference": "9901-7K3M-9QX2-F"},
        channel=channel,
        key=f"late:{number}:0",
        created_at=MONDAY,
        **given,
    )


def dead_note(county: County, number: int = 1, active: bool = True) -> RobotNote:
    robot, _new = Robot.objects.get_or_create(
        name="值班群",
        defaults={
            "place_code": county.community.code,
            "kind": RobotKind.WECOM,
            "added_at": MONDAY,
            "active": active,
        },
    )
    return RobotNote.objects.create(
        robot=robot,
        kind="order_late",
        key=f"late:{number}:0",
        created_at=MONDAY,
        dead_at=MONDAY,
        attempts=7,
        last_error="wecom 93000",
    )


def of_page(client: Client) -> list[str]:
    return [line.handle for line in client.get(PAGE).context["dead"]]


def of_api(client: Client) -> list[str]:
    return [line["handle"] for line in client.get(API).json()["dead"]]


# --- What is shown -----------------------------------------------------------------------


@pytest.fixture
def resident(people: dict[str, User]) -> User:
    user = people["resident"]
    user.email, user.phone = "chenxiaomei@example.org", "13900000001"
    user.save()
    return user


def test_the_dead_are_shown_with_a_masked_recipient(
    district: Client, resident: User, county: County
) -> None:
    dead(resident)
    dead(resident, channel=Channel.SMS)
    dead_note(county)
    for address in (PAGE, API):
        said = district.get(address).content.decode()
        assert "c***@example.org" in said
        assert "139****0001" in said
        assert "http 503" in said
        for word in ("chenxiaomei", "13900000001", resident.name, str(resident.public_id)):
            assert word not in said
    assert "值班群" in district.get(PAGE).content.decode()


def test_a_channel_shows_how_it_stands(district: Client, resident: User) -> None:
    dead(resident, 1, dead_at=None, next_try_at=MONDAY, attempts=2)
    Circuit.objects.create(channel=Channel.EMAIL, failures=3, shut_until=MONDAY.replace(hour=23))
    page = district.get(PAGE).content.decode()
    assert "does not answer" in page
    ways = {way["channel"]: way for way in district.get(API).json()["channels"]}
    assert ways["email"]["waiting"] == 1
    assert ways["email"]["oldest_age"] == 0
    assert ways["email"]["shut_until"]
    assert ways["robots"]["waiting"] == 0


def test_the_list_narrows_to_one_channel(district: Client, resident: User, county: County) -> None:
    dead(resident)
    dead(resident, channel=Channel.SMS)
    dead_note(county)
    for channel in ("email", "sms", "robots"):
        lines = district.get(PAGE, {"channel": channel}).context["dead"]
        assert [line.channel for line in lines] == [channel]
    assert district.get(PAGE, {"channel": "pigeon"}).status_code == 404


def test_an_outbox_with_nothing_given_up_says_so(district: Client) -> None:
    assert "Nothing was given up" in district.get(PAGE).content.decode()


# --- Trying again ------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["page", "api"])
def test_one_is_tried_again_by_its_handle(
    door: str, district: Client, resident: User, people: dict[str, User]
) -> None:
    mine, other = dead(resident, 1), dead(resident, 2)
    handles = of_page(district) if door == "page" else of_api(district)
    chosen = handles[1]
    if door == "page":
        assert district.post(RETRY, {"handle": chosen})["Location"] == PAGE
    else:
        answer = district.post(API_RETRY, {"handle": chosen}, content_type="application/json")
        assert answer.json() == {"retried": 1}
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.dead_at, mine.attempts, mine.next_try_at) == (None, 0, MONDAY)
    assert mine.loud_from == MONDAY, "its age is not that of the days it lay there"
    assert other.dead_at == MONDAY
    entry = AuditEntry.objects.get(verb="retry_notices")
    assert (entry.actor_id, entry.facts) == (people["district"].pk, {"count": 1})


@pytest.mark.parametrize(
    ("channel", "again"), [("email", 2), ("sms", 1), ("robots", 1), ("all", 4)]
)
def test_all_of_a_channel_are_tried_again(
    channel: str, again: int, district: Client, resident: User, county: County
) -> None:
    dead(resident, 1)
    dead(resident, 2)
    dead(resident, 1, channel=Channel.SMS)
    dead_note(county)
    left = dead(resident, 9, dead_at=None, delivered_at=MONDAY)
    district.post(RETRY, {"channel": channel})
    still = [rows.objects.filter(dead_at=MONDAY).count() for rows in (Notification, RobotNote)]
    assert sum(still) == 4 - again
    left.refresh_from_db()
    assert (left.delivered_at, left.next_try_at) == (MONDAY, None), "what has left is left alone"


def test_the_second_press_finds_nothing_and_is_not_kept(district: Client, resident: User) -> None:
    dead(resident)
    (handle,) = of_page(district)
    district.post(RETRY, {"handle": handle})
    assert district.post(RETRY, {"handle": handle}).status_code == 404
    district.post(RETRY, {"channel": "all"})
    assert AuditEntry.objects.filter(verb="retry_notices").count() == 1


def test_what_a_group_that_is_gone_should_have_heard_stays_dead(
    district: Client, county: County
) -> None:
    note = dead_note(county, active=False)
    (handle,) = of_page(district)
    answer = district.post(RETRY, {"handle": handle})
    assert (answer.status_code, "no longer connected" in answer.content.decode()) == (409, True)
    note.refresh_from_db()
    assert note.dead_at == MONDAY
    assert not AuditEntry.objects.filter(verb="retry_notes").exists()


# Not base64, {}, [1,2,3], no ASCII, many lists, a NUL.
@pytest.mark.parametrize(
    "handle", ["x", "e30", "WzEsMiwzXQ", "é", "W10" * 200, "WyJcdTAwMDAiLDEsMl0"]
)
def test_a_handle_we_never_gave_is_not_there(handle: str, district: Client) -> None:
    assert district.post(RETRY, {"handle": handle}).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"handle": "x", "channel": "sms"}, {"channel": "all"}])
def test_the_api_wants_either_one_or_a_channel(sent: dict[str, str], district: Client) -> None:
    answer = district.post(API_RETRY, sent, content_type="application/json")
    assert answer.status_code == 400


# --- Who may -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["district", "administrator"])
def test_whoever_looks_after_the_portal_may(
    who: str, client: Client, people: dict[str, User]
) -> None:
    signed_in(client, people[who])
    assert client.get(PAGE).status_code == client.get(API).status_code == 200
    assert 'href="/outbox/"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "who", ["resident", "dispatcher", "subdistrict", "manager", "auditor", "grid_worker"]
)
def test_nobody_else_may_look_or_retry(
    who: str, client: Client, people: dict[str, User], clock: Pretended
) -> None:
    signed_in(client, people[who])
    row = dead(people["resident"])
    for address in (PAGE, API):
        assert client.get(address).status_code == 403
    assert client.post(RETRY, {"channel": "all"}).status_code == 403
    answer = client.post(API_RETRY, {"channel": "email"}, content_type="application/json")
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.dead_at == MONDAY
    assert not AuditEntry.objects.filter(verb="retry_notices").exists()
