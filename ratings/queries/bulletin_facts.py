"""The facts of a bulletin, put together of what was counted by community; a dozen queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from communities.models import Body, BodyKind, Place, PlaceKind
from ratings.bulletins.facts import (
    Facts,
    PutRight,
    Ranked,
    Ranking,
    Tally,
    Unit,
    Units,
    total,
)
from ratings.models import (
    AssessmentState,
    Bulletin,
    Period,
    PeriodState,
    Rectification,
    RectificationState,
)
from ratings.queries.bulletin_figures import Counted, added
from ratings.queries.table import Asked, Row, all_rows, placed, whole_firms
from ratings.terms import Subject


def communities_of(place: Place) -> list[Place]:
    """Where the orders of a place are counted: itself, or the communities beneath."""
    if place.kind == PlaceKind.COMMUNITY:
        return [place]
    rows = Place.objects.under(place.code).filter(kind=PlaceKind.COMMUNITY)
    return list(rows.select_related("parent").order_by("code"))


def facts_of(bulletin: Bulletin, parts: Mapping[int, Counted], at: datetime) -> Facts:
    """Everything its document is made of; `parts` by community."""
    place = bulletin.place
    handlers, overdue = added(list(parts.values()))
    firms, others = _by_firm(handlers)
    by_community = {pk: total(part.estates.values()) for pk, part in parts.items()}
    return Facts(
        place=place,
        kind=place.kind,
        period=bulletin.name,
        from_on=bulletin.from_on,
        until_on=bulletin.until_on,
        taken_at=at,
        whole=total(by_community.values()),
        units=_units(place, parts, by_community),
        firms=firms,
        others=others,
        overdue=tuple(overdue),
        rankings=tuple(_rankings(bulletin)),
        put_right=_put_right(bulletin, at),
    )


def _by_firm(handlers: Mapping[int | None, Tally]) -> tuple[tuple[tuple[str, Tally], ...], Tally]:
    """Firms, those with the most orders first, and whoever else handled."""
    found = Body.objects.in_bulk([pk for pk in handlers if pk is not None])
    firms, others = [], Tally()
    for pk, tally in handlers.items():
        body = found.get(pk or 0)
        if body is not None and body.kind == BodyKind.FIRM:
            firms.append((body, tally))
        else:
            others += tally
    firms.sort(key=lambda row: (-row[1].dispatched, row[0].code))
    return tuple((body.name, tally) for body, tally in firms), others


def _units(
    place: Place, parts: Mapping[int, Counted], by_community: Mapping[int, Tally]
) -> tuple[Units, ...]:
    if place.kind == PlaceKind.COMMUNITY:
        tallies = {pk: tally for part in parts.values() for pk, tally in part.estates.items()}
        rows = Place.objects.filter(Q(parent=place, kind=PlaceKind.ESTATE) | Q(pk__in=tallies))
        estates = (Unit(e.name, "", tallies.get(e.pk, Tally())) for e in rows.order_by("code"))
        return (Units(PlaceKind.ESTATE, tuple(estates)),)
    communities = communities_of(place)
    found = [
        Units(
            PlaceKind.COMMUNITY,
            tuple(
                Unit(c.name, c.parent.name if c.parent else "", by_community.get(c.pk, Tally()))
                for c in communities
            ),
        )
    ]
    if place.kind == PlaceKind.DISTRICT:
        found.insert(0, Units(PlaceKind.SUBDISTRICT, _subdistricts(communities, by_community)))
    return tuple(found)


def _subdistricts(communities: list[Place], by_community: Mapping[int, Tally]) -> tuple[Unit, ...]:
    sums: dict[str, tuple[str, Tally]] = {}
    for community in communities:
        above = community.parent
        if above is not None:
            _name, tally = sums.get(above.code, (above.name, Tally()))
            sums[above.code] = (above.name, tally + by_community.get(community.pk, Tally()))
    return tuple(Unit(name, "", tally) for _code, (name, tally) in sorted(sums.items()))


# --- Places in the table -----------------------------------------------------------------


def published_periods(bulletin: Bulletin) -> list[Period]:
    """The periods of just these days whose scores are public, by firms' schemes of the district.

    Scores that are frozen and not public yet are nobody's to read in a bulletin.
    """
    rows = Period.objects.filter(
        state=PeriodState.PUBLISHED,
        from_on=bulletin.from_on,
        until_on=bulletin.until_on,
        scheme__subject=Subject.FIRMS,
        scheme__place__code__in=[place.code for place in bulletin.place.chain()],
    )
    return list(rows.select_related("scheme__place", "version").order_by("scheme__name", "pk"))


def _rankings(bulletin: Bulletin) -> list[Ranking]:
    """Places are those in the whole district; shown are the firms that serve beneath the place."""
    found = []
    for period in published_periods(bulletin):
        whole = period.scheme.place.code == bulletin.place.code
        rows = all_rows(period, None, Asked(under="" if whole else bulletin.place.code))
        terms = period.version.read
        places = placed(dict(whole_firms(period).values_list("body", "total")), terms.ranked_from)
        found.append(
            Ranking(
                scheme=period.scheme.name,
                period=period.name,
                firms=len(places.totals),
                scored=places.scored,
                enough=places.enough,
                ranked_from=terms.ranked_from,
                rows=tuple(_ranked(row, terms.places) for row in rows),
            )
        )
    return found


def _ranked(row: Row, places: int) -> Ranked:
    total = row.card.total
    score = "" if total is None else f"{total:.{places}f}"
    return Ranked(row.rank, row.card.body.name, score, row.card.band)


# --- What was put right ------------------------------------------------------------------


def _put_right(bulletin: Bulletin, at: datetime) -> tuple[PutRight, ...]:
    """Of the deductions of these days' assessments at estates beneath, by firm; one query."""
    state: Any = RectificationState
    rows = Rectification.objects.filter(
        estate__code__startswith=bulletin.place.code,
        assessment__period__from_on=bulletin.from_on,
        assessment__period__until_on=bulletin.until_on,
        assessment__period__scheme__subject=Subject.FIRMS,
        assessment__state=AssessmentState.SETTLED,
    ).exclude(state=state.LAPSED)
    counted = (
        rows.order_by()
        .values("body__code", "body__name")
        .annotate(
            asked=Count("pk"),
            closed=Count("pk", filter=Q(state=state.CLOSED)),
            reported=Count("pk", filter=Q(state=state.REPORTED)),
            open=Count("pk", filter=Q(state=state.OPEN)),
            overdue=Count("pk", filter=Q(state=state.OPEN, due_at__lte=at)),
        )
    )
    return tuple(
        PutRight(
            row["body__name"], row["asked"], row["closed"], row["reported"], row["open"],
            row["overdue"],
        )
        for row in counted.order_by("body__code")
    )  # fmt: skip
