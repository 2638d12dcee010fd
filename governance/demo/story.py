"""The months of the county in use, from founding to the last sweep."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F

from common.now import pretend
from common.workdays import SHANGHAI
from complaints.models import Category, Complaint
from governance.demo.acting import World
from governance.demo.agenda import Agenda
from governance.demo.assessing import assess
from governance.demo.beautiful import list_others
from governance.demo.bodies import found_bodies
from governance.demo.bulletins import issue_bulletins
from governance.demo.chance import Chance, same_every_time
from governance.demo.committees import MATTERS, lead_committee
from governance.demo.countersigning import countersign_some
from governance.demo.county import found_county
from governance.demo.credit import keep_credit
from governance.demo.estates import keep_estates
from governance.demo.figures import take_months
from governance.demo.grids import draw_cells
from governance.demo.listings import list_firms
from governance.demo.lists import send_lists
from governance.demo.messages import write_to_butlers
from governance.demo.offices import give_offices
from governance.demo.orders import Tale
from governance.demo.people import PASSWORD, settle_people
from governance.demo.photos import Album
from governance.demo.plans import Planner
from governance.demo.polls import ask_residents
from governance.demo.ratings import keep_schemes
from governance.demo.results import recommend_on_credit, recommend_some
from governance.demo.rosters import keep_rosters
from governance.demo.scores import publish_last_quarter
from governance.demo.showcase import showcase
from governance.demo.standards import keep_standards
from governance.demo.subsidies import grant_subsidies
from governance.demo.supervising import watch
from governance.demo.undertakings import draw_up_plans
from governance.demo.waiting import wait
from notifications.models import Notification

Say = Callable[[str], None]
MONTH = timedelta(days=30.4)
# What was told longer ago than this has been read.
READ_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Size:
    """How much of a county: all of it, or as much as a test needs."""

    orders: int
    months: int
    small: bool


def tell(seed: int, until: datetime, size: Size, say: Say) -> World:
    """Make the whole county, in one transaction: all of it or nothing.

    The same seed and the same end give the same rows (see `same_every_time`).
    """
    chance = Chance(seed)
    start = until - MONTH * size.months
    with same_every_time(chance, PASSWORD), transaction.atomic():
        world = _found(chance, start, until, small=size.small)
        say(_founded(world))
        planner = Planner(chance, world.county, world.people, start, until)
        shown = showcase(planner, most=max(16, size.orders // 6))[: size.orders]
        plans = [*planner.many(max(0, size.orders - len(shown) - len(MATTERS))), *shown]
        for plan in sorted(plans, key=lambda p: p.at):
            world.agenda.add(plan.at, Tale(world, plan).life())
        watch(world, start, until)
        wait(world, start, until)
        world.agenda.run(_Months(say).pass_by)
        say(f"Duty rosters: {keep_rosters(world, until)} shifts")
        say(f"Lists sent in: {send_lists(world, until)}")
        found_bodies(world.county, until)
        say(f"Orders of a management committee: {lead_committee(world, until)}")
        say(f"Checks countersigned: {countersign_some(world, until)}")
        keep_estates(world, until)
        say(f"Action plans: {draw_up_plans(world, until)}")
        say(f"Detailed standards: {keep_standards(world, until)}")
        say(f"Messages to butlers: {write_to_butlers(world, until)}")
        say(f"Register of offices: {give_offices(world, until)} more")
        _judge(world, until, say)
        say(f"Figures of indicators: {take_months(start, until)}")
        _hand_over_notices(until)
        say(_told(world))
    return world


def _judge(world: World, until: datetime, say: Say) -> None:
    """What is assessed, scored, reported on and listed; each on what the one before left."""
    say(f"Versions of schemes of assessment: {keep_schemes(world, until)}")
    say(f"Sheets of assessments: {assess(world, until)}")
    say(f"Scores frozen and published: {publish_last_quarter(world, until)}")
    say(f"Polls of residents: {ask_residents(world, until)}")
    say(f"Bulletins: {issue_bulletins(world, until)}")
    say(f"Entries of red and black lists: {list_firms(world, until)}")
    say(f"With a beautiful home and a committee: {list_others(world, until)}")
    say(f"Recommendations on their ground: {recommend_some(world, until)}")
    say(f"Awards of the year: {grant_subsidies(world, until)}")
    say(f"Records of the credit ledger: {keep_credit(world, until)}")
    recommend_on_credit(world, until)


def _found(chance: Chance, start: datetime, until: datetime, *, small: bool) -> World:
    """Places, bodies and people, entered a month before the first order."""
    founded_on = date(start.astimezone(SHANGHAI).year - 4, 1, 1)
    with pretend(start - MONTH):
        county = found_county(chance, founded_on, small=small)
        people = settle_people(chance, county)
        draw_cells(county)
    categories = {c.code: c for c in Category.objects.select_related("parent")}
    return World(chance, county, people, Album(), Agenda(until), categories)


def _hand_over_notices(until: datetime) -> None:
    """Everything told has reached its people in the portal; nothing ever leaves it.

    Older notices have been read. None is loud: what is past would ring now.
    """
    Notification.objects.update(
        delivered_at=F("created_at"), next_try_at=None, attempts=1, to_spread=False
    )
    read = ExpressionWrapper(F("created_at") + timedelta(hours=3), output_field=DateTimeField())
    Notification.objects.filter(created_at__lt=until - READ_AFTER).update(read_at=read)


class _Months:
    """Says each month as it ends, with how many orders have come and how many are open."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._month = ""

    def pass_by(self, at: datetime) -> None:
        month = f"{at.astimezone(SHANGHAI):%Y-%m}"
        if self._month and month != self._month:
            orders = Complaint.objects.all()
            self._say(
                f"{self._month}: {orders.count()} orders so far, {orders.open().count()} open"
            )
        self._month = month


def _founded(world: World) -> str:
    county, people = world.county, world.people
    return (
        f"{county.district.name} ({county.district.code}): {len(county.subdistricts)} subdistricts,"
        f" {len(county.communities)} communities, {len(county.homes)} estates,"
        f" {len(county.firms)} firms, {len(people.everybody)} people"
    )


def _told(world: World) -> str:
    counts = Counter(Complaint.objects.values_list("status", flat=True))
    listed = ", ".join(f"{status} {count}" for status, count in sorted(counts.items()))
    return (
        f"{sum(counts.values())} orders in {world.agenda.steps} steps and"
        f" {world.agenda.sweeps} sweeps, {world.album.given} photos: {listed}"
    )
