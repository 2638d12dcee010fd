"""Figures for Prometheus: right from any process, cheap however full, closed by default."""

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as portal
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import Heartbeat, User
from complaints import actions, tasks
from governance import health, metrics
from notifications.models import Circuit, Notification
from notifications.tasks import deliver_pending
from tests.complaints.slips import supervised
from tests.complaints.walks import report
from tests.factories import County
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-thirty-two-letters-yes"
People = dict[str, User]


def figures() -> dict[tuple[str, ...], float]:
    """Every figure by its name, without the house's own, and the values of its labels."""
    return {
        (sample.name.removeprefix("hongguanjia_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def _broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ask_broker", lambda: {"celery": 4})


# --- Who gets them -----------------------------------------------------------------------


def scraped(client: Client, **words: Any) -> int:
    return client.get("/metrics", **words).status_code


def bearer(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_without_a_setting_nobody_gets_them(client: Client) -> None:
    assert scraped(client) == 404
    assert scraped(client, **bearer("")) == 404


def test_the_token_opens(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", **bearer(TOKEN))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert b"hongguanjia_alarms_due" in answer.content


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "错"])
def test_another_token_does_not(client: Client, settings: Settings, token: str) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert scraped(client) == 404
    assert scraped(client, **bearer(token)) == 404
    assert scraped(client, headers={"Authorization": TOKEN}) == 404


@pytest.mark.parametrize(
    ("address", "code"), [("10.1.2.3", 200), ("11.1.2.3", 404), ("fd00::1", 200), ("", 404)]
)
def test_a_network_that_is_named_opens(
    client: Client, settings: Settings, address: str, code: int
) -> None:
    settings.METRICS_FROM = [ip_network("10.0.0.0/8"), ip_network("fd00::/16")]
    assert scraped(client, REMOTE_ADDR=address) == code


def test_nobody_lies_about_where_they_are(client: Client, settings: Settings) -> None:
    """Behind a proxy only what the proxy saw counts."""
    settings.METRICS_FROM, settings.PROXIES_IN_FRONT = [ip_network("10.0.0.0/8")], 1
    seen = {"X-Forwarded-For": "10.0.0.1, 203.0.113.9"}
    assert scraped(client, REMOTE_ADDR="10.0.0.2", headers=seen) == 404


def test_they_are_not_asked_for_by_post(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.post("/metrics", **bearer(TOKEN)).status_code == 405


# --- What they say -----------------------------------------------------------------------


def test_every_sweep_is_there_and_one_that_never_ran_is_infinitely_late(clock: Pretended) -> None:
    tasks.sound_alarms()
    clock.forward(seconds=40)
    found = figures()
    schedule: dict[str, dict[str, Any]] = portal.CELERY_BEAT_SCHEDULE
    for entry in schedule.values():
        lag = found["sweep_lag_seconds", entry["task"]]
        assert lag == (40 if entry["task"] == "complaints.tasks.sound_alarms" else float("inf"))
        assert found["sweep_failing", entry["task"]] == 0


def test_a_sweep_that_fails_is_seen(clock: Pretended) -> None:
    name = "notifications.tasks.deliver_pending"
    Heartbeat.objects.create(name=name, ran_at=MONDAY, failed_at=MONDAY + timedelta(minutes=1))
    assert figures()["sweep_failing", name] == 1


def test_alarms_that_nobody_looked_at_grow_old(
    county: County, people: People, clock: Pretended
) -> None:
    assert figures()["alarms_due", "orders"] == figures()["oldest_alarm_seconds", "orders"] == 0
    order = report(county, people)
    assert figures()["alarms_due", "orders"] == 0
    assert order.alarm_at is not None
    clock.put(order.alarm_at + timedelta(seconds=90))
    found = figures()
    assert (found["alarms_due", "orders"], found["oldest_alarm_seconds", "orders"]) == (1, 90)
    assert found["alarms_due", "supervision"] == found["oldest_alarm_seconds", "supervision"] == 0
    actions.sound_alarms()
    assert figures()["alarms_due", "orders"] == 0


def test_supervision_orders_that_nobody_looked_at_grow_old_too(
    county: County, people: People, clock: Pretended
) -> None:
    slip = supervised(county, people)
    assert slip.alarm_at is not None
    clock.put(slip.alarm_at + timedelta(seconds=30))
    found = figures()
    assert found["alarms_due", "supervision"] == 1
    assert found["oldest_alarm_seconds", "supervision"] == 30


def test_what_happened_in_the_last_five_minutes_is_counted(
    county: County, people: People, clock: Pretended
) -> None:
    order = report(county, people)
    report(county, people)
    assert figures()["orders_reported_last_5m",] == 2
    clock.forward(hours=3)
    actions.sound_alarms()
    actions.inspect(order, by=people["dispatcher"])
    found = figures()
    assert found["orders_reported_last_5m",] == 0
    assert (found["verbs_last_5m", "inspect"], found["breaches_last_5m", "0"]) == (1, 2)
    clock.forward(hours=3)
    actions.sound_alarms()
    found = figures()
    assert found["breaches_last_5m", "1"] == 1
    assert ("breaches_last_5m", "0") not in found


def test_the_outbox_is_told_by_channel(county: County, people: People, clock: Pretended) -> None:
    report(county, people)
    clock.forward(seconds=45)
    found = figures()
    assert found["outbox_waiting", "in_app"] > 0
    assert found["outbox_oldest_seconds", "in_app"] == 45
    deliver_pending()
    found = figures()
    assert found["outbox_waiting", "in_app"] == found["outbox_oldest_seconds", "in_app"] == 0
    assert found["outbox_waiting", "email"] == found["outbox_waiting", "robots"] == 0


def test_what_is_given_up_and_who_fails_is_told(
    county: County, people: People, clock: Pretended
) -> None:
    report(county, people)
    given_up = Notification.objects.all()[:1].get()
    Notification.objects.filter(pk=given_up.pk).update(next_try_at=None, dead_at=clock.moment)
    Circuit.objects.create(channel="email", shut_until=clock.moment + timedelta(minutes=5))
    found = figures()
    assert (found["outbox_dead", "in_app"], found["outbox_dead", "email"]) == (1, 0)
    assert (found["outbox_shut", "in_app"], found["outbox_shut", "email"]) == (0, 1)


def test_the_queue_is_told_while_the_broker_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    found = figures()
    assert (found["broker_up",], found["queue_length", "celery"]) == (1, 4)
    health.forget()
    monkeypatch.setattr(health, "ask_broker", lambda: None)
    found = figures()
    assert found["broker_up",] == 0
    assert not [name for name in found if name[0] == "queue_length"]


def test_no_figure_carries_a_word_of_anybody(
    county: County, people: People, clock: Pretended
) -> None:
    report(county, people, contact_name="金丝雀", contact_phone="13987654321")
    text = metrics.text().decode()
    assert "金丝雀" not in text
    assert "13987654321" not in text


# --- What they cost ----------------------------------------------------------------------


def test_they_cost_the_same_for_one_order_and_for_many(
    county: County, people: People, clock: Pretended, at_most: Callable[[int], Any]
) -> None:
    metrics.text()
    with at_most(10):
        metrics.text()
    for _order in range(12):
        report(county, people)
    clock.forward(hours=4)
    with at_most(10):
        metrics.text()


def test_counting_stops_early(
    county: County, people: People, clock: Pretended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MOST_COUNTED", 2)
    monkeypatch.setattr(metrics, "NEWEST", 3)
    for _order in range(4):
        report(county, people)
    assert figures()["orders_reported_last_5m",] <= 3
    clock.forward(hours=4)
    assert figures()["alarms_due", "orders"] == 2
