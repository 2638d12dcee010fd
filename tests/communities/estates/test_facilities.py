"""An estate's facilities and its plans: intact once seen, and every version stays."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities import actions
from communities.models import (
    Condition,
    Facility,
    FacilityKind,
)
from communities.queries import estates as queries
from tests.factories import County

People = dict[str, User]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
DAY = timedelta(days=1)


# --- Facilities --------------------------------------------------------------------------


def facility(county: County, people: People, name: str = "1号电梯") -> Facility:
    return actions.enter_facility(
        county.building, by=people["dispatcher"], kind=FacilityKind.LIFT, name=name
    )


def test_a_facility_nobody_has_looked_at_is_not_intact(county: County, people: People) -> None:
    code = county.estate.code
    assert queries.facilities_intact(code, TODAY).blank
    lifts = [facility(county, people, f"{n}号电梯") for n in (1, 2, 3)]
    assert (queries.facilities_intact(code, TODAY).part, len(lifts)) == (0, 3)
    for lift, condition in zip(lifts, (Condition.INTACT, Condition.IMPAIRED), strict=False):
        actions.inspect_facility(lift, by=people["warden"], condition=condition, on=TODAY)
    found = queries.facilities_intact(code, TODAY)
    assert (found.part, found.whole) == (1, 3)
    actions.remove_facility(lifts[1], by=people["dispatcher"], on=TODAY)
    found = queries.facilities_intact(code, TODAY)
    assert (found.part, found.whole) == (1, 2)
    # The day before, nobody had looked.
    earlier = queries.facilities_intact(code, TODAY - DAY)
    assert (earlier.part, earlier.whole) == (0, 3)
    assert queries.intact_by_estate([county.estate], TODAY)[code] == found


def test_an_inspection_entered_late_does_not_hide_a_later_one(
    county: County, people: People
) -> None:
    lift = facility(county, people)
    warden = people["warden"]
    actions.inspect_facility(lift, by=warden, condition=Condition.INTACT, on=TODAY)
    actions.inspect_facility(lift, by=warden, condition=Condition.BROKEN, on=TODAY - 3 * DAY)
    lift.refresh_from_db()
    assert (lift.condition, lift.inspected_on) == ("intact", TODAY)
    assert lift.inspections.count() == 2


def test_what_cannot_be_inspected_is_refused(county: County, people: People) -> None:
    lift = facility(county, people)
    with pytest.raises(Invalid):
        facility(county, people)  # of that name twice
    with pytest.raises(Invalid):
        actions.inspect_facility(
            lift, by=people["warden"], condition=Condition.INTACT, on=TODAY + DAY
        )
    for who in ("manager", "manager_grid", "observer", "far_dispatcher"):
        with pytest.raises(NotAllowed):
            actions.inspect_facility(lift, by=people[who], condition=Condition.INTACT, on=TODAY)
    assert not lift.inspections.exists()
    actions.remove_facility(lift, by=people["dispatcher"], on=TODAY)
    with pytest.raises(WrongState):
        actions.inspect_facility(lift, by=people["warden"], condition=Condition.INTACT, on=TODAY)


# --- The plan ----------------------------------------------------------------------------


def test_a_plan_is_written_anew_and_every_version_stays(county: County, people: People) -> None:
    for n, place in ((1, county.estate), (2, county.estate), (1, county.community)):
        plan = actions.write_plan(
            place, by=people["dispatcher"], problems=f"问题{n}", measures=f"措施{n}"
        )
        assert plan.version == n
    assert [p.problems for p in queries.plans_of(county.estate)] == ["问题2", "问题1"]
    with pytest.raises(Invalid) as refusal:
        actions.write_plan(county.estate, by=people["dispatcher"], problems=" ", measures="")
    assert set(refusal.value.fields) == {"problems", "measures"}
    with pytest.raises(NotAllowed):
        actions.write_plan(county.estate, by=people["manager"], problems="甲", measures="乙")
    assert county.estate.estate_plans.count() == 2
