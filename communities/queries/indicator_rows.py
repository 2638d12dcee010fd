"""The rows behind each indicator of the register: what one counts for, in and out.

Every function answers for a place (the beginning of codes) and a day, with a query set whose rows
say `num`, `den`, `at` (the code of where they lie) and `key`, which is unique and public.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from communities.models import (
    GRID_OFFICES,
    Appointment,
    CommitteeMember,
    Condition,
    Contract,
    Estate,
    Grid,
    GridKind,
    Instructor,
    MemberRole,
    Office,
    PartyLevel,
    Place,
    PlaceKind,
    ServiceMode,
    ServiceSpell,
    Visit,
    in_force,
)
from communities.queries.coverage import estates_on, firms_on, in_term, organised
from communities.queries.estates import facilities_seen
from communities.rules import rule

ONE = Value(1)
PROFESSIONAL = (ServiceMode.MARKET, ServiceMode.COMMUNITY_LED)


def counts_if(condition: Any) -> Case:
    """1 for a row that counts, 0 for one that does not."""
    return Case(When(condition, then=ONE), default=Value(0), output_field=IntegerField())


def number(rows: "QuerySet[Any]", by: str) -> Coalesce:
    """How many rows belong to the outer one, by the column that leads to it."""
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def month_before(day: date) -> date:
    """The same day of the month before, or the last one that month has."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _coded(rows: "QuerySet[Any]", at: str, num: Any, den: Any = ONE) -> "QuerySet[Any]":
    found: QuerySet[Any] = rows.annotate(num=num, den=den, at=F(at), key=F("code"))
    return found


# --- Firms: counted once for each place they serve ---------------------------------------


def serving(under: str, on: date) -> Iterable[tuple[str, int]]:
    """Which firm serves which estate: code and firm."""
    rows = Contract.objects.in_force(on).filter(estate__code__startswith=under)
    return rows.order_by().values_list("estate__code", "firm_id")


def _with_organisation(on: date) -> Q:
    return Q(pk__in=organised(on).filter(firm__isnull=False).values("firm"))


def firm_organisations(under: str, on: date) -> "QuerySet[Any]":
    return _coded(firms_on(under, on), "place__code", counts_if(_with_organisation(on)))


def party_work(under: str, on: date) -> "QuerySet[Any]":
    sent = Instructor.objects.filter(in_force(on), firm__isnull=False)
    either = _with_organisation(on) | Q(pk__in=sent.values("firm"))
    return _coded(firms_on(under, on), "place__code", counts_if(either))


def cross_appointments(under: str, on: date) -> "QuerySet[Any]":
    managers = Appointment.objects.in_force(on).filter(
        body=OuterRef("pk"), office=Office.FIRM_MANAGER
    )
    in_a_grid = Appointment.objects.in_force(on).filter(
        user=OuterRef("user"), office__in=sorted(GRID_OFFICES)
    )
    crossing = number(managers.filter(Exists(in_a_grid)), "body")
    rows = firms_on(under, on)
    return _coded(rows, "place__code", crossing, number(managers, "body")).filter(den__gt=0)


# --- Communities and their grids ---------------------------------------------------------


def grid_party(under: str, on: date) -> "QuerySet[Any]":
    at_work = organised(on).filter(grids__isnull=False).values("grids")
    rows = Grid.objects.filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=on), community__code__startswith=under
    ).exclude(kind=GridKind.CELL)
    covered = Q(pk__in=at_work) | Q(parent__in=at_work)
    return _coded(rows, "community__code", counts_if(covered))


def community_party(under: str, on: date) -> "QuerySet[Any]":
    rows = Place.objects.under(under).open_on(on).filter(kind=PlaceKind.COMMUNITY)
    committee = organised(on).filter(
        body__place=OuterRef("pk"), level=PartyLevel.COMMITTEE, firm__isnull=True
    )
    return _coded(rows, "code", counts_if(Exists(committee)))


# --- Estates -----------------------------------------------------------------------------


def committee_formation(under: str, on: date) -> "QuerySet[Any]":
    formed = Q(pk__in=in_term(under, on).values("place"))
    return _coded(estates_on(under, on), "code", counts_if(formed))


def committee_party_share(under: str, on: date) -> "QuerySet[Any]":
    seats = CommitteeMember.objects.filter(in_force(on), committee__body=OuterRef("pk")).exclude(
        role=MemberRole.ALTERNATE
    )
    party = number(seats.filter(party_member=True), "committee__body")
    return _coded(in_term(under, on), "place__code", party, number(seats, "committee__body"))


def _served(under: str, on: date) -> "QuerySet[Place]":
    """Estates with how they were served on the day; those without a history: as they are now."""
    spells = ServiceSpell.objects.filter(estate=OuterRef("pk"))
    then = Subquery(spells.filter(in_force(on)).values("mode")[:1])
    now = Subquery(Estate.objects.filter(place=OuterRef("pk")).values("service_mode")[:1])
    mode = Case(When(Exists(spells), then=then), default=now, output_field=CharField())
    return estates_on(under, on).annotate(mode=mode)


def property_service(under: str, on: date) -> "QuerySet[Any]":
    any_mode = [mode for mode in ServiceMode if mode != ServiceMode.NONE]
    return _coded(_served(under, on), "code", counts_if(Q(mode__in=any_mode)))


def professional_firms(under: str, on: date) -> "QuerySet[Any]":
    return _coded(_served(under, on), "code", counts_if(Q(mode__in=PROFESSIONAL)))


def facilities_intact(under: str, on: date) -> "QuerySet[Any]":
    rows: QuerySet[Any] = facilities_seen(under, on).annotate(
        num=counts_if(Q(found=Condition.INTACT)),
        den=ONE,
        at=F("place__code"),
        key=Cast("public_id", CharField()),
    )
    return rows


def observers(under: str, on: date) -> "QuerySet[Any]":
    held = Appointment.objects.in_force(on).filter(place=OuterRef("pk"), office=Office.OBSERVER)
    rows = estates_on(under, on).annotate(people=number(held, "place"))
    enough = Q(people__gte=rule("fewest_observers"), people__lte=rule("most_observers"))
    return _coded(rows, "code", counts_if(enough))


def wardens_visits(under: str, on: date) -> "QuerySet[Any]":
    held = Appointment.objects.in_force(on).filter(place=OuterRef("pk"), office=Office.WARDEN)
    visits = Visit.objects.filter(estate=OuterRef("pk"), on__gte=month_before(on), on__lt=on)
    rows = estates_on(under, on).filter(Exists(held)).annotate(visited=number(visits, "estate"))
    return _coded(rows, "code", counts_if(Q(visited__gte=rule("visits_a_month"))))
