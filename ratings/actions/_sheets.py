"""What the verbs of assessments share: locks, the time of a period, what an item may be told."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.actors import Actor
from common.errors import Conflict, WrongState
from common.now import now, today
from notifications.actions import notify
from ratings import scoring
from ratings.models import Assessment, Period, PeriodState
from ratings.scoring import Rule
from ratings.terms import SheetItem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_NOTE = 1000
LONGEST_REASON = 500
MOST_FOUND = Decimal(9999)


@dataclass(frozen=True)
class Said:
    """What is said of one item. Nothing at all takes back what was entered before.

    A note without a value: it does not apply here. `seen` is the mark of what the sender last saw
    (`queries.sheets.mark`); left out, nobody else's entry is looked for.
    """

    value: Decimal | None = None
    note: str = ""
    seen: str | None = None


def taken_period(pk: int) -> Period:
    """Locked and read again: freezing a period waits for what is being settled in it."""
    rows = Period.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("version", "scheme__place").get(pk=pk)


def taken(assessment: Assessment) -> Assessment:
    """Locked and read again, with its period locked before it."""
    period = taken_period(assessment.period_id)
    rows = Assessment.objects.select_for_update(of=("self",))
    found = (
        rows.select_related("estate__parent", "body", "by", "for_card")
        .filter(pk=assessment.pk)
        .first()
    )
    if found is None:
        raise Conflict(_("This sheet was thrown away. Please look again."))
    found.period = period
    return found


def check_open(period: Period, *, corrects: bool = False, card: object = None) -> None:
    """Raises WrongState once assessments of the period are no longer taken.

    Corrections are, until it is frozen; then only those that a correction of a card asks for.
    """
    if period.state != PeriodState.OPEN:
        if card is None:
            raise WrongState(
                _("The scores of this period are frozen. Only a correction of the card changes it.")
            )
    elif not corrects and today() > period.assess_until_on:
        raise WrongState(_("Assessments of this period are no longer taken."))


def check_taking(assessment: Assessment) -> None:
    """The same of one assessment."""
    corrects = assessment.replaces_id is not None
    check_open(assessment.period, corrects=corrects, card=assessment.for_card)


def wrong_with(item: SheetItem, said: Said) -> "StrOrPromise":
    """Why this cannot be said of the item; nothing where it can."""
    if len(said.note) > LONGEST_NOTE:
        return _("Please keep it under %(limit)d characters.") % {"limit": LONGEST_NOTE}
    if said.value is None:
        return ""
    try:
        if said.value > MOST_FOUND:
            raise ValueError
        scoring.points_of(item, Fraction(said.value))
    except ValueError:
        return range_of(item)
    return ""


def range_of(item: SheetItem) -> "StrOrPromise":
    """What may be said of an item, as a sentence."""
    if item.rule == Rule.RATIO:
        return _("Enter a share from 0 to 100 per cent.")
    if item.rule == Rule.LEVELS:
        return _("Choose one of the levels.")
    if item.rule == Rule.GIVEN:
        return _("Enter points from 0 to %(most)s.") % {"most": scoring.rounded(item.points, 2)}
    return _("Enter how many were found: 0 or a whole number.")


def record(assessment: Assessment, by: Actor, verb: str, /, **facts: Any) -> None:
    audit.record(
        by=by,
        verb=verb,
        target_kind="assessment",
        target=str(assessment.public_id),
        period=str(assessment.period.public_id),
        estate=assessment.estate.code,
        body=assessment.body.code,
        part=assessment.part,
        method=assessment.method,
        **facts,
    )


def tell(assessment: Assessment, to: Collection[int], kind: str, **facts: Any) -> None:
    """A notice about this sheet to these people, in the caller's transaction."""
    notify(
        to,
        kind=kind,
        facts={
            "estate": assessment.estate.name,
            "firm": assessment.body.name,
            "period": assessment.period.name,
            "path": reverse("ratings:assessment", args=[assessment.public_id]),
            **facts,
        },
        # Given back and handed in again is told again.
        key=f"{kind} {uuid4().hex}",
        at=now(),
        duty=True,
    )
