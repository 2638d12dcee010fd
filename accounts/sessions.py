"""Sessions that have ended, and what the lockout keeps of who signed in, are forgotten in time."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Model

from common.now import now

BATCH = 1000
# Of wrong passwords only the last minutes count; a day leaves room for a longer lockout.
ATTEMPTS_KEPT_FOR = timedelta(days=1)
# Six months is the least: Cybersecurity Law, article 21 (3). The audit log has its own measure.
SIGN_INS_KEPT_FOR = timedelta(days=200)


def forget_old_sessions() -> int:
    """Delete sessions past their end, a batch at a time, and with them half-written reports."""
    forgotten = 0
    old = Session.objects.filter(expire_date__lte=now())
    while keys := list(old.order_by("expire_date").values_list("pk", flat=True)[:BATCH]):
        forgotten += old.filter(pk__in=keys).delete()[0]
    return forgotten


def forget_old_sign_ins() -> int:
    """Delete the lockout's rows with names and addresses once their time is over; how many."""
    forgotten = _forget(AccessAttempt, ATTEMPTS_KEPT_FOR)
    for log in (AccessLog, AccessFailureLog):
        forgotten += _forget(log, SIGN_INS_KEPT_FOR)
    return forgotten


def _forget(model: type[Model], kept_for: timedelta) -> int:
    """Delete the oldest rows, found by key: their time has no index, and the log is long."""
    limit, forgotten = now() - kept_for, 0
    rows = model._default_manager.order_by("pk").values_list("pk", "attempt_time")
    while True:
        oldest = list(rows[:BATCH])
        old = [pk for pk, at in oldest if at <= limit]
        forgotten += model._default_manager.filter(pk__in=old).delete()[0]
        if len(old) < BATCH:
            return forgotten
