"""Giving the dead another round of tries."""

from typing import TYPE_CHECKING

from django.db import transaction

from accounts import audit
from accounts.models import User
from common.now import now
from notifications.models import Notification, RobotNote
from notifications.models.notices import DEAD

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def retry_notices(rows: "QuerySet[Notification]", *, by: User) -> int:
    """Try dead notices again from now on, as if for the first time; how many. The door asks who."""
    return _again("retry_notices", rows.filter(DEAD), by)


@transaction.atomic
def retry_notes(rows: "QuerySet[RobotNote]", *, by: User) -> int:
    """The same for what chat groups should have heard, where the group is still connected."""
    return _again("retry_notes", rows.filter(DEAD, robot__active=True), by)


def _again(verb: str, rows: "QuerySet[Notification] | QuerySet[RobotNote]", by: User) -> int:
    at = now()
    # The update asks again what the filter asked: somebody else's press a moment ago counts once.
    # It waits from now on: its age is not that of the days it lay here.
    found = rows.update(dead_at=None, next_try_at=at, loud_from=at, attempts=0)
    if found:
        audit.record(by=by, verb=verb, target_kind="outbox", count=found)
    return found
