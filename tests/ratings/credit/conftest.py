"""A Monday in October, officers enough to keep apart, and a settled scheme of credit."""

from datetime import datetime

import pytest

from accounts.models import User
from ratings.models import CreditRecord, CreditScheme
from tests.factories import County
from tests.moments import Pretended, at
from tests.ratings import ledger
from tests.ratings.ledger import recorded, take
from tests.ratings.listed import officers

People = dict[str, User]
Team = list[User]


@pytest.fixture
def beginning() -> datetime:
    """A Monday after the autumn holidays; five working days end on the 19th at midnight."""
    return at("2026-10-12 10:00")


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    return county.people


@pytest.fixture
def team(county: County, people: People) -> Team:
    return officers(county)


@pytest.fixture
def scheme(county: County, people: People) -> CreditScheme:
    return ledger.settled(county.district)


@pytest.fixture
def bad(scheme: CreditScheme, team: Team, county: County) -> CreditRecord:
    return recorded(team[0], county.firm)


@pytest.fixture
def counting(bad: CreditRecord, team: Team, clock: Pretended) -> CreditRecord:
    """Confirmed on the 20th of October."""
    clock.put(at("2026-10-20 09:00"))
    return take(bad, "confirm", team[1])
