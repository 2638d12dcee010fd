"""Verbs of rectification 整改: asked for, reported with proof, looked at again, closed."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Invalid, WrongState
from common.now import now
from communities.queries.audience import managers_of
from notifications.actions import notify
from ratings.actions import _rectifying
from ratings.actions._sheets import LONGEST_NOTE
from ratings.actions._state import check_state
from ratings.models import (
    Assessment,
    AssessmentState,
    FindingPhoto,
    Rectification,
    RectificationState,
    StepVerb,
)
from ratings.permissions.rectification import check_follows_up, check_reports
from ratings.queries.photos import kept_photos
from ratings.queries.rectification import followers_of
from ratings.queries.sheets import filled

MOST_PHOTOS = 9


@transaction.atomic
def ask(assessment: Assessment, *, by: User, items: Collection[str]) -> list[Rectification]:
    """Have these deductions of a settled sheet put right, each by the scheme's working days.

    Asked for already, an item stays as it is. Raises Invalid for what is no deduction.
    """
    rows = Assessment.objects.select_for_update(of=("self",))
    assessment = rows.select_related(
        "period__version", "period__scheme", "estate__parent", "body"
    ).get(pk=assessment.pk)
    check_follows_up(by, assessment)
    if assessment.state != AssessmentState.SETTLED:
        raise WrongState(_("Only what is settled is asked to be put right."))
    lost = {row.item.code for row in filled(assessment).deductions}
    if not items or set(items) - lost:
        raise Invalid(fields={"items": [_("Choose deductions of this sheet.")]})
    asked_before = set(assessment.rectifications.values_list("item", flat=True))
    made = [_ask(assessment, item, by) for item in sorted(set(items) - asked_before)]
    if made:
        _tell_asked(assessment, made)
    return made


def _ask(assessment: Assessment, item: str, by: User) -> Rectification:
    at = now()
    asked = Rectification(
        assessment=assessment,
        item=item,
        body=assessment.body,
        estate=assessment.estate,
        asked_at=at,
    )
    _rectifying.promise(asked, at)
    asked.save()
    _rectifying.step(asked, StepVerb.ASKED, by=by, at=at)
    _rectifying.record(asked, by, "ask_rectification")
    return asked


def _tell_asked(assessment: Assessment, made: Sequence[Rectification]) -> None:
    """One notice for all of them."""
    at = now()
    notify(
        managers_of(assessment.body),
        kind="rectification_asked",
        facts={
            "estate": assessment.estate.name,
            "firm": assessment.body.name,
            "count": len(made),
            "due_at": made[0].due_at.isoformat(),
            "path": reverse("ratings:rectifications"),
        },
        key=f"rectification_asked {made[0].public_id.hex}",
        at=at,
        duty=True,
    )


@transaction.atomic
def report(
    asked: Rectification, *, by: User, text: str, photos: Sequence[str] = ()
) -> Rectification:
    """The firm says how it was put right, with photos; the clock rests until it is looked at."""
    asked = _rectifying.taken(asked)
    check_reports(by, asked)
    check_state(asked, RectificationState.OPEN)
    said = _words(text, "text")
    if len(photos) > MOST_PHOTOS:
        raise Invalid(fields={"photos": [_("At most %(n)d photos.") % {"n": MOST_PHOTOS}]})
    found = kept_photos(photos, by)
    asked.state, asked.alarm_at = RectificationState.REPORTED, None
    asked.save(update_fields=["state", "alarm_at"])
    step = _rectifying.step(asked, StepVerb.REPORTED, by=by, text=said)
    rows = FindingPhoto.objects.filter(
        pk__in=[photo.pk for photo in found], finding__isnull=True, step__isnull=True
    )
    if rows.update(step=step) != len(found):
        gone = _("One of the photos is no longer there. Please add it again.")
        raise Invalid(fields={"photos": [gone]})
    _rectifying.record(asked, by, "report_rectification", photos=len(found))
    _rectifying.tell(asked, followers_of(asked), "rectification_reported")
    return asked


@transaction.atomic
def send_back(asked: Rectification, *, by: User, reason: str) -> Rectification:
    """Looked at again and not right: another round, with a deadline of its own."""
    asked = _rectifying.taken(asked)
    check_follows_up(by, asked.assessment)
    check_state(asked, RectificationState.REPORTED)
    said = _words(reason, "reason")
    at = now()
    _rectifying.step(asked, StepVerb.SENT_BACK, by=by, at=at, text=said)
    asked.state, asked.round = RectificationState.OPEN, asked.round + 1
    _rectifying.promise(asked, at)
    asked.save()
    _rectifying.record(asked, by, "send_back_rectification")
    _rectifying.tell(asked, managers_of(asked.body), "rectification_sent_back")
    return asked


@transaction.atomic
def close(asked: Rectification, *, by: User, text: str = "") -> Rectification:
    """Looked at again and right; also where the firm has not reported it."""
    asked = _rectifying.taken(asked)
    check_follows_up(by, asked.assessment)
    check_state(asked, RectificationState.OPEN, RectificationState.REPORTED)
    said = _words(text, "text", needed=False)
    asked.state, asked.closed_at, asked.alarm_at = RectificationState.CLOSED, now(), None
    asked.save(update_fields=["state", "closed_at", "alarm_at"])
    _rectifying.step(asked, StepVerb.CLOSED, by=by, at=asked.closed_at, text=said)
    _rectifying.record(asked, by, "close_rectification")
    _rectifying.tell(asked, managers_of(asked.body), "rectification_closed")
    return asked


def _words(text: str, field: str, *, needed: bool = True) -> str:
    said = text.strip()
    if needed and not said:
        raise Invalid(fields={field: [_("Say it in a sentence.")]})
    if len(said) > LONGEST_NOTE:
        limit = {"limit": LONGEST_NOTE}
        raise Invalid(fields={field: [_("Please keep it under %(limit)d characters.") % limit]})
    return said
