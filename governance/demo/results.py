"""The use of results: advice on contracts, on votes and on the pool, some of it answered."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from common.errors import DomainError
from common.now import pretend
from common.workdays import SHANGHAI
from communities.models import Appointment, Body, Office
from governance.demo.acting import World
from governance.demo.county import Home
from governance.demo.listings import firms_of
from ratings.actions import results
from ratings.actions.advice_alarms import sound_advice
from ratings.actions.results import Votes
from ratings.models import Listing, Period, PeriodState, Recommendation, Scorecard
from ratings.queries.results import cards_for, credit_for
from ratings.workflow import ListingState, ListKind

DAY = timedelta(days=1)


def recommend_some(world: World, until: datetime) -> int:
    """From the red listing the pool, from the lowest scores votes and renewals; how many."""
    officers = district_officers(world)
    period = Period.objects.filter(state=PeriodState.PUBLISHED).order_by("published_at").first()
    if period is None or period.published_at is None or len(officers) < 2:
        return 0
    _pool(officers, until)
    begun = period.published_at + 3 * DAY
    if begun + 30 * DAY < until:
        homes = [home for home in world.county.homes if home.firm is not None]
        scored = sorted(_scored(period, homes), key=lambda pair: pair[0])
        tales = (_overdue, _voted, _renewed)
        for (_total, home, card), tale in zip(scored, tales, strict=False):
            tale(home, card, officers, begun, until)
    with pretend(until):
        sound_advice()
    return Recommendation.objects.count()


def recommend_on_credit(world: World, until: datetime) -> None:
    """On the lowest credit grade: a contract that ends is not to be renewed."""
    officers, firms = district_officers(world), firms_of(world)
    for home in world.county.homes:
        firm = home.firm
        if firm is None or firm != firms[-1]:
            continue
        with pretend(until - 2 * DAY):
            ground = credit_for(firm, [home.place])
        made = ground and _made(
            officers, firm, until - 2 * DAY, advice="not_renew", ground=ground, estate=home.place,
            addressee="community", due_on=_day(until) + 30 * DAY,
            text="企业信用等级偏低，多条不良信息尚在有效期内，建议合同到期后不再续聘。",
        )  # fmt: skip
        if made:
            return


def district_officers(world: World) -> list[User]:
    """The district's officers, those first who were first."""
    held = Appointment.objects.filter(
        office=Office.DISTRICT_OFFICER, body__place=world.county.district, until_on=None
    )
    return [row.user for row in held.select_related("user").order_by("pk")]


def _scored(period: Period, homes: list[Home]) -> list[tuple[Decimal, Home, Scorecard]]:
    found = []
    for home in homes:
        if home.firm is not None:
            card = cards_for(home.firm, home.place).filter(period=period, estate=home.place).first()
            if card is not None and card.total is not None:
                found.append((card.total, home, card))
    return found


def _made(
    officers: list[User], firm: Body, at: datetime, **said: object
) -> tuple[Recommendation, User] | None:
    """By the first officer who is not tied to the firm."""
    with pretend(at):
        for by in officers:
            try:
                return results.recommend(firm, by=by, **said), by  # type: ignore[arg-type]
            except DomainError:
                continue
    return None


def _pool(officers: list[User], until: datetime) -> None:
    """The firm of the red list: into the preferred pool, followed three days later."""
    red = Listing.objects.filter(kind=ListKind.RED, state=ListingState.PUBLISHED)
    found = red.select_related("body__place").order_by("pk").first()
    if found is None or found.body is None or found.published_at is None:
        return
    if found.published_at + 6 * DAY > until:
        return
    at = found.published_at + DAY
    made = _made(
        officers, found.body, at, advice="enter_pool", ground=found, addressee="register",
        due_on=_day(at) + 20 * DAY,
        text="该企业列入红榜，长期承担助老、应急等社会责任，建议纳入优选库。",
    )  # fmt: skip
    if made is None or found.body.pool_memberships.filter(until_on=None).exists():
        return
    row, by = made
    with pretend(at + 3 * DAY):
        results.record_outcome(
            row, by=by, result="followed", on=_day(at + 3 * DAY),
            text="列入红榜，承担社会责任突出，纳入优选库。", said_by="区县物业管理科，科务会纪要",
        )  # fmt: skip


def _vote(
    home: Home, card: Scorecard, officers: list[User], at: datetime, days: int
) -> tuple[Recommendation, User] | None:
    if home.firm is None:
        return None
    return _made(
        officers, home.firm, at, advice="vote", ground=card, estate=home.place,
        addressee="community", due_on=_day(at) + days * DAY,
        text="本季度考评等次靠后，建议组织召开业主大会，就是否继续聘用现物业服务企业进行表决。",
    )  # fmt: skip


def _overdue(
    home: Home, card: Scorecard, officers: list[User], begun: datetime, _until: datetime
) -> None:
    """A vote that nobody has said anything of: the officers' alarm."""
    _vote(home, card, officers, begun, 20)


def _voted(
    home: Home, card: Scorecard, officers: list[User], begun: datetime, _until: datetime
) -> None:
    """A vote that was held: its numbers out of the estate's ledger."""
    made = _vote(home, card, officers, begun, 28)
    if made is None:
        return
    (row, by), ledger = made, home.place.estate
    owners, area = ledger.households, ledger.floor_area or Decimal(0)
    for_, against, abstained = owners * 30 // 100, owners * 44 // 100, owners * 6 // 100
    cent = Decimal("0.01")
    votes = Votes(
        for_, against, abstained, owners,
        (area * 31 / 100).quantize(cent), (area * 45 / 100).quantize(cent),
        (area * 5 / 100).quantize(cent), area,
    )  # fmt: skip
    on = begun + 25 * DAY
    with pretend(on):
        results.record_outcome(
            row, by=by, result="followed", on=_day(on), votes=votes,
            said_by="社区居民委员会，业主大会会议纪要",
            text="业主大会已召开，同意更换的未过半数，继续聘用，并要求企业限期整改。",
        )  # fmt: skip


def _renewed(
    home: Home, card: Scorecard, officers: list[User], _begun: datetime, until: datetime
) -> None:
    """A contract that ends: advice to go on with the firm, still within its deadline."""
    if home.firm is not None:
        _made(
            officers, home.firm, until - 4 * DAY, advice="renew", ground=card, estate=home.place,
            addressee="community", due_on=_day(until) + 30 * DAY,
            text="合同将到期，季度考评为优良，投诉办结及时，建议业主大会优先考虑续聘。",
        )  # fmt: skip


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
