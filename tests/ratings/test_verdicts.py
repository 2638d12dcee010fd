"""The verdict of a community's party organisation: two of its people, and a meeting on record."""

from datetime import date
from typing import Any

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, NotAllowed, WrongState
from communities.actions import appoint
from communities.models import Office
from notifications.models import Notification
from ratings.actions import assessments as actions
from ratings.models import Assessment, AssessmentState, Period, PeriodState
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import Pretended, at
from tests.ratings import town
from tests.ratings.filling import begun, secretary, verdict_handed_in

People = dict[str, User]
# A Thursday in the quarter.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.moment(at("2026-03-12 10:00")),
    pytest.mark.usefixtures("in_english"),
]


@pytest.fixture
def people(county: County) -> People:
    return {**county.people, "secretary": secretary(county)}


@pytest.fixture
def period(county: County, people: People, clock: Pretended) -> Period:
    return town.period(county)


def state_of(assessment: Assessment) -> str:
    return Assessment.objects.get(pk=assessment.pk).state


def freeze(period: Period) -> None:
    Period.objects.filter(pk=period.pk).update(
        state=PeriodState.FROZEN, frozen_at=at("2026-04-27 09:00")
    )


def test_a_verdict_waits_for_another_office_holder_of_the_community(
    county: County, people: People, period: Period
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    assert state_of(made) == AssessmentState.HANDED_IN
    told = Notification.objects.filter(kind="assessment_to_confirm")
    assert [n.to for n in told] == [people["secretary"]]
    with pytest.raises(NotAllowed, match="Somebody else"):
        actions.confirm(made, by=people["dispatcher"])
    with pytest.raises(NotAllowed, match="party organisation"):
        actions.confirm(made, by=people["subdistrict"])
    assert state_of(made) == AssessmentState.HANDED_IN
    actions.confirm(made, by=people["secretary"])
    made.refresh_from_db()
    assert (made.state, made.confirmed_by) == (AssessmentState.SETTLED, people["secretary"])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"minutes": " "}, "minutes"),
        ({"met_on": None}, "met_on"),
        ({"met_on": date(2026, 3, 13)}, "met_on"),
        ({"met_on": date(2025, 12, 1)}, "met_on"),
        ({"present": 2}, "present"),
        ({"present": None}, "present"),
    ],
)
def test_a_verdict_names_its_meeting(
    county: County, people: People, period: Period, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        verdict_handed_in(period, county, people["dispatcher"], **said)
    assert set(refused.value.fields) == {field}
    assert Assessment.objects.get().state == AssessmentState.DRAFT


def test_given_back_it_is_a_draft_again_with_the_reason(
    county: County, people: People, period: Period
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    with pytest.raises(Invalid):
        actions.send_back(made, by=people["secretary"], reason=" ")
    actions.send_back(made, by=people["secretary"], reason="会议记录里是 50 分")
    made.refresh_from_db()
    assert (made.state, made.sent_back) == (AssessmentState.DRAFT, "会议记录里是 50 分")
    assert Notification.objects.get(kind="assessment_sent_back").to == people["dispatcher"]


def test_where_an_office_is_shared_the_subdistrict_gives_the_verdict(
    county: County, people: People, period: Period
) -> None:
    appoint(
        people["secretary"],
        office=Office.FIRM_CLERK,
        at=county.firm,
        from_on=date(2026, 2, 1),
        by=CLOCK,
    )
    with pytest.raises(NotAllowed, match="subdistrict"):
        begun(period, county, people["dispatcher"], part="party", method="")
    second = factories.person("second", "秦街道")
    office = county.subdistrict_office
    appoint(second, office=Office.SUBDISTRICT_OFFICER, at=office, from_on=BEGINNING, by=CLOCK)
    made = verdict_handed_in(period, county, people["subdistrict"])
    told = Notification.objects.filter(kind="assessment_to_confirm")
    assert [n.to for n in told] == [second]
    actions.confirm(made, by=second)
    assert state_of(made) == AssessmentState.SETTLED


def test_a_verdict_handed_in_in_time_is_confirmed_until_the_scores_are_frozen(
    county: County, people: People, period: Period, clock: Pretended
) -> None:
    made = verdict_handed_in(period, county, people["dispatcher"])
    clock.put(at("2026-04-26 09:00"))
    freeze(period)
    with pytest.raises(WrongState, match="frozen"):
        actions.confirm(made, by=people["secretary"])
    Period.objects.update(state=PeriodState.OPEN, frozen_at=None)
    actions.confirm(made, by=people["secretary"])
    assert state_of(made) == AssessmentState.SETTLED
