"""The clock: the database's, unless a test holds it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from common.now import now, pretend, today

NOON = datetime(2026, 2, 13, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_the_moment_comes_from_the_database_in_utc() -> None:
    with CaptureQueriesContext(connection) as asked:
        moment = now()
    assert len(asked) == 1
    assert moment.tzinfo is UTC
    assert abs(moment.timestamp() - time.time()) < 60


@pytest.mark.django_db
def test_a_worker_whose_clock_is_three_hours_off_changes_nothing() -> None:
    honest = now()
    with time_machine.travel(honest + timedelta(hours=3)):
        assert time.time() > honest.timestamp() + 7_200
        assert abs(now() - honest) < timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_the_clock_moves_on_inside_a_transaction() -> None:
    with transaction.atomic():
        first = now()
        for _ in range(200):
            if now() > first:
                return
    pytest.fail("the clock stood still")


def test_a_pretended_moment_is_held_and_let_go() -> None:
    with pretend(NOON) as at:
        assert at == NOON == now()
        with pretend(NOON + timedelta(days=1)):
            assert now() == NOON + timedelta(days=1)
        assert now() == NOON


def test_a_moment_is_let_go_even_when_something_breaks() -> None:
    with pretend(NOON):
        with pytest.raises(KeyError), pretend(NOON + timedelta(hours=1)):
            raise KeyError
        assert now() == NOON


def test_a_pretended_moment_elsewhere_on_earth_is_told_in_utc() -> None:
    with pretend(datetime(2026, 2, 13, 20, tzinfo=timezone(timedelta(hours=8)))):
        assert (now(), now().tzinfo) == (NOON, UTC)


def test_one_thread_pretending_does_not_move_the_clock_of_another() -> None:
    both_hold = Barrier(2)

    def hold(at: datetime) -> datetime:
        with pretend(at):
            both_hold.wait(timeout=5)
            return now()

    moments = [NOON, NOON + timedelta(days=2)]
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(hold, moments)) == moments


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), pretend(NOON.replace(tzinfo=None)):
        pass


def test_production_refuses_to_pretend(settings: Settings) -> None:
    settings.PORTAL_MODE = "production"
    with pytest.raises(RuntimeError), pretend(NOON):
        pass


def test_today_is_the_day_in_shanghai_not_in_greenwich() -> None:
    with pretend(datetime(2026, 2, 13, 15, 59, 59, tzinfo=UTC)):
        assert today() == date(2026, 2, 13)
    with pretend(datetime(2026, 2, 13, 16, tzinfo=UTC)):
        assert today() == date(2026, 2, 14)
