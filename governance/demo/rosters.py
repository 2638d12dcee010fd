"""Duty rosters of this week and the next, kept through the verbs by the offices themselves."""

from datetime import datetime, timedelta

from accounts.models import User
from common.now import pretend
from communities.actions import copy_week, set_shift, stand_in
from communities.models import Body, DutyShift, week_of
from communities.scope import day_of
from governance.demo.acting import World

DAY, WEEK = timedelta(days=1), timedelta(days=7)
CHANGE_OVER = timedelta(hours=8)  # shifts change at 08:00
# Rosters are entered on the day before the week begins.
ENTERED = timedelta(hours=9)
# Which of the days after the last is a colleague's leave, so that a deputy is seen standing in.
ON_LEAVE = 2


def keep_rosters(world: World, until: datetime) -> int:
    """Every office with a desk that somebody holds; how many shifts there are then.

    Where two serve they take turns by the day, each the other's deputy, and whoever is named first
    is on duty on the last day of the story; one alone has the whole week.
    """
    monday = week_of(day_of(until))
    for place_id, people in sorted(world.people.desks.items()):
        office = world.county.offices[place_id]
        with pretend(monday - DAY + ENTERED):
            _week(office, people, monday, today=(until - monday - CHANGE_OVER) // DAY)
        with pretend(until):
            copy_week(by=people[-1], body=office, into=day_of(monday + WEEK))
    _leave(world, until)
    return DutyShift.objects.count()


def _week(office: Body, people: list[User], monday: datetime, *, today: int) -> None:
    begin = monday + CHANGE_OVER
    if len(people) == 1:
        set_shift(by=people[0], body=office, user=people[0], from_at=begin, until_at=begin + WEEK)
        return
    for number in range(7):
        turn = (number - today) % 2
        set_shift(
            by=people[-1],
            body=office,
            user=people[turn],
            deputy=people[1 - turn],
            from_at=begin + number * DAY,
            until_at=begin + (number + 1) * DAY,
        )


def _leave(world: World, until: datetime) -> None:
    """One officer of the district is on leave soon: the deputy stands in."""
    office = world.county.offices[world.county.district.pk]
    shift = office.shifts.covering(until + ON_LEAVE * DAY).filter(deputy__isnull=False).first()
    if shift is not None:
        with pretend(until):
            stand_in(shift, by=shift.user, absent=True)
