"""Red and black lists of the county: one red published, one black in notice, one to state its case.

Everything is done through the verbs, by officers who keep apart from one another.
"""

from datetime import datetime, time, timedelta
from typing import Any

from accounts.actions import register
from accounts.actors import CLOCK
from accounts.models import User
from common.now import pretend
from common.workdays import SHANGHAI
from communities.actions import appoint
from communities.models import Appointment, Body, Office
from communities.scope import calendar_for
from governance.demo.acting import World
from governance.demo.people import PASSWORD
from ratings.actions import listings
from ratings.actions.listing_alarms import sound_listings
from ratings.models import Listing, Scheme
from ratings.workflow import ListingVerb

DAY = timedelta(days=1)
V = ListingVerb
NAMES = ("罗建国", "沈若水")


def list_firms(world: World, until: datetime) -> int:
    """Three firms at three stages of their way; how many listings there are."""
    scheme = Scheme.objects.get(place=world.county.district, name="物业服务季度测评")
    team = _team(world, until)
    firms = firms_of(world)
    if len(firms) < 3:
        return 0
    best, slow, poor = firms[0], firms[-2], firms[-1]
    _red(scheme, best, team, until)
    _noticed(scheme, poor, team, until)
    _served(scheme, slow, team, until)
    return Listing.objects.count()


def _team(world: World, until: datetime) -> list[User]:
    """The officers of the district: two besides those who sit there already, to keep apart."""
    district = world.county.district
    found, begins = list(world.people.desks[district.pk]), until - 90 * DAY
    with pretend(begins):
        for number, name in enumerate(NAMES, start=len(found) + 1):
            user = register(
                by=CLOCK,
                username=f"district{number}",
                name=name,
                password=PASSWORD,
                phone=f"1540009{number:04d}",
                phone_confirmed=True,
            )
            office = world.county.offices[district.pk]
            appoint(
                user, by=CLOCK, office=Office.DISTRICT_OFFICER, at=office, from_on=begins.date()
            )
            found.append(user)
    return found


def firms_of(world: World) -> list[Body]:
    """The county's firms, the best first, each with somebody who speaks for it."""
    order = ("excellent", "good", "community", "fair", "slow", "poor")
    homes = sorted(
        (home for home in world.county.homes if home.firm is not None and home.character in order),
        key=lambda home: order.index(home.character),
    )
    found: dict[int, Body] = {}
    for home in homes:
        if home.firm is not None and manager_of(home.firm) is not None:
            found.setdefault(home.firm.pk, home.firm)
    return list(found.values())


def manager_of(firm: Body) -> User | None:
    held = Appointment.objects.filter(body=firm, office=Office.FIRM_MANAGER, until_on=None)
    row = held.order_by("pk").first()
    return row.user if row is not None else None


def _propose(
    scheme: Scheme, firm: Body, by: User, kind: str, grounds: str, at: datetime
) -> Listing:
    with pretend(at):
        return listings.propose(
            scheme, by=by, body=firm, kind=kind, grounds=grounds, evidence="评分卡、现场照片。"
        )  # fmt: skip


def _take(listing: Listing, verb: ListingVerb, by: User, at: datetime, **said: Any) -> None:
    with pretend(at):
        listings.step(listing, verb, by=by, said=said)


def before(until: datetime, days: int, hour: int = 10) -> datetime:
    """In the morning of a working day, so many days ago or a little earlier."""
    day = (until - days * DAY).astimezone(SHANGHAI).date()
    calendar = calendar_for({day.year, day.year - 1})
    while not calendar.is_working(day):
        day -= DAY
    return datetime.combine(day, time(hour), SHANGHAI)


def _approved(listing: Listing, team: list[User], at: datetime) -> None:
    """Decided by the second officer, approved by the third and the fourth."""
    _take(listing, V.DECIDE, team[1], at, text="事实清楚，符合列入条件。")
    if listing.version.read.steps.legal_review:
        _take(listing, V.LEGAL_REVIEW, team[2], at + timedelta(hours=1), text="程序合法。")
    for by in team[2:4]:
        _take(listing, V.APPROVE, by, at + timedelta(hours=3),
              minutes=f"局长办公会纪要〔{at.year}〕{at.month}号", met_on=at.date())  # fmt: skip


def _red(scheme: Scheme, firm: Body, team: list[User], until: datetime) -> None:
    begun = before(until, 55)
    words = "季度测评得分达到90分以上，且无否决事项；消防通道、保洁、公示等项目均无扣分。"
    made = _propose(scheme, firm, team[0], "red", words, begun)
    if _bracketed(made):
        _take(made, V.JOINT_CHECK, team[0], begun + timedelta(hours=2),
              departments="城管局、消防救援大队", text="联审无异议。")  # fmt: skip
    _take(made, V.PUT_FORWARD, team[0], begun + timedelta(hours=3))
    _approved(made, team, before(until, 50))
    _take(made, V.NOTICE, team[0], before(until, 48))
    with pretend(before(until, 30)):
        sound_listings()
    shown = before(until, 18, hour=9)
    _take(made, V.SCHEDULE, team[0], before(until, 30, hour=11),
          publish_at=shown,
          document_number=f"红住建发〔{shown.year}〕{shown.month + 10}号")  # fmt: skip
    with pretend(shown):
        sound_listings()


def _bracketed(listing: Listing) -> bool:
    return listing.version.read.steps.joint_check


def _up_to_the_notice(made: Listing, team: list[User], at: datetime) -> None:
    """The bracketed steps that the scheme has, then the notice."""
    steps = made.version.read.steps
    if steps.joint_check:
        _take(
            made, V.JOINT_CHECK, team[0], at, departments="城管局、消防救援大队", text="情况属实。"
        )
    if steps.interview:
        _take(made, V.INTERVIEW, team[0], at + timedelta(hours=1), met_on=at.date(),
              text="已约谈企业负责人，指出消防通道堵塞、保洁不到位等问题。",
              rectify="十日内清理消防通道和楼道堆物，并报送整改照片。")  # fmt: skip
        _take(made, V.RECHECK, team[0], at + timedelta(hours=2), text="复查仍有两处未整改。")
    _take(made, V.SERVE, team[0], at + timedelta(hours=3),
          number=f"红住建告〔{at.year}〕{at.day}号",
          text="依据本区县物业服务测评办法，拟将贵企业列入黑榜。")  # fmt: skip


def _noticed(scheme: Scheme, firm: Body, team: list[User], until: datetime) -> None:
    begun, manager = before(until, 20), manager_of(firm)
    words = "季度测评得分低于60分，消防通道堵塞、保洁不到位等问题逾期未整改。"
    made = _propose(scheme, firm, team[0], "black", words, begun)
    _up_to_the_notice(made, team, begun + timedelta(hours=1))
    if manager is None:
        return
    _take(made, V.RECEIVE, manager, before(until, 18))
    _take(made, V.STATE_CASE, manager, before(until, 16), text="楼道堆物已清理，请予复核。")
    decided = before(until, 9)
    _approved(made, team, decided)
    _take(made, V.NOTICE, team[0], before(until, 1, hour=15))


def _served(scheme: Scheme, firm: Body, team: list[User], until: datetime) -> None:
    begun, manager = before(until, 6), manager_of(firm)
    words = "连续两期位列末位且低于70分，电梯困人处置超时。"
    made = _propose(scheme, firm, team[1], "black", words, begun)
    _up_to_the_notice(made, [team[1], *team], begun + timedelta(hours=1))
    if manager is not None:
        _take(made, V.RECEIVE, manager, before(until, 1, hour=16))
