"""A Monday noon in March, and an estate with those who look after it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from accounts.actors import CLOCK
from accounts.models import User
from communities import actions
from communities.models import Office
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at

People = dict[str, User]
Surf = Callable[[str], Client]
BACKEND = "accounts.backends.PhoneOrName"


@pytest.fixture
def beginning() -> datetime:
    return at("2026-03-16 12:00")


@pytest.fixture
def people(county: County, clock: Pretended) -> People:
    """The cast, with a warden, two observers, a supervisor and a butler."""
    more = {
        name: factories.person(name, f"姓{name}")
        for name in ("warden", "observer", "second", "clean", "bo")
    }
    for name, office, seat in (
        ("warden", Office.WARDEN, county.estate),
        ("observer", Office.OBSERVER, county.estate),
        ("second", Office.OBSERVER, county.estate),
        ("clean", Office.INTEGRITY_SUPERVISOR, county.community),
        ("bo", Office.BUTLER, county.building),
    ):
        actions.appoint(more[name], by=CLOCK, office=office, at=seat, from_on=BEGINNING)
    return {**county.people, **more}
