"""A Monday in October, officers enough to keep apart, and a black listing of the county's firm."""

from datetime import datetime

import pytest

from accounts.models import User
from ratings.models import Listing, Period, Scheme
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import frozen, listed


@pytest.fixture
def beginning() -> datetime:
    """A Monday after the autumn holidays; Sundays and Saturdays rest."""
    return at("2026-10-12 10:00")


@pytest.fixture
def people(county: County, clock: Pretended) -> dict[str, User]:
    return county.people


@pytest.fixture
def team(county: County, people: dict[str, User]) -> list[User]:
    return listed.officers(county)


@pytest.fixture
def scheme(county: County, people: dict[str, User]) -> Scheme:
    return listed.scheme(county)


@pytest.fixture
def period(scheme: Scheme) -> Period:
    return frozen.frozen(scheme)


@pytest.fixture
def black(scheme: Scheme, team: list[User], county: County) -> Listing:
    return listed.by_hand(scheme, team[0], county.firm)
