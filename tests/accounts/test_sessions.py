"""What the sign-in keeps of people goes when its time is over, and not before."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from accounts import sessions
from accounts.models import User
from common.now import now
from tests.factories import PASSWORD
from tests.moments import MONDAY, Pretended

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_sessions_go_when_they_have_ended_by_the_databases_clock(clock: Pretended) -> None:
    for key, days in (("ended", -1), ("now", 0), ("open", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=MONDAY + days * DAY)
    assert sessions.forget_old_sessions() == 2
    assert [row.session_key for row in Session.objects.all()] == ["open"]


def test_sessions_go_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "BATCH", 2)
    for n in range(5):
        Session.objects.create(session_key=str(n), session_data="", expire_date=now() - DAY)
    assert sessions.forget_old_sessions() == 5


def test_who_signed_in_is_kept_six_months_and_then_forgotten(
    people: dict[str, User], client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lockout writes name, address and browser of everybody, and would keep them for ever."""
    settings.AXES_ENABLED = True
    monkeypatch.setattr(sessions, "BATCH", 1)
    for _time in range(3):
        path, typed = "/account/sign-in/", {"username": "resident", "password": PASSWORD}
        assert client.post(path, typed).status_code == 302
    assert AccessLog.objects.count() == 3
    assert sessions.forget_old_sign_ins() == 0
    oldest = list(AccessLog.objects.order_by("pk").values_list("pk", flat=True)[:2])
    AccessLog.objects.update(attempt_time=now() - 184 * DAY)
    assert sessions.forget_old_sign_ins() == 0
    AccessLog.objects.filter(pk__in=oldest).update(attempt_time=now() - 201 * DAY)
    assert sessions.forget_old_sign_ins() == 2
    assert AccessLog.objects.count() == 1


def test_wrong_passwords_are_forgotten_after_a_day(
    people: dict[str, User], client: Client, settings: Settings
) -> None:
    settings.AXES_ENABLED = settings.AXES_ENABLE_ACCESS_FAILURE_LOG = True
    client.post("/account/sign-in/", {"username": "resident", "password": "wrong"})
    assert (AccessAttempt.objects.count(), AccessFailureLog.objects.count()) == (1, 1)
    AccessAttempt.objects.update(attempt_time=now() - timedelta(hours=23))
    assert sessions.forget_old_sign_ins() == 0
    AccessAttempt.objects.update(attempt_time=now() - timedelta(hours=25))
    AccessFailureLog.objects.update(attempt_time=now() - 201 * DAY)
    assert sessions.forget_old_sign_ins() == 2
