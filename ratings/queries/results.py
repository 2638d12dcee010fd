"""Recommendations for their pages: on what ground one may rest, what waits, what a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField, Prefetch, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.now import today
from common.timewords import daywords
from communities.models import Body, Contract, Place, PlaceKind
from ratings.credit import exact
from ratings.models import (
    ADDRESSED,
    SCORED,
    CreditGround,
    Listing,
    Outcome,
    Recommendation,
    Scorecard,
)
from ratings.permissions.results import advised_codes, seen_by
from ratings.queries.credit import firm_credit
from ratings.terms import decimal
from ratings.workflow import ListingState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Ground = Listing | Scorecard | CreditGround
# A key to page by that can be written down.
KEY = Cast("public_id", CharField())
RECENT = 12  # scores to choose from, the newest
LATELY = 6  # recommendations on the page of an estate or a firm
RELATED = (
    "firm", "place", "contract", "to", "made_by",
    "listing__place", "listing__period", "card__period__scheme", "card__estate",
    "credit_version",
)  # fmt: skip


def recommendations(user: User | None) -> "QuerySet[Recommendation]":
    """Those this reader may see, each with its outcomes, the last first."""
    outcomes = Outcome.objects.order_by("-pk")
    return (
        Recommendation.objects.filter(seen_by(user))
        .select_related(*RELATED)
        .defer("credit_version__terms")
        .prefetch_related(Prefetch("outcomes", queryset=outcomes))
        .annotate(key=KEY)
    )


def one_seen(user: User | None, public_id: UUID) -> Recommendation:
    found = recommendations(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def under(user: User) -> "QuerySet[Recommendation]":
    """Those of the places whose officer this person is: theirs to follow up."""
    found = Q(pk__in=())
    for code in advised_codes(user):
        found |= Q(place__code__startswith=code)
    return recommendations(user).filter(found)


def late(rows: "QuerySet[Recommendation]") -> "QuerySet[Recommendation]":
    """Of these the alarm: due, and nobody has said what became of them; the longest due first."""
    return overdue(rows).prefetch_related(None).order_by("due_on", "pk")


def overdue(rows: "QuerySet[Recommendation]") -> "QuerySet[Recommendation]":
    return rows.filter(answered_at=None, withdrawn_at=None, due_on__lt=today())


def about(subject: Place | Body, user: User | None) -> list[Recommendation]:
    """What stands on the page of an estate or a firm, the latest first."""
    of = Q(place=subject) if isinstance(subject, Place) else Q(firm=subject)
    rows = recommendations(user).filter(of, withdrawn_at=None)
    return list(rows.order_by("-made_at", "-pk")[:LATELY])


def last(row: Recommendation) -> Outcome | None:
    """What became of it, as it stands now."""
    return next(iter(row.outcomes.all()), None)


# --- On what ground ----------------------------------------------------------------------


def listings_for(firm: Body, place: Place) -> "QuerySet[Listing]":
    """Published listings of the firm that hold for a place."""
    rows = Listing.objects.filter(
        body=firm, state=ListingState.PUBLISHED, place__code__in=_codes_above(place)
    )
    return rows.select_related("place", "period").order_by("-published_at")


def cards_for(firm: Body, place: Place) -> "QuerySet[Scorecard]":
    """Frozen scores of the firm with a band: of the whole firm, or of this estate."""
    rows = Scorecard.objects.current().filter(
        Q(estate=None) | Q(estate=place),
        body=firm,
        period__state__in=SCORED,
        period__scheme__place__code__in=_codes_above(place),
    )
    rows = rows.exclude(band="").exclude(total=None)
    return rows.select_related("period__scheme", "estate").order_by("-period__from_on", "pk")


def credit_for(firm: Body, places: Sequence[Place]) -> CreditGround | None:
    """The firm's credit grade today, where its district's ledger holds at one of these places."""
    credit = firm_credit(firm, today())
    if credit.scheme is None or credit.version is None or credit.grade is None:
        return None
    code = credit.scheme.place.code
    if not any(place.code.startswith(code) for place in places):
        return None
    grade = credit.grade
    return CreditGround(credit.version, credit.on, grade.level.name, decimal(grade.total))


def _codes_above(place: Place) -> list[str]:
    return [each.code for each in place.chain()]


def black_listed(firm: Body, place: Place) -> bool:
    return listings_for(firm, place).filter(kind="black").exists()


def served_estates(firm: Body, user: User) -> list[Place]:
    """Estates this firm serves today where this officer recommends."""
    codes = advised_codes(user)
    rows = Contract.objects.in_force(today()).filter(firm=firm).select_related("estate")
    return [
        row.estate for row in rows.order_by("estate__code") if row.estate.code.startswith(codes)
    ]


def seat_of(firm: Body) -> Place:
    """The place whose preferred pool the firm is in: the district of its seat."""
    return firm.place.above(PlaceKind.DISTRICT) or firm.place


def firms_named(words: str, under: Sequence[str]) -> list[Body]:
    """Firms of this name or code that serve, or have their seat, beneath these codes."""
    where = Q(pk__in=())
    for code in under:
        where |= Q(place__code__startswith=code) | Q(contracts__estate__code__startswith=code)
    named = Q(name__icontains=words) | Q(code__iexact=words) | Q(initials__startswith=words.lower())
    rows = Body.objects.filter(where, named, kind="firm").order_by("name", "pk").distinct()
    return list(rows[:20]) if words else []


# --- A vote ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One side of a vote: how many owners, how much area, and of how much."""

    name: "StrOrPromise"
    votes: int
    votes_whole: int | None
    area: Decimal | None
    area_whole: Decimal | None


def shares(outcome: Outcome) -> list[Share]:
    """A vote as a table; nothing for what is no vote."""
    if outcome.votes_for is None:
        return []
    sides = (
        (_("In favour"), outcome.votes_for, outcome.area_for),
        (_("Against it"), outcome.votes_against, outcome.area_against),
        (_("Abstained"), outcome.votes_abstained, outcome.area_abstained),
    )
    return [
        Share(name, votes or 0, outcome.votes_whole, area, outcome.area_whole)
        for name, votes, area in sides
    ]


def ground_words(ground: Ground) -> str:
    """A ground in a line."""
    if isinstance(ground, CreditGround):
        said = {"level": ground.level, "points": exact(ground.points), "day": daywords(ground.on)}
        return _now("Credit grade %(level)s · %(points)s points · as of %(day)s") % said
    if isinstance(ground, Listing):
        return f"{ground.get_kind_display()} · {ground.place.name} · {ground.document_number}"
    estate = f" · {ground.estate.name}" if ground.estate else ""
    period = ground.period
    total = f"{ground.total:.2f}" if ground.total is not None else "–"
    return f"{period.scheme.name} · {period.name}{estate} · {total} · {ground.band}"


def addressed_words() -> str:
    """Which advice goes to whom, for the description of the API."""
    return "; ".join(f"{advice}: {', '.join(to)}" for advice, to in ADDRESSED.items())
