"""Homes are drawn by lot, by those who may, and checked by whoever holds the seed."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEntry, User
from common.errors import Conflict, Invalid, NotAllowed, WrongState
from common.now import now
from communities.models import Dwelling, Interest, Place
from ratings.actions import polls as actions
from ratings.actions._poll_draw import BUILDING, draw, fingerprint
from ratings.models import (
    Period,
    Poll,
    PollCode,
)
from ratings.permissions.polls import reads_draw
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.polled import opened, slips

pytestmark = pytest.mark.django_db
People = dict[str, User]


# --- The draw ----------------------------------------------------------------------------

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=12)


def _codes(sizes: Iterable[int]) -> list[str]:
    return [
        f"990101001001001{building:03d}01{home:04d}"
        for building, size in enumerate(sizes, 1)
        for home in range(1, size + 1)
    ]


@given(sizes=sizes, most=st.integers(1, 60), seed=st.text("0123456789ABCDEF", min_size=4))
def test_each_building_has_its_share_of_the_draw_and_nobody_is_drawn_twice(
    sizes: list[int], most: int, seed: str
) -> None:
    codes = _codes(sizes)
    drawn = draw(codes, seed, most)
    assert len(drawn) == len(set(drawn)) == min(most, len(codes))
    assert set(drawn) <= set(codes)
    by_building = Counter(code[:BUILDING] for code in drawn)
    for building, size in Counter(code[:BUILDING] for code in codes).items():
        share = Fraction(size * len(drawn), len(codes))
        assert abs(by_building[building] - share) < 1


@given(sizes=sizes, most=st.integers(1, 60), seed=st.text("0123456789ABCDEF", min_size=4))
def test_the_same_seed_draws_the_same_homes_in_whatever_order_they_come(
    sizes: list[int], most: int, seed: str
) -> None:
    codes = _codes(sizes)
    assert draw(codes, seed, most) == draw(list(reversed(codes)), seed, most)
    assert fingerprint(codes) == fingerprint(list(reversed(codes)))


def test_every_home_has_the_same_chance() -> None:
    codes, rounds = _codes([1, 4, 15]), 600
    counts = Counter(code for n in range(rounds) for code in draw(codes, f"seed {n}", 5))
    # A quarter of 600 each; five standard deviations beside it.
    assert all(abs(counts[code] - rounds / 4) < 55 for code in codes)


def test_another_seed_draws_others() -> None:
    codes = _codes([30, 30])
    assert draw(codes, "A", 10) != draw(codes, "B", 10)


def test_who_holds_the_seed_comes_to_the_same_homes(poll: Poll, homes: list[Place]) -> None:
    codes = [home.code for home in homes]
    drawn = set(poll.codes.values_list("place__code", flat=True))
    assert drawn == set(draw(codes, poll.seed, 8))
    assert (poll.population, poll.population_hash) == (20, fingerprint(codes))


def test_shops_and_what_is_left_out_is_not_drawn(
    period: Period, county: County, people: People, homes: list[Place]
) -> None:
    Dwelling.objects.create(place=homes[0], use="shop")
    left_out = [home.code for home in homes[1:4]]
    made = opened(period, county, people["subdistrict"], reserve=100, withheld=left_out)
    drawn = set(made.codes.values_list("place__code", flat=True))
    assert drawn == {home.code for home in homes[4:]}
    assert (made.population, made.drawn, made.withheld) == (16, 16, left_out)


def test_homes_left_out_are_of_this_estate(period: Period, county: County, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        opened(period, county, people["subdistrict"], withheld=["990101001001002001010001"])
    assert "withheld" in refused.value.fields
    assert not Poll.objects.exists()


# --- Who opens ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["dispatcher", "grid_worker", "manager", "committee", "far_district", "auditor", "resident"],
)
def test_only_overseers_of_the_estate_open_a_poll(
    name: str, period: Period, county: County, people: People
) -> None:
    with pytest.raises(NotAllowed):
        opened(period, county, people[name])
    assert not Poll.objects.exists()
    assert not AuditEntry.objects.filter(verb="open_poll").exists()


def test_nobody_conducts_a_poll_about_a_firm_they_are_tied_to(
    period: Period, county: County, people: People
) -> None:
    made = opened(period, county, people["district"])
    Interest.objects.create(
        user=people["subdistrict"],
        firm=county.firm,
        kind="relative",
        from_on=date(2026, 1, 1),
        by=people["district"],
        at=now(),
    )
    with pytest.raises(NotAllowed):
        slips(made, people["subdistrict"])
    with pytest.raises(NotAllowed):
        actions.close_poll(made, by=fresh(people["subdistrict"]))
    assert not PollCode.objects.exclude(digest=None).exists()
    assert not reads_draw(fresh(people["subdistrict"]), made)


def test_a_poll_is_opened_once(poll: Poll, period: Period, county: County, people: People) -> None:
    with pytest.raises(Conflict):
        opened(period, county, people["district"])
    assert Poll.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"until_on": date(2026, 3, 1)}, "until_on"),
        ({"until_on": date(2026, 4, 25)}, "until_on"),
        ({"reserve": -1}, "reserve"),
        ({"reserve": 201}, "reserve"),
    ],
)
def test_the_last_day_lies_within_the_time_for_assessing(
    said: dict[str, Any], field: str, period: Period, county: County, people: People
) -> None:
    with pytest.raises(Invalid) as refused:
        opened(period, county, people["subdistrict"], **said)
    assert field in refused.value.fields
    assert not Poll.objects.exists()


def test_no_poll_where_nobody_is_assessed_or_asked(
    period: Period, county: County, people: People, clock: Pretended
) -> None:
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"], body=county.rival)
    silent = town.version(county.district, "没有问卷")
    period.version = silent
    period.save()
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"])
    assert not Poll.objects.exists()


def test_no_poll_once_the_period_takes_none(
    period: Period, county: County, people: People, clock: Pretended
) -> None:
    clock.put(at("2026-04-25 09:00"))
    with pytest.raises(WrongState):
        opened(period, county, people["subdistrict"], until_on=date(2026, 4, 25))
    assert not Poll.objects.exists()
