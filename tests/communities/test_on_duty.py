"""Who is reached by a roster at a moment: A, else B, else everybody as before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.actors import CLOCK
from accounts.models import User
from communities.actions import appoint
from communities.models import Appointment, DutyShift, Office
from communities.scope import on_duty
from tests import factories
from tests.factories import BEGINNING, County
from tests.moments import MONDAY

People = dict[str, User]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def deputy(county: County) -> User:
    """The community's secretary, who stands behind the clerk."""
    user = factories.person("secretary", "孔书记")
    appoint(
        user,
        by=CLOCK,
        office=Office.COMMUNITY_SECRETARY,
        at=county.community_office,
        from_on=BEGINNING,
    )
    return user


@pytest.fixture
def shift(county: County, people: People, deputy: User) -> DutyShift:
    return DutyShift.objects.create(
        body=county.community_office,
        user=people["dispatcher"],
        deputy=deputy,
        from_at=MONDAY,
        until_at=MONDAY + DAY,
    )


def reached(county: County, at: datetime = MONDAY) -> tuple[int, ...] | None:
    return on_duty([county.community.pk], at).get(county.community.pk)


def test_a_is_reached_while_the_shift_runs_and_not_at_its_end(
    county: County, people: People, shift: DutyShift
) -> None:
    second = timedelta(seconds=1)
    assert reached(county) == (people["dispatcher"].pk,)
    assert reached(county, MONDAY + DAY - second) == (people["dispatcher"].pk,)
    assert reached(county, MONDAY - second) is None
    assert reached(county, MONDAY + DAY) is None


def away(shift: DutyShift) -> None:
    DutyShift.objects.filter(pk=shift.pk).update(a_absent=True)


def inactive(shift: DutyShift) -> None:
    User.objects.filter(pk=shift.user_id).update(is_active=False)


def dismissed(shift: DutyShift) -> None:
    Appointment.objects.filter(user=shift.user_id).update(until_on=date(2026, 3, 2))


def moved_elsewhere(shift: DutyShift) -> None:
    other = Appointment.objects.get(user__username="far_dispatcher").body
    Appointment.objects.filter(user=shift.user_id).update(body=other)


@pytest.mark.parametrize("happened", [away, inactive, dismissed, moved_elsewhere])
def test_b_is_reached_where_a_cannot_be(
    happened: Callable[[DutyShift], None], county: County, deputy: User, shift: DutyShift
) -> None:
    happened(shift)
    assert reached(county) == (deputy.pk,)


@pytest.mark.parametrize("happened", [away, inactive, dismissed])
def test_where_neither_can_be_reached_everybody_hears_as_before(
    happened: Callable[[DutyShift], None], county: County, deputy: User, shift: DutyShift
) -> None:
    happened(shift)
    Appointment.objects.filter(user=deputy).delete()
    assert reached(county) is None


def test_a_without_a_deputy_who_is_away_leaves_the_desk_to_everybody(
    county: County, shift: DutyShift
) -> None:
    DutyShift.objects.filter(pk=shift.pk).update(a_absent=True, deputy=None)
    assert reached(county) is None


def test_an_auditor_of_the_same_office_is_not_on_duty(county: County, people: People) -> None:
    DutyShift.objects.create(
        body=county.district_office,
        user=people["auditor"],
        from_at=MONDAY,
        until_at=MONDAY + DAY,
    )
    assert on_duty([county.district.pk], MONDAY) == {}


def test_many_desks_cost_one_query(
    county: County, people: People, shift: DutyShift, at_most: Callable[..., Any]
) -> None:
    DutyShift.objects.create(
        body=county.far_office,
        user=people["far_dispatcher"],
        from_at=MONDAY,
        until_at=MONDAY + DAY,
    )
    places = [county.community.pk, county.far_community.pk, county.subdistrict.pk]
    with at_most(1):
        found = on_duty(iter(places), MONDAY)
    assert found == {
        county.community.pk: (people["dispatcher"].pk,),
        county.far_community.pk: (people["far_dispatcher"].pk,),
    }
    with at_most(1):
        assert on_duty([], MONDAY) == {}


@pytest.mark.parametrize("wrong", [{"until_at": MONDAY}, {"deputy": "user"}])
def test_the_database_refuses_a_shift_that_cannot_be(
    wrong: dict[str, Any], county: County, people: People
) -> None:
    row: dict[str, Any] = {
        "body": county.community_office,
        "user": people["dispatcher"],
        "from_at": MONDAY,
        "until_at": MONDAY + DAY,
    }
    row |= {name: row.get(str(value), value) for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.create(**row)
