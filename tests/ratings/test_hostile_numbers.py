"""Numbers and days that nobody means are refused in words, at every verb that takes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.models import User
from common.errors import Invalid
from ratings.actions import bulletins, results
from ratings.actions.periods import open_period
from ratings.actions.vetoes import end_veto, record_veto
from ratings.models import Bulletin, CreditRecord, Outcome, Period, Recommendation, Veto
from tests.complaints.walks import fresh
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import granted, ledger, listed
from tests.ratings.listed import V, now_is

pytestmark = [pytest.mark.django_db, pytest.mark.moment(at("2026-10-12 10:00"))]
Team = list[User]
FIRST, LAST = date(1, 1, 1), date(9999, 10, 1)


@pytest.fixture
def team(county: County, clock: Pretended) -> Team:
    return listed.officers(county)


@pytest.fixture
def vote(county: County, team: Team) -> Recommendation:
    return granted.advised(county, team[0], granted.on_list(county))


@contextmanager
def unmeant() -> Iterator[None]:
    with pytest.raises(Invalid) as refusal:
        yield
    assert any("2099" in str(words) for [words] in refusal.value.fields.values())


def counted(row: Recommendation, by: User, *numbers: int | Decimal) -> None:
    results.record_outcome(
        row,
        by=fresh(by),
        result="followed",
        on=date(2026, 10, 12),
        text="业主大会已表决",
        said_by="业委会",
        votes=results.Votes(*numbers),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("votes", [-1, 2**31, 10**30])
def test_no_more_votes_than_there_can_be(votes: int, vote: Recommendation, team: Team) -> None:
    with pytest.raises(Invalid):
        counted(vote, team[0], votes, 0, 0)
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("area", ["-0.01", "1e30", "NaN", "Infinity", "1.234"])
def test_no_area_but_one_that_there_can_be(area: str, vote: Recommendation, team: Team) -> None:
    with pytest.raises(Invalid):
        counted(vote, team[0], 1, 0, 0, 9, Decimal(area), Decimal(0), Decimal(0))
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("day", [FIRST, LAST, date.max])
def test_nothing_is_recorded_of_a_day_that_nobody_means(
    day: date, county: County, team: Team
) -> None:
    ledger.settled(county.district, "shangqiu")
    scheme = listed.scheme(county)
    code = scheme.versions.get().read.vetoes[0].code
    by, said = fresh(team[0]), {"body": county.firm, "code": code, "document": "红行罚〔2026〕7号"}
    with unmeant():
        ledger.recorded(by, county.firm, item="1.1", from_on=day)
    with unmeant():
        record_veto(scheme, by=by, from_on=day, **said)  # type: ignore[arg-type]
    with unmeant():
        bulletins.make(by=by, place=county.district, from_on=day)
    with unmeant():
        open_period(scheme, by=by, from_on=day)
    kinds = (CreditRecord, Veto, Bulletin, Period)
    assert not any(kind.objects.exists() for kind in kinds)
    made = record_veto(scheme, by=by, from_on=date(2026, 10, 1), **said)  # type: ignore[arg-type]
    with unmeant():
        end_veto(made, by=by, until_on=day)


def test_nothing_is_published_on_a_day_that_no_page_can_show(
    county: County, team: Team, clock: Pretended
) -> None:
    made = listed.by_hand(listed.scheme(county), team[0], county.firm)
    made = listed.walked(made, county, team, V.NOTICE)
    clock.put(at("2026-10-20 09:00"))
    with unmeant():
        listed.take(made, V.SCHEDULE, team[0], publish_at=datetime(9999, 12, 31, 23, tzinfo=UTC))
    assert now_is(made).publish_at is None
