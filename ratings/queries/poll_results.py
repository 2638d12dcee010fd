"""What residents said, as everybody finds it: by place and by period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce

from common.paging import Sorting
from ratings.models import AnswerKind, Period, PeriodState, Poll, PollAnswer, Scorecard
from ratings.queries.example import shown
from ratings.queries.naming import named
from ratings.scoring import rounded
from ratings.terms import Part

LATEST = Sorting("closes_at", "key", descending=True, moments=True)
# The estate of a poll, and what it lies in.
LIES_IN = ("estate", "estate__parent", "estate__parent__parent", "estate__parent__parent__parent")
# Periods that one can choose from.
PERIODS = 40


def public_polls(place: str = "", period: str = "") -> "QuerySet[Any]":
    """Polls with a published score, as their list pages them: the latest first.

    `place`: words of a name, initials or a code, of the estate or of what it lies in.
    """
    scores = Scorecard.objects.filter(
        period=OuterRef("period"), estate=OuterRef("estate"), body=OuterRef("body")
    )
    rows = Poll.objects.filter(Exists(scores), _at(place), period__state=PeriodState.PUBLISHED)
    if period:
        rows = rows.filter(period__public_id=period) if _is_id(period) else rows.none()
    found: QuerySet[Any] = rows.select_related(
        "estate__parent", "body", "period__scheme", "period__version"
    ).annotate(
        key=Cast("public_id", CharField()),
        valid=_of_answers(Count("pk")),
        sum=_of_answers(Sum("score")),
    )
    return found


def _at(place: str) -> Q:
    found = Q()
    for column in LIES_IN:
        found |= named(column, place)
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _of_answers(counted: Count | Sum) -> Coalesce:
    """Over the valid answers of the outer poll."""
    valid = PollAnswer.objects.filter(poll=OuterRef("pk"), kind=AnswerKind.VALID)
    rows = valid.order_by().values("poll").annotate(n=counted).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


@dataclass(frozen=True)
class Result:
    """A poll with its mean; none where too few answered."""

    poll: Poll
    part: Part
    valid: int
    mean: Fraction | None

    @property
    def rounded(self) -> Decimal | None:
        return rounded(self.mean, 4)

    @property
    def said(self) -> str:
        """The mean for the eye."""
        return shown(self.mean)


def results_of(polls: Sequence[Any]) -> list[Result]:
    """Of rows of `public_polls`; each version's terms are read once."""
    terms = {poll.period.version_id: poll.period.version for poll in polls}
    found = []
    for poll in polls:
        part = terms[poll.period.version_id].read.part(poll.part)
        if part is None:
            raise ValueError("a settled version of a scheme never loses a part")
        enough = poll.valid and poll.valid >= part.valid
        mean = Fraction(poll.sum, poll.valid) if enough else None
        found.append(Result(poll, part, poll.valid, mean))
    return found


def polled_periods() -> list[Period]:
    """The latest published periods in which residents were asked."""
    rows = Period.objects.filter(
        Exists(Poll.objects.filter(period=OuterRef("pk"))), state=PeriodState.PUBLISHED
    )
    return list(rows.select_related("scheme").order_by("-from_on", "scheme__name")[:PERIODS])
