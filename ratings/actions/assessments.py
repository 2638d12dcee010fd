"""Verbs about sheets: begun, filled in item by item, handed in, confirmed, corrected.

A sheet of a method is settled when it is handed in; a verdict when another office-holder confirms
the meeting that settled it. Settled it never changes: a correction is another one.
"""

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Conflict, Invalid, WrongState
from common.now import today
from communities.models import Body, Place
from ratings.actions._listing_told import tell_corrected
from ratings.actions._settling import settle, tell_confirmers
from ratings.actions._sheets import (
    LONGEST_REASON,
    check_open,
    check_taking,
    record,
    taken,
    taken_period,
    tell,
)
from ratings.actions._state import check_state
from ratings.models import Assessment, AssessmentState, Finding, Period, Scorecard
from ratings.permissions.assessments import (
    SheetOf,
    check_assesses,
    check_confirms,
    check_holds,
    place_of,
    sheet_of,
)
from ratings.queries.sheets import filled, is_daily
from ratings.queries.subjects import is_assessed
from ratings.terms import Method, Source

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What two people agree on between them is no meeting (our decision).
LEAST_PRESENT = 3
SHEETS = (Source.SHEET, Source.VERDICT)


@transaction.atomic
def begin(
    *,
    by: User,
    period: Period,
    estate: Place,
    body: Body,
    part: str,
    method: str = "",
    on: date | None = None,
) -> Assessment:
    """Take a sheet in hand; the same person's again if it is begun already.

    1. The period is open, the body served the estate in it, the part has such a sheet.
    2. The office fits, and nothing ties the person to the body.
    3. One sheet at a time: two people see that the other has begun. Daily checks are many.
    """
    period = taken_period(period.pk)
    check_open(period)
    sheet = _sheet(period, estate, body, part, method)
    held = check_assesses(by, sheet)
    if method != Method.DAILY:
        same = Assessment.objects.filter(
            period=period, estate=estate, body=body, part=part, method=method, replaces=None
        ).exclude(state=AssessmentState.REPLACED)
        if (found := same.select_related("by").first()) is not None:
            return _begun(found, by)
    made = Assessment.objects.create(
        period=period,
        estate=estate,
        body=body,
        part=part,
        method=method,
        on=_day(on or today(), period),
        by=by,
        office=held.office,
        office_place=place_of(held),
    )
    record(made, by, "begin_assessment")
    return made


def _sheet(period: Period, estate: Place, body: Body, part: str, method: str) -> SheetOf:
    """Raises Invalid for what the scheme or the period does not know."""
    found = period.version.read.part(part)
    if found is None or found.source not in SHEETS:
        raise Invalid(fields={"part": [_("This part has no sheet.")]})
    if not [item for item in found.items_of(method) if not item.figure]:
        raise Invalid(fields={"method": [_("Nothing on this sheet is assessed in this way.")]})
    if not is_assessed(period, estate, body):
        raise Invalid(fields={"body": [_("They did not serve this estate in this period.")]})
    return SheetOf(period, estate, body, found, method)


def _begun(found: Assessment, by: User) -> Assessment:
    if found.state != AssessmentState.DRAFT:
        raise WrongState(_("This sheet is handed in already. What was wrong is corrected there."))
    if found.by_id != by.pk:
        raise Conflict(_("Somebody else has begun this sheet. Take it over to go on with it."))
    return found


def _day(on: date, period: Period) -> date:
    """A day on which the period could be looked at. Raises Invalid for any other."""
    if on > today():
        raise Invalid(fields={"on": [_("This day is still to come.")]})
    if on < period.from_on:
        raise Invalid(fields={"on": [_("That was before the period began.")]})
    return on


@transaction.atomic
def take_over(assessment: Assessment, *, by: User) -> Assessment:
    """Go on with what another office-holder began; the one before is told."""
    assessment = taken(assessment)
    held = check_assesses(by, sheet_of(assessment))
    check_state(assessment, AssessmentState.DRAFT)
    check_taking(assessment)
    before = assessment.by_id
    if before == by.pk:
        return assessment
    assessment.by, assessment.office = by, held.office
    assessment.office_place = place_of(held)
    assessment.save(update_fields=["by", "office", "office_place"])
    record(assessment, by, "take_over_assessment", before=before)
    tell(assessment, {before}, "assessment_taken_over")
    return assessment


@transaction.atomic
def drop(assessment: Assessment, *, by: User) -> None:
    """Throw away a draft; its photos go with the next sweep."""
    assessment = taken(assessment)
    check_holds(by, assessment)
    check_state(assessment, AssessmentState.DRAFT)
    record(assessment, by, "drop_assessment")
    for finding in assessment.findings.all():
        finding.photos.update(finding=None)
    assessment.delete()


@transaction.atomic
def hand_in(
    assessment: Assessment,
    *,
    by: User,
    on: date | None = None,
    text: str = "",
    minutes: str = "",
    met_on: date | None = None,
    present: int | None = None,
) -> Assessment:
    """Hand in a sheet with every item entered; a daily check with any.

    A verdict names the meeting that settled it (minutes' number, day, at least three present) and
    waits for another office-holder; every other sheet is settled with this.
    """
    assessment = taken(assessment)
    check_holds(by, assessment)
    check_state(assessment, AssessmentState.DRAFT)
    check_taking(assessment)
    assessment.on = _day(on or assessment.on, assessment.period)
    assessment.text, assessment.sent_back = text.strip(), ""
    _check_complete(assessment)
    if assessment.method:
        settle(assessment, by=by)
        tell_corrected(assessment)
        return assessment
    _check_meeting(assessment, minutes, met_on, present)
    assessment.minutes, assessment.met_on, assessment.present = minutes.strip(), met_on, present
    assessment.state = AssessmentState.HANDED_IN
    assessment.save()
    record(assessment, by, "hand_in_assessment")
    tell_confirmers(assessment)
    return assessment


def _check_complete(assessment: Assessment) -> None:
    sheet = filled(assessment)
    missing = sheet.missing
    if is_daily(assessment):
        missing = () if sheet.entered else missing
    if missing:
        word = _("Not entered yet.")
        raise Invalid(
            _("%(n)d items are not entered yet.") % {"n": len(missing)},
            code="incomplete",
            fields={row.item.code: [word] for row in missing},
        )


def _check_meeting(
    assessment: Assessment, minutes: str, met_on: date | None, present: int | None
) -> None:
    """Raises Invalid: a verdict is settled in a minuted meeting, never by one person."""
    wrong: dict[str, list[StrOrPromise]] = {}
    if not minutes.strip():
        wrong["minutes"] = [_("Enter the number of the minutes.")]
    if met_on is None:
        wrong["met_on"] = [_("Enter the day of the meeting.")]
    elif met_on > today():
        wrong["met_on"] = [_("This day is still to come.")]
    elif met_on < assessment.period.from_on:
        wrong["met_on"] = [_("That was before the period began.")]
    if present is None or present < LEAST_PRESENT:
        wrong["present"] = [_("At least %(least)d have to be present.") % {"least": LEAST_PRESENT}]
    if wrong:
        raise Invalid(fields=wrong)


@transaction.atomic
def confirm(assessment: Assessment, *, by: User) -> Assessment:
    """Another office-holder says that the meeting settled it so; with this it is settled."""
    assessment = taken(assessment)
    check_confirms(by, assessment)
    check_state(assessment, AssessmentState.HANDED_IN)
    # What was handed in in time may be confirmed until the scores are frozen.
    check_open(assessment.period, corrects=True, card=assessment.for_card)
    assessment.confirmed_by = by
    settle(assessment, by=by)
    tell_corrected(assessment)
    return assessment


@transaction.atomic
def send_back(assessment: Assessment, *, by: User, reason: str) -> Assessment:
    """Whoever should confirm it does not: a draft again, with the reason."""
    assessment = taken(assessment)
    check_confirms(by, assessment)
    check_state(assessment, AssessmentState.HANDED_IN)
    check_open(assessment.period, corrects=True, card=assessment.for_card)
    assessment.sent_back = _reason(reason)
    assessment.state = AssessmentState.DRAFT
    assessment.save(update_fields=["sent_back", "state"])
    record(assessment, by, "send_back_assessment")
    tell(assessment, {assessment.by_id}, "assessment_sent_back")
    return assessment


@transaction.atomic
def correct(
    assessment: Assessment, *, by: User, reason: str, card: Scorecard | None = None
) -> Assessment:
    """Begin another sheet that will replace a settled one, with its entries to start from.

    The settled one counts until the other is settled. Once the period is frozen this is refused,
    but for a correction of a card: whoever corrects one hands it over as `card`.
    """
    assessment = taken(assessment)
    held = check_assesses(by, sheet_of(assessment))
    check_state(assessment, AssessmentState.SETTLED)
    check_open(assessment.period, corrects=True, card=_fitting(card, assessment))
    if (begun := Assessment.objects.filter(replaces=assessment).first()) is not None:
        return _begun(begun, by)
    made = Assessment.objects.create(
        period=assessment.period,
        estate=assessment.estate,
        body=assessment.body,
        part=assessment.part,
        method=assessment.method,
        on=assessment.on,
        by=by,
        office=held.office,
        office_place=place_of(held),
        text=assessment.text,
        replaces=assessment,
        reason=_reason(reason),
        for_card=card,
    )
    Finding.objects.bulk_create(
        Finding(assessment=made, item=old.item, value=old.value, note=old.note)
        for old in assessment.findings.order_by("pk")
    )
    record(made, by, "correct_assessment", replaces=str(assessment.public_id))
    return made


def _fitting(card: Scorecard | None, assessment: Assessment) -> Scorecard | None:
    """Raises WrongState for a card of something else, or one that another replaces already."""
    if card is None:
        return None
    same = (card.period_id, card.estate_id, card.body_id) == (
        assessment.period_id,
        assessment.estate_id,
        assessment.body_id,
    )
    if not same or Scorecard.objects.filter(replaces=card).exists():
        raise WrongState(_("This is not the card that this sheet counts for."))
    return card


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why.")]})
    if len(reason.strip()) > LONGEST_REASON:
        limit = {"limit": LONGEST_REASON}
        raise Invalid(fields={"reason": [_("Please keep it under %(limit)d characters.") % limit]})
    return reason.strip()
