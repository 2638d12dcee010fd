"""What the verbs and the clock of rectification share."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from common import workdays
from common.errors import Conflict
from common.now import now
from communities.scope import calendar_for, day_of
from notifications.actions import notify
from ratings.models import (
    Assessment,
    Rectification,
    RectificationState,
    RectificationStep,
    StepVerb,
)
from ratings.queries.sheets import filled

# Working days after the deadline until the office above hears of it, too (our decision).
ABOVE_AFTER = 1


def taken(asked: Rectification) -> Rectification:
    """Locked and read again."""
    rows = Rectification.objects.select_for_update(of=("self",))
    found = (
        rows.select_related(
            "assessment__period__version",
            "assessment__period__scheme",
            "assessment__by",
            "body",
            "estate__parent",
        )
        .filter(pk=asked.pk)
        .first()
    )
    if found is None:
        raise Conflict
    return found


def promise(asked: Rectification, at: datetime) -> None:
    """The deadline of this round: so many working days as the scheme says."""
    days = max(asked.assessment.period.version.read.rectify_days, 1)
    asked.due_at, asked.provisional = _in_working_days(at, days)
    asked.alarm_at, asked.told = asked.due_at, 0


def above_at(asked: Rectification) -> datetime:
    """When the office above hears of it."""
    # A deadline is the midnight after its last day: counted from within that day.
    return _in_working_days(asked.due_at - timedelta(seconds=1), ABOVE_AFTER)[0]


def _in_working_days(at: datetime, days: int) -> tuple[datetime, bool]:
    found = workdays.add_working_days(at, days, calendar_for({day_of(at).year}))
    return found.due_at, found.provisional


def step(
    asked: Rectification,
    verb: StepVerb,
    *,
    by: Actor | None = None,
    at: datetime | None = None,
    text: str = "",
) -> RectificationStep:
    """One more line of what happened to it."""
    return RectificationStep.objects.create(
        rectification=asked,
        verb=verb,
        round=asked.round,
        at=at or now(),
        by=by if isinstance(by, User) else None,
        text=text,
    )


def record(asked: Rectification, by: Actor, verb: str, /, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="rectification",
        target=str(asked.public_id),
        estate=asked.estate.code,
        body=asked.body.code,
        item=asked.item,
        round=asked.round,
        **facts,
    )


def tell(asked: Rectification, to: set[int], kind: str, key: str = "") -> None:
    """A notice about it, in the caller's transaction."""
    at = now()
    notify(
        to,
        kind=kind,
        facts={
            "estate": asked.estate.name,
            "firm": asked.body.name,
            "due_at": asked.due_at.isoformat(),
            "path": reverse("ratings:rectification", args=[asked.public_id]),
        },
        key=key or f"{kind} {asked.public_id.hex} {asked.round}",
        at=at,
        duty=True,
    )


def lapse_what_is_gone(assessment: Assessment, replaced: Assessment) -> None:
    """After a correction: what is a deduction no longer is not asked for; the rest goes on."""
    lost = {row.item.code for row in filled(assessment).deductions}
    rows = Rectification.objects.select_for_update().filter(assessment=replaced)
    for asked in rows.order_by("pk"):
        if asked.item in lost:
            asked.assessment = assessment
            asked.save(update_fields=["assessment"])
        elif asked.state in (RectificationState.OPEN, RectificationState.REPORTED):
            asked.state, asked.alarm_at = RectificationState.LAPSED, None
            asked.save(update_fields=["state", "alarm_at"])
            step(asked, StepVerb.LAPSED)
