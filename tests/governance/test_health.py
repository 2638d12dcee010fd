"""How the portal is: told to the engine, to those who look after it, and on officials' pages."""

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from django.test import Client
from django.utils.translation import gettext, override
from pytest_django import Settings

from accounts.models import Heartbeat, User
from common.now import now, pretend
from governance import health
from governance.schedule import SCHEDULE
from governance.sweeps import CLOCK, all_sweeps
from notifications.actions import notify
from notifications.models import Circuit, Notification
from tests.factories import County
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrName"
People = dict[str, User]
Surf = Callable[[str], Client]


def ran(at: datetime, name: str = CLOCK, **words: Any) -> Heartbeat:
    health.forget()
    row, _made = Heartbeat.objects.update_or_create(name=name, defaults={"ran_at": at, **words})
    return row


def words_of(client: Client, path: str = "/account/preferences/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- The broker --------------------------------------------------------------------------


@pytest.fixture
def frozen(settings: Settings) -> Iterator[None]:
    """A broker that was stopped: the system takes the connection, nobody ever answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        settings.CELERY_BROKER_URL = f"redis://:secret@127.0.0.1:{server.getsockname()[1]}/0"
        yield


def test_a_frozen_broker_is_given_up_within_a_second(frozen: None) -> None:
    began = monotonic()
    assert health.ask_broker() is None
    assert monotonic() - began < 1


def test_a_broker_that_is_gone_is_down(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    assert health.ask_broker() is None


def test_the_broker_is_asked_once_in_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often strangers ask /readyz."""
    asked: list[int] = []
    time = [100.0]
    monkeypatch.setattr(health, "monotonic", lambda: time[0])

    @health.remembered(5)
    def ask() -> int:
        asked.append(1)
        return len(asked)

    assert [ask(), ask()] == [1, 1]
    time[0] += 5.1
    assert ask() == 2


# --- To the engine -----------------------------------------------------------------------


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ask_broker", lambda: {"celery": 0})


def test_ready_when_everything_is_well(client: Client, answering: None) -> None:
    ran(now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert "no-store" in answer["Cache-Control"]
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "broker": "ok",
        "clock": "ok",
    }


def test_a_dead_broker_sends_nobody_away(client: Client, frozen: None) -> None:
    ran(now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["broker"]) == ("degraded", "down")
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    ("seconds", "status", "clock"), [(119, "ok", "ok"), (121, "degraded", "late")]
)
def test_a_clock_two_minutes_behind_is_told(
    client: Client, answering: None, seconds: int, status: str, clock: str
) -> None:
    ran(MONDAY)
    with pretend(MONDAY + timedelta(seconds=seconds)):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["clock"]) == (status, clock)


def test_a_clock_that_never_ran_is_told(client: Client, answering: None) -> None:
    assert client.get("/readyz").json()["clock"] == "never"


def test_without_the_database_nobody_is_sent_here(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("could not connect to db:5432 as portal")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "down"}


def test_without_the_newest_migrations_nobody_is_sent_here(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = health._newest_migrations() | {("complaints", "9999_of_tomorrow")}
    monkeypatch.setattr(health, "_newest_migrations", lambda: newest)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "migrations": "missing"}
    assert health.migrations_missing() == ["complaints.9999_of_tomorrow"]


def test_the_newest_migration_of_every_app_is_looked_for() -> None:
    assert {"accounts", "complaints", "communities", "notifications", "axes"} <= {
        app for app, _name in health._newest_migrations()
    }


# --- On officials' pages -----------------------------------------------------------------

WARNING = 'id="clock-warning"'
OFFICIALS = ("dispatcher", "far_dispatcher", "subdistrict", "district", "administrator")
OTHERS = ("resident", "neighbour", "grid_worker", "manager", "repairer", "committee", "auditor")


@pytest.mark.parametrize("name", OFFICIALS)
def test_officials_are_warned_when_the_clock_is_silent_for_two_minutes(
    surf: Surf, name: str
) -> None:
    official = surf(name)
    ran(MONDAY)
    with pretend(MONDAY + timedelta(seconds=119)):
        assert WARNING not in words_of(official)
    health.forget()
    with pretend(MONDAY + timedelta(seconds=121)):
        page = words_of(official)
    assert WARNING in page
    assert "The clock has stood still since Mon 2 Mar, 09:00 (2 min ago)" in page
    assert ("manage.py tick" in page) == (name in {"district", "administrator"})


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_is_warned(surf: Surf, name: str) -> None:
    ran(MONDAY)
    with pretend(MONDAY + timedelta(days=1)):
        assert WARNING not in words_of(surf(name))
        assert WARNING not in words_of(Client(), "/")


def test_that_the_clock_never_ran_is_told_to_those_who_look_after_the_portal(surf: Surf) -> None:
    for name in OFFICIALS:
        told = "The clock has never run" in words_of(surf(name))
        assert told == (name in {"district", "administrator"}), name


def test_the_warning_goes_when_the_clock_runs_again(surf: Surf, clock: Pretended) -> None:
    official = surf("dispatcher")
    ran(MONDAY - timedelta(hours=1))
    assert WARNING in words_of(official)
    ran(MONDAY)
    assert WARNING not in words_of(official)


def test_the_warning_costs_one_query_in_fifteen_seconds(
    surf: Surf, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    last_round = Heartbeat.objects.filter

    def counted(**words: Any) -> Any:
        reads.append("read")
        return last_round(**words)

    monkeypatch.setattr(Heartbeat.objects, "filter", counted)
    time = [100.0]
    monkeypatch.setattr(health, "monotonic", lambda: time[0])
    official, ran_at = surf("dispatcher"), now()
    ran(ran_at)
    for _page in range(3):
        words_of(official)
    assert len(reads) == 1
    time[0] += 15.1
    words_of(official)
    assert len(reads) == 2


def test_between_two_readings_the_silence_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read 14 seconds ago is 14 seconds older."""
    time = [100.0]
    monkeypatch.setattr(health, "monotonic", lambda: time[0])
    ran(MONDAY)
    with pretend(MONDAY + timedelta(seconds=110)):
        assert not health.clock_silence().too_long
        time[0] += 9.9
        assert not health.clock_silence().too_long
        time[0] += 0.1
        assert health.clock_silence().too_long


# --- The page ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["district", "administrator", "far_district"])
def test_those_who_look_after_the_portal_see_how_it_is(
    surf: Surf, answering: None, name: str
) -> None:
    ran(now(), done=3, took_ms=12)
    page = words_of(surf(name), "/health/")
    assert "Last ran 0 s ago." in page or "Last ran 1 s ago." in page
    assert "Everything is well." in page
    assert "None is waiting to leave." in page
    for title in SCHEDULE:
        assert title.capitalize() in page


@pytest.mark.parametrize("name", ["resident", "manager", "dispatcher", "subdistrict", "auditor"])
def test_others_do_not(surf: Surf, name: str) -> None:
    assert surf(name).get("/health/").status_code == 403


def test_only_those_who_may_see_it_are_led_there(surf: Surf) -> None:
    assert 'href="/health/"' in words_of(surf("administrator"))
    assert 'href="/health/"' not in words_of(surf("dispatcher"))


def test_what_is_wrong_is_said_in_words(
    surf: Surf, frozen: None, county: County, people: People, clock: Pretended
) -> None:
    at = clock.moment
    ran(at - timedelta(minutes=5))
    ran(at - timedelta(hours=3), "accounts.tasks.forget_old_keys")
    ran(at, "accounts.tasks.forget_old_codes", failed_at=at + timedelta(1), failed="DataError")
    notify([people["resident"].pk], kind="k", facts={}, key="k", at=at - timedelta(minutes=3))
    notify([people["resident"].pk], kind="k", facts={}, key="given up", at=at)
    Notification.objects.filter(key="given up").update(next_try_at=None, dead_at=clock.moment)
    Circuit.objects.create(channel="in_app", shut_until=at + timedelta(minutes=4))
    page = words_of(surf("district"), "/health/")
    for sentence in (
        "Not everything is well",
        "Last ran 5 min ago.",
        "Nothing that is late goes up until it runs",
        "In the portal: 1 waiting, the oldest for 3 min.",
        "Its provider fails; tried again in 4 min.",
        "1 could not be sent and are given up.",
        "It does not answer. People report and work as before.",
        "Failed: DataError",
        "Not run yet",
        "3 h ago",
    ):
        assert sentence in page, sentence
    assert "secret" not in page


def test_a_clock_that_fails_is_told_by_the_kind_of_failure(surf: Surf, answering: None) -> None:
    ran(now(), failed_at=now() + timedelta(seconds=5), failed="IntegrityError")
    assert "Its newest round failed: IntegrityError." in words_of(surf("district"), "/health/")


def test_a_disk_that_fills_up_is_told(
    surf: Surf, answering: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(now())
    monkeypatch.setattr(health, "room", lambda: health.Room(free=10**9, whole=10**12))
    page = words_of(surf("district"), "/health/")
    assert "953.7 MB free of 931.3 GB." in page.replace("\xa0", " ")
    assert "1 part needs somebody." in page


def test_room_is_known_before_the_first_photo_and_after() -> None:
    before = health.room()
    default_storage.save("a/photo.jpg", ContentFile(b"photo"))
    assert 0 < before.free <= before.whole == health.room().whole


def test_every_sweep_has_its_words() -> None:
    with override("zh-hans"):
        assert [sweep.title for sweep in all_sweeps() if gettext(sweep.title) == sweep.title] == []
