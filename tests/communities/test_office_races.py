"""Several at once, on PostgreSQL: an invitation is taken up once, the last two do not both go."""

from datetime import timedelta

import pytest

from accounts.actors import CLOCK
from accounts.models import User
from common.errors import Invalid, NotAllowed
from common.now import today
from communities import actions
from communities.actions.invitations import NoInvitation
from communities.models import Appointment, Invitation, Office
from tests import factories
from tests.communities.in_office import held
from tests.complaints.test_races import at_once
from tests.complaints.walks import fresh
from tests.factories import BEGINNING, County

People = dict[str, User]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
STRONG = "willow-bridge-42-lamp"


def test_two_who_take_up_one_invitation_at_once_do_not_both_get_it(
    county: County, people: People
) -> None:
    _made, secret = actions.invite(
        by=people["dispatcher"],
        office=Office.GRID_WORKER,
        at=county.grid,
        name="林小桥",
        phone="13700000009",
        from_on=today(),
    )

    def take(name: str) -> Appointment:
        found = actions.open_invitation(secret, address=name * 8)
        return actions.accept_as_newcomer(
            found, username=name, password=STRONG, phone_confirmed=False
        )

    results = at_once(*(lambda name=name: take(name) for name in ("first", "second", "third")))
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, NoInvitation) for result in results) == 2
    assert User.objects.filter(username__in=["first", "second", "third"]).count() == 1
    assert Appointment.objects.filter(user__username__in=["first", "second", "third"]).count() == 1
    assert Invitation.objects.get().appointment is not None


def test_the_last_two_officers_are_not_dismissed_at_the_same_moment(
    county: County, people: People
) -> None:
    second = factories.person("second", "秦区县")
    actions.appoint(
        second,
        by=CLOCK,
        office=Office.DISTRICT_OFFICER,
        at=county.district_office,
        from_on=BEGINNING,
    )
    rows = [held(people["district"]), held(second)]
    results = at_once(
        *(
            lambda row=row: actions.dismiss(
                row, by=fresh(people["administrator"]), on=today(), grounds="调离"
            )
            for row in rows
        )
    )
    assert sum(isinstance(result, NotAllowed) for result in results) == 1
    left = Appointment.objects.in_force(today()).filter(
        office=Office.DISTRICT_OFFICER, body=county.district_office
    )
    assert left.count() == 1


def test_the_same_office_given_twice_at_once_is_held_once(county: County, people: People) -> None:
    one = people["neighbour"]

    def give(until: int) -> Appointment:
        return actions.appoint(
            one,
            by=fresh(people["dispatcher"]),
            office=Office.WARDEN,
            at=county.estate,
            from_on=today(),
            until_on=today() + timedelta(days=until),
        )

    results = at_once(*(lambda n=n: give(n) for n in (10, 20, 30, 40)))
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert sum(isinstance(result, Invalid) for result in results) == 3
    assert Appointment.objects.filter(user=one).count() == 1


def test_an_office_is_handed_to_one_of_two(county: County, people: People) -> None:
    clerk = held(people["dispatcher"])
    results = at_once(
        *(
            lambda name=name: actions.hand_over(
                clerk,
                to=people[name],
                by=fresh(people["subdistrict"]),
                on=today() + timedelta(days=1),
            )
            for name in ("neighbour", "resident")
        )
    )
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert Appointment.objects.filter(succeeds=clerk).count() == 1


def test_sweepers_at_once_tell_and_move_once(county: County, people: People) -> None:
    actions.appoint(
        people["neighbour"],
        by=CLOCK,
        office=Office.OBSERVER,
        at=county.estate,
        from_on=today(),
        until_on=today() + timedelta(days=9),
    )
    results = at_once(*(actions.tell_of_ends for _sweeper in range(4)))
    assert sum(int(str(result)) for result in results) == 1
