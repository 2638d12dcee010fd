"""What the register knows of the county in use: ledgers, contracts, facilities, visits, honours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from accounts.actors import CLOCK
from accounts.models import User
from common.now import pretend
from communities import actions
from communities.models import (
    Building,
    Condition,
    Contract,
    Delivery,
    EstateKind,
    FacilityKind,
    Office,
    ServiceKind,
    ServiceMode,
)
from communities.scope import day_of
from governance.demo.acting import World
from governance.demo.county import Home

DAY = timedelta(days=1)
# Somewhere in the hills; nothing of that name is there.
NORTH, EAST = Decimal("26.4700"), Decimal("116.0100")
GRADES: Final = {
    EstateKind.COMMODITY: ("二级", "1.480"),
    EstateKind.RESETTLEMENT: ("三级", "0.650"),
    EstateKind.OLD: ("四级", "0.300"),
}
FACILITIES: Final = (
    (FacilityKind.LIFT, "1号电梯"),
    (FacilityKind.FIRE, "消防栓及泵房"),
    (FacilityKind.CHARGING, "电动车充电棚"),
    (FacilityKind.ACCESS, "东门道闸"),
    (FacilityKind.CAMERAS, "公共区域监控"),
    (FacilityKind.DRAINS, "化粪池"),
)
FOUND: Final = (
    (Condition.INTACT, "运行正常。"),
    (Condition.INTACT, ""),
    (Condition.INTACT, "已清理周边杂物。"),
    (Condition.IMPAIRED, "个别部件锈蚀，已通知物业更换。"),
    (Condition.BROKEN, "停用，等待维修。"),
)
SEEN: Final = (
    "走访3户老人，查看消防通道，通道畅通。",
    "查看充电棚，劝离飞线充电1处。",
    "与物业项目经理碰头，商定楼道清理时间。",
    "查看垃圾分类投放点，桶身破损2个，已报物业。",
)
PLAN: Final = (
    ("非机动车乱停，充电设施不足。", "新增充电棚1处，划定停车区域。", "飞线充电动态清零。"),
    (
        "非机动车乱停，充电设施不足；公共收益公示不及时。",
        "充电棚扩容；每季度首月公示公共收益。",
        "飞线充电动态清零；公示率100%。",
    ),
)
OFFERS: Final = (
    (1, ServiceKind.REPAIR, "上门小修", "预约后两小时内上门，材料按公示价收费。", "20元/次起"),
    (2, ServiceKind.ELDER_CARE, "助老服务包", "每周探访两次，代买代办，紧急呼叫响应。", "60元/月"),
    (3, ServiceKind.CANTEEN, "长者食堂", "每日午餐，菜谱每周公示，行动不便者送餐到户。", "8元/餐"),
    (3, ServiceKind.CLEANING, "楼道保洁", "每周清扫两次，每月冲洗一次。", "2元/户·月"),
    (3, ServiceKind.SAFETY, "夜间巡护", "每晚两次巡查，记录上墙。", "1元/户·月"),
)
NEEDS: Final = (
    (ServiceKind.CANTEEN, "独居老人较多，希望开办午餐。"),
    (ServiceKind.ELDER_CARE, "需要定期上门探访行动不便的老人。"),
    (ServiceKind.CHILDREN, "放学后无人看护，希望开办四点半课堂。"),
    (ServiceKind.REPAIR, "水龙头、门锁等小修无处可找。"),
    (ServiceKind.CLEANING, "楼道长期无人清扫。"),
)


@dataclass
class _Keeper:
    """Whoever enters it all, on the last day of the story."""

    world: World
    on: date

    def ledger(self, number: int, home: Home) -> None:
        chance, known = self.world.chance, home.place.estate
        actions.keep_ledger(
            home.place,
            by=CLOCK,
            kind=home.kind,
            delivery=Delivery.DELIVERED,
            delivered_on=known.delivered_on,
            households=known.households,
            floor_area=known.floor_area,
            address=f"{home.community.name.removesuffix('社区')}路{8 + 3 * number}号",
            latitude=NORTH + Decimal(chance.randint(-900, 900)) / 10000,
            longitude=EAST + Decimal(chance.randint(-900, 900)) / 10000,
        )
        share = known.households // len(home.buildings)
        Building.objects.bulk_create(
            Building(place=block, floors=6 if home.kind == EstateKind.OLD else 18, households=share)
            for block in home.buildings
        )

    def contract(self, number: int, home: Home) -> None:
        """Terms; those of every seventh estate end soon, one is renewed at a higher grade."""
        if home.firm is None:
            return
        contract = Contract.objects.get(estate=home.place, until_on=None)
        grade, fee = GRADES[home.kind]
        soon = number % 7 == 0
        actions.change_contract(
            contract,
            by=CLOCK,
            until_on=self.on + (45 if soon else 200 + 30 * number) * DAY,
            number=f"霁物合〔{contract.from_on.year}〕{number + 1:02d}号",
            signed_on=contract.from_on - 10 * DAY,
            grade=grade,
            fee=Decimal(fee),
        )
        if number == 1:
            actions.renew_contract(
                contract, by=CLOCK, until_on=self.on + 1400 * DAY, grade="一级", fee=Decimal("1.98")
            )

    def mode(self, home: Home) -> None:
        """Two of the three tracks are seen ahead: the third is a renewal at a higher grade."""
        if home.mode not in {ServiceMode.CARETAKER, ServiceMode.SELF_MANAGED}:
            return
        market = home.mode == ServiceMode.CARETAKER
        actions.change_mode(
            home.place,
            by=CLOCK,
            mode=ServiceMode.MARKET if market else ServiceMode.COMMUNITY_LED,
            from_on=self.on + 40 * DAY,
            grounds="业主大会表决通过，公开选聘" if market else "社区党组织领办，业主征询同意",
        )

    def facilities(self, home: Home) -> None:
        """Six, most of them looked at; what nobody has looked at is not intact."""
        chance = self.world.chance
        for kind, name in FACILITIES[1 if home.kind == EstateKind.OLD else 0 :]:
            made = actions.enter_facility(home.place, by=CLOCK, kind=kind, name=name)
            if chance.happens(0.85):
                condition, note = chance.choice(FOUND)
                on = self.on - chance.randint(1, 80) * DAY
                actions.inspect_facility(made, by=CLOCK, condition=condition, on=on, note=note)

    def watch(self, home: Home, warden: User) -> None:
        """A warden with visits of three months, and as many observers as there are at hand."""
        chance, begin = self.world.chance, self.on - 120 * DAY
        actions.appoint(warden, by=CLOCK, office=Office.WARDEN, at=home.place, from_on=begin)
        for month in range(3):
            days = chance.sample(range(1, 28), chance.randint(3, 5))
            for on in sorted(self.on - (30 * month + day) * DAY for day in days):
                actions.record_visit(
                    home.place, by=CLOCK, warden=warden, on=on, note=chance.choice(SEEN)
                )

    def plans(self, home: Home, versions: int) -> None:
        for place in (home.place, home.community):
            for problems, measures, goals in PLAN[:versions]:
                actions.write_plan(
                    place,
                    by=CLOCK,
                    problems=problems,
                    measures=measures,
                    goals=goals,
                    lead="社区党组织书记",
                )


def keep_estates(world: World, until: datetime) -> None:
    """Through the verbs, as the offices would enter it on the last day of the story."""
    keeper = _Keeper(world, day_of(until))
    homes = world.county.homes
    with pretend(until):
        for number, home in enumerate(homes):
            keeper.ledger(number, home)
            keeper.contract(number, home)
            keeper.mode(home)
        for home in homes[:9]:
            keeper.facilities(home)
        wardens = [p for _place, p in sorted(world.people.desks.items())]
        for home, people in zip(homes[:6], wardens * 6, strict=False):
            keeper.watch(home, people[-1])
        keeper.plans(homes[0], versions=2)
        _butlers_and_observers(world, keeper.on)
        _observed(world)
        _services(world)
        _honours(world, keeper.on)
        actions.tell_endings()


def _butlers_and_observers(world: World, on: date) -> None:
    """Those who serve at a firm's desk look after its buildings; residents observe."""
    first = world.county.homes[0]
    if first.firm is not None:
        staff = world.people.handlers[first.firm.pk][-1]
        for block in first.buildings[3:]:
            actions.appoint(staff, by=CLOCK, office=Office.BUTLER, at=block, from_on=on - 90 * DAY)
    for number, neighbour in enumerate(r for r in world.people.residents if r.home is first):
        if number == 1:  # the first stays a resident and nothing else
            actions.appoint(
                neighbour.user,
                by=CLOCK,
                office=Office.OBSERVER,
                at=first.place,
                from_on=on - 60 * DAY,
                put_forward_by="业主代表联名推荐",
            )


def _observed(world: World) -> None:
    people, first = world.people.everybody, world.county.homes[0]
    observer, supervisor = people["observer1"], people["supervisor1"]
    seen = actions.file_observation(
        first.place, by=observer, kind="income", text="电梯广告收入二季度后没有再公示。"
    )
    desk = world.people.desks[first.community.pk][0]
    actions.answer_observation(seen, by=desk, answer="已约谈项目经理，本月底前补齐三季度公示。")
    actions.file_observation(
        first.place, by=supervisor, kind="charges", text="装修垃圾清运费与公示标准不一致。"
    )


def _services(world: World) -> None:
    """Services of a community-led firm and others; needs that find them, one taken on."""
    firms, homes = world.county.firms, world.county.homes
    for number, kind, name, standard, price in OFFERS:
        if number in firms:
            actions.offer_service(
                firms[number], by=CLOCK, kind=kind, name=name, standard=standard, price=price
            )
    raised = [
        actions.raise_need(homes[n % len(homes)].place, by=CLOCK, kind=kind, text=text)
        for n, (kind, text) in enumerate(NEEDS)
    ]
    if 1 in firms:
        actions.meet_need(raised[3], by=CLOCK, firm=firms[1])
        actions.enter_pool(
            firms[1],
            by=CLOCK,
            from_on=raised[0].raised_on,
            grounds="连续两个季度考核优秀；免费代管老旧小区门卫半年。",
        )


def _honours(world: World, on: date) -> None:
    district = world.county.district
    of = actions.enter_honours(
        district,
        by=CLOCK,
        name="美丽家园",
        year=on.year - 1,
        granted_by=f"{district.name}住房和城乡建设局",
        granted_on=date(on.year - 1, 12, 20),
        document=f"霁建发〔{on.year - 1}〕36号",
    )
    for home in world.county.homes[:5:2]:
        actions.honour(of, by=CLOCK, to=home.place, grounds="环境整洁、设施完好、邻里和睦。")
