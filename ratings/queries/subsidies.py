"""Programmes of honours with money: budget, awarded, paid, and who got what."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.http import Http404

from accounts.models import User
from communities.models import Body, Place, PlaceKind
from ratings.models import BODIES, Award, AwardCategory, AwardedKind, Payment, Programme
from ratings.permissions.subsidies import awards_seen_by

# A key to page by that can be written down.
KEY = Cast("public_id", CharField())
NOTHING = Decimal(0)
MOST_OPENED = 200  # programmes shown, the newest: a county has a handful a year
# What an award comes to after its payments and their corrections.
PAID = Coalesce(
    Subquery(
        Payment.objects.filter(award=OuterRef("pk"))
        .order_by()
        .values("award")
        .annotate(sum=Sum("amount"))
        .values("sum")
    ),
    NOTHING,
)


@dataclass(frozen=True)
class Sums:
    """How many and how much. `held`: proposed and awarded, what the budget is kept for."""

    awarded: int = 0
    proposed: int = 0
    amount: Decimal = NOTHING
    held: Decimal = NOTHING
    paid: Decimal = NOTHING


@dataclass(frozen=True)
class ProgrammePage:
    programme: Programme
    categories: list[tuple[AwardCategory, Sums]]
    sums: Sums

    @property
    def left(self) -> Decimal:
        """What of the budget nothing is proposed for."""
        return self.programme.budget - self.sums.held

    @property
    def planned(self) -> Decimal:
        """What all awards of all categories would come to."""
        return sum((row.amount * row.count for row, _sums in self.categories), NOTHING)


def programmes() -> "QuerySet[Programme]":
    """Every programme, the newest first."""
    return Programme.objects.select_related("place").order_by("-year", "name", "pk")


def programme_of(public_id: UUID) -> Programme:
    found = programmes().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def programme_page(programme: Programme) -> ProgrammePage:
    """Three queries, however many awards there are."""
    categories = list(programme.categories.order_by("position", "pk"))
    approved, proposed = Q(state="approved"), Q(state="proposed")
    rows = Award.objects.filter(category__in=categories).order_by().values("category")
    held: dict[int, dict[str, Any]] = {
        row["category"]: dict(row)
        for row in rows.annotate(
            awarded=Count("pk", filter=approved),
            proposed=Count("pk", filter=proposed),
            granted=Coalesce(Sum("amount", filter=approved), NOTHING),
            held=Coalesce(Sum("amount", filter=approved | proposed), NOTHING),
        )
    }
    paid = dict(
        Payment.objects.filter(award__category__in=categories)
        .order_by()
        .values_list("award__category")
        .annotate(sum=Sum("amount"))
    )
    found = [(row, _sums(held.get(row.pk, {}), paid.get(row.pk, NOTHING))) for row in categories]
    return ProgrammePage(programme, found, _together([sums for _row, sums in found]))


def _sums(row: dict[str, Any], paid: Decimal) -> Sums:
    if not row:
        return Sums(paid=paid)
    return Sums(row["awarded"], row["proposed"], row["granted"], row["held"], paid)


def _together(rows: list[Sums]) -> Sums:
    return Sums(
        sum(row.awarded for row in rows),
        sum(row.proposed for row in rows),
        sum((row.amount for row in rows), NOTHING),
        sum((row.held for row in rows), NOTHING),
        sum((row.paid for row in rows), NOTHING),
    )


def awards(
    user: User | None, programme: Programme, *, state: str = "approved", category: str = "",
    search: str = "",
) -> "QuerySet[Any]":  # fmt: skip
    """Awards of a programme that this reader may see, with what was paid of each."""
    rows = Award.objects.filter(awards_seen_by(user), category__programme=programme, state=state)
    if category:
        rows = rows.filter(category__name=category)
    if search:
        rows = rows.filter(Q(place__name__icontains=search) | Q(body__name__icontains=search))
    rows = rows.select_related("category", "place", "body")
    return rows.annotate(key=KEY, paid=PAID)


def award_of(user: User | None, public_id: UUID) -> Award:
    """One award with its payments, or 404."""
    payments = Payment.objects.select_related("corrects", "corrected_by", "by").order_by("pk")
    found = (
        Award.objects.filter(awards_seen_by(user), public_id=public_id)
        .select_related(
            "category__programme__place", "place", "body__place", "honour__list",
            "proposed_by", "decided_by",
        )
        .prefetch_related(Prefetch("payments", queryset=payments))
        .annotate(paid=PAID)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found


def paid_of(award: Award) -> Decimal:
    """What was paid of an award whose payments are read."""
    return sum((row.amount for row in award.payments.all()), NOTHING)


def payment_of(user: User | None, public_id: UUID) -> Payment:
    """One payment of an award this reader may see, or 404."""
    rows = Payment.objects.select_related(
        "award__category__programme__place", "award__place", "award__body__place"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None or not Award.objects.filter(awards_seen_by(user), pk=found.award_id).exists():
        raise Http404
    return found


def receivers_named(category: AwardCategory, words: str) -> list[Place | Body]:
    """Estates or bodies a category is for, by code or name: one if it is called exactly so."""
    words, under = words.strip(), category.programme.place.code
    if not words:
        return []
    named = Q(name__icontains=words) | Q(code__iexact=words) | Q(initials__iexact=words)
    if category.kind == AwardedKind.PROJECT:
        estates = Place.objects.filter(named, kind=PlaceKind.ESTATE, code__startswith=under)
        found: list[Any] = list(estates.filter(closed_on=None).order_by("name", "pk")[:20])
    else:
        bodies = Body.objects.filter(
            named, kind__in=BODIES[category.kind], place__code__startswith=under
        )
        found = list(bodies.filter(dissolved_on=None).order_by("name", "pk")[:20])
    exact = [row for row in found if words in (row.code, row.name)]
    return exact if len(exact) == 1 else found
