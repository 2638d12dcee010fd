"""Rectification for its pages, and the share of it that a later period counts."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import CharField, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.http import Http404

from accounts.models import User
from common.now import now, today
from communities.models import Appointment, Body, Office, PlaceKind, in_force
from communities.queries.indicator_rows import ONE, counts_if
from ratings.models import (
    AssessmentState,
    Period,
    Rectification,
    RectificationState,
    RectificationStep,
)
from ratings.permissions.rectification import seen_by

WAITING = (RectificationState.OPEN, RectificationState.REPORTED)


def rectified(
    period_before: Period, bodies: Collection[Body] | None = None
) -> dict[tuple[int, int], tuple[int, int]]:
    """Of the deductions of a former period: how many are put right, of how many by now due.

    By (body, estate), by their keys; one query for any number of bodies. What is put right counts
    whenever it was; what still has time does not count yet; what lapsed never.
    """
    rows = counted_rows(period_before)
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    counted = (
        rows.order_by().values_list("body", "estate").annotate(done=Sum("num"), due=Sum("den"))
    )
    return {(body, estate): (done, due) for body, estate, done, due in counted}


def counted_rows(period: Period) -> "QuerySet[Any]":
    """Of a period's deductions those that count by now, each with `num` and `den`."""
    closed = Q(state=RectificationState.CLOSED)
    due = closed | (Q(state__in=WAITING) & Q(due_at__lte=now())) | Q(state__in=WAITING, round__gt=1)
    rows = Rectification.objects.filter(
        due, assessment__period=period, assessment__state=AssessmentState.SETTLED
    )
    return rows.annotate(num=counts_if(closed), den=ONE)


def seen(user: User, *, waiting: bool = False) -> "QuerySet[Rectification]":
    """Those this user may see, with what a row of a list shows and a key to page by."""
    rows = (
        Rectification.objects.filter(seen_by(user))
        .select_related("assessment__period__version", "body", "estate")
        # Whether one may report or look again is asked of the sheet's own.
        .select_related("assessment__estate", "assessment__body")
        .annotate(key=Cast("public_id", CharField()))
    )
    return rows.filter(state__in=WAITING) if waiting else rows


def one_seen(user: User, public_id: UUID) -> Rectification:
    """One of them with what happened to it, or 404."""
    steps = RectificationStep.objects.prefetch_related("photos").order_by("pk")
    found = (
        seen(user)
        .select_related("assessment__estate", "assessment__body", "assessment__period__scheme")
        .prefetch_related(Prefetch("steps", queryset=steps))
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def followers_of(asked: Rectification) -> set[int]:
    """Who looks at it again: those in the office it was assessed in, or the office above."""
    office, place = asked.assessment.office, asked.assessment.office_place_id
    at = Q(body__place=place) | Q(grid__community=place) | Q(place=place)
    held = Appointment.objects.filter(in_force(today()), at, office=office, user__is_active=True)
    found = set(held.values_list("user", flat=True))
    if asked.assessment.by_id in found:
        return {asked.assessment.by_id}
    return found or overseers_of(asked)


def overseers_of(asked: Rectification) -> set[int]:
    """The officers above the estate, the nearest that there are."""
    for kind, office in (
        (PlaceKind.SUBDISTRICT, Office.SUBDISTRICT_OFFICER),
        (PlaceKind.DISTRICT, Office.DISTRICT_OFFICER),
    ):
        place = asked.estate.above(kind)
        held = Appointment.objects.filter(
            in_force(today()), office=office, body__place=place, user__is_active=True
        )
        if found := set(held.values_list("user", flat=True)):
            return found
    return set()
