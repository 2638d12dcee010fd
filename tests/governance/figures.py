"""Orders and inspections to be counted, for tests of indicators."""

from datetime import date
from typing import Any

from accounts.models import User
from common.now import today
from communities.models import (
    Condition,
    Facility,
    FacilityKind,
    Inspection,
)
from complaints.workflow import Status
from tests.complaints import walks
from tests.factories import County
from tests.moments import MONDAY, Pretended

People = dict[str, User]


def a_life(county: County, people: People, clock: Pretended) -> None:
    """Orders of a month, and something of everything the register counts."""
    walks.complaint_at(Status.CLOSED, county, people)
    walks.complaint_at(Status.RECHECK, county, people)
    walks.close_unrated(walks.complaint_at(Status.ANSWERED, county, people))
    walks.report(county, people, estate=county.far_estate)
    lift = Facility.objects.create(place=county.building, kind=FacilityKind.LIFT, name="1")
    Facility.objects.create(place=county.far_estate, kind=FacilityKind.FIRE, name="2")
    found_at(lift, today(), Condition.INTACT)
    clock.forward(days=3)


def found_at(facility: Facility, on: date, condition: Any) -> None:
    Inspection.objects.create(facility=facility, on=on, condition=condition, entered_at=MONDAY)
