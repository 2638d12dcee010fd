"""Twenty homes at the county's estate, a period that asks their residents, and its poll."""

import pytest

from accounts.models import User
from communities.models import Place
from ratings.models import Period, Poll
from tests.factories import County
from tests.moments import Pretended
from tests.ratings import polled


@pytest.fixture
def homes(county: County, people: dict[str, User], clock: Pretended) -> list[Place]:
    return polled.homes(county.estate)


@pytest.fixture
def period(county: County, homes: list[Place]) -> Period:
    return polled.period(county)


@pytest.fixture
def poll(period: Period, county: County, people: dict[str, User]) -> Poll:
    return polled.opened(period, county, people["subdistrict"])
