"""The league table: places with ties, what is blank, filters, the period before, the workbook."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from common.now import now
from communities.models import Body, Place, PlaceKind
from ratings.models import Period, PeriodState, Scorecard
from ratings.queries.table import placed
from tests import factories
from tests.doors import program
from tests.factories import County
from tests.ratings.frozen import firms, frozen, quarterly
from tests.ratings.quarter import signed_in

pytestmark = pytest.mark.django_db


def scored(period: Period, body: Body, total: str | None, band: str = "") -> Scorecard:
    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=body,
        total=None if total is None else Decimal(total),
        band=band,
        inputs={"cards": []},
        working={"exact": total, "estates": 1, "blank": int(total is None)},
        frozen_at=now(),
    )


def publish(period: Period) -> Period:
    Period.objects.filter(pk=period.pk).update(state=PeriodState.PUBLISHED, published_at=now())
    period.refresh_from_db()
    return period


@pytest.fixture
def period(county: County) -> Period:
    """Seven firms: two at the top, one blank; the period before had another order."""
    scheme = quarterly(county.district)
    before, this = frozen(scheme, date(2026, 4, 1)), frozen(scheme, date(2026, 7, 1))
    bodies = firms(county, 7)
    for body, was, total in zip(
        bodies,
        ("70", "80", "90", "60", "50", "40", None),
        ("90", "90", "85", "70", "60", "55", None),
        strict=True,
    ):
        scored(before, body, was)
        scored(this, body, total, "限期整改" if total == "60" else "")
    publish(before)
    return publish(this)


def url(period: Period, **asked: str) -> str:
    return reverse("ratings:table", args=[period.public_id], query=asked or None)


def rows(period: Period, **asked: str) -> list[Any]:
    found: list[Any] = list(Client().get(url(period, **asked)).context["table"].rows)
    return found


def test_equals_share_a_place_and_a_blank_has_none(period: Period) -> None:
    found = rows(period)
    assert [row.rank for row in found] == [1, 1, 3, 4, 5, 6, None]
    html = Client().get(url(period)).content.decode()
    assert "不排名" in html
    assert "无得分" in html


def test_the_period_before_stands_beside(period: Period) -> None:
    found = {row.card.body.name: row for row in rows(period)}
    first = found["第1物业"]
    assert (first.was, first.was_rank, first.change, first.climbed) == (70, 3, 20, 2)
    assert found["第7物业"].was is None


def test_it_is_narrowed_by_name_band_and_place(period: Period, county: County) -> None:
    assert [row.card.body.name for row in rows(period, search="第3")] == ["第3物业"]
    # The place in the whole table, not among those found.
    assert rows(period, search="第3")[0].rank == 3
    assert [row.card.body.name for row in rows(period, band="blank")] == ["第7物业"]
    assert [row.card.body.name for row in rows(period, band="限期整改")] == ["第5物业"]
    assert rows(period, under=county.subdistrict.code) == []
    here = Scorecard.objects.get(period=period, body__name="第2物业")
    Scorecard.objects.create(
        period=period,
        version=period.version,
        body=here.body,
        estate=county.estate,
        inputs={},
        working={},
        frozen_at=now(),
    )
    assert [r.card.body.name for r in rows(period, under=county.subdistrict.code)] == ["第2物业"]


def at_estate(period: Period, body: Body, estate: Place, total: str | None = "80") -> Scorecard:
    return Scorecard.objects.create(
        period=period,
        version=period.version,
        body=body,
        estate=estate,
        total=None if total is None else Decimal(total),
        inputs={},
        working={},
        frozen_at=now(),
    )


@pytest.fixture
def estates(county: County) -> list[Place]:
    """The county's estate, and one of another community."""
    code = f"{county.far_community.code}009"
    made = factories.place(PlaceKind.ESTATE, code, "海棠苑", county.far_community)
    return [county.estate, made]


def test_the_firms_of_an_estate_are_found_by_its_name_its_initials_and_its_code(
    period: Period, estates: list[Place]
) -> None:
    here, there = estates
    second, third = (Body.objects.get(name=f"第{n}物业") for n in (2, 3))
    at_estate(period, second, here, "81.5")
    blank = at_estate(period, second, there, None)
    at_estate(period, third, there, "79")
    for words in (there.name[:2], "ht", "HTY", there.code):
        found = rows(period, estate=words)
        assert [row.card.body.name for row in found] == ["第2物业", "第3物业"], words
        assert [[card.estate for card in row.at] for row in found] == [[there], [there]]
        # Places in the whole table.
        assert [row.rank for row in found] == [1, 3]
    assert rows(period, estate="ty") == [], "initials begin so"
    assert [row.card.body.name for row in rows(period, estate="ht", search="第3")] == ["第3物业"]
    assert rows(period, estate="ht", under=here.code[:12]) == []
    html = Client().get(url(period, estate="ht")).content.decode()
    assert reverse("ratings:card", args=[blank.public_id]) in html
    assert 'value="ht"' in html
    assert all(row.at == () for row in rows(period))


def test_an_estate_is_found_by_the_score_that_counts(period: Period, estates: list[Place]) -> None:
    second = Body.objects.get(name="第2物业")
    old = at_estate(period, second, estates[1])
    new = Scorecard(
        period=period, version=period.version, body=second, estate=estates[1], number=2,
        replaces=old, reason="更正", inputs={}, working={}, frozen_at=now(),
    )  # fmt: skip
    new.save(force_insert=True)
    (found,) = rows(period, estate="ht")
    assert found.at == (new,)
    other = Period.objects.exclude(pk=period.pk).get()
    assert rows(other, estate="ht") == [], "in another period nobody was assessed there"


def test_what_is_not_public_is_found_by_nobody_else(
    county: County, period: Period, estates: list[Place], people: dict[str, User]
) -> None:
    """Frozen, an overseer finds by the estates beneath their own office alone."""
    Period.objects.filter(pk=period.pk).update(state=PeriodState.FROZEN)
    at_estate(period, Body.objects.get(name="第2物业"), estates[1])
    assert Client().get(url(period, estate="ht")).status_code == 404
    district = signed_in(people["district"])
    assert [
        row.matching for row in district.get(url(period, estate="ht")).context["table"].rows
    ] == [1]
    elsewhere = signed_in(people["far_district"])
    assert elsewhere.get(url(period, estate="ht")).status_code == 404


def test_a_firm_at_many_estates_names_the_first_of_them(
    period: Period, county: County, at_most: Any
) -> None:
    second, code = Body.objects.get(name="第2物业"), county.community.code
    for number in range(7):
        made = factories.place(
            PlaceKind.ESTATE, f"{code}9{number:02d}", f"锦园{number}期", county.community
        )
        at_estate(period, second, made)
    client = Client()
    client.get(url(period))
    with at_most(10):
        answer = client.get(url(period, estate="锦园"))
    (found,) = answer.context["table"].rows
    assert (len(found.at), found.matching) == (5, 7)
    said = program().get(f"/api/v1/ratings/periods/{period.public_id}/table/?estate=锦园").json()
    (row,) = said["results"]
    assert (row["matching"], row["at"][0]["estate"]["name"]) == (7, "锦园0期")
    assert row["at"][0]["total"] == "80.0000"
    book = client.get(url(period, estate="锦园", **{"as": "xlsx"}))
    assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0].max_row == 2


def test_under_the_minimum_nobody_is_ranked(county: County) -> None:
    this = frozen(quarterly(county.district))
    for body in firms(county, 4):
        scored(this, body, "80")
    publish(this)
    html = Client().get(url(this)).content.decode()
    assert [row.rank for row in rows(this)] == [None] * 4
    assert "至少有5家有得分时才排名次" in html


@pytest.mark.parametrize("count", [1, 120])
def test_a_page_is_small_and_asks_as_little_for_many(
    county: County, count: int, at_most: Any
) -> None:
    this = frozen(quarterly(county.district))
    for number, body in enumerate(firms(county, count)):
        scored(this, body, str(90 - number % 40))
    publish(this)
    client = Client()
    client.get(url(this))
    with at_most(10):
        answer = client.get(url(this))
    assert len(answer.content) < 100_000
    assert len(answer.context["table"].rows) == min(50, count)


def test_pages_follow_one_another_without_a_gap(county: County) -> None:
    this = frozen(quarterly(county.district))
    for number, body in enumerate(firms(county, 120)):
        scored(this, body, None if number % 10 == 9 else str(90 - number % 7))
    publish(this)
    seen, address = [], url(this)
    while address:
        answer = Client().get(address)
        seen += [row.card.body.code for row in answer.context["table"].rows]
        following = answer.context["next_url"]
        address = url(this) + following if following else ""
    assert len(seen) == len(set(seen)) == 120
    assert Client().get(url(this, cursor="nobody")).status_code == 400


def test_the_workbook_has_the_whole_table_and_no_formula(period: Period) -> None:
    body = Body.objects.get(name="第1物业")
    Body.objects.filter(pk=body.pk).update(name="=HYPERLINK(1)")
    answer = Client().get(url(period, **{"as": "xlsx"}))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert sheet.max_row == 8
    assert sheet.cell(2, 1).value == 1
    about = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
    assert any(period.name in str(words) for words in about)


def test_the_api_says_the_same_and_may_be_cached(period: Period) -> None:
    address = f"/api/v1/ratings/periods/{period.public_id}/table/"
    first = program().get(address)
    assert [row["rank"] for row in first.json()["results"]] == [1, 1, 3, 4, 5, 6, None]
    assert "public" in first["Cache-Control"]
    again = program().get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


@given(st.lists(st.none() | st.integers(0, 6), max_size=12), st.integers(0, 6))
def test_nobody_is_before_a_better_one(totals: list[int | None], ranked_from: int) -> None:
    given_ = {n: None if t is None else Decimal(t) for n, t in enumerate(totals)}
    found = placed(given_, ranked_from)
    enough = sum(t is not None for t in totals) >= ranked_from
    for one, total in given_.items():
        rank = found.ranks[one]
        assert (rank is not None) == (enough and total is not None)
        if rank is not None and total is not None:
            assert rank == 1 + sum(o is not None and o > total for o in given_.values())
