"""Homes to draw from, a period that asks residents, and residents who answer."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import User
from communities.models import Place, PlaceKind
from ratings.actions import poll_answers
from ratings.actions import polls as actions
from ratings.models import Period, Poll
from tests.complaints.walks import fresh
from tests.factories import County
from tests.ratings import town

LAST_DAY = date(2026, 4, 20)
ADDRESS = "0" * 64


def homes(estate: Place, per_entrance: int = 5) -> list[Place]:
    """So many homes behind each entrance of an estate."""
    entrances = Place.objects.under(estate.code).filter(kind=PlaceKind.ENTRANCE)
    return Place.objects.bulk_create(
        Place(
            kind=PlaceKind.DWELLING,
            code=f"{entrance.code}{number:04d}",
            name=f"{number}01",
            parent=entrance,
        )
        for entrance in entrances.order_by("code")
        for number in range(1, per_entrance + 1)
    )


def period(county: County, *, sample: int = 8, valid: int = 5) -> Period:
    """The first quarter: the subdistrict's verdict weighs 70 %, the poll 30 %."""
    poll = {
        "key": "poll",
        "name_zh": "居民满意度测评",
        "weight": "0.3",
        "source": "poll",
        "sample": sample,
        "valid": valid,
    }
    given = [town.item("P1", "", "60", "given"), town.item("P2", "", "40", "given")]
    return town.period(county, parts=[town.verdict("town", "subdistrict", "0.7", *given), poll])


def opened(period: Period, county: County, by: User, **said: Any) -> Poll:
    usual: dict[str, Any] = {
        "estate": county.estate,
        "body": county.firm,
        "until_on": LAST_DAY,
    }
    return actions.open_poll(period, by=fresh(by), **{**usual, **said})


def slips(poll: Poll, by: User) -> list[str]:
    """The codes of all slips of the homes drawn."""
    poll.refresh_from_db()
    made = actions.print_slips(poll, by=fresh(by), seen=poll.printings)
    return [slip.code for slip in made]


def on_site(poll: Poll, by: User, building: Place, number: int) -> list[str]:
    poll.refresh_from_db()
    made = actions.print_site_codes(
        poll, by=fresh(by), building=building, number=number, seen=poll.printings
    )
    return [slip.code for slip in made]


def answer(code: str, score: int | None, **said: Any) -> None:
    usual: dict[str, Any] = {"related": False, "blank": score is None}
    found = poll_answers.open_code(code, address=ADDRESS)
    poll_answers.answer_poll(found, score=score, **{**usual, **said})


def answered(codes: Sequence[str], scores: Sequence[int]) -> None:
    for code, score in zip(codes, scores, strict=False):
        answer(code, score)
