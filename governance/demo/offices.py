"""Letters, a term that is over, an office handed on, an invitation that waits, a second post."""

from datetime import date, datetime, timedelta

from accounts.actions import register
from accounts.actors import CLOCK
from accounts.models import User
from common.now import pretend
from communities.actions import appoint, hand_over, invite, record_interest, tell_of_ends
from communities.models import InterestKind, Office
from communities.scope import day_of
from governance.demo.acting import World
from governance.demo.people import PASSWORD

YEAR = timedelta(days=365)
# The one whose term ended, the one who went, the one who came, the supervisor, the observer.
NAMES = ("欧阳明远", "上官文秀", "司徒建平", "诸葛静怡", "东方晓岚")


def give_offices(world: World, until: datetime) -> int:
    """What the register of offices has to show; how many offices and invitations there are more."""
    county, people = world.county, world.people.everybody
    today, clerk, district = day_of(until), people["clerk1"], people["district1"]
    home, community = county.homes[0], county.communities[0]
    grid = county.grids[community.pk][0]
    with pretend(until - YEAR):
        ended, went, came, supervisor, observer = (
            _person(number, name) for number, name in enumerate(NAMES, 1)
        )
        begun = day_of(until - YEAR)
        appoint(
            ended,
            by=clerk,
            office=Office.GRID_WORKER,
            at=grid,
            from_on=begun,
            until_on=today - timedelta(days=40),
            letter=_number("社聘", begun, 2),
        )
        before = appoint(
            went,
            by=clerk,
            office=Office.WARDEN,
            at=county.homes[1].place,
            from_on=begun,
            letter=_number("社聘", begun, 3),
        )
    with pretend(until - timedelta(days=21)):
        day = day_of(until - timedelta(days=20))
        hand_over(before, to=came, by=clerk, on=day, letter=_number("社聘", day, 11))
        appoint(
            supervisor,
            by=district,
            office=Office.INTEGRITY_SUPERVISOR,
            at=community,
            from_on=day,
            until_on=day + 2 * YEAR,
            letter=_number("廉聘", day, 3),
            put_forward_by="居民代表会议",
        )
        appoint(
            observer,
            by=clerk,
            office=Office.OBSERVER,
            at=home.place,
            from_on=begun,
            until_on=today + timedelta(days=18),
            letter=_number("物观聘", begun, 6),
            put_forward_by="业主 12 人联名",
        )
    with pretend(until):
        _second_post(world, today)
        record_interest(
            ended,
            by=ended,
            firm=next(iter(county.firms.values())),
            kind=InterestKind.RELATIVE,
            note="表弟在项目部任职",
        )
        invite(
            by=clerk,
            office=Office.GRID_WORKER,
            at=grid,
            name="皇甫小芸",
            phone="15400009009",
            from_on=today,
            until_on=today + 2 * YEAR,
            letter=_number("社聘", today, 14),
        )
        # Begins next month: until then it can be withdrawn.
        appoint(
            ended,
            by=clerk,
            office=Office.GRID_WORKER,
            at=grid,
            from_on=today + timedelta(days=25),
            letter=_number("社聘", today, 16),
            confirmed=True,
        )
        tell_of_ends()
    return len(NAMES) + 3


def _second_post(world: World, today: date) -> None:
    """T4: a project manager walks a grid of another community as well."""
    county, people = world.county, world.people
    _number_of_firm, firm = sorted(county.firms.items())[-1]
    for community in county.communities[1:]:
        if desk := people.desks.get(community.pk):
            appoint(
                people.handlers[firm.pk][0],
                by=desk[0],
                office=Office.GRID_WORKER,
                at=county.grids[community.pk][0],
                from_on=today,
                letter=_number("社聘", today, 15),
                confirmed=True,
            )
            return


def _person(number: int, name: str) -> User:
    return register(
        by=CLOCK,
        username=f"held{number}",
        name=name,
        password=PASSWORD,
        phone=f"1540000900{number}",
        phone_confirmed=True,
    )


def _number(word: str, day: date, number: int) -> str:
    return f"{word}〔{day.year}〕{number}号"
