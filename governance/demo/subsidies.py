"""Honours with money of this year: a programme of five million, some awarded, some paid."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from common.now import pretend
from common.workdays import SHANGHAI
from communities.models import COMMITTEE_BODIES, Body, BodyKind, Place
from governance.demo.acting import World
from governance.demo.results import district_officers
from ratings.actions import subsidies
from ratings.models import Award, AwardCategory
from ratings.permissions.subsidies import gains

DAY = timedelta(days=1)
HALF = Decimal("0.5")
GROUNDS = {
    "project": "红色物业示范效果好，群众诉求办结及时。",
    "branch": "支部牵头协商议事，化解矛盾成效突出。",
    "committee": "规范履职，财务公开及时完整。",
}
# Kind, what it is called, how many, yuan each: 4,966,000 of the five million.
CATEGORIES = (
    ("project", "红色物业示范项目", 22, "100000"),
    ("branch", "先进小区党支部", 120, "15000"),
    ("committee", "优秀业主（物管）委员会", 69, "14000"),
)


def grant_subsidies(world: World, until: datetime) -> int:
    """One officer proposes, another approves; part is paid, one payment set right."""
    officers = district_officers(world)
    if len(officers) < 2:
        return 0
    begun, place = until - 60 * DAY, world.county.district
    year = until.astimezone(SHANGHAI).year
    with pretend(begun):
        made = subsidies.open_programme(
            place, by=officers[0], name="红色物业评先奖补", year=year, budget=Decimal(5_000_000),
            granted_by=f"{place.name}住房和城乡建设局", document=f"红住建发〔{year}〕18号",
        )  # fmt: skip
        categories = [
            subsidies.add_category(
                made, by=officers[0], kind=kind, name=name, count=count, amount=Decimal(amount)
            )
            for kind, name, count, amount in CATEGORIES
        ]
    for category in categories:
        _award(category, _receivers(world, category.kind), officers, begun + 20 * DAY, year)
    return Award.objects.count()


def _receivers(world: World, kind: str) -> list[Place | Body]:
    if kind == "project":
        served = [home.place for home in world.county.homes if home.firm is not None]
        return list(served[:6])
    kinds = COMMITTEE_BODIES if kind == "committee" else (BodyKind.PARTY_ORGANISATION,)
    rows = Body.objects.filter(kind__in=kinds, place__kind="estate").select_related("place")
    return list(rows.order_by("code")[:5])


def _award(
    category: AwardCategory, rows: list[Place | Body], officers: list[User], at: datetime, year: int
) -> None:
    """All but the last are approved; of those every second is paid in full, the others by half."""
    for number, row in enumerate(rows):
        free = [user for user in officers if not gains(user, row)][:2]
        if len(free) < 2:
            continue
        with pretend(at):
            award = subsidies.propose_award(
                category, by=free[0], to=row, grounds=GROUNDS[category.kind]
            )
        if number == len(rows) - 1:
            return
        with pretend(at + 5 * DAY):
            subsidies.approve_award(award, by=free[1], document=f"红住建发〔{year}〕27号")
        _pay(award, free[0], at + 15 * DAY, f"{category.position}-{number + 1:03d}", number)


def _pay(award: Award, by: User, at: datetime, voucher: str, number: int) -> None:
    half = award.amount * HALF
    day = at.astimezone(SHANGHAI).date()
    with pretend(at):
        if number == 1:
            wrong = subsidies.pay(award, by=by, on=day, amount=half / 10, reference=voucher)
            subsidies.correct_payment(wrong, by=by, because="金额少录一位")
        subsidies.pay(award, by=by, on=day, amount=half, reference=voucher)
    if number % 2 == 0:
        with pretend(at + 10 * DAY):
            subsidies.pay(
                award, by=by, on=day + 10 * DAY, amount=half, reference=f"{voucher}-2"
            )  # fmt: skip
