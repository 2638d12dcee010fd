"""The pages of scores: periods, tables, cards with what is behind them, the chain."""

from collections.abc import Callable, Iterator
from typing import Any

from ratings.models import Bulletin, Period, PeriodState, Poll, PollState, Publication, Scorecard
from ratings.queries.card_page import sheet_ids
from scripts.shots_cast import Cast, Shot
from scripts.shots_register import Pages, all_of, seen_by


def of_row(find: Callable[[], Any], *roles: str, what: str = "", **words: str) -> Pages:
    """The page of a row, if there is one; `words` fill the other gaps."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        found = find()
        if found is not None:
            for role in roles:
                key = str(found.public_id)
                yield from cast.shot(route, role, what, None, None, public_id=key, **words)

    return pages


def published() -> Period | None:
    return Period.objects.filter(state=PeriodState.PUBLISHED).order_by("-from_on").first()


def still_open() -> Period | None:
    """The one that most sheets were entered for."""
    rows = Period.objects.filter(state=PeriodState.OPEN, assessments__isnull=False)
    return rows.order_by("-from_on").first()


def corrected() -> Scorecard | None:
    rows = Scorecard.objects.current().filter(estate__isnull=False)
    return rows.order_by("-number", "pk").first()


def whole() -> Scorecard | None:
    return Scorecard.objects.current().filter(estate=None).order_by("-number", "pk").first()


def link() -> Publication | None:
    return Publication.objects.order_by("-sequence").first()


def polled() -> Poll | None:
    """A poll whose score is frozen."""
    rows = Poll.objects.exclude(period__state=PeriodState.OPEN)
    return rows.order_by("pk").first()


def asked() -> Poll | None:
    """A poll that is being answered."""
    return Poll.objects.filter(state=PollState.OPEN).order_by("pk").first()


def of_polls(cast: Cast, route: str) -> Iterator[Shot]:
    """The polls of the period in which one is being answered."""
    found = asked()
    if found is not None:
        key = str(found.period.public_id)
        yield from cast.shot(route, "district", "", None, None, public_id=key)


def of_open_poll(cast: Cast, route: str) -> Iterator[Shot]:
    """Where it would be opened for the estate that is polled already."""
    found = asked()
    if found is not None:
        words = {
            "public_id": str(found.period.public_id),
            "estate": found.estate.code,
            "body": found.body.code,
        }
        yield from cast.shot(route, "district", "", None, None, **words)


def bulletin_issued() -> Bulletin | None:
    return Bulletin.objects.filter(issued_at__isnull=False).order_by("pk").first()


def bulletin_draft() -> Bulletin | None:
    return Bulletin.objects.filter(issued_at=None).order_by("pk").first()


def of_sheet(*roles: str) -> Pages:
    """A sheet behind the corrected score."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        card = corrected()
        sheets = sorted(sheet_ids(card)) if card is not None else []
        if card is not None and sheets:
            for role in roles:
                words = {"public_id": str(card.public_id), "sheet": sheets[0]}
                yield from cast.shot(route, role, "", None, None, **words)

    return pages


def of_figure(*roles: str) -> Pages:
    """A figure the portal counted for a score."""

    def pages(cast: Cast, route: str) -> Iterator[Shot]:
        for card in Scorecard.objects.filter(estate__isnull=False).order_by("pk"):
            if card.inputs.get("parts", {}).get("complaints", {}).get("figures"):
                for role in roles:
                    words = {"public_id": str(card.public_id), "figure": "on_time"}
                    yield from cast.shot(route, role, "", None, None, **words)
                return

    return pages


def of_firm(cast: Cast, route: str) -> Iterator[Shot]:
    card = whole()
    if card is not None:
        yield from cast.shot(route, "nobody", "", None, None, code=card.body.code)


SCORES: dict[str, Pages] = {
    "ratings:bulletins": seen_by("nobody", "district"),
    "ratings:bulletin_make": seen_by("district"),
    "ratings:bulletin": all_of(
        of_row(bulletin_issued, "nobody", what="issued"),
        of_row(bulletin_draft, "district", what="draft"),
    ),
    "ratings:bulletin_write": of_row(bulletin_draft, "district"),
    "ratings:bulletin_issue": of_row(bulletin_draft, "district"),
    "ratings:bulletin_correct": of_row(bulletin_issued, "district"),
    "ratings:home": seen_by("nobody"),
    "ratings:period": all_of(
        of_row(published, "nobody", what="published"),
        of_row(still_open, "district", "subdistrict", what="open"),
    ),
    "ratings:period_freeze": of_row(still_open, "district"),
    "ratings:period_publish": of_row(published, "district"),
    "ratings:polls": of_polls,
    "ratings:poll_open": of_open_poll,
    "ratings:poll_results": seen_by("nobody"),
    "ratings:poll": all_of(
        of_row(polled, "district", what="closed"), of_row(asked, "district", what="open")
    ),
    "ratings:poll_site": of_row(asked, "district"),
    "ratings:poll_close": of_row(asked, "district"),
    "ratings:poll_door": seen_by("nobody"),
    "ratings:poll_thanks": seen_by("nobody"),
    "ratings:table": of_row(published, "nobody"),
    "ratings:card": all_of(
        of_row(corrected, "nobody", "district", what="of an estate"),
        of_row(whole, "nobody", what="of a firm"),
    ),
    "ratings:card_correct": of_row(corrected, "district"),
    "ratings:card_sheet": of_sheet("nobody", "subdistrict"),
    "ratings:card_sheet_correct": of_sheet("subdistrict"),
    "ratings:card_figure": of_figure("nobody", "district"),
    "ratings:firm": of_firm,
    "ratings:published": seen_by("nobody"),
    "ratings:publication": of_row(link, "nobody"),
}
